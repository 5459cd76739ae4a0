import type { Change, Entry } from '@portcullis/auth/authorization-server'
import { listAll } from '../store/list-all.ts'
import type { AccountRecord, ProgramKinds } from '../store/records.ts'
import type { AccountsContext } from './context.ts'
import { userNameKey } from './user-name.ts'

export type Account = Entry<AccountRecord>

type WithStore = Pick<AccountsContext, 'store'>

/** The account of that name. Two reads whether there is one or not, so that the time of an answer does not tell. */
export async function findAccount({ store }: WithStore, userName: string): Promise<Account | undefined> {
  const holder = await store.get('userName', userNameKey(userName))
  return store.get('account', holder?.value.accountId ?? '')
}

/** All accounts, in the order of their ids. */
export function listAccounts({ store }: WithStore): Promise<Account[]> {
  return listAll(store, 'account', 'all', 'all')
}

/** Whether the first owner has been made. */
export async function hasOwner({ store }: WithStore): Promise<boolean> {
  return (await store.get('owner', 'first')) !== undefined
}

/** Writes what `change` makes of the account as it is; nothing where it changes nothing. Resolves to the account, or `undefined` when there is none. */
export async function updateAccount(
  { store }: WithStore,
  accountId: string,
  change: (account: AccountRecord) => AccountRecord,
): Promise<Account | undefined> {
  for (;;) {
    const account = await store.get('account', accountId)
    if (account === undefined) return undefined
    const value = change(account.value)
    if (value === account.value) return account
    if (await store.commit([changeTo(account, value)])) return store.get('account', accountId)
  }
}

/** The change that makes `value` of an account that is still as it was read. */
export function changeTo({ id, version }: Account, value: AccountRecord): Change<ProgramKinds> {
  return { kind: 'account', id, version, value, index: { all: 'all' } }
}

/** The changes that make an account and take its user name, which nobody has. `isFirst`: it is the first owner, of whom there is one. */
export function changesToCreate(
  id: string,
  value: AccountRecord,
  { isFirst }: { isFirst: boolean },
): Change<ProgramKinds>[] {
  return [
    { kind: 'account', id, version: 'absent', value, index: { all: 'all' } },
    { kind: 'userName', id: userNameKey(value.userName), version: 'absent', value: { accountId: id } },
    ...(isFirst ? [changeToFirstOwner(id)] : []),
  ]
}

/** The change by which an account is that of the first owner. */
export function changeToFirstOwner(accountId: string): Change<ProgramKinds> {
  return { kind: 'owner', id: 'first', version: 'absent', value: { accountId } }
}
