import assert from 'node:assert/strict'
import { test } from 'node:test'
import { identityProviderProblems } from './identity-provider-problems.ts'
import { formatPath, problemsOf as schemaProblems } from './problems.ts'
import { schema } from './schema.ts'

const publicUrl = 'https://mcp.example/mcp'
const secret = { clientId: 'c', secretVariable: 'CORP_SECRET' }

function problemsOf(provider: object, more: object = {}, name = 'corp'): string[] {
  const parsed = schema.safeParse({ identityProviders: { [name]: provider }, ...more })
  const problems = parsed.success
    ? identityProviderProblems(parsed.data, publicUrl)
    : schemaProblems(parsed.error.issues, () => undefined)
  return problems.map(({ path, message }) => `${formatPath(path)} ${message}`)
}

const stand: Readonly<Record<string, object>> = {
  'any by its issuer, without a secret': { preset: 'oidc', issuer: 'https://id.corp.example', clientId: 'c' },
  'Keycloak on loopback': { preset: 'keycloak', issuer: 'http://localhost:8080/realms/corp', ...secret },
  'Entra ID of one tenant': { preset: 'entra', tenant: '11111111-2222-3333-4444-555555555555', ...secret },
  'Entra ID of several tenants': {
    preset: 'entra',
    tenant: 'organizations',
    tenants: ['11111111-2222-3333-4444-555555555555'],
    ...secret,
  },
  'Google of one domain': { preset: 'google', hostedDomains: ['corp.example'], ...secret },
  'Google of anybody, by invitation': { preset: 'google', newAccounts: 'invited', ...secret },
  'Google with a list': { preset: 'google', allow: { emails: ['ada@home.example'] }, ...secret },
  'GitHub of one organisation': { preset: 'github', organisations: ['corp'], ...secret },
  'roles by groups and by a list': {
    ...{ preset: 'oidc', issuer: 'https://id.corp.example', clientId: 'c' },
    roles: {
      owner: { emails: ['ada@corp.example'] },
      operator: { groups: ['ops'] },
      auditor: { claims: { a: ['b'] } },
    },
  },
  'GitHub of anybody, said so': { preset: 'github', allow: { anybody: true }, ...secret },
  'Auth0 with groups under a name of its own': {
    ...{ preset: 'auth0', issuer: 'https://corp.eu.auth0.com/', groupsClaim: 'https://corp.example/groups' },
    ...{ allow: { groups: ['mcp'] }, ...secret },
  },
  'rules together': {
    preset: 'okta',
    issuer: 'https://corp.okta.com',
    allow: { domains: ['*.corp.example'], groups: ['mcp'], claims: { department: ['R&D'] } },
    contact: 'mailto:it@corp.example',
    ...secret,
  },
}
for (const [what, provider] of Object.entries(stand))
  test(`an identity provider stands: ${what}`, () => {
    assert.deepEqual(problemsOf(provider), [])
  })

