import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '@portcullis/auth/stores/memory'
import type { AccountRecord, ProgramKinds } from '../store/records.ts'
import { administratorOfToken, createToken } from './tokens.ts'

const now = () => 1_800_000_000
const configuration = { identityProviders: {} }
const owner: AccountRecord = { userName: 'ada', role: 'owner', createdAt: 0, sessionEpoch: 0 }

for (const [what, account] of [
  ['is an operator by then', { ...owner, role: 'operator' }],
  ['is disabled by then', { ...owner, disabledAt: 1 }],
] as const)
  test(`a token that was made in the very moment in which its maker ${what} is worth nothing, nor is what it made`, async () => {
    const store = memoryStore<ProgramKinds>({ now })
    await store.commit([{ kind: 'account', id: 'a1', version: 'absent', value: account, index: { all: 'all' } }])
    const wanted = { name: 'late', role: 'owner', lifetime: 300 } as const
    const ada = { role: 'owner', by: { kind: 'account', accountId: 'a1', userName: 'ada' } } as const
    const byToken = { role: 'owner', by: { kind: 'token', tokenId: 't1', name: 'late' }, madeBy: 'a1' } as const
    const machine = { role: 'owner', by: { kind: 'command_line' } } as const

    const [late, further, lasting] = await Promise.all(
      [ada, byToken, machine].map((administrator) => createToken({ store, now, administrator }, wanted)),
    )

    for (const made of [late, further])
      assert.equal(await administratorOfToken({ store, now, configuration }, made?.token ?? ''), undefined)
    assert.equal((await administratorOfToken({ store, now, configuration }, lasting?.token ?? ''))?.role, 'owner')
  })
