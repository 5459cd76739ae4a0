import type { AccountRecord } from '../store/records.ts'
import type { Role } from '../store/role.ts'

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

/** The role that a person has. The one place to ask: roles that come of groups at an identity provider go in here. */
export function roleOf({ role }: Pick<AccountRecord, 'role'>): Role {
  return role
}

/** Whether the person may look after this server in any way. */
export function mayAdministrate(account: Pick<AccountRecord, 'role'>): boolean {
  return roleOf(account) !== 'member'
}

/** Whether the account has a right now: none where it is disabled, or not there. */
export function may(account: Pick<AccountRecord, 'role' | 'disabledAt'> | undefined, right: Right): boolean {
  return account !== undefined && account.disabledAt === undefined && hasRight(roleOf(account), right)
}

/** Whether somebody with one role may act on a person with another: whoever can set an owner's password is one, so who administrates is an owner's affair. */
export function mayActOn(role: Role, whose: Role): boolean {
  return role === 'owner' || whose === 'member'
}
