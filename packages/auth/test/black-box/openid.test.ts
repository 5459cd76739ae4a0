import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import {
  askedBy,
  authorizationUrl,
  epochSeconds,
  insecure,
  publicJwk,
  redirectUri,
  refreshed,
  signIn,
  stage,
  withKey,
} from './stage.ts'

/** OpenID Connect, as its clients meet it. */

test('AS-02 oauth4webapi: discovery, an ID token for its nonce with a signature that holds, userinfo, and an ID token at refresh', async (t) => {
  const { world, client } = await openidStage(t)
  const as = world.discovered
  const nonce = oauth.generateRandomNonce()

  const { tokens, response } = await signIn(world, client, oauth.None(), {
    parameters: { scope: 'openid email notes:read', resource: world.notes, nonce },
    expect: { expectedNonce: nonce, requireIdToken: true },
  })
  await oauth.validateApplicationLevelSignature(as, response, insecure)
  const answer = await oauth.userInfoRequest(as, client, tokens.access_token, insecure)
  const person = await oauth.processUserInfoResponse(as, client, 'alice', answer)
  const again = await refreshed(as, client, oauth.None(), tokens.refresh_token)

  assert.deepEqual(person, { sub: 'alice', email: 'alice@example.org', email_verified: true })
  assert.equal(oauth.getValidatedIdTokenClaims(again)?.sub, 'alice')
  assert.equal(tokens.scope, 'notes:read openid email')
})

test('oauth4webapi: a nonce of another request is noticed, and so is a code injected into another sign-in (RFC 9700 §4.5)', async (t) => {
  const { world, client } = await openidStage(t)
  const parameters = { scope: 'openid notes:read', resource: world.notes, nonce: 'mine' }

  await assert.rejects(
    signIn(world, client, oauth.None(), { parameters, expect: { expectedNonce: 'theirs' } }),
    /unexpected ID Token "nonce" claim value/,
  )
})

test('oauth4webapi: max_age has whoever signed in too long ago sign in again, and auth_time says so', async (t) => {
  const { world, client } = await openidStage(t)
  const withMaxAge = (maxAge: number) =>
    signIn(world, client, oauth.None(), {
      parameters: { scope: 'openid notes:read', resource: world.notes, max_age: String(maxAge) },
      expect: { maxAge, requireIdToken: true },
    })
  world.browser.authTime = epochSeconds() - 1000

  const young = await withMaxAge(3600)
  const before = world.browser.signIns
  const old = await withMaxAge(600)

  assert.deepEqual([before, world.browser.signIns], [0, 1])
  assert.ok(authTimeOf(young.tokens) <= epochSeconds() - 900)
  assert.ok(authTimeOf(old.tokens) > epochSeconds() - 100)
})

test('oauth4webapi: prompt=login has the person sign in again, and prompt=none asks nobody anything', async (t) => {
  const { world, client } = await openidStage(t)
  const parameters = { scope: 'openid notes:read', resource: world.notes }
  const began = epochSeconds()

  const { tokens } = await signIn(world, client, oauth.None(), {
    parameters: { ...parameters, prompt: 'login' },
    expect: { requireIdToken: true },
  })
  const asked = await askedBy(client, { ...parameters, prompt: 'none' })
  const opened = await world.browser.open(authorizationUrl(world.discovered, asked.parameters))

  assert.equal(world.browser.signIns, 1)
  assert.ok(authTimeOf(tokens) >= began)
  assert.ok('away' in opened)
  assert.throws(() => oauth.validateAuthResponse(world.discovered, client, opened.away, asked.state), {
    error: 'consent_required',
  })
})

test('AS-36 oauth4webapi: an answer of another issuer, of none, or for another request is noticed (RFC 9207 §2.4)', async (t) => {
  const { world, client } = await openidStage(t)
  const { parameters, state } = await askedBy(client, { scope: 'notes:read', resource: world.notes })

  const back = await world.browser.allow(authorizationUrl(world.discovered, parameters))

  assert.equal(back.searchParams.get('iss'), world.origin)
  oauth.validateAuthResponse(world.discovered, client, back, state)
  for (const change of [{ iss: 'https://other.example' }, { iss: undefined }, { state: 'another' }]) {
    const changed = new URL(back)
    for (const [name, value] of Object.entries(change))
      value === undefined ? changed.searchParams.delete(name) : changed.searchParams.set(name, value)
    assert.throws(() => oauth.validateAuthResponse(world.discovered, client, changed, state), JSON.stringify(change))
  }
})

test('openid-client: signs in with a key and a pushed request, asks userinfo, refreshes, introspects and revokes', async (t) => {
  const world = await stage(t, {
    clients: {
      app: {
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [publicJwk] },
        require_pushed_authorization_requests: true,
      },
    },
    options: ({ notes }, { app }) => ({
      pushedRequests: {},
      privileges: { [app.client_id]: { introspection: [notes] } },
    }),
  })
  const config = await openid.discovery(
    new URL(world.origin),
    world.clients.app.client_id,
    { require_pushed_authorization_requests: true },
    withKey(),
    { execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks] },
  )
  const verifier = openid.randomPKCECodeVerifier()
  const [nonce, state] = [openid.randomNonce(), openid.randomState()]

  const asked = await openid.buildAuthorizationUrlWithPAR(config, {
    redirect_uri: redirectUri,
    scope: 'openid email notes:read',
    resource: world.notes,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    nonce,
    state,
  })
  const tokens = await openid.authorizationCodeGrant(config, await world.browser.allow(asked), {
    pkceCodeVerifier: verifier,
    expectedNonce: nonce,
    expectedState: state,
    idTokenExpected: true,
  })
  const person = await openid.fetchUserInfo(config, tokens.access_token, 'alice')
  const again = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')
  const told = await openid.tokenIntrospection(config, again.access_token)
  await openid.tokenRevocation(config, again.refresh_token ?? '')

  assert.equal(person.email, 'alice@example.org')
  assert.deepEqual([told.active, told.sub], [true, 'alice'])
  assert.deepEqual(await openid.tokenIntrospection(config, again.access_token), { active: false })
  await assert.rejects(openid.refreshTokenGrant(config, again.refresh_token ?? ''), { error: 'invalid_grant' })
})

test('openid-client registers itself by what discovery names, and signs in', async (t) => {
  const world = await stage(t, {})
  const config = await openid.dynamicClientRegistration(
    new URL(world.origin),
    { redirect_uris: [redirectUri], client_name: 'Black box' },
    undefined,
    { execute: [openid.allowInsecureRequests] },
  )
  const verifier = openid.randomPKCECodeVerifier()

  const asked = openid.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid',
    resource: world.notes,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  const tokens = await openid.authorizationCodeGrant(config, await world.browser.allow(asked), {
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  })

  assert.equal(tokens.claims()?.sub, 'alice')
})

async function openidStage(t: TestContext) {
  const world = await stage(t, {
    clients: { app: { redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' } },
    algorithm: 'oidc',
  })
  const client: oauth.Client = { client_id: world.clients.app.client_id }
  return { world, client }
}

function authTimeOf(tokens: oauth.TokenEndpointResponse): number {
  return Number(oauth.getValidatedIdTokenClaims(tokens)?.auth_time)
}
