import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import * as oauth from 'oauth4webapi'
import {
  askedBy,
  authorizationUrl,
  insecure,
  keyPair,
  publicJwk,
  redirectUri,
  refreshed,
  signIn,
  stage,
  statusWith,
  withKey,
} from './stage.ts'

/** What clients send that can more, or less, than this server: it is refused in the protocol's terms, or does nothing, as the metadata says. */

test('law 13: the metadata of OpenID Connect says what is not offered, where silence would mean that it is', async (t) => {
  const { world } = await requestStage(t)
  const as = world.discovered

  assert.deepEqual(
    [as.request_parameter_supported, as.request_uri_parameter_supported, as.claims_parameter_supported],
    [false, false, false],
  )
  assert.deepEqual([as.response_modes_supported, as.response_types_supported], [['query'], ['code']])
  for (const name of [
    'dpop_signing_alg_values_supported',
    'acr_values_supported',
    'ui_locales_supported',
    'display_values_supported',
    'tls_client_certificate_bound_access_tokens',
    'end_session_endpoint',
    'backchannel_authentication_endpoint',
  ])
    assert.equal(as[name], undefined, name)
})

const refused: [string, Record<string, string>, string][] = [
  ['a request URI elsewhere', { request_uri: 'https://client.example/request.jwt' }, 'request_uri_not_supported'],
  ['metadata of the client', { registration: '{"client_name":"x"}' }, 'registration_not_supported'],
  ['response_mode=form_post', { response_mode: 'form_post' }, 'invalid_request'],
  ['response_mode=fragment', { response_mode: 'fragment' }, 'invalid_request'],
  ['response_mode=query.jwt (JARM)', { response_mode: 'query.jwt' }, 'invalid_request'],
  ['the hybrid flow', { response_type: 'code id_token' }, 'unsupported_response_type'],
  ['the implicit flow', { response_type: 'id_token token' }, 'unsupported_response_type'],
]
for (const [title, more, error] of refused)
  for (const isPushed of [false, true])
    test(`oauth4webapi: ${title} is ${error}${isPushed ? ' at the push' : ' by the query of the redirect, with iss and state'}`, async (t) => {
      const { world, client } = await requestStage(t)
      const { parameters, state } = await askedBy(client, { scope: 'openid', resource: world.notes, ...more })

      if (isPushed) {
        const response = await oauth.pushedAuthorizationRequest(
          world.discovered,
          client,
          withKey(),
          parameters,
          insecure,
        )
        await assert.rejects(oauth.processPushedAuthorizationResponse(world.discovered, client, response), {
          error,
          status: 400,
        })
        return
      }
      const opened = await world.browser.open(authorizationUrl(world.discovered, parameters))

      assert.ok('away' in opened)
      assert.equal(opened.away.hash, '')
      assert.throws(() => oauth.validateAuthResponse(world.discovered, client, opened.away, state), { error })
    })

test('oauth4webapi: a signed request object (JAR) is request_not_supported, and nothing in it counts', async (t) => {
  const { world, client } = await requestStage(t)
  const { parameters, state } = await askedBy(client, { scope: 'openid', resource: world.notes })
  const request = await oauth.issueRequestObject(
    world.discovered,
    client,
    { ...Object.fromEntries(parameters), redirect_uri: 'https://evil.example/' },
    { key: keyPair.privateKey, kid: 'b1' },
  )

  const beside = await world.browser.open(
    authorizationUrl(world.discovered, new URLSearchParams([...parameters, ['request', request]])),
  )
  const alone = await world.browser.open(
    authorizationUrl(world.discovered, new URLSearchParams({ client_id: client.client_id, request })),
  )

  for (const opened of [beside, alone]) {
    assert.ok('away' in opened)
    assert.equal(`${opened.away.origin}${opened.away.pathname}`, redirectUri) // the only one that is registered
    assert.equal(opened.away.searchParams.get('error'), 'request_not_supported')
  }
  assert.ok('away' in beside && beside.away.searchParams.get('state') === state)
})

