import type { RoleByIdentity } from '../accounts/identity-roles.ts'
import type { RoleSource } from '../store/audit-acts.ts'
import type { AccountRecord } from '../store/records.ts'
import { isHigher, type Role } from '../store/role.ts'

/** Who may do what: the one table. A right that a role is not named for, it does not have. */
export const rights = {
  read_users: ['owner', 'operator', 'auditor'],
  invite: ['owner', 'operator'],
  reset_passwords: ['owner', 'operator'],
  disable_users: ['owner', 'operator'],
  change_roles: ['owner'],
  read_clients: ['owner', 'operator', 'auditor'],
  manage_clients: ['owner', 'operator'],
  read_grants: ['owner', 'operator', 'auditor'],
  end_grants: ['owner', 'operator'],
  read_keys: ['owner', 'operator', 'auditor'],
  rotate_keys: ['owner', 'operator'],
  read_settings: ['owner', 'operator', 'auditor'],
  read_attempts: ['owner', 'operator', 'auditor'],
  read_audit: ['owner', 'operator', 'auditor'],
  read_tokens: ['owner', 'auditor'],
  manage_tokens: ['owner'],
} as const satisfies Readonly<Record<string, readonly Role[]>>

export type Right = keyof typeof rights

/** Whether people with that role may do it. */
export function hasRight(role: Role, right: Right): boolean {
  const holders: readonly Role[] = rights[right]
  return holders.includes(role)
}

/** The role that a person has, and by what, where nobody gave it by hand. */
export interface HeldRole {
  role: Role
  from?: RoleSource
}

/** The role that a person has: the one that was given by hand, or a higher one that an identity provider gives. The one place to ask. */
export function roleOf(
  { role: byHand }: Pick<AccountRecord, 'role'>,
  byIdentities: readonly RoleByIdentity[] = [],
): HeldRole {
  let held: HeldRole = { role: byHand }
  for (const { role, ...from } of byIdentities) if (isHigher(role, held.role)) held = { role, from }
  return held
}

/** Whether people with that role may look after this server in any way. */
export function mayAdministrate(role: Role): boolean {
  return role !== 'member'
}

/** Whether whoever has the account, and that role, has a right now: none where it is disabled. */
export function mayDo({ disabledAt }: Pick<AccountRecord, 'disabledAt'>, { role }: HeldRole, right: Right): boolean {
  return disabledAt === undefined && hasRight(role, right)
}

/** Whether somebody with one role may act on a person with another: whoever can set an owner's password is one, so who administrates is an owner's affair. */
export function mayActOn(role: Role, whose: Role): boolean {
  return role === 'owner' || whose === 'member'
}
