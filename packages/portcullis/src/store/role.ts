/** What a person may do here, from all to nothing but sign in. */
export const roles = ['owner', 'operator', 'auditor', 'member'] as const

export type Role = (typeof roles)[number]

/** The roles that let somebody administrate, the highest first. */
export const administratorRoles = ['owner', 'operator', 'auditor'] as const

export type AdministratorRole = (typeof administratorRoles)[number]

/** Whether the first may more than the second. */
export function isHigher(role: Role, than: Role): boolean {
  return roles.indexOf(role) < roles.indexOf(than)
}
