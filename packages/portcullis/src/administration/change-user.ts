import type { Change, Store } from '@portcullis/auth/authorization-server'
import { type Account, changeTo, changeToFirstOwner, listAccounts } from '../accounts/accounts.ts'
import { changesToEndLinks, changesToEndLinksOf } from '../accounts/links.ts'
import { OperatorError } from '../operations/operator-error.ts'
import type { AccountRecord, ProgramKinds } from '../store/records.ts'
import { type Administrator, requireMayActOn } from './administrator.ts'
import { requireAccount } from './require-account.ts'
import { may, mayAdministrate, type Right, roleOf } from './rights.ts'
import { changesToEndTokens } from './tokens.ts'

export interface ChangeContext {
  store: Store<ProgramKinds>
  administrator: Administrator
}

/**
 * Writes what `change` makes of an account; nothing where it gives it back as it is. There is always an owner who can sign in, whatever is asked for at
 * once: what takes one away also writes the one record that says that there are owners. Throws `OperatorError` where there is no such account, where it is
 * somebody else's affair, and where it is that of the last owner.
 */
export async function changeUser(
  { store, administrator }: ChangeContext,
  userName: string,
  change: (current: AccountRecord) => AccountRecord,
): Promise<Account> {
  for (;;) {
    const account = await requireAccount({ store }, userName)
    requireMayActOn(administrator, roleOf(account.value))
    const value = change(account.value)
    if (value === account.value) return account
    const alongside = [
      ...(await changesOfOwners(store, account, value)),
      ...(await changesOfLinks(store, account, value)),
      ...(await changesOfTokens(store, account, value)),
      ...(await changesOfMadeLinks(store, account, value)),
    ]
    if (await store.commit([changeTo(account, value), ...onceEach(alongside)]))
      return requireAccount({ store }, userName)
  }
}

/** A link that somebody made for themselves goes for two reasons. */
function onceEach(changes: readonly Change<ProgramKinds>[]): Change<ProgramKinds>[] {
  return [...new Map(changes.map((change) => [`${change.kind} ${change.id}`, change])).values()]
}

/** Who may administrate is not signed in to by a link that somebody could make who may not act on them. */
async function changesOfLinks(
  store: Store<ProgramKinds>,
  { id, value: before }: Account,
  after: AccountRecord,
): Promise<Change<ProgramKinds>[]> {
  return mayAdministrate(after) && roleOf(before) !== roleOf(after) ? changesToEndLinks({ store }, id) : []
}

/** Whoever may make tokens no more does nothing by those that they made. */
async function changesOfTokens(
  store: Store<ProgramKinds>,
  { id, value: before }: Account,
  after: AccountRecord,
): Promise<Change<ProgramKinds>[]> {
  return loses('manage_tokens', before, after) ? changesToEndTokens({ store }, id) : []
}

/** Whoever is sent away comes back by no invitation of their own, and takes no account by a link for a new password; an owner's may be for an owner. */
async function changesOfMadeLinks(
  store: Store<ProgramKinds>,
  { id, value: before }: Account,
  after: AccountRecord,
): Promise<Change<ProgramKinds>[]> {
  const isLess = loses('invite', before, after) || loses('change_roles', before, after)
  return isLess ? changesToEndLinksOf({ store }, id) : []
}

function loses(right: Right, before: AccountRecord, after: AccountRecord): boolean {
  return may(before, right) && !may(after, right)
}

async function changesOfOwners(
  store: Store<ProgramKinds>,
  { id, value: before }: Account,
  after: AccountRecord,
): Promise<Change<ProgramKinds>[]> {
  const isTaken = isOwner(before) && !isOwner(after)
  const isMade = !isOwner(before) && isOwner(after)
  if (!isTaken && !isMade) return []
  const record = await store.get('owner', 'first')
  if (isMade) return record === undefined ? [changeToFirstOwner(id)] : []
  const other = (await listAccounts({ store })).find((account) => account.id !== id && isOwner(account.value))
  if (other === undefined)
    throw new OperatorError(`${before.userName} is the last owner`, {
      nextStep: 'Make somebody else one first: portcullis users role NAME owner',
    })
  const value = record?.value ?? { accountId: other.id }
  return [{ kind: 'owner', id: 'first', version: record?.version ?? 'absent', value }]
}

function isOwner(account: AccountRecord): boolean {
  return roleOf(account) === 'owner' && account.disabledAt === undefined
}
