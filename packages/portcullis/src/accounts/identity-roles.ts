import { createHash } from 'node:crypto'
import type { Identity } from '@portcullis/auth/identity-providers'
import { type AdmissionRules, admit } from '@portcullis/auth/identity-providers/admission'
import type { RoleSource } from '../store/audit-acts.ts'
import type { GivenRole, IdentityRecord } from '../store/records.ts'
import { type AdministratorRole, administratorRoles } from '../store/role.ts'
import type { TrustedIdentityProvider } from './trusted-identity-provider.ts'

/** Which people of an identity provider have a role here, without anybody giving it by hand. */
export type RoleRules = Readonly<Partial<Record<AdministratorRole, AdmissionRules>>>

/** A role that an identity gives, and by what. */
export interface RoleByIdentity extends RoleSource {
  role: AdministratorRole
}

/**
 * What is kept of the role of somebody who was just vouched for: the highest whose rules let them have it. Where groups are not all told nobody knows, and it
 * is as was said before.
 */
export function roleFor(
  identity: Identity,
  rules: RoleRules,
  { before, now }: { before: Pick<IdentityRecord, 'role' | 'roleRules'> | undefined; now: number },
): Pick<IdentityRecord, 'role' | 'roleRules'> {
  const roleRules = hashOf(rules)
  if (roleRules === undefined) return {}
  for (const role of administratorRoles) {
    const wanted = rules[role]
    if (wanted === undefined) continue
    const verdict = admit(identity, wanted)
    if (verdict.isAdmitted) return { roleRules, role: { role, rule: wordsFor(identity, wanted), saidAt: now } }
    if (verdict.isUncertain && before?.roleRules === roleRules && before.role?.role === role)
      return { roleRules, role: before.role }
  }
  return { roleRules }
}

/** Whether what is kept of an identity follows the rules that there are now. */
export function followsRules({ roleRules }: Pick<IdentityRecord, 'roleRules'>, rules: RoleRules): boolean {
  return roleRules === hashOf(rules)
}

/** What is needed of an identity provider to know whether its word still gives a role. */
export type RoleTrust = Pick<TrustedIdentityProvider, 'roles' | 'recheck' | 'recheckGrace' | 'trustFor'>

/** The role that an identity gives by its identity provider's last word, while that counts, and by the rules that there are now. `now` in seconds. */
export function roleByIdentity(
  value: IdentityRecord,
  by: RoleTrust | undefined,
  now: number,
): RoleByIdentity | undefined {
  if (by === undefined || value.endedAt !== undefined || !followsRules(value, by.roles)) return undefined
  const counts = value.upstream === undefined ? by.trustFor : by.recheck + by.recheckGrace
  return value.role === undefined || now - value.role.saidAt >= counts ? undefined : withSource(value.role, value)
}

/** The role that was last said, whether or not it still counts. */
export function lastSaidRole(value: IdentityRecord): RoleByIdentity | undefined {
  return value.role && withSource(value.role, value)
}

function withSource(
  { role, rule }: GivenRole,
  { identityProvider }: Pick<IdentityRecord, 'identityProvider'>,
): RoleByIdentity {
  return { role, identityProvider, rule }
}

/** `undefined` where there are none. */
function hashOf(rules: RoleRules): string | undefined {
  const given = administratorRoles.flatMap((role) => {
    const { domains = [], emails = [], subjects = [], groups = [], claims = {} } = rules[role] ?? {}
    return rules[role] === undefined ? [] : [[role, domains, emails, subjects, groups, Object.entries(claims)]]
  })
  if (given.length === 0) return undefined
  return createHash('sha256').update(JSON.stringify(given)).digest('base64url')
}

function wordsFor(identity: Identity, { groups = [], claims = {} }: AdmissionRules): string {
  const group = groups.find((each) => identity.groups.includes(each))
  if (group !== undefined) return `the group "${group}"`
  const [claim] = Object.keys(claims)
  return claim === undefined ? 'a list of people' : `the claim "${claim}"`
}
