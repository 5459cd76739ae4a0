/** What a person may do here, from all to nothing but sign in. */
export const roles = ['owner', 'operator', 'auditor', 'member'] as const

export type Role = (typeof roles)[number]