const ignored: Record<string, Record<string, string>> = {
  'locales, of pages and of claims': { ui_locales: 'de-CH fr', claims_locales: 'de' },
  'classes of authentication': { acr_values: 'urn:mace:incommon:iap:gold phr' },
  'a way of showing pages': { display: 'popup' },
  'claims one by one': { claims: '{"id_token":{"email":{"essential":true},"acr":{"essential":true}}}' },
  'tokens bound to a key': { dpop_jkt: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs' },
  'what nobody knows': { vendor_hint: 'x', 'https://example.org/p': 'y' },
  'the response mode that there is': { response_mode: 'query' },
}
for (const [title, more] of Object.entries(ignored))
  test(`OIDC Core §3.1.2.1 oauth4webapi: what asks for ${title} is no mistake, and gets nothing`, async (t) => {
    const { world, client } = await requestStage(t)

    const { tokens } = await signIn(world, client, withKey(), {
      parameters: { scope: 'openid notes:read', resource: world.notes, ...more },
      expect: { requireIdToken: true },
    })

    const claims = oauth.getValidatedIdTokenClaims(tokens)
    assert.deepEqual([claims?.email, claims?.acr, tokens.scope], [undefined, undefined, 'notes:read openid'])
    assert.equal(tokens.token_type, 'bearer')
  })

test('oauth4webapi: a client that proves its key by DPoP gets bearer tokens, at every endpoint, and may see so by token_type (RFC 9449 §5)', async (t) => {
  const { world, client } = await requestStage(t)
  const as = world.discovered
  const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))
  const proving = { ...insecure, DPoP }
  const asked = await askedBy(client, { scope: 'openid', resource: world.notes })
  const pushed = await oauth.processPushedAuthorizationResponse(
    as,
    client,
    await oauth.pushedAuthorizationRequest(as, client, withKey(), asked.parameters, proving),
  )
  const sent = new URLSearchParams({ client_id: client.client_id, request_uri: pushed.request_uri })

  const back = await world.browser.allow(authorizationUrl(as, sent))
  const tokens = await oauth.processAuthorizationCodeResponse(
    as,
    client,
    await oauth.authorizationCodeGrantRequest(
      as,
      client,
      withKey(),
      oauth.validateAuthResponse(as, client, back, asked.state),
      redirectUri,
      asked.verifier,
      proving,
    ),
  )
  const again = await oauth.processRefreshTokenResponse(
    as,
    client,
    await oauth.refreshTokenGrantRequest(as, client, withKey(), tokens.refresh_token ?? '', proving),
  )
  const person = await oauth.processUserInfoResponse(
    as,
    client,
    'alice',
    await oauth.userInfoRequest(as, client, again.access_token, insecure),
  )

  assert.deepEqual([tokens.token_type, again.token_type, person.sub], ['bearer', 'bearer', 'alice'])
  assert.equal(await statusWith(world.notes, again.access_token), 405)
  assert.equal((await refreshed(as, client, withKey(), again.refresh_token)).token_type, 'bearer')
})

test('a bearer token under the scheme DPoP is no bearer token: a challenge that names Bearer alone', async (t) => {
  const { world, client } = await requestStage(t)
  const { tokens } = await signIn(world, client, withKey(), { parameters: { scope: 'openid', resource: world.notes } })

  for (const url of [String(world.discovered.userinfo_endpoint), world.notes]) {
    const response = await fetch(url, { headers: { authorization: `DPoP ${tokens.access_token}` } })

    assert.equal(response.status, 401)
    assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer\b(?!.*DPoP)/)
  }
})

test('RFC 9126 §5 oauth4webapi: where requests must be pushed the metadata says so, and a client that pushes needs nothing else', async (t) => {
  const { world, client } = await requestStage(t, { required: true })
  const { parameters, state } = await askedBy(client, { scope: 'openid', resource: world.notes })

  const unpushed = await world.browser.open(authorizationUrl(world.discovered, parameters))
  const { tokens } = await signIn(world, client, withKey(), {
    parameters: { scope: 'openid', resource: world.notes },
    isPushed: true,
  })

  assert.equal(world.discovered.require_pushed_authorization_requests, true)
  assert.ok('away' in unpushed)
  assert.throws(() => oauth.validateAuthResponse(world.discovered, client, unpushed.away, state), {
    error: 'invalid_request',
  })
  assert.equal(tokens.token_type, 'bearer')
})

async function requestStage(t: TestContext, { required = false } = {}) {
  const world = await stage(t, {
    clients: {
      app: {
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [publicJwk] },
      },
    },
    options: () => ({ pushedRequests: { required } }),
    algorithm: 'oidc',
  })
  const client: oauth.Client = { client_id: world.clients.app.client_id }
  return { world, client }
}
