import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '@portcullis/auth/stores/memory'
import type { ProgramKinds } from '../store/records.ts'
import { createMailer } from './mailer.ts'
import { noticeEvent } from './post.ts'
import type { Message } from './smtp.ts'

for (const [type, said] of [
  ['identity_linked', /An account elsewhere was added/],
  ['identity_unlinked', /An account elsewhere was removed/],
] as const)
  test(`whose account changes is told: ${type}`, async () => {
    const now = () => 1_800_000_000
    const store = memoryStore<ProgramKinds>({ now })
    const value = { userName: 'ada', role: 'member', createdAt: 0, sessionEpoch: 0, email: 'ada@example.com' } as const
    await store.commit([{ kind: 'account', id: 'a1', version: 'absent', value, index: { all: 'all' } }])
    const delivered = Promise.withResolvers<Message>()
    const mailer = createMailer({ deliver: async (message) => delivered.resolve(message), onEvent() {} })
    const site = { name: 'Notes', origin: 'https://mcp.example' }

    noticeEvent({ type, accountId: 'a1', userName: 'ada', identityProvider: 'corp' }, { mailer, site, store, now })

    const { to, text } = await delivered.promise
    assert.equal(to, 'ada@example.com')
    assert.match(text, said)
    assert.doesNotMatch(text, /token/)
  })
