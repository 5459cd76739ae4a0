import type { Configuration } from './configuration.ts'

type IdentityProvider = Configuration['identityProviders'][string]

/** More than these are counted. */
const mostNamed = 3

/** Who of an identity provider may come in, in words: who is meant, and what narrows that. */
export function admittedBy({
  tenants,
  hostedDomains,
  organisations,
  allow,
  newAccounts,
}: Pick<IdentityProvider, 'tenants' | 'hostedDomains' | 'organisations' | 'allow' | 'newAccounts'>): string {
  const reach = [
    ...oneOf('of the tenant', tenants),
    ...oneOf('of the Workspace domain', hostedDomains),
    ...oneOf('of the organisation', organisations),
  ]
  const invited = newAccounts === 'invited' ? '; for the first time with an invitation alone' : ''
  return `${peopleIn(allow ?? {}, reach)}${invited}`
}

/** Whom rules mean, in words. `reach`: what narrows that beside them. */
export function peopleIn(
  rules: Partial<NonNullable<IdentityProvider['allow']>>,
  reach: readonly string[] = [],
): string {
  const { domains = [], emails = [], subjects = [], groups = [], claims = {}, anybody = false } = rules
  const named = [...emails, ...subjects]
  const people = [
    ...domains.map((domain) => `people of ${domain}`),
    ...(named.length > mostNamed ? [`${named.length} people by name`] : named),
  ]
  const who = people.length === 0 || anybody ? 'whoever has an account there' : people.join(' or ')
  const narrowed = [
    ...reach,
    ...oneOf(
      'in',
      groups.map((group) => `"${group}"`),
    ),
    ...Object.entries(claims).map(([name, values]) => `whose ${name} is ${values.join(' or ')}`),
  ]
  return [who, ...narrowed].join(', ')
}

function oneOf(words: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`${words} ${values.join(' or ')}`]
}
