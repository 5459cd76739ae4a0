import type { Change, Store } from '@portcullis/auth/authorization-server'
import type { Account } from '../accounts/accounts.ts'
import { identitiesOf } from '../accounts/identities.ts'
import { lastSaidRole } from '../accounts/identity-roles.ts'
import type { OperatorAct } from '../store/audit-acts.ts'
import type { AccountRecord, IdentityRecord, ProgramKinds } from '../store/records.ts'
import { type HeldRole, roleOf } from './rights.ts'

/** Whose role is another by what a commit makes of identities, and by what. A role that is given by hand is told with the account. */
export async function roleActsOf(
  changes: readonly Change<ProgramKinds>[],
  store: Store<ProgramKinds>,
): Promise<OperatorAct[]> {
  const ofIdentities = changes.filter((change) => change.kind === 'identity')
  const accountIds = new Set<string>()
  for (const { id, value } of ofIdentities) {
    const accountId = (value ?? (await store.get('identity', id))?.value)?.accountId
    if (accountId !== undefined) accountIds.add(accountId)
  }
  const acts: OperatorAct[] = []
  for (const accountId of accountIds) {
    const account = accountIn(changes, accountId) ?? (await store.get('account', accountId))?.value
    if (account === undefined) continue
    const known = new Map<string, IdentityRecord>()
    const before = await store.get('account', accountId)
    if (before !== undefined) for (const { id, value } of await identitiesOf({ store }, before)) known.set(id, value)
    const was = roleBy(account, known)
    for (const { id, value } of ofIdentities) {
      known.delete(id)
      if (value?.accountId === accountId) known.set(id, value)
    }
    const is = roleBy(account, known)
    const roleFrom = is.from ?? was.from
    if (is.role === was.role || roleFrom === undefined) continue
    const { userName } = account
    acts.push({ type: 'user_role_changed', accountId, userName, role: is.role, before: was.role, roleFrom })
  }
  return acts
}

/** The role of a person by what was last said of it: for the log, which asks nobody. */
export async function lastKnownRole(
  account: Pick<Account, 'value'>,
  store: Pick<Store<ProgramKinds>, 'get'>,
): Promise<HeldRole> {
  const identities = await identitiesOf({ store }, account)
  return roleBy(account.value, new Map(identities.map(({ id, value }) => [id, value])))
}

function roleBy(account: AccountRecord, identities: ReadonlyMap<string, IdentityRecord>): HeldRole {
  return roleOf(
    account,
    [...identities.values()].flatMap((value) => lastSaidRole(value) ?? []),
  )
}

function accountIn(changes: readonly Change<ProgramKinds>[], accountId: string): AccountRecord | undefined {
  const change = changes.find(({ kind, id }) => kind === 'account' && id === accountId)
  return change?.kind === 'account' ? change.value : undefined
}
