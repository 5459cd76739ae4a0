import type { Change, Store } from '@portcullis/auth/authorization-server'
import { type Account, changeTo, changeToFirstOwner } from '../accounts/accounts.ts'
import { identitiesOf } from '../accounts/identities.ts'
import { changesToEndLinks, changesToEndLinksOf } from '../accounts/links.ts'
import { changesToEndTokens, onceEach } from '../accounts/made-by.ts'
import type { Configuration } from '../config/configuration.ts'
import { OperatorError } from '../operations/operator-error.ts'
import type { AccountRecord, ProgramKinds } from '../store/records.ts'
import { type Administrator, requireMayActOn } from './administrator.ts'
import { type HeldRoleContext, roleWith } from './held-role.ts'
import { anotherOwner, isOwner } from './owners.ts'
import { requireAccount } from './require-account.ts'
import { mayAdministrate, mayDo, type Right } from './rights.ts'

/** What people are read with. */
export interface PeopleContext extends HeldRoleContext {
  store: Store<ProgramKinds>
  configuration: Pick<Configuration, 'identityProviders' | 'passwords'>
}

export interface ChangeContext extends PeopleContext {
  administrator: Administrator
}

/**
 * Writes what `change` makes of an account; nothing where it gives it back as it is. There is always an owner who was made so by hand and can sign in, whatever
 * is asked for at once: what takes one away also writes the one record that says that there are owners. Throws `OperatorError` where there is no such account, where it is
 * somebody else's affair, and where it is that of the last owner.
 */
export async function changeUser(
  context: ChangeContext,
  userName: string,
  change: (current: AccountRecord) => AccountRecord,
): Promise<Account> {
  const { store, administrator } = context
  for (;;) {
    const account = await requireAccount({ store }, userName)
    const identities = await identitiesOf(context, account)
    requireMayActOn(administrator, roleWith(identities, account, context).role)
    const value = change(account.value)
    if (value === account.value) return account
    const may = (of: AccountRecord, right: Right) =>
      mayDo(of, roleWith(identities, { ...account, value: of }, context), right)
    const loses = (right: Right) => may(account.value, right) && !may(value, right)
    const alongside = [
      ...(await changesOfOwners(context, account, value)),
      ...(await changesOfLinks(store, account, value)),
      ...(await changesOfMade(account.id, loses, store)),
    ]
    if (await store.commit([changeTo(account, value), ...onceEach(alongside)]))
      return requireAccount({ store }, userName)
  }
}

/** Who may administrate is not signed in to by a link that somebody could make who may not act on them. */
async function changesOfLinks(
  store: Store<ProgramKinds>,
  { id, value: before }: Account,
  after: AccountRecord,
): Promise<Change<ProgramKinds>[]> {
  return mayAdministrate(after.role) && before.role !== after.role ? changesToEndLinks({ store }, id) : []
}

/**
 * Whoever may make tokens no more does nothing by those that they made. Whoever is sent away comes back by no invitation of their own, and takes no account by
 * a link for a new password; an owner's may be for an owner.
 */
async function changesOfMade(
  accountId: string,
  loses: (right: Right) => boolean,
  store: Store<ProgramKinds>,
): Promise<Change<ProgramKinds>[]> {
  return [
    ...(loses('manage_tokens') ? await changesToEndTokens({ store }, accountId) : []),
    ...(loses('invite') || loses('change_roles') ? await changesToEndLinksOf({ store }, accountId) : []),
  ]
}

async function changesOfOwners(
  { store, configuration }: PeopleContext,
  account: Account,
  after: AccountRecord,
): Promise<Change<ProgramKinds>[]> {
  const { id, value: before } = account
  const isTaken = isOwner(before) && !isOwner(after)
  const isMade = !isOwner(before) && isOwner(after)
  if (!isTaken && !isMade) return []
  const record = await store.get('owner', 'first')
  if (isMade) return record === undefined ? [changeToFirstOwner(id)] : []
  const other = await anotherOwner({ store, passwords: configuration.passwords }, account)
  if (other === undefined) throw isLastOwner(before)
  const value = record?.value ?? { accountId: other.id }
  return [{ kind: 'owner', id: 'first', version: record?.version ?? 'absent', value }]
}

export function isLastOwner({ userName }: Pick<AccountRecord, 'userName'>): OperatorError {
  return new OperatorError(`${userName} is the last owner who can sign in`, {
    nextStep:
      'Make somebody else one first: portcullis users role NAME owner. Whoever is an owner by the word of an identity provider alone does not count.',
  })
}
