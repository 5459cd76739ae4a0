import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { AuthorizationServerOptions } from '@portcullis/auth/authorization-server'
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

/** What the Config and Basic OP plans of the OpenID Foundation's conformance suite ask (docs/openid-connect.md says why it is not run). */

test('OpenID Connect Discovery §3 the document of a server with RS256 has what the Config OP plan asks for, https aside on loopback', async (t) => {
  const { world } = await openidStage(t, { signingKeys: { algorithm: 'RS256' } })
  const response = await fetch(`${world.origin}/.well-known/openid-configuration`)
  const document = await response.json()
  const { keys } = await (await fetch(document.jwks_uri)).json()

  assert.match(response.headers.get('content-type') ?? '', /^application\/json\b/)
  assert.equal(document.issuer, world.origin)
  for (const name of ['authorization', 'token', 'userinfo', 'registration'])
    assert.ok(URL.canParse(document[`${name}_endpoint`]), name)
  for (const [name, value] of [
    ['response_types_supported', 'code'],
    ['subject_types_supported', 'public'],
    ['id_token_signing_alg_values_supported', 'RS256'],
    ['scopes_supported', 'openid'],
    ['claims_supported', 'sub'],
    ['grant_types_supported', 'authorization_code'],
    ['code_challenge_methods_supported', 'S256'],
  ] as const)
    assert.ok(document[name].includes(value), name)
  assert.ok(keys.length > 0)
  for (const key of keys) assert.deepEqual([key.kty, key.d, key.k, key.use], ['RSA', undefined, undefined, 'sig'])
})

test('oauth4webapi: prompt=none with an ID token as hint gives a code of the same sign-in without a page, where consent is remembered', async (t) => {
  const there = 'https://client.example/callback'
  const { world, client } = await openidStage(t, { consentLifetime: 3600 }, there)
  const parameters = { scope: 'openid email notes:read', resource: world.notes, redirect_uri: there }
  const first = await signIn(world, client, oauth.None(), { parameters, expect: { requireIdToken: true } })
  const hint = { prompt: 'none', id_token_hint: first.tokens.id_token ?? '' }
  const asked = await askedBy(client, { ...parameters, ...hint })

  const opened = await world.browser.open(authorizationUrl(world.discovered, asked.parameters))

  assert.ok('away' in opened)
  const answer = oauth.validateAuthResponse(world.discovered, client, opened.away, asked.state)
  const redeem = async () =>
    oauth.processAuthorizationCodeResponse(
      world.discovered,
      client,
      await oauth.authorizationCodeGrantRequest(
        world.discovered,
        client,
        oauth.None(),
        answer,
        there,
        asked.verifier,
        insecure,
      ),
    )
  const second = await redeem()
  const [before, now] = [first.tokens, second].map((tokens) => oauth.getValidatedIdTokenClaims(tokens))
  assert.deepEqual([now?.sub, now?.auth_time], [before?.sub, before?.auth_time])
  await assert.rejects(redeem(), { error: 'invalid_grant' })
  const dead = await oauth.userInfoRequest(world.discovered, client, second.access_token, insecure)
  assert.equal(dead.status, 401) // RFC 6749 §4.1.2: what a code gave ends when it comes again
})

test('OpenID Connect Core §3.1.2.1 §5.3.1 an authorization request may be posted, and so may one to userinfo, its token in the header', async (t) => {
  const { world, client } = await openidStage(t)
  const { parameters, verifier, state } = await askedBy(client, { scope: 'openid email', resource: world.notes })

  const posted = await fetch(String(world.discovered.authorization_endpoint), {
    method: 'POST',
    redirect: 'manual',
    body: parameters,
  })
  const back = await world.browser.allow(new URL(posted.headers.get('location') ?? '', world.origin))
  const answer = oauth.validateAuthResponse(world.discovered, client, back, state)
  const tokens = await oauth.processAuthorizationCodeResponse(
    world.discovered,
    client,
    await oauth.authorizationCodeGrantRequest(
      world.discovered,
      client,
      oauth.None(),
      answer,
      redirectUri,
      verifier,
      insecure,
    ),
  )
  const userinfo = String(world.discovered.userinfo_endpoint)
  const headers = { authorization: `Bearer ${tokens.access_token}` }

  const person = await (await fetch(userinfo, { method: 'POST', headers })).json()
  const inBody = await fetch(userinfo, {
    method: 'POST',
    body: new URLSearchParams({ access_token: tokens.access_token }),
  })

  assert.equal(person.email, 'alice@example.org')
  assert.equal(inBody.status, 401) // RFC 6750 §2.2: a form is optional
})

async function openidStage(
  t: TestContext,
  options: Partial<AuthorizationServerOptions> = {},
  sentBackTo: string = redirectUri,
) {
  const world = await stage(t, {
    clients: { app: { redirect_uris: [sentBackTo], token_endpoint_auth_method: 'none' } },
    options: () => options,
    algorithm: 'oidc',
  })
  const client: oauth.Client = { client_id: world.clients.app.client_id }
  return { world, client }
}

function authTimeOf(tokens: oauth.TokenEndpointResponse): number {
  return Number(oauth.getValidatedIdTokenClaims(tokens)?.auth_time)
}
