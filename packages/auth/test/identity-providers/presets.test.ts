import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { createIdentityProviders, type IdentityProviderOptions } from '@portcullis/auth/identity-providers'
import { vendorWorld } from './vendor-world.ts'
import { origin, refused, secrets, signedIn } from './world.ts'

// Each of these plays the vendor: `vendor-world.ts` says how, and why.

const tenant = '9122040d-6c67-4c5b-b112-36a304b66dad'

test('Entra ID: a person is oid within the tenant’s issuer, and no address is verified that an administrator wrote', async (t) => {
  const { answers, browser, provider } = await vendorWorld(t, 'entra', { tenant })

  const location = await browser.begin('entra')
  const { identity } = signedIn(await browser.arrive('entra', await browser.follow(location)))

  assert.equal(location.searchParams.get('scope'), 'openid profile email User.Read offline_access')
  assert.deepEqual([location.searchParams.has('resource'), location.searchParams.get('prompt')], [false, null])
  assert.deepEqual([identity.issuer, identity.subject], [answers.issuer, '00000000-0000-0000-66f3-3332eca7ea81'])
  assert.deepEqual(identity.email, { address: 'AbeLi@microsoft.com', isVerified: false })
  assert.equal(identity.isAuthTimeProved, false)
  const [asked] = provider.asked.filter(({ path }) => path === '/token')
  assert.deepEqual(
    [asked?.body.get('client_secret'), asked?.authorization, asked?.body.has('resource')],
    ['hush', undefined, false],
  )
})

test('Entra ID: xms_edov says that the tenant owns the domain of the address', async (t) => {
  const { browser, provider } = await vendorWorld(t, 'entra', { tenant })
  provider.faults.claims = { ...provider.faults.claims, xms_edov: true }

  const { identity } = signedIn(await browser.signIn('entra'))

  assert.equal(identity.email?.isVerified, true)
})

test('Entra ID: whoever is in too many groups for the token has those that Microsoft Graph tells', async (t) => {
  const { browser, provider } = await vendorWorld(t, 'entra', { tenant })
  const overage = {
    _claim_names: { groups: 'src1' },
    _claim_sources: { src1: { endpoint: 'https://graph.windows.net/x/users/y/getMemberObjects' } },
  }
  provider.faults.claims = { ...provider.faults.claims, ...overage }

  const { identity } = signedIn(await browser.signIn('entra'))

  assert.equal(identity.groups.length, 4)
  assert.ok(identity.groups.includes('fee2c45b-915a-4a64-b130-f4eb9e75525e'))
  assert.equal(identity.groupsIncomplete, undefined)
  const asked = provider.asked.find(({ path }) => path.endsWith('/getMemberObjects'))
  assert.equal(asked?.authorization, 'Bearer at-1')
})

test('Entra ID: where Microsoft Graph refuses, it is told that groups are missing, and what is needed', async (t) => {
  const { browser, provider } = await vendorWorld(t, 'entra', { tenant })
  provider.faults.claims = { ...provider.faults.claims, hasgroups: true }
  provider.faults.answers = {
    ...provider.faults.answers,
    '/graph.microsoft.com/v1.0/me/getMemberObjects': {
      status: 403,
      body: { error: { code: 'Authorization_RequestDenied' } },
    },
  }

  const { identity } = signedIn(await browser.signIn('entra'))

  assert.deepEqual(identity.groups, [])
  assert.match(identity.groupsIncomplete ?? '', /403.*User\.Read/)
})

test('Entra ID: a token of the v1.0 endpoint is refused with a word about it', async (t) => {
  const { browser, provider } = await vendorWorld(t, 'entra', { tenant })
  provider.faults.claims = { ...provider.faults.claims, ver: '1.0', iss: `https://sts.windows.net/${tenant}/` }

  const { reason, detail } = refused(await browser.signIn('entra'))

  assert.equal(reason, 'misconfigured')
  assert.match(detail, /v1\.0/)
})

test('Entra ID: a token that names another tenant than its issuer is of nobody', async (t) => {
  const { browser, provider } = await vendorWorld(t, 'entra', { tenant })
  provider.faults.claims = { ...provider.faults.claims, tid: '11111111-2222-3333-4444-555555555555' }

  const { reason } = refused(await browser.signIn('entra'))

  assert.equal(reason, 'token_refused')
})

