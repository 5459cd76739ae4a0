import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AccessToken, createResourceServer, type TrustedIssuer } from '@portcullis/auth'
import { auth0, clerk, entra, keycloak, okta, stytch, supabase, workos } from '@portcullis/auth/issuers'
import { mcpRequest, resource } from '../world.ts'
import { tokensOf, type VendorTokens, vendorIssuer } from './vendor-issuer.ts'

type More = Pick<TrustedIssuer, 'dangerouslyAcceptTokensWithoutAudience'>

const stytchProject = 'project-test-e2b7b8a4-1c1f-4f0e-9a55-3d1e7c3d5a5f'
const vendors: [string, (tokens: VendorTokens, more?: More) => TrustedIssuer][] = [
  ['keycloak', ({ issuer }, more) => keycloak({ issuer, rolesOf: 'notes', ...more })],
  ['clerk', ({ issuer }, more) => clerk({ issuer, ...more })],
  ['auth0', ({ issuer }, more) => auth0({ issuer: issuer.slice(0, -1), ...more })],
  ['workos', ({ issuer }, more) => workos({ issuer, ...more })],
  ['stytch', ({ issuer }, more) => stytch({ issuer, projectId: stytchProject, ...more })],
  ['okta', ({ issuer }, more) => okta({ issuer, ...more })],
  [
    'entra',
    (_tokens, more) =>
      entra({
        tenant: '9122040d-6c67-4c5b-b112-36a304b66dad',
        applicationId: '6e74172b-be56-4843-9ff4-e66a39bb12e3',
        ...more,
      }),
  ],
  ['supabase', ({ issuer }, more) => supabase({ issuer, ...more })],
]

