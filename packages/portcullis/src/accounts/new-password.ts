import type { Change, Entry } from '@portcullis/auth/authorization-server'
import type { LinkRecord, PasswordHash, ProgramKinds } from '../store/records.ts'
import { type Account, changeTo } from './accounts.ts'
import { changesToRelease } from './change-email.ts'
import type { AccountsContext, EndGrants } from './context.ts'
import { changesToForget, identitiesOf } from './identities.ts'
import { changesToEndLinks, changeToEnd, findLink } from './links.ts'
import { changesToEndMade, endMadeMeanwhile, onceEach } from './made-by.ts'
import { changesToRemoveAll, passkeysOf } from './passkeys/passkeys.ts'

/**
 * Uses up a link for a new password, given by an operator or sent by mail, and sets the password, which is the only way in then: the account's sessions,
 * passkeys, identities and grants end with the old one, as do the administration tokens, invitations and links that were made in its name, and where it was
 * an operator who gave the link, its e-mail address. Resolves to `undefined` when
 * the link works no more, and otherwise to the account and to what it was before. Throws `BusyError` when passwords wait already.
 */
export async function resetPasswordByLink(
  context: AccountsContext,
  {
    purpose = 'reset',
    token,
    password,
    endGrants,
  }: { purpose?: 'reset' | 'recovery'; token: string; password: string; endGrants: EndGrants },
): Promise<{ account: Account; before: Account } | undefined> {
  const { store, passwords } = context
  if ((await findLink(context, purpose, token)) === undefined) return undefined
  const hash = await passwords.hash(password)
  for (;;) {
    const link = await findLink(context, purpose, token)
    const account = link?.value.accountId === undefined ? undefined : await store.get('account', link.value.accountId)
    if (link === undefined || account === undefined || (purpose === 'recovery' && !mayRecover(account, link)))
      return undefined
    // Whoever was in the account may have added any of these, which would let them in again. What was sent to its address is whose the address is.
    const email = purpose === 'reset' ? account.value.email : undefined
    const others = [
      changeToEnd(link),
      ...(await changesToEndLinks(context, account.id)).filter(({ id }) => id !== link.id),
      ...(await changesToRelease(context, email)),
      ...changesToRemoveAll(await passkeysOf(context, account.id)),
      ...changesToForget(await identitiesOf(context, account)),
      ...(await changesToEndMade(context, account.id)),
    ]
    const emptied = email === undefined ? account : withoutEmail(account)
    if (await replacePassword(context, emptied, { hash, alongside: onceEach(others), endGrants })) {
      const after = await store.get('account', account.id)
      return after && { account: after, before: account }
    }
  }
}

/**
 * Whether what was sent by mail still opens the account: it has that address, and is not signed in to at an identity provider by now, whose people come in
 * there or not at all.
 */
function mayRecover({ value }: Account, link: Entry<LinkRecord>): boolean {
  return value.email !== undefined && value.email === link.value.email && !value.isFromIdentityProvider
}

function withoutEmail(account: Account): Account {
  const { email: _, ...value } = account.value
  return { ...account, value }
}

/**
 * Sets the password, and ends what the old one may have let in: the account's sessions, in the same commit as `alongside`, and its grants. Resolves to
 * whether it wrote: not when the account, or what is written alongside, is not as it was read any more.
 */
async function replacePassword(
  { store }: Pick<AccountsContext, 'store'>,
  account: Account,
  {
    hash,
    alongside,
    endGrants,
  }: { hash: PasswordHash; alongside: readonly Change<ProgramKinds>[]; endGrants: EndGrants },
): Promise<boolean> {
  await endGrants(account.id) // first, so that where it fails all can be tried again
  const { identities: _, isFromIdentityProvider: __, ...kept } = account.value
  const value = { ...kept, password: hash, sessionEpoch: kept.sessionEpoch + 1 }
  if (!(await store.commit([...alongside, changeTo(account, value)]))) return false
  try {
    await endGrants(account.id) // those that the sessions consented to until now
  } finally {
    await endMadeMeanwhile({ store }, account.id) // the link is used up: nobody could try again
  }
  return true
}
