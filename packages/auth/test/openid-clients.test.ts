import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { consent, createWorld, issuer, register, resource, type TestClient, type World } from './world.ts'

/** Real clients of OpenID Connect, which know nothing of this server but its issuer, with each algorithm. */

function openidWorld(algorithm: 'ES256' | 'RS256' | 'EdDSA'): World {
  const now = Math.floor(Date.now() / 1000)
  const person = { subject: 'alice', authTime: now - 30, sessionId: 's-alice' }
  const world = createWorld({
    as: {
      signingKeys: { algorithm },
      interaction: {
        signedIn: async () => person,
        signIn: async () => new Response(),
        userClaims: { email: async () => ({ email: 'alice@example.org', email_verified: true }) },
      },
    },
  })
  world.clock.now = now // clients have the real time
  return world
}

/** The person allows what the URL asks for; resolves to where the browser is sent. */
async function allow(world: World, url: URL, client: TestClient): Promise<URL> {
  const answer = await consent(world, { client, verifier: '', parameters: Object.fromEntries(url.searchParams) })
  return new URL(`${client.redirectUri}?${answer}`)
}

for (const algorithm of ['ES256', 'RS256', 'EdDSA'] as const) {
  test(`AS-02 openid-client discovers, signs in with nonce and PKCE, validates the ID token, asks userinfo and refreshes (${algorithm})`, async () => {
    const world = openidWorld(algorithm)
    const client = await register(world)
    const config = await openid.discovery(new URL(issuer), client.clientId, undefined, openid.None(), {
      [openid.customFetch]: (url, init) => world.as.fetch(new Request(url, init as RequestInit)),
    })
    openid.enableNonRepudiationChecks(config) // the signature of the ID token is verified too
    const verifier = openid.randomPKCECodeVerifier()
    const nonce = openid.randomNonce()

    const asked = openid.buildAuthorizationUrl(config, {
      redirect_uri: client.redirectUri,
      scope: 'openid email notes:read',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      nonce,
      max_age: '3600',
      resource,
    })
    const tokens = await openid.authorizationCodeGrant(config, await allow(world, asked, client), {
      pkceCodeVerifier: verifier,
      expectedNonce: nonce,
      maxAge: 3600,
      idTokenExpected: true,
    })
    const claims = tokens.claims()
    const person = await openid.fetchUserInfo(config, tokens.access_token, 'alice')
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')

    assert.deepEqual([claims?.sub, claims?.aud, claims?.nonce], ['alice', client.clientId, nonce])
    assert.deepEqual(person, { sub: 'alice', email: 'alice@example.org', email_verified: true })
    assert.equal(refreshed.claims()?.sub, 'alice')
  })

  test(`AS-02 oauth4webapi does the same, and validates the ID token’s signature against the published keys (${algorithm})`, async () => {
    const world = openidWorld(algorithm)
    const registered = await register(world)
    const client: oauth.Client = { client_id: registered.clientId, require_auth_time: true }
    const options = {
      [oauth.customFetch]: (url: string, init: oauth.CustomFetchOptions<string, unknown>) =>
        world.as.fetch(new Request(url, init as RequestInit)),
    }
    const as = await oauth.processDiscoveryResponse(
      new URL(issuer),
      await oauth.discoveryRequest(new URL(issuer), { algorithm: 'oidc', ...options }),
    )
    const verifier = oauth.generateRandomCodeVerifier()
    const [nonce, state] = [oauth.generateRandomNonce(), oauth.generateRandomState()]
    const asked = new URL(as.authorization_endpoint ?? '')
    asked.search = String(
      new URLSearchParams({
        response_type: 'code',
        client_id: client.client_id,
        redirect_uri: registered.redirectUri,
        scope: 'openid email',
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        nonce,
        state,
      }),
    )

    const answer = oauth.validateAuthResponse(as, client, await allow(world, asked, registered), state)
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      oauth.None(),
      answer,
      registered.redirectUri,
      verifier,
      options,
    )
    const copy = response.clone()
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
      expectedNonce: nonce,
      requireIdToken: true,
    })
    await oauth.validateApplicationLevelSignature(as, response, options)
    const person = await oauth.processUserInfoResponse(
      as,
      client,
      'alice',
      await oauth.userInfoRequest(as, client, tokens.access_token, options),
    )

    assert.equal(oauth.getValidatedIdTokenClaims(tokens)?.nonce, nonce)
    assert.equal(person.email, 'alice@example.org')
    await assert.rejects(oauth.processAuthorizationCodeResponse(as, client, copy, { expectedNonce: 'another' }))
  })
}
