import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '@portcullis/auth/stores/memory'
import type { ProgramKinds } from '../store/records.ts'
import { createAccountByLink } from './account-by-link.ts'
import { issueLink } from './links.ts'
import { resetPasswordByLink } from './new-password.ts'
import { createPasswordHasher, type PasswordHasher } from './password.ts'
import { type SignInContext, signIn } from './sign-in.ts'

const now = () => 1_000_000
const old = 'the password before'
const attempt = { userName: 'ada', password: old, address: '192.0.2.1' }

async function withAccount(): Promise<{ context: SignInContext; accountId: string; stronger: PasswordHasher }> {
  const store = memoryStore<ProgramKinds>({ now })
  const limits = { signInsPerAccount: 20, signInsPerAddress: 100 }
  const context = { store, now, limits, passwords: createPasswordHasher({ cost: 16 }) }
  const { token } = await issueLink(context, { purpose: 'owner' })
  const outcome = await createAccountByLink(context, { purpose: 'owner', token, userName: 'ada', password: old })
  assert.ok(outcome.kind === 'created')
  return { context, accountId: outcome.account.id, stronger: createPasswordHasher({ cost: 32 }) }
}

test('a password kept under weaker parameters is kept under those of today when it is used', async () => {
  const { context, stronger } = await withAccount()

  const outcome = await signIn({ ...context, passwords: stronger }, attempt)

  assert.ok(outcome.kind === 'proved')
  assert.equal(outcome.account.value.password?.cost, 32)
})

test('law 12: a password that is changed while it is being strengthened proves nothing, and does not come back', async () => {
  const { context, accountId, stronger } = await withAccount()
  const { token } = await issueLink(context, { purpose: 'reset', accountId })
  const passwords: PasswordHasher = {
    ...stronger,
    async hash(password) {
      await resetPasswordByLink(context, { token, password: 'the password after', endGrants: async () => 0 })
      return stronger.hash(password)
    },
  }

  const outcome = await signIn({ ...context, passwords }, attempt)

  assert.equal(outcome.kind, 'wrong')
  assert.equal((await signIn(context, attempt)).kind, 'wrong')
  assert.equal((await signIn(context, { ...attempt, password: 'the password after' })).kind, 'proved')
})
