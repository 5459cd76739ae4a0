import { type Account, listAccounts } from '../accounts/accounts.ts'
import { canSignIn, type WaysInContext } from '../accounts/ways-in.ts'
import type { AccountRecord } from '../store/records.ts'

/** Whether somebody made them an owner by hand, and the account can be used. What an identity provider gives it can take back at any time, and leave nobody. */
export function isOwner({ role, disabledAt }: Pick<AccountRecord, 'role' | 'disabledAt'>): boolean {
  return role === 'owner' && disabledAt === undefined
}

/** The names of all owners, where none of them can sign in; none where one can, or there is none yet. */
export async function ownersShutOut(context: WaysInContext): Promise<string[]> {
  const owners = (await listAccounts(context)).filter(({ value }) => isOwner(value))
  for (const owner of owners) if (await canSignIn(context, owner)) return []
  return owners.map(({ value }) => value.userName)
}

/** Another owner who can sign in; `undefined` where there is none. */
export async function anotherOwner(context: WaysInContext, besides: Pick<Account, 'id'>): Promise<Account | undefined> {
  for (const account of await listAccounts(context))
    if (account.id !== besides.id && isOwner(account.value) && (await canSignIn(context, account))) return account
  return undefined
}
