import { createHash } from 'node:crypto'
import { networkOf } from '@portcullis/auth/protocol'
import { type Account, findAccount, updateAccount } from './accounts.ts'
import { attemptWindowAt, forgiveAttempt, isOneTooMany } from './attempts.ts'
import type { AccountsContext } from './context.ts'
import { userNameKey } from './user-name.ts'

export interface SignInContext extends AccountsContext {
  /** Attempts that fail within 15 minutes: to one account from one network, and from one network in all. */
  limits: { signInsPerAccount: number; signInsPerAddress: number }
  /** Whether nothing of this server lets the person in. Default: whatever is proved does. */
  isShut?: (account: Account) => Promise<boolean>
}

export type SignInOutcome =
  | { kind: 'proved'; account: Account }
  /** Of the name or of the password: which one is not told. */
  | ({ kind: 'wrong' } & Attempted)
  /** Told only to whoever has the password. */
  | ({ kind: 'disabled' } & Attempted)
  | ({ kind: 'too_many'; retryAfter: number } & Attempted)

/** For the operator alone: the account of that name, where there is one. */
interface Attempted {
  account: Account | undefined
}

/** From so many networks an account can be attempted as often as from one: then it is over its limit for all. */
const networksPerAccount = 5

/**
 * Proves who a person is by user name and password. Attempts are counted before they are looked at, by account and by network, the same
 * whether the account exists or not; so is the time it takes. The right password is forgiven its own attempt and no other: whoever has an account
 * must not buy guesses at others with it. Throws `BusyError` when passwords wait already; such an attempt counts, or the queue could be kept full.
 */
export async function signIn(
  context: SignInContext,
  { userName, password, address }: { userName: string; password: string; address: string },
): Promise<SignInOutcome> {
  const { limits } = context
  const window = attemptWindowAt(context.now())
  const network = networkOf(address)
  const name = hashed(userNameKey(userName))
  // In this order, so that an address over a limit of its own uses up nothing of others: nobody locks out a person from everywhere alone.
  const kinds = [
    signInsFrom(network, limits),
    { kind: `sign-in to ${name} from ${network}`, most: limits.signInsPerAccount },
    { kind: `sign-in to ${name}`, most: networksPerAccount * limits.signInsPerAccount },
  ]
  let isTooMuch = false
  for (const kind of kinds) isTooMuch ||= await isOneTooMany(context, kind, window)
  const account = await findAccount(context, userName)
  if (isTooMuch) return { kind: 'too_many', retryAfter: window.left, account }
  const proved = await prove(context, account, password)
  if (proved === undefined) return { kind: 'wrong', account }
  if (proved.value.disabledAt !== undefined || (await context.isShut?.(proved))) return { kind: 'disabled', account }
  await forgiveAttempt(context, kinds, window)
  return { kind: 'proved', account: proved }
}

/** Attempts from one network, whatever the way in. */
export function signInsFrom(network: string, { signInsPerAddress }: { signInsPerAddress: number }) {
  return { kind: `sign-in from ${network}`, most: signInsPerAddress }
}

/** The account as it is then, where the password is its own. */
async function prove(
  context: AccountsContext,
  account: Account | undefined,
  password: string,
): Promise<Account | undefined> {
  const { passwords } = context
  const kept = account?.value.password
  const isRight = await passwords.verify(password, kept)
  if (!isRight || account === undefined || kept === undefined) return undefined
  return passwords.isOutdated(kept) && account.value.disabledAt === undefined
    ? strengthen(context, account, password)
    : account
}

/** Keeps the password under today's parameters. Resolves to `undefined` where it was changed meanwhile, and is the right one no more. */
async function strengthen(context: AccountsContext, account: Account, password: string): Promise<Account | undefined> {
  const stronger = await context.passwords.hash(password)
  const written = await updateAccount(context, account.id, (current) =>
    current.password?.hash === account.value.password?.hash ? { ...current, password: stronger } : current,
  )
  return written?.value.password?.hash === stronger.hash ? written : undefined
}

/** Somebody may have typed a password where the name goes: no counter is to show it. */
function hashed(name: string): string {
  return createHash('sha256').update(name).digest('base64url')
}
