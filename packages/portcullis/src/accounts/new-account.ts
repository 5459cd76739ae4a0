import { randomUUID } from 'node:crypto'
import type { Change, Entry } from '@portcullis/auth/authorization-server'
import type { Identity } from '@portcullis/auth/identity-providers'
import type { AccountRecord, LinkRecord, ProgramKinds } from '../store/records.ts'
import { type Account, changesToCreate, changeTo, changeToFirstOwner, hasOwner } from './accounts.ts'
import type { AccountsContext } from './context.ts'
import { userNamesFor } from './identity-user-name.ts'
import { changeToEnd } from './links.ts'
import { roleByLink } from './role-by-link.ts'
import { userNameKey } from './user-name.ts'

type Changes = Change<ProgramKinds>[]

/** What makes the account of somebody who signs in by an identity, which is committed with it; `link` is used up, where they came by one. */
export async function changesForNewAccount(
  context: AccountsContext,
  identity: Pick<Identity, 'userName' | 'email' | 'name'>,
  { identityId, link }: { identityId: string; link: Entry<LinkRecord> | undefined },
): Promise<{ accountId: string; changes: Changes } | 'link_gone' | 'no_name'> {
  const userName = await freeName(context, identity)
  if (userName === undefined) return 'no_name'
  const accountId = randomUUID()
  const given = link === undefined ? { role: 'member' as const, isFirst: false } : await roleByLink(context, link)
  if (given === 'link_gone') return 'link_gone'
  const { role, isFirst } = given
  const value: AccountRecord = {
    userName,
    role,
    createdAt: context.now(),
    sessionEpoch: 0,
    identities: [identityId],
    isFromIdentityProvider: true,
  }
  return {
    accountId,
    changes: [...changesToCreate(accountId, value, { isFirst }), ...(link === undefined ? [] : [changeToEnd(link)])],
  }
}

/** What makes an account that is there already the owner, by the owner link. */
export async function changesForOwner(
  context: AccountsContext,
  account: Account,
  link: Entry<LinkRecord>,
): Promise<Changes | 'link_gone'> {
  if (await hasOwner(context)) return 'link_gone'
  return [changeToEnd(link), changeTo(account, { ...account.value, role: 'owner' }), changeToFirstOwner(account.id)]
}

async function freeName(
  { store }: AccountsContext,
  identity: Pick<Identity, 'userName' | 'email' | 'name'>,
): Promise<string | undefined> {
  for (const name of userNamesFor(identity))
    if ((await store.get('userName', userNameKey(name))) === undefined) return name
  return undefined
}
