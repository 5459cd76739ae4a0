import type { Store } from '@portcullis/auth/authorization-server'
import type { Account } from '../accounts/accounts.ts'
import { identitiesOf, type KnownIdentity } from '../accounts/identities.ts'
import type { IdentityChecks } from '../accounts/identity-checks.ts'
import { roleByIdentity } from '../accounts/identity-roles.ts'
import type { Configuration } from '../config/configuration.ts'
import { roleRulesOf } from '../operations/configured-identity-providers.ts'
import type { ProgramKinds } from '../store/records.ts'
import { type HeldRole, roleOf } from './rights.ts'

export interface HeldRoleContext {
  store: Pick<Store<ProgramKinds>, 'get'>
  configuration: Pick<Configuration, 'identityProviders'>
  /** Seconds since the epoch. */
  now: () => number
}

/** The role that a person has by what identity providers said last; nobody is asked anew. */
export async function heldRole(context: HeldRoleContext, account: Account): Promise<HeldRole> {
  return roleWith(await identitiesOf(context, account), account, context)
}

/** The same by identities that were read already. */
export function roleWith(
  identities: readonly KnownIdentity[],
  account: Account,
  { configuration: { identityProviders }, now }: Omit<HeldRoleContext, 'store'>,
): HeldRole {
  const given = identities.flatMap(({ value }) => {
    const { identityProvider: name } = value
    const settings = Object.hasOwn(identityProviders, name) ? identityProviders[name] : undefined
    return roleByIdentity(value, settings && { ...settings, roles: roleRulesOf(settings) }, now()) ?? []
  })
  return roleOf(account.value, given)
}

export interface RoleNowContext extends HeldRoleContext {
  /** Asks an identity provider again whose word is old. Default: what it said last counts. */
  currentRole?: (account: Account) => Promise<HeldRole>
}

/** The role of somebody who is about to use it. */
export function roleNow(context: RoleNowContext, account: Account): Promise<HeldRole> {
  return context.currentRole === undefined ? heldRole(context, account) : context.currentRole(account)
}

/** The same of a server, which can ask identity providers. */
export async function currentRole(
  { identityChecks }: { identityChecks?: Pick<IdentityChecks, 'rolesOf'> | undefined },
  account: Account,
): Promise<HeldRole> {
  return roleOf(account.value, await identityChecks?.rolesOf(account))
}
