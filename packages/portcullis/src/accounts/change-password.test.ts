import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '@portcullis/auth/stores/memory'
import type { ProgramKinds } from '../store/records.ts'
import { createAccountByLink } from './account-by-link.ts'
import { changePassword } from './change-password.ts'
import { issueLink } from './links.ts'
import { createPasswordHasher } from './password.ts'
import { findSession, startSession } from './sessions.ts'

const now = () => 1_000_000

async function withSession() {
  const store = memoryStore<ProgramKinds>({ now })
  const context = { store, now, passwords: createPasswordHasher({ cost: 16 }), sessionLifetime: 3600 }
  const { token } = await issueLink(context, { purpose: 'owner' })
  const made = await createAccountByLink(context, { purpose: 'owner', token, userName: 'ada', password: 'old' })
  assert.ok(made.kind === 'created')
  const session = await findSession(context, await startSession(context, { account: made.account }))
  assert.ok(session)
  return { context, session, account: made.account }
}

test('where grants that should end cannot be ended the password stays', async () => {
  const { context, session, account } = await withSession()
  const endGrants = () => Promise.reject(new Error('disk full'))

  await assert.rejects(changePassword(context, session, { password: 'new', endGrants }))

  assert.deepEqual(await context.store.get('account', account.id), account)
})

test('what the other sessions consented to until then ends with them, where grants are to end', async () => {
  const { context, session, account } = await withSession()
  const epochs: unknown[] = []
  const endGrants = async (subject: string) => {
    epochs.push((await context.store.get('account', subject))?.value.sessionEpoch)
  }

  await changePassword(context, session, { password: 'new', endGrants })

  assert.equal(epochs.at(-1), account.value.sessionEpoch + 1)
})