test('Entra ID: organizations lets in the tenants that are listed, each under its own issuer, and nobody else', async (t) => {
  const { browser, provider } = await vendorWorld(t, 'entra', { tenant: 'organizations', tenants: [tenant] })
  const metadata = { issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' }
  const answered = provider.faults.answers?.['/metadata']
  assert.ok(typeof answered === 'object')
  provider.faults.answers = {
    ...provider.faults.answers,
    '/metadata': { body: { ...(answered.body as object), ...metadata } },
  }

  const { identity } = signedIn(await browser.signIn('entra'))
  const foreign = '11111111-2222-3333-4444-555555555555'
  provider.faults.claims = {
    ...provider.faults.claims,
    tid: foreign,
    iss: `https://login.microsoftonline.com/${foreign}/v2.0`,
  }
  const other = refused(await browser.signIn('entra'))
  provider.faults.claims = {
    ...provider.faults.claims,
    tid: tenant,
    iss: `https://login.microsoftonline.com/${foreign}/v2.0`,
  }
  const liar = refused(await browser.signIn('entra'))

  assert.equal(identity.issuer, `https://login.microsoftonline.com/${tenant}/v2.0`)
  assert.equal(other.reason, 'wrong_organisation')
  assert.equal(liar.reason, 'token_refused')
})

test('Google: the domain is asked of the token, whatever the request said', async (t) => {
  const { browser, provider } = await vendorWorld(t, 'google', { hostedDomains: ['example.com'] })

  const location = await browser.begin('google')
  const { identity } = signedIn(await browser.arrive('google', await browser.follow(location)))
  provider.faults.claims = { ...provider.faults.claims, hd: undefined }
  provider.faults.userinfo = { sub: '10769150350006150715113082367', email: 'jsmith@example.com', email_verified: true }
  const { reason } = refused(await browser.signIn('google'))

  const { searchParams: query } = location
  assert.deepEqual(
    [query.get('hd'), query.get('access_type'), query.get('prompt')],
    ['example.com', 'offline', 'consent'],
  )
  assert.equal(query.get('scope'), 'openid profile email')
  assert.deepEqual(
    [identity.issuer, identity.subject],
    ['https://accounts.google.com', '10769150350006150715113082367'],
  )
  assert.deepEqual([identity.name, identity.email], ['Jo Smith', { address: 'jsmith@example.com', isVerified: true }])
  assert.equal(identity.hostedDomain, 'example.com')
  assert.match(identity.groupsIncomplete ?? '', /no groups/)
  assert.equal(reason, 'wrong_organisation')
})

test('Google: an address of elsewhere is not verified by Google, though it says so', async (t) => {
  const { browser, provider } = await vendorWorld(t, 'google')
  provider.faults.claims = { ...provider.faults.claims, hd: undefined, email: 'ceo@corp.example' }
  provider.faults.userinfo = { sub: '10769150350006150715113082367' }

  const { identity } = signedIn(await browser.signIn('google'))

  assert.deepEqual(identity.email, { address: 'ceo@corp.example', isVerified: false })
})

test('Google: an address is verified that its ID token says to be so, as a boolean or as the text of its example', async (t) => {
  const { browser, provider } = await vendorWorld(t, 'google')
  const verified: unknown[] = []

  for (const said of [true, 'true', false, 'false', 1]) {
    provider.faults.claims = { ...provider.faults.claims, email_verified: said }
    provider.faults.userinfo = { sub: '10769150350006150715113082367' }
    verified.push(signedIn(await browser.signIn('google')).identity.email?.isVerified)
  }

  assert.deepEqual(verified, [true, true, false, false, false])
})

test('GitHub: a person is a number, with the primary address, and organisations and teams as groups', async (t) => {
  const { browser, provider } = await vendorWorld(t, 'github')

  const location = await browser.begin('github', { loginHint: 'octocat' })
  const { identity, upstream } = signedIn(await browser.arrive('github', await browser.follow(location)))

  const { searchParams: query } = location
  assert.equal(location.origin + location.pathname, 'https://github.com/login/oauth/authorize')
  assert.deepEqual(
    [query.get('scope'), query.get('nonce'), query.get('login')],
    ['read:user user:email read:org', null, 'octocat'],
  )
  assert.deepEqual([identity.issuer, identity.subject, identity.userName], ['https://github.com', '1', 'octocat'])
  assert.deepEqual(identity.email, { address: 'octocat@github.com', isVerified: true })
  assert.deepEqual(identity.groups, ['github', 'octo-org', 'github/justice-league'])
  assert.equal(identity.groupsIncomplete, undefined)
  assert.equal(identity.claims.company, 'GitHub')
  const token = provider.asked.find(({ path }) => path === '/token')?.body
  const challenge = createHash('sha256')
    .update(token?.get('code_verifier') ?? '')
    .digest('base64url')
  assert.equal(challenge, query.get('code_challenge'))
  assert.ok(upstream !== undefined && !upstream.includes('gho_'))
})

test('GitHub: an error that comes with status 200 is an error', async (t) => {
  const { answers, browser, provider } = await vendorWorld(t, 'github')
  provider.faults.answers = { ...provider.faults.answers, '/token': { body: answers.tokenError } }

  const { reason, cause } = refused(await browser.signIn('github'))

  assert.equal(reason, 'code_refused')
  assert.equal(cause, 'bad_verification_code: The code passed is incorrect or expired.')
})

test('GitHub: members of the organisations alone, where some are named', async (t) => {
  const member = await vendorWorld(t, 'github', { organisations: ['Octo-Org'] })
  const stranger = await vendorWorld(t, 'github', { organisations: ['corp'] })

  const { identity } = signedIn(await member.browser.signIn('github'))
  const { reason } = refused(await stranger.browser.signIn('github'))

  assert.equal(identity.userName, 'octocat')
  assert.equal(reason, 'wrong_organisation')
})

test('GitHub: the access token asks again later, until it is revoked; being asked too often is no answer', async (t) => {
  const { browser, provider, identityProviders } = await vendorWorld(t, 'github')
  const { upstream = '' } = signedIn(await browser.signIn('github'))
  const honest = provider.faults.answers ?? {}

  const active = await identityProviders.recheck('github', upstream)
  provider.faults.answers = {
    ...honest,
    '/api.github.com/user': {
      status: 403,
      headers: { 'x-ratelimit-remaining': '0' },
      body: { message: 'API rate limit exceeded' },
    },
  }
  const limited = await identityProviders.recheck('github', upstream)
  provider.faults.answers = { ...honest, '/api.github.com/user': { status: 401, body: { message: 'Bad credentials' } } }
  const revoked = await identityProviders.recheck('github', upstream)

  assert.deepEqual([active.kind, limited.kind, revoked.kind], ['active', 'unavailable', 'ended'])
})

test('GitHub: a next page at another host is not followed with the access token', async (t) => {
  const { browser, provider } = await vendorWorld(t, 'github')
  const link = `<${provider.issuer}/elsewhere>; rel="next"`
  provider.faults.answers = {
    ...provider.faults.answers,
    '/api.github.com/user/orgs': { headers: { link }, body: [{ login: 'github' }] },
  }

  const { identity } = signedIn(await browser.signIn('github'))

  assert.deepEqual(identity.groups, ['github', 'github/justice-league'])
  assert.ok(!provider.asked.some(({ path }) => path.includes('elsewhere')))
})

test('Okta: groups are asked for where the authorization server offers them, and read from userinfo', async (t) => {
  const { browser } = await vendorWorld(t, 'okta', { issuer: 'https://corp.okta.com' })

  const location = await browser.begin('okta')
  const { identity } = signedIn(await browser.arrive('okta', await browser.follow(location)))

  assert.equal(location.searchParams.get('scope'), 'openid profile email groups offline_access')
  assert.deepEqual([identity.subject, identity.groups], ['00uid4BxXw6I6TV4m0g3', ['Everyone', 'Engineering']])
})

test('Auth0: the issuer ends in a slash, whether it is written or not, and groups come under a name of one’s own', async (t) => {
  const named = await vendorWorld(t, 'auth0', {
    issuer: 'https://corp.eu.auth0.com',
    groupsClaim: 'https://exampleco.com/groups',
  })
  const unnamed = await vendorWorld(t, 'auth0', { issuer: 'https://corp.eu.auth0.com/' })

  const { identity } = signedIn(await named.browser.signIn('auth0'))
  const { identity: other } = signedIn(await unnamed.browser.signIn('auth0'))

  assert.deepEqual([identity.issuer, identity.groups], ['https://corp.eu.auth0.com/', ['editors', 'staff']])
  assert.equal(identity.groupsIncomplete, undefined)
  assert.match(other.groupsIncomplete ?? '', /groupsClaim/)
})

test('Keycloak: an offline token is asked for, and groups have no slash in front', async (t) => {
  const issuer = 'https://sso.corp.example/realms/staff'
  const { browser } = await vendorWorld(t, 'keycloak', { issuer })
  const roles = await vendorWorld(t, 'keycloak', { issuer, groupsClaim: 'realm_access.roles' })

  const location = await browser.begin('keycloak')
  const { identity } = signedIn(await browser.arrive('keycloak', await browser.follow(location)))
  const { identity: byRoles } = signedIn(await roles.browser.signIn('keycloak'))

  assert.equal(location.searchParams.get('scope'), 'openid profile email offline_access')
  assert.deepEqual(identity.groups, ['staff', 'staff/engineering'])
  assert.deepEqual(byRoles.groups, ['offline_access', 'mcp-user'])
})

test('Cognito: groups under their own name, no offline_access, and "true" for verified where userinfo says it', async (t) => {
  const issuer = 'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_example'
  const { browser, provider, identityProviders } = await vendorWorld(t, 'cognito', { issuer })

  const location = await browser.begin('cognito')
  const { identity, upstream = '' } = signedIn(await browser.arrive('cognito', await browser.follow(location)))
  provider.faults.answers = {
    ...provider.faults.answers,
    '/token': { body: { access_token: 'at-2', token_type: 'Bearer' } },
  }
  const later = await identityProviders.recheck('cognito', upstream)

  assert.equal(location.searchParams.get('scope'), 'openid profile email')
  assert.deepEqual(identity.groups, ['test-group-a', 'test-group-b', 'test-group-c'])
  assert.deepEqual([identity.userName, identity.email?.isVerified], ['my-test-user', true])
  assert.equal(later.kind, 'active')
  assert.ok(later.kind === 'active' && later.identity.email?.isVerified)
})

/** As somebody without types may write them. */
const wrong: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
  ['an issuer is wanted', { preset: 'oidc' }, /must have an "issuer"/],
  ['http is for loopback', { preset: 'oidc', issuer: 'http://corp.example' }, /https/],
  ['a realm is wanted', { preset: 'keycloak', issuer: 'https://sso.corp.example' }, /realms/],
  ['a tenant has an id', { preset: 'entra', tenant: 'corp.onmicrosoft.com' }, /GUID/],
  ['all tenants of the world are nobody', { preset: 'entra', tenant: 'common' }, /"tenants"/],
  ['tenants are ids too', { preset: 'entra', tenant: 'organizations', tenants: ['corp'] }, /"tenants"/],
  ['v1.0 is not spoken', { preset: 'entra', issuer: `https://sts.windows.net/${tenant}/` }, /v2\.0/],
  ['Google has one issuer', { preset: 'google', issuer: 'https://google.com' }, /left out/],
  ['GitHub takes no public client', { preset: 'github', clientSecret: undefined }, /clientSecret/],
  ['Okta’s console is no issuer', { preset: 'okta', issuer: 'https://corp-admin.okta.com' }, /console/],
  [
    'Cognito’s domain is no issuer',
    { preset: 'cognito', issuer: 'https://corp.auth.us-west-2.amazoncognito.com' },
    /cognito-idp/,
  ],
  ['an id stands in an address', { id: 'Corp/1' }, /"id"/],
  ['a misspelt option', { tennant: tenant }, /tennant/],
  ['a way to show the secret that there is not', { clientAuthentication: 'private_key_jwt' }, /"client_secret_post"/],
]

for (const [name, options, message] of wrong)
  test(`wrong settings are told at once: ${name}`, () => {
    const given = {
      id: 'corp',
      preset: 'github',
      clientId: 'c',
      clientSecret: 'hush',
      ...options,
    } as IdentityProviderOptions

    const create = () => createIdentityProviders({ origin, secrets, identityProviders: [given] })

    assert.throws(
      create,
      (error: Error) => error instanceof TypeError && message.test(error.message) && !/hush/.test(error.message),
    )
  })
