import { networkOf } from '@portcullis/auth/protocol'
import type { Account } from '../accounts.ts'
import { attemptWindowAt, forgiveAttempt, isOneTooMany } from '../attempts.ts'
import { signInsFrom } from '../sign-in.ts'
import { type ChallengeUse, changeToSpend, isSpent } from './challenge.ts'
import type { PasskeysContext } from './context.ts'
import { parseUsed, type UsedCredential } from './credential.ts'
import { changeToKeep, findPasskey, type Passkey } from './passkeys.ts'
import { userHandleOf } from './user-handle.ts'
import { verifyUsed } from './verify-passkey.ts'

export interface ProvePasskeyContext extends PasskeysContext {
  limits: { signInsPerAddress: number }
  /** Whether nothing of this server lets the person in. Default: whatever is proved does. */
  isShut?: (account: Account) => Promise<boolean>
}

export type PasskeyOutcome =
  | { kind: 'proved'; account: Account; passkey: Passkey }
  | { kind: 'refused'; reason: 'not_valid' | 'stale' | 'disabled' | 'copied'; account: Account | undefined }
  | { kind: 'too_many'; retryAfter: number }

/**
 * Proves who a person is by a passkey, whose account it is saying. `ofAccount`: whose it must be. Attempts are counted by network together with those
 * by password; by account they are not, since a passkey cannot be guessed, and nobody is to lock out its holder.
 */
export async function provePasskey(
  context: ProvePasskeyContext,
  { text, use, address, ofAccount }: { text: string; use: ChallengeUse; address: string; ofAccount?: string },
): Promise<PasskeyOutcome> {
  const window = attemptWindowAt(context.now())
  const attempts = signInsFrom(networkOf(address), context.limits)
  if (await isOneTooMany(context, attempts, window)) return { kind: 'too_many', retryAfter: window.left }
  const credential = parseUsed(text)
  if (credential === undefined) return { kind: 'refused', reason: 'not_valid', account: undefined }
  const outcome = await prove(context, { credential, use, ofAccount })
  if (outcome.kind === 'proved') await forgiveAttempt(context, [attempts], window)
  return outcome
}

interface Proof {
  credential: UsedCredential
  use: ChallengeUse
  ofAccount: string | undefined
}

async function prove(
  context: ProvePasskeyContext,
  { credential, use, ofAccount }: Proof,
): Promise<Exclude<PasskeyOutcome, { kind: 'too_many' }>> {
  const { store, now } = context
  const refuse = (reason: 'not_valid' | 'stale' | 'disabled' | 'copied', account?: Account) =>
    ({ kind: 'refused', reason, account }) as const
  for (;;) {
    const passkey = await findPasskey(context, credential.id)
    const account = await store.get('account', passkey?.value.accountId ?? '')
    if (passkey === undefined || account === undefined) return refuse('not_valid')
    const used = await verifyUsed(credential, passkey.value, use, context)
    if (typeof used === 'string') return refuse(used, account)
    if (ofAccount !== undefined && account.id !== ofAccount) return refuse('not_valid', account)
    // Where the browser asked for no passkey in particular, the authenticator says whose it is (WebAuthn §7.2 step 6).
    const { userHandle } = credential.response
    if (userHandle === undefined ? ofAccount === undefined : userHandle !== userHandleOf(account.id))
      return refuse('not_valid', account)
    if (account.value.disabledAt !== undefined || (await context.isShut?.(account))) return refuse('disabled', account)
    if (await isSpent(used.challenge, context)) return refuse('stale', account)
    if (hasFallenBehind(used.counter, passkey.value.counter)) return refuse('copied', account)
    const value = { ...passkey.value, counter: used.counter, isBackedUp: used.isBackedUp, usedAt: now() }
    if (await store.commit([changeToKeep(passkey, value), changeToSpend(used.challenge, used.expiresAt)]))
      return { kind: 'proved', account, passkey }
  }
}

/** Whether another device counts on, too: the passkey was copied (WebAuthn §6.1.1). Those that are kept for several devices do not count. */
function hasFallenBehind(counter: number, known: number): boolean {
  return (counter > 0 || known > 0) && counter <= known
}
