import { randomUUID } from 'node:crypto'
import type { Change, Entry } from '@portcullis/auth/authorization-server'
import type { AccountRecord, ProgramKinds } from '../store/records.ts'
import type { AccountsContext } from './context.ts'
import { changeToEnd, findLink } from './links.ts'
import { userNameKey } from './user-name.ts'

export type Account = Entry<AccountRecord>

type WithStore = Pick<AccountsContext, 'store'>

/** The account of that name. Two reads whether there is one or not, so that the time of an answer does not tell. */
export async function findAccount({ store }: WithStore, userName: string): Promise<Account | undefined> {
  const holder = await store.get('userName', userNameKey(userName))
  return store.get('account', holder?.value.accountId ?? '')
}

/** All accounts, in the order of their ids. */
export async function listAccounts({ store }: WithStore): Promise<Account[]> {
  const accounts: Account[] = []
  for (;;) {
    const after = accounts.at(-1)?.id
    const page = await store.list('account', 'all', 'all', after === undefined ? {} : { after })
    if (page.length === 0) return accounts
    accounts.push(...page)
  }
}

/** Whether the first owner has been made. */
export async function hasOwner({ store }: WithStore): Promise<boolean> {
  return (await store.get('owner', 'first')) !== undefined
}

export type CreateOutcome = { kind: 'created'; account: Account } | { kind: 'link_gone' } | { kind: 'name_taken' }

/** Uses up an owner link or an invitation and makes the account, in one commit. Throws `BusyError` when passwords wait already. */
export async function createAccountByLink(
  context: AccountsContext,
  {
    purpose,
    token,
    userName,
    password,
  }: { purpose: 'owner' | 'invitation'; token: string; userName: string; password: string },
): Promise<CreateOutcome> {
  const { store, passwords, now } = context
  if ((await findLink(context, purpose, token)) === undefined) return { kind: 'link_gone' }
  const hash = await passwords.hash(password)
  for (;;) {
    const link = await findLink(context, purpose, token)
    if (link === undefined) return { kind: 'link_gone' }
    if ((await findAccount(context, userName)) !== undefined) return { kind: 'name_taken' }
    const id = randomUUID()
    const role = purpose === 'owner' ? 'owner' : 'member'
    const value: AccountRecord = { userName: userName.trim(), role, createdAt: now(), password: hash, sessionEpoch: 0 }
    const changes: Change<ProgramKinds>[] = [
      changeToEnd(link),
      { kind: 'account', id, version: 'absent', value, index: { all: 'all' } },
      { kind: 'userName', id: userNameKey(userName), version: 'absent', value: { accountId: id } },
    ]
    if (purpose === 'owner') {
      if (await hasOwner(context)) return { kind: 'link_gone' }
      changes.push({ kind: 'owner', id: 'first', version: 'absent', value: { accountId: id } })
    }
    if (!(await store.commit(changes))) continue
    const account = await store.get('account', id)
    return account === undefined ? { kind: 'link_gone' } : { kind: 'created', account }
  }
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
