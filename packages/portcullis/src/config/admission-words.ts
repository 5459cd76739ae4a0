import type { Configuration } from './configuration.ts'

type IdentityProvider = Configuration['identityProviders'][string]

/** More than these are counted. */
const mostNamed = 3

/** Who of an identity provider may in, in words: who is meant, and what narrows that. */
export function admittedBy({
  tenants,
  hostedDomains,
  organisations,
  allow,
  newAccounts,
}: Pick<IdentityProvider, 'tenants' | 'hostedDomains' | 'organisations' | 'allow' | 'newAccounts'>): string {
  const { domains = [], emails = [], subjects = [], groups = [], claims = {}, anybody = false } = allow ?? {}
  const named = [...emails, ...subjects]
  const people = [
    ...domains.map((domain) => `people of ${domain}`),
    ...(named.length > mostNamed ? [`${named.length} people by name`] : named),
  ]
  const who = people.length === 0 || anybody ? 'whoever has an account there' : people.join(' or ')
  const narrowed = [
    ...oneOf('of the tenant', tenants),
    ...oneOf('of the Workspace domain', hostedDomains),
    ...oneOf('of the organisation', organisations),
    ...oneOf(
      'in',
      groups.map((group) => `"${group}"`),
    ),
    ...Object.entries(claims).map(([name, values]) => `whose ${name} is ${values.join(' or ')}`),
  ]
  const invited = newAccounts === 'invited' ? '; for the first time with an invitation alone' : ''
  return `${[who, ...narrowed].join(', ')}${invited}`
}

function oneOf(words: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`${words} ${values.join(' or ')}`]
}
