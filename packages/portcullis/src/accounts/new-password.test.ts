import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '@portcullis/auth/stores/memory'
import type { ProgramKinds } from '../store/records.ts'
import { createAccountByLink } from './account-by-link.ts'
import { findLink, issueLink } from './links.ts'
import { resetPasswordByLink } from './new-password.ts'
import { createPasswordHasher } from './password.ts'

const now = () => 1_000_000

async function withResetLink() {
  const context = { store: memoryStore<ProgramKinds>({ now }), now, passwords: createPasswordHasher({ cost: 16 }) }
  const { token: owner } = await issueLink(context, { purpose: 'owner' })
  const made = await createAccountByLink(context, { purpose: 'owner', token: owner, userName: 'ada', password: 'old' })
  assert.ok(made.kind === 'created')
  const { token } = await issueLink(context, { purpose: 'reset', accountId: made.account.id })
  return { context, reset: { token, password: 'new' }, account: made.account }
}

test('where grants cannot be ended nothing has happened, and the link works again', async () => {
  const { context, reset, account } = await withResetLink()

  await assert.rejects(
    resetPasswordByLink(context, { ...reset, endGrants: () => Promise.reject(new Error('disk full')) }),
  )

  assert.deepEqual(await context.store.get('account', account.id), account)
  assert.notEqual(await resetPasswordByLink(context, { ...reset, endGrants: async () => 0 }), undefined)
})

test('what a session of the old password consents to until it ends, ends with it', async () => {
  const { context, reset, account } = await withResetLink()
  const epochs: unknown[] = []
  const endGrants = async (subject: string) => {
    epochs.push((await context.store.get('account', subject))?.value.sessionEpoch)
  }

  await resetPasswordByLink(context, { ...reset, endGrants })

  assert.equal(epochs.at(-1), account.value.sessionEpoch + 1)
})

test('what a session of the old password invites until it ends, ends with it', async () => {
  const { context, reset, account } = await withResetLink()
  const made: string[] = []
  const endGrants = async (madeBy: string) => {
    made.push((await issueLink(context, { purpose: 'invitation', role: 'owner', madeBy })).token)
  }

  await resetPasswordByLink(context, { ...reset, endGrants })

  assert.ok(made.length >= 2, 'one before the commit, and one after it')
  for (const token of made) assert.equal(await findLink(context, 'invitation', token), undefined)
  assert.equal((await context.store.get('account', account.id))?.value.sessionEpoch, account.value.sessionEpoch + 1)
})
