import { sameIdentifier } from '@portcullis/auth/protocol'
import { administratorRoles } from '../store/role.ts'
import type { Problem } from './problems.ts'
import type { Settings } from './schema.ts'

type IdentityProvider = Settings['identityProviders'][string]

/** What of `identityProviders` and `passwords` cannot stand. */
export function identityProviderProblems({ identityProviders, passwords }: Settings, publicUrl: string): Problem[] {
  const entries = Object.entries(identityProviders)
  if (!passwords && entries.length === 0)
    return [{ path: ['passwords'], message: 'needs identityProviders where it is false: nobody could sign in' }]
  return entries.flatMap(([name, provider]) => {
    const at = ['identityProviders', name]
    if (!/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(name))
      return [
        { path: at, message: 'must be a name of at most 40 small letters, digits and hyphens; it stands in a URL' },
      ]
    return [
      ...whereProblems(at, provider, publicUrl),
      ...secretProblems(at, provider, callbackOf(name, publicUrl)),
      ...valueProblems(at, provider),
      ...groupProblems(at, provider),
      ...allowProblems(at, provider),
      ...roleProblems(at, provider),
      ...contactProblems(at, provider),
    ]
  })
}

/** The URL that is entered at an identity provider; each has one of its own (RFC 9700 §4.4). */
export function callbackOf(name: string, publicUrl: string): string {
  return URL.canParse(publicUrl) ? new URL(`/account/callback/${name}`, publicUrl).href : `/account/callback/${name}`
}

const issuerExamples: Readonly<Record<'oidc' | 'keycloak' | 'okta' | 'auth0' | 'cognito', string>> = {
  oidc: 'https://id.example.com',
  keycloak: 'https://keycloak.example.com/realms/NAME',
  okta: 'https://NAME.okta.com',
  auth0: 'https://NAME.eu.auth0.com/',
  cognito: 'https://cognito-idp.REGION.amazonaws.com/POOL',
}

const ownSettings = [
  ['tenant', 'entra'],
  ['tenants', 'entra'],
  ['hostedDomains', 'google'],
  ['organisations', 'github'],
] as const

function whereProblems(at: string[], provider: IdentityProvider, publicUrl: string): Problem[] {
  const { preset, issuer, tenant } = provider
  const problem = (name: string, message: string) => ({ path: [...at, name], message })
  const foreign = ownSettings.find(([name, of]) => of !== preset && (provider[name]?.length ?? 0) > 0)
  if (foreign !== undefined) return [problem(foreign[0], `is for the preset ${foreign[1]}, and not for ${preset}`)]
  if (issuer !== undefined && URL.canParse(publicUrl) && sameIdentifier(issuer, new URL(publicUrl).origin))
    return [problem('issuer', 'is this server itself; name the identity provider')]
  switch (preset) {
    case 'entra':
      if (issuer !== undefined && tenant !== undefined) return [problem('tenant', 'must not stand beside issuer')]
      if (issuer === undefined) return tenantProblems(at, provider)
      return /^https:\/\/[^/]+\/[0-9a-f-]{36}\/v2\.0$/.test(issuer)
        ? []
        : [
            problem(
              'issuer',
              `must be https://HOST/TENANT_ID/v2.0; more simply, set tenant instead, but is "${issuer}"`,
            ),
          ]
    case 'google':
      return issuer === undefined ? [] : [problem('issuer', 'must be left out: Google has one alone')]
    case 'github':
      return []
    default:
      if (issuer === undefined) return [problem('issuer', `is missing, such as ${issuerExamples[preset]}`)]
      return [problem('issuer', whyNotIssuer(preset, issuer))].filter(({ message }) => message !== '')
  }
}

