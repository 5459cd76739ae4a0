import type { Change } from '@portcullis/auth/authorization-server'
import type { ProgramKinds } from '../store/records.ts'
import { type Account, changeTo } from './accounts.ts'
import type { AccountsContext } from './context.ts'
import { emailAddressKey } from './email-address.ts'
import { changeToEnd, findLink } from './links.ts'

type WithStore = Pick<AccountsContext, 'store'>

/** The changes beside that of the account itself by which it gets an address, and gives back the one that it had; `taken` where it is another's. */
export async function changesToHold(
  { store }: WithStore,
  { accountId, before, email }: { accountId: string; before: string | undefined; email: string },
): Promise<Change<ProgramKinds>[] | 'taken'> {
  const id = emailAddressKey(email)
  const holder = await store.get('emailAddress', id)
  if (holder !== undefined && holder.value.accountId !== accountId) return 'taken'
  const version = holder?.version ?? 'absent'
  return [
    { kind: 'emailAddress', id, version, value: { accountId } },
    ...(before !== undefined && emailAddressKey(before) === id ? [] : await changesToRelease({ store }, before)),
  ]
}

/** The change by which an address is nobody's again; none where there was none. */
export async function changesToRelease(
  { store }: WithStore,
  email: string | undefined,
): Promise<Change<ProgramKinds>[]> {
  if (email === undefined) return []
  const held = await store.get('emailAddress', emailAddressKey(email))
  return held === undefined ? [] : [{ kind: 'emailAddress', id: held.id, version: held.version, value: undefined }]
}

/**
 * Uses up the link that was sent to an address, and makes it that of the account that asked for it, where whoever opened it is signed in to that very
 * account. Resolves to the account as it was before.
 */
export async function confirmEmail(
  context: WithStore,
  accountId: string,
  token: string,
): Promise<Account | 'link_gone' | 'taken'> {
  const { store } = context
  for (;;) {
    const link = await findLink(context, 'email', token)
    const account = await store.get('account', accountId)
    const email = link?.value.email
    if (link === undefined || account === undefined || email === undefined || link.value.accountId !== accountId)
      return 'link_gone'
    const changes = await changesToHold(context, { accountId, before: account.value.email, email })
    if (changes === 'taken') return 'taken'
    if (await store.commit([changeToEnd(link), changeTo(account, { ...account.value, email }), ...changes]))
      return account
  }
}

/** Takes the address away. Resolves to the account as it was before. */
export async function removeEmail({ store }: WithStore, accountId: string): Promise<Account | undefined> {
  for (;;) {
    const account = await store.get('account', accountId)
    if (account?.value.email === undefined) return account
    const { email, ...value } = account.value
    if (await store.commit([changeTo(account, value), ...(await changesToRelease({ store }, email))])) return account
  }
}