for (const [vendor, preset] of vendors) {
  const tokens = tokensOf(vendor)
  const { clientId } = tokens.expected
  const trusting = { dangerouslyAcceptTokensWithoutAudience: { clientIds: [clientId] } }

  test(`${tokens.vendor}: its access token is let in, and its client, scopes and roles are found where it writes them`, async () => {
    const { server, sign } = await vendorIssuer(tokens, preset(tokens, tokens.namesNoAudience ? trusting : {}))
    await server.ready()

    const token = allowed(await server.authenticate(mcpRequest(await sign())))

    const { subject, scope, roles, ...rest } = token
    assert.deepEqual(
      {
        subject,
        clientId: rest.clientId,
        scope: [...scope],
        roles: [...roles],
        issuer: rest.issuer,
        resource: rest.resource,
      },
      { subject: tokens.claims.sub, ...tokens.expected, issuer: tokens.issuer, resource },
    )
  })

  test(`law 2: ${tokens.vendor}: its token for another server is refused, also where tokens without an audience pass; the log says what to do, and the client does not read it`, async () => {
    for (const more of [{}, trusting]) {
      const { server, sign, events } = await vendorIssuer(tokens, preset(tokens, more))

      const answer = await server.authenticate(mcpRequest(await sign({ aud: 'https://other.example/mcp' })))

      assert.ok(answer instanceof Response && answer.status === 401)
      const refused = events.find(({ type }) => type === 'token_rejected')
      assert.equal(refused?.reason, 'wrong_audience')
      assert.match(String(refused?.detail), /https:\/\/other\.example\/mcp.*https:\/\/mcp\.example.*\. (In )?\w+/)
      assert.doesNotMatch(await answer.text(), /other\.example|In \w+:/)
    }
  })

  test(`law 2: ${tokens.vendor}: a token that names no audience passes for a client that is listed, and for nobody else`, async () => {
    const { aud: _aud, ...claims } = tokens.claims
    const without = { header: tokens.header, claims: tokens.namesNoAudience ? tokens.claims : claims }
    const clientClaim = ['client_id', 'azp', 'cid'].find((name) => Object.hasOwn(claims, name)) ?? ''
    const strict = await vendorIssuer(tokens, preset(tokens))
    const trustful = await vendorIssuer(tokens, preset(tokens, trusting))
    const refused = async ({ server, sign }: typeof strict, changes = {}) => {
      const answer = await server.authenticate(mcpRequest(await sign(changes, without)))
      return answer instanceof Response && answer.status === 401
    }

    assert.ok(await refused(strict))
    assert.ok(await refused(trustful, { [clientClaim]: 'another-client' }))
    assert.ok(await refused(trustful, { [clientClaim]: undefined }))
    assert.ok(await refused(trustful, { [clientClaim]: '' }))
    assert.equal(
      allowed(await trustful.server.authenticate(mcpRequest(await trustful.sign({}, without)))).clientId,
      clientId,
    )
  })

  if (tokens.otherToken !== undefined) {
    const { otherToken } = tokens
    test(`${tokens.vendor}: ${otherToken.what} is no access token`, async () => {
      const { server, sign } = await vendorIssuer(tokens, preset(tokens, trusting))

      const answer = await server.authenticate(mcpRequest(await sign({}, otherToken)))

      assert.ok(answer instanceof Response && answer.status === 401)
    })
  }

  test(`${tokens.vendor}: an ID token for this very audience is no access token`, async () => {
    const { server, sign } = await vendorIssuer(tokens, preset(tokens, trusting))
    const idToken = { header: { alg: tokens.header.alg, typ: 'JWT' }, claims: { ...tokens.claims, aud: resource } }

    const answer = await server.authenticate(mcpRequest(await sign({ nonce: 'n-1', at_hash: 'abc' }, idToken)))

    assert.ok(answer instanceof Response && answer.status === 401)
  })

  test(`${tokens.vendor}: what is known of its tokens says where and when it was seen`, () => {
    assert.ok(tokens.sources.length > 0)
    for (const { url, what, seen } of tokens.sources) {
      assert.match(url, /^https:\/\//)
      assert.match(seen, /^\d{4}-\d{2}-\d{2}$/)
      assert.notEqual(what, '')
    }
  })
}

const wrong: [string, () => TrustedIssuer, RegExp][] = [
  // `as never`: as JavaScript has it where a variable of the environment is not set.
  ['an issuer that is not set', () => keycloak({} as never), /is not set: keycloak\(\{ issuer: .*realms\/<realm>/],
  ['a string in place of options', () => clerk('https://clerk.corp.example' as never), /is not set: clerk\(\{ issuer/],
  ['a tenant that is not set', () => entra({} as never), /"tenant" of entra.* is not set/],
  [
    'the API for administrators of a Keycloak',
    () => keycloak({ issuer: 'https://sso.corp.example/auth/admin/realms/notes' }),
    /realms\/<realm>/,
  ],
  ['Keycloak without its realm', () => keycloak({ issuer: 'https://sso.corp.example' }), /realms\/<realm>/],
  [
    'Keycloak with its metadata',
    () => keycloak({ issuer: 'https://sso.example/realms/a/.well-known/openid-configuration' }),
    /realms/,
  ],
  [
    'the console of Okta',
    () => okta({ issuer: 'https://corp-admin.okta.com/oauth2/default' }),
    /custom authorization server/,
  ],
  ['the organisation of Okta', () => okta({ issuer: 'https://corp.okta.com' }), /custom authorization server/],
  ['the sessions of WorkOS', () => workos({ issuer: 'https://api.workos.com/user_management/client_1' }), /AuthKit/],
  [
    'a tenant of Entra ID by its name',
    () => entra({ tenant: 'corp.onmicrosoft.com', applicationId: stytchProject }),
    /"tenant".*GUID/,
  ],
  ['the project of Supabase without its path', () => supabase({ issuer: 'https://abc.supabase.co' }), /auth\/v1/],
  [
    'Stytch without a project',
    () => stytch({ issuer: 'https://a.customers.stytch.com', projectId: '' }),
    /"projectId"/,
  ],
  ['Clerk over http', () => clerk({ issuer: 'http://clerk.corp.example' }), /https/],
  ['Auth0 with a path', () => auth0({ issuer: 'https://corp.eu.auth0.com/oauth' }), /auth0\.com/],
]

for (const [what, preset, told] of wrong)
  test(`${what} is a TypeError that says what is wanted`, () => {
    assert.throws(preset, (error) => error instanceof TypeError && told.test(error.message))
  })

test('an audience that every token of the issuer has cannot be configured as this server’s (law 2)', () => {
  const authorizationServers = [supabase({ issuer: 'https://abc.supabase.co/auth/v1', audiences: ['authenticated'] })]

  assert.throws(() => createResourceServer({ resource, authorizationServers }), /says nothing of what a token is for/)
})

test('law 2: tokens without an audience want a list of clients, which must not be empty', () => {
  const authorizationServers = [
    clerk({ issuer: 'https://clerk.example', dangerouslyAcceptTokensWithoutAudience: { clientIds: [] } }),
  ]

  assert.throws(() => createResourceServer({ resource, authorizationServers }), /must list the clients/)
})

test('claims that every object has are no roles, and names with dots are names', async () => {
  const tokens = tokensOf('auth0')
  const roleClaims = ['https://corp.example/roles', 'constructor', ['toString', 'name']]
  const { server, sign } = await vendorIssuer(tokens, auth0({ issuer: tokens.issuer, roleClaims }))

  const token = allowed(
    await server.authenticate(mcpRequest(await sign({ 'https://corp.example/roles': ['admin', 7, ''] }))),
  )

  assert.deepEqual([...token.roles], ['admin'])
})

function allowed(answer: AccessToken | Response): AccessToken {
  assert.ok(!(answer instanceof Response), `refused with ${answer instanceof Response ? answer.status : ''}`)
  return answer
}