/** What people take for the issuer of a vendor, and is another address of it. */
function whyNotIssuer(preset: keyof typeof issuerExamples, issuer: string): string {
  const { hostname } = new URL(issuer)
  const [, before] = /^(.*?)\/\.well-known\//.exec(issuer) ?? []
  if (before !== undefined)
    return `is the address of its metadata; the issuer is what stands there under "issuer", mostly "${before}"`
  if (/[?]/.test(issuer)) return `must have no query (OpenID Connect Discovery 1.0 §3), but is "${issuer}"`
  if (preset === 'keycloak' && /\/realms\/[^/]+\/$/.test(issuer)) return `must not end in a slash, but is "${issuer}"`
  if (preset === 'keycloak' && !/\/realms\/[^/]+$/.test(issuer))
    return `must be that of a realm, such as ${issuerExamples.keycloak}, but is "${issuer}"`
  if (preset === 'okta' && /-admin\.okta(preview)?\.com$/.test(hostname))
    return `is the address of Okta's console: leave "-admin" out of "${issuer}"`
  if (preset === 'cognito' && /\.amazoncognito\.com$/.test(hostname))
    return `is the domain at which people sign in; it must be such as ${issuerExamples.cognito}, but is "${issuer}"`
  return ''
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function tenantProblems(at: string[], { tenant, tenants }: IdentityProvider): Problem[] {
  if (tenant === undefined)
    return [{ path: [...at, 'tenant'], message: 'is missing; it is the "Directory (tenant) ID" of your application' }]
  if (tenant !== 'organizations' && tenant !== 'common')
    return guid.test(tenant)
      ? []
      : [
          {
            path: [...at, 'tenant'],
            message: `must be the "Directory (tenant) ID", a GUID in small letters, or organizations or common, but is "${tenant}"`,
          },
        ]
  const path = [...at, 'tenants']
  if (tenants.length === 0)
    return [{ path, message: 'is missing: anybody with an account at Microsoft could sign in; name whose people may' }]
  return tenants.flatMap((each, nth) =>
    guid.test(each) ? [] : [{ path: [...path, nth], message: `must be a tenant ID, a GUID, but is "${each}"` }],
  )
}

/** These give no client without one. */
const withSecret: ReadonlySet<string> = new Set(['entra', 'google', 'github'])

function secretProblems(at: string[], provider: IdentityProvider, callback: string): Problem[] {
  const { preset, secretFile, secretVariable } = provider
  if (secretFile !== undefined && secretVariable !== undefined)
    return [{ path: [...at, 'secretVariable'], message: 'must not stand beside secretFile: a client has one secret' }]
  if (secretFile !== undefined || secretVariable !== undefined || !withSecret.has(preset)) return []
  const message = `is missing, and so is secretVariable: enter ${callback} as the redirect URI of your application at ${preset}, and put the client secret that it gives there`
  return [{ path: [...at, 'secretFile'], message }]
}

const domainName = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i

/** What is compared with a word of the identity provider, and could never be it. */
function valueProblems(at: string[], { hostedDomains, organisations }: IdentityProvider): Problem[] {
  return [
    ...hostedDomains.flatMap((domain, nth) =>
      domainName.test(domain)
        ? []
        : [
            {
              path: [...at, 'hostedDomains', nth],
              message: `must be a domain, such as corp.example, but is "${domain}"`,
            },
          ],
    ),
    ...organisations.flatMap((name, nth) =>
      /^[a-z0-9](?:[a-z0-9_-]*[a-z0-9_])?$/i.test(name)
        ? []
        : [
            {
              path: [...at, 'organisations', nth],
              message: `must be the name of an organisation as it stands in its address, such as "corp" of https://github.com/corp, but is "${name}"`,
            },
          ],
    ),
  ]
}

/** Groups that rules ask for, and that such an identity provider never tells: nobody would get in, and nobody have the role. */
function groupProblems(at: string[], { preset, groupsClaim, allow, roles }: IdentityProvider): Problem[] {
  const why = whyNoGroups(preset, groupsClaim)
  if (why === undefined) return []
  const asked = [
    { path: [...at, 'allow', 'groups'], groups: allow?.groups ?? [] },
    ...Object.entries(roles).map(([role, { groups }]) => ({ path: [...at, 'roles', role, 'groups'], groups })),
  ]
  return asked.flatMap(({ path, groups }) => (groups.length === 0 ? [] : [{ path, message: why }]))
}

function whyNoGroups(preset: IdentityProvider['preset'], groupsClaim: string | undefined): string | undefined {
  if (preset === 'google') return 'fits nobody, since Google tells no groups; name people by domains or emails'
  if (preset === 'auth0' && (groupsClaim === undefined || groupsClaim === 'groups'))
    return 'fits nobody until groupsClaim names the claim of your own in which an Action puts them, such as https://corp.example/groups'
  return undefined
}

/** The tenant of Entra ID in which private accounts are. */
const personalTenant = '9188040d-6c67-4c5b-b112-36a304b66dad'

/** Whether anybody can have an account there, so that being let in there says nothing. */
function isPublic({ preset, tenant, tenants, issuer = '', hostedDomains, organisations }: IdentityProvider): boolean {
  switch (preset) {
    case 'github':
      return issuer === '' && organisations.length === 0
    case 'google':
      return hostedDomains.length === 0
    case 'entra':
      return [tenant, ...tenants].includes(personalTenant) || issuer.includes(personalTenant)
    default:
      return URL.canParse(issuer) && publicIssuers.has(new URL(issuer).hostname)
  }
}

const publicIssuers: ReadonlySet<string> = new Set([
  'accounts.google.com',
  'appleid.apple.com',
  'gitlab.com',
  'login.microsoftonline.com',
])

function allowProblems(at: string[], provider: IdentityProvider): Problem[] {
  const path = [...at, 'allow']
  const { allow, newAccounts, preset } = provider
  if (allow === undefined)
    return isPublic(provider) && newAccounts === 'allowed'
      ? [
          {
            path,
            message: `is missing: anybody can have an account at ${preset}. Say who may come in, by domains, emails, groups …, or allow: { anybody: true }, or newAccounts: invited`,
          },
        ]
      : []
  const { anybody, ...rules } = allow
  const isEmpty = hasNoRule(rules)
  if (isEmpty && !anybody) return [{ path, message: 'must have a rule: without any, nobody may come in' }]
  if (!isEmpty && anybody)
    return [{ path: [...path, 'anybody'], message: 'must not stand beside rules, which it would undo' }]
  return ruleProblems(path, rules)
}

function roleProblems(at: string[], { roles }: IdentityProvider): Problem[] {
  return Object.entries(roles).flatMap(([role, rules]) => {
    const path = [...at, 'roles', role]
    if (!administratorRoles.some((each) => each === role))
      return [
        { path, message: `is no role that lets anybody administrate; name one of ${administratorRoles.join(', ')}` },
      ]
    if (hasNoRule(rules))
      return [{ path, message: 'must have a rule, such as groups: without any, nobody has the role' }]
    return ruleProblems(path, rules)
  })
}

type Rules = IdentityProvider['roles'][string]

function hasNoRule({ domains, emails, subjects, groups, claims }: Rules): boolean {
  return [domains, emails, subjects, groups, Object.keys(claims)].every((rules) => rules.length === 0)
}

function ruleProblems(path: string[], { domains, emails, claims }: Rules): Problem[] {
  return [
    ...domains.flatMap((domain, nth) =>
      domainName.test(domain.replace(/^\*\./, ''))
        ? []
        : [{ path: [...path, 'domains', nth], message: `must be a domain, such as corp.example, but is "${domain}"` }],
    ),
    ...emails.flatMap((email, nth) =>
      /^[^@\s]+@[^@\s]+$/.test(email)
        ? []
        : [{ path: [...path, 'emails', nth], message: `must be an e-mail address, but is "${email}"` }],
    ),
    ...Object.entries(claims).flatMap(([name, values]) =>
      values.length === 0 ? [{ path: [...path, 'claims', name], message: 'must name at least one value' }] : [],
    ),
  ]
}

function contactProblems(at: string[], { contact = '' }: IdentityProvider): Problem[] {
  return /^[a-z][a-z0-9+.-]*:/i.test(contact) && !/^(https:\/\/|mailto:)/i.test(contact)
    ? [{ path: [...at, 'contact'], message: 'must be an e-mail address, an https URL, or words' }]
    : []
}
