import type { Configuration } from '../config/configuration.ts'
import type { RoleSource } from '../store/audit-acts.ts'

/** By what a person has a role: `by the group "Administrators" of Entra`. Identity providers are called as their settings call them. */
export function roleSourceWords(
  { identityProvider, rule }: RoleSource,
  { identityProviders }: Pick<Configuration, 'identityProviders'>,
): string {
  const settings = Object.hasOwn(identityProviders, identityProvider) ? identityProviders[identityProvider] : undefined
  return `by ${rule} of ${settings?.name ?? identityProvider}`
}