const oidc = { preset: 'oidc', issuer: 'https://id.corp.example', ...secret }
const cannotStand: readonly [what: string, provider: object, problem: RegExp, more?: object, name?: string][] = [
  [
    'a preset that nobody knows',
    { ...oidc, preset: 'adfs' },
    /^identityProviders\.corp\.preset must be one of oidc, keycloak/,
  ],
  ['no preset', { issuer: 'https://id.example', ...secret }, /^identityProviders\.corp\.preset must be one of/],
  [
    'no client',
    { preset: 'oidc', issuer: 'https://id.example' },
    /^identityProviders\.corp\.clientId must be the client ID/,
  ],
  [
    'no issuer',
    { preset: 'keycloak', ...secret },
    /^identityProviders\.corp\.issuer is missing, such as https:.*realms/,
  ],
  [
    'an issuer in the clear',
    { ...oidc, issuer: 'http://id.corp.example' },
    /^identityProviders\.corp\.issuer must be an https URL/,
  ],
  [
    'the address of the metadata',
    { ...oidc, issuer: 'https://id.corp.example/.well-known/openid-configuration' },
    /issuer is the address of its metadata; .*mostly "https:\/\/id\.corp\.example"$/,
  ],
  ['an issuer with a query', { ...oidc, issuer: 'https://id.corp.example/?tenant=a' }, /issuer must have no query/],
  [
    'a realm of Keycloak with a slash behind',
    { preset: 'keycloak', issuer: 'https://id.corp.example/realms/staff/', ...secret },
    /issuer must not end in a slash/,
  ],
  [
    'the secret itself',
    { preset: 'oidc', issuer: 'https://id.corp.example', clientId: 'c', client_secret: 'b5f6-of-corp' },
    /^identityProviders\.corp\.client_secret is not a setting; did you mean identityProviders\.corp\.secretFile\?$/,
  ],
  [
    'a hosted domain that is an address',
    { preset: 'google', hostedDomains: ['https://corp.example'], ...secret },
    /hostedDomains\[0\] must be a domain/,
  ],
  [
    'an organisation by its address',
    { preset: 'github', organisations: ['https://github.com/corp'], ...secret },
    /organisations\[0\] must be the name of an organisation/,
  ],
  [
    'groups of Google',
    { preset: 'google', hostedDomains: ['corp.example'], allow: { groups: ['mcp'] }, ...secret },
    /allow\.groups fits nobody, since Google tells no groups/,
  ],
  [
    'a role by groups of Google',
    { preset: 'google', hostedDomains: ['corp.example'], roles: { owner: { groups: ['mcp'] } }, ...secret },
    /roles\.owner\.groups fits nobody/,
  ],
  [
    'groups of Auth0 that no claim brings',
    { preset: 'auth0', issuer: 'https://corp.eu.auth0.com/', allow: { groups: ['mcp'] }, ...secret },
    /allow\.groups fits nobody until groupsClaim names/,
  ],
  ['an issuer that is this server', { ...oidc, issuer: 'https://mcp.example' }, /issuer is this server itself/],
  ['Entra ID without a tenant', { preset: 'entra', ...secret }, /^identityProviders\.corp\.tenant is missing/],
  [
    'an issuer of Google',
    { preset: 'google', issuer: 'https://accounts.google.com', allow: { anybody: true }, ...secret },
    /issuer must be left out/,
  ],
  [
    'an issuer of Entra ID of its v1.0 endpoint',
    { preset: 'entra', issuer: 'https://sts.windows.net/11111111-2222-3333-4444-555555555555/', ...secret },
    /issuer must be https:\/\/HOST\/TENANT_ID\/v2\.0/,
  ],
  [
    'the address of the console of Okta',
    { preset: 'okta', issuer: 'https://corp-admin.okta.com', ...secret },
    /issuer is the address of Okta's console: leave "-admin" out/,
  ],
  [
    'the domain of sign-in of Cognito',
    { preset: 'cognito', issuer: 'https://corp.auth.eu-west-1.amazoncognito.com', ...secret },
    /issuer is the domain at which people sign in/,
  ],
  ['a tenant elsewhere', { ...oidc, tenant: 'x' }, /tenant is for the preset entra/],
  ['organisations elsewhere', { ...oidc, organisations: ['x'] }, /organisations is for the preset github/],
  [
    'no secret, with the callback URL',
    { preset: 'entra', tenant: '11111111-2222-3333-4444-555555555555', clientId: 'c' },
    /secretFile is missing.*enter https:\/\/mcp\.example\/account\/callback\/corp as/,
  ],
  ['two secrets', { ...oidc, secretFile: 'f' }, /secretVariable must not stand beside secretFile/],
  ['a secret in place of a variable’s name', { ...oidc, secretVariable: 'x'.repeat(40) }, /never what it contains$/],
  [
    'Google of anybody',
    { preset: 'google', ...secret },
    /^identityProviders\.corp\.allow is missing: anybody can have an account at google/,
  ],
  ['GitHub of anybody', { preset: 'github', ...secret }, /allow is missing: anybody/],
  [
    'Entra ID of all tenants',
    { preset: 'entra', tenant: 'common', ...secret },
    /^identityProviders\.corp\.tenants is missing: anybody/,
  ],
  ['a tenant by its domain', { preset: 'entra', tenant: 'corp.example', ...secret }, /tenant must be the "Directory/],
  [
    'a tenant of a list by its domain',
    { preset: 'entra', tenant: 'common', tenants: ['corp.example'], ...secret },
    /tenants\[0\] must be a tenant ID/,
  ],
  [
    'Keycloak without its realm',
    { preset: 'keycloak', issuer: 'https://id.corp.example', ...secret },
    /issuer must be that of a realm/,
  ],
  [
    'Entra ID of private accounts',
    { preset: 'entra', tenant: '9188040d-6c67-4c5b-b112-36a304b66dad', ...secret },
    /allow is missing/,
  ],
  [
    'Google by its issuer alone',
    { preset: 'oidc', issuer: 'https://accounts.google.com', ...secret },
    /allow is missing/,
  ],
  [
    'a role that is none',
    { ...oidc, roles: { admin: { groups: ['a'] } } },
    /roles\.admin is no role that lets anybody/,
  ],
  [
    'everybody a member',
    { ...oidc, roles: { member: { groups: ['a'] } } },
    /roles\.member is no role that lets anybody/,
  ],
  ['a role without a rule', { ...oidc, roles: { owner: {} } }, /roles\.owner must have a rule/],
  ['a role for anybody', { ...oidc, roles: { owner: { anybody: true } } }, /roles\.owner\.anybody is not a setting/],
  [
    'a role for a domain that is none',
    { ...oidc, roles: { auditor: { domains: ['@corp'] } } },
    /roles\.auditor\.domains\[0\] must be a domain/,
  ],
  ['rules without a rule', { ...oidc, allow: {} }, /allow must have a rule/],
  [
    'rules that anybody undoes',
    { ...oidc, allow: { anybody: true, groups: ['a'] } },
    /allow\.anybody must not stand beside rules/,
  ],
  [
    'a domain that is an address',
    { ...oidc, allow: { domains: ['ada@corp.example'] } },
    /allow\.domains\[0\] must be a domain/,
  ],
  [
    'an address that is none',
    { ...oidc, allow: { emails: ['corp.example'] } },
    /allow\.emails\[0\] must be an e-mail address/,
  ],
  [
    'a claim without values',
    { ...oidc, allow: { claims: { a: [] } } },
    /allow\.claims\.a must name at least one value/,
  ],
  ['a contact that runs script', { ...oidc, contact: 'javascript:alert(1)' }, /contact must be an e-mail address/],
  ['a recheck that hammers', { ...oidc, recheck: '30s' }, /recheck must be a duration/],
  [
    'a misspelt rule',
    { ...oidc, allow: { domain: ['corp.example'] } },
    /allow\.domain is not a setting; did you mean identityProviders\.corp\.allow\.domains\?/,
  ],
  ['a name that stands in no URL', oidc, /^identityProviders\["Corp\/x"\] must be a name/, {}, 'Corp/x'],
]
for (const [what, provider, problem, more, name] of cannotStand)
  test(`an identity provider cannot stand, and its setting is named: ${what}`, () => {
    const [first = '', ...others] = problemsOf(provider, more, name)

    assert.match(first, problem)
    assert.deepEqual(others, [])
  })

test('without passwords and without an identity provider nobody could sign in', () => {
  const problems = identityProviderProblems(schema.parse({ passwords: false }), publicUrl)

  assert.deepEqual(
    problems.map(({ path }) => path),
    [['passwords']],
  )
})
