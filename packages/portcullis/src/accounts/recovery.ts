import { createHash } from 'node:crypto'
import { networkOf } from '@portcullis/auth/protocol'
import { type Account, findAccount } from './accounts.ts'
import { attemptWindowAt, isOneTooMany } from './attempts.ts'
import type { AccountsContext } from './context.ts'
import { emailAddressKey } from './email-address.ts'

type Context = Pick<AccountsContext, 'store' | 'now'>

/** Messages that may be asked for within a quarter of an hour: for one account, whoever asks, and from one network. */
const mostPerAccount = 3
const mostPerAddress = 20
/** And for one account within a day, so that nobody's mailbox is filled. */
const mostPerDay = 10
const day = 86_400
/** For how long, in seconds, a link to recover works. */
const hour = 3_600

/** Whether somebody at an address asks too often; counts this time. Tells nothing of accounts. */
export async function asksTooOften(context: Context, address: string): Promise<{ retryAfter: number } | undefined> {
  const window = attemptWindowAt(context.now())
  const kind = { kind: `mail asked from ${networkOf(address)}`, most: mostPerAddress }
  return (await isOneTooMany(context, kind, window)) ? { retryAfter: window.left } : undefined
}

/** Whether too much is sent in the name of one account, or of a name that may be one; counts this time. */
export async function isSentTooOften(context: Context, whose: string): Promise<boolean> {
  const { isTooMuch, isDayFull } = await countMessage(context, whose)
  return isDayFull || isTooMuch
}

/**
 * The same of links to recover, of which one an hour is sent however many were asked for: strangers who use up a day's keep nobody out, as one that works
 * is in the mailbox already, or is sent now.
 */
export async function isRecoverySentTooOften(context: Context, whose: string): Promise<boolean> {
  const { kind, isTooMuch, isDayFull } = await countMessage(context, whose)
  if (isTooMuch || !isDayFull) return isTooMuch
  return (await context.store.count(`${kind} in an hour`, hour)) > 1
}

async function countMessage(
  context: Context,
  whose: string,
): Promise<{ kind: string; isTooMuch: boolean; isDayFull: boolean }> {
  const kind = `mail for ${createHash('sha256').update(whose).digest('base64url')}` // somebody may have typed a password
  const isTooMuch = await isOneTooMany(context, { kind, most: mostPerAccount }, attemptWindowAt(context.now()))
  const isDayFull = (await context.store.count(`${kind} in a day`, day)) > mostPerDay
  return { kind, isTooMuch, isDayFull }
}

/**
 * Who gets a link to set a new password: the account of an address that was confirmed, or else of a user name, where it can be used, has an address, and is
 * signed in to here. Whoever came by an identity provider signs in there, or not at all any more: a link would make the account one of this server. People choose user names themselves: one that is another's address keeps no mail from them.
 */
export async function accountToRecover(context: Context, text: string): Promise<Account | undefined> {
  const { store } = context
  const byName = await findAccount(context, text)
  const holder = await store.get('emailAddress', emailAddressKey(text))
  const account = (await store.get('account', holder?.value.accountId ?? '')) ?? byName
  if (account?.value.email === undefined || account.value.disabledAt !== undefined) return undefined
  if (account.value.isFromIdentityProvider) return undefined
  const hasWayIn =
    account.value.password !== undefined ||
    (await store.list('passkey', 'account', account.id, { limit: 1 })).length > 0
  return hasWayIn ? account : undefined
}
