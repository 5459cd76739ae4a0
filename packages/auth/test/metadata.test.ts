import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authorizationServerMetadataUrl } from '@portcullis/auth/protocol'
import {
  attemptOf,
  authorize,
  consent,
  createWorld,
  exchange,
  issuer,
  register,
  resource,
  type Sends,
} from './world.ts'

test('AS-02 AS-03 AS-04 AS-05 AS-06 AS-07 AS-36 the metadata names what is enforced, under the very issuer', async () => {
  const { send } = createWorld()

  const response = await send('/.well-known/oauth-authorization-server', {
    headers: { origin: 'https://inspector.example' },
  })

  assert.equal(response.headers.get('content-type'), 'application/json')
  assert.equal(response.headers.get('access-control-allow-origin'), '*')
  assert.deepEqual(await response.json(), {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    revocation_endpoint: `${issuer}/revoke`,
    jwks_uri: `${issuer}/jwks`,
    scopes_supported: ['notes:read', 'notes:write'],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    revocation_endpoint_auth_methods_supported: [
      'none',
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
    ],
    token_endpoint_auth_signing_alg_values_supported: ['ES256', 'RS256', 'PS256', 'EdDSA'],
    revocation_endpoint_auth_signing_alg_values_supported: ['ES256', 'RS256', 'PS256', 'EdDSA'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  })
})

test('AS-02 law 13: the OpenID location has the same document with what OpenID Connect adds, openid offered there alone', async () => {
  const { send } = createWorld()
  const oauth = await (await send('/.well-known/oauth-authorization-server')).json()

  const openid = await (await send('/.well-known/openid-configuration')).json()

  assert.deepEqual(openid, {
    ...oauth,
    userinfo_endpoint: `${issuer}/userinfo`,
    scopes_supported: ['openid', 'notes:read', 'notes:write'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
    claims_supported: ['iss', 'sub', 'aud', 'iat', 'exp', 'auth_time', 'nonce', 'at_hash'],
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
  })
  assert.ok(!oauth.scopes_supported.includes('openid'))
})

test('law 13: scopes and claims of a person are offered where the host has them', async () => {
  const { send } = createWorld({
    as: {
      interaction: {
        signedIn: async () => undefined,
        signIn: async () => new Response(),
        userClaims: { email: async () => ({}) },
      },
    },
  })

  const openid = await (await send('/.well-known/openid-configuration')).json()

  assert.deepEqual(openid.scopes_supported, ['openid', 'email', 'notes:read', 'notes:write'])
  assert.deepEqual(openid.claims_supported.slice(-2), ['email', 'email_verified'])
})

for (const written of [
  'https://auth.example',
  'https://auth.example/',
  'https://auth.example/t/9',
  'https://auth.example/t/9/',
])
  test(`AS-05 AS-36 law 13: the issuer ${written} is the same string wherever a client compares it`, async () => {
    const world = createWorld({ as: { issuer: written }, rs: { authorizationServers: [written] } })
    const atResource = 'https://mcp.example/.well-known/oauth-protected-resource/notes/mcp'
    const attempt = attemptOf(await register(world))
    const path = new URL(written).pathname.replace(/\/$/, '')
    const endpoints: Sends = { send: (endpoint, init) => world.send(`${path}${endpoint}`, init) }

    const named = await world.rs.answer(new Request(atResource))?.json()
    const metadata = await (await world.send(authorizationServerMetadataUrl(named.authorization_servers[0]))).json()
    const answer = await consent(endpoints, attempt)
    const { body } = await exchange(endpoints, attempt, answer.get('code') ?? '')
    const token = await world.rs.authenticate(
      new Request(resource, { headers: { authorization: `Bearer ${body.access_token}` } }),
    )

    assert.deepEqual(named.authorization_servers, [written])
    assert.equal(metadata.issuer, written)
    assert.equal(answer.get('iss'), written)
    assert.ok(!(token instanceof Response))
    assert.equal(token.issuer, written)
  })

for (const [what, wrong] of [
  ['plain http', 'http://auth.example'],
  ['plain http, on an address that is no loopback', 'http://192.0.2.1'],
  ['a query', 'https://auth.example/?a=1'],
  ['a fragment', 'https://auth.example/#a'],
  ['a user', 'https://me@auth.example'],
] as const)
  test(`AS-07 AS-36 an issuer with ${what} is a TypeError at construction`, () => {
    assert.throws(() => createWorld({ as: { issuer: wrong } }), TypeError)
  })

test('AS-03 AS-08 law 15: an issuer with a path has its metadata path-inserted, appended and at the root, and the root has aliases', async () => {
  const withPath = 'https://auth.example/t/9'
  const world = createWorld({ as: { issuer: withPath } })
  const client = await register(world)

  for (const path of [
    '/.well-known/oauth-authorization-server/t/9',
    '/.well-known/openid-configuration/t/9',
    '/t/9/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
  ]) {
    const metadata = await (await world.send(path)).json()
    assert.deepEqual([metadata.issuer, metadata.token_endpoint], [withPath, `${withPath}/token`], path)
  }
  for (const path of ['/token', '/t/9/token', '/register', '/t/9/register'])
    assert.equal((await world.send(path, { method: 'POST' })).status, 400, path)
  const alias = await authorize(world, attemptOf(client))
  assert.equal(alias.status, 302)
  assert.ok(alias.headers.get('location')?.startsWith(`${withPath}/authorize?response_type=code&`))
})

test('HEAD answers like GET without a body, and preflights say which methods there are', async () => {
  const { send } = createWorld()

  for (const path of ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration', '/jwks']) {
    const head = await send(path, { method: 'HEAD' })
    const preflight = await send(path, {
      method: 'OPTIONS',
      headers: { 'access-control-request-headers': 'mcp-protocol-version' },
    })

    assert.deepEqual([head.status, await head.text(), head.headers.get('content-type')], [200, '', 'application/json'])
    assert.deepEqual(
      [preflight.status, preflight.headers.get('access-control-allow-headers')],
      [204, 'mcp-protocol-version'],
    )
  }
  for (const path of ['/token', '/register', '/revoke'])
    assert.match((await send(path, { method: 'OPTIONS' })).headers.get('access-control-allow-methods') ?? '', /POST/)
})

test('the authorization endpoint answers no script of another origin, nor says in a refusal that it may read that (RFC 9700 §2.6)', async () => {
  const world = createWorld()

  const response = await authorize(world, attemptOf(await register(world)))

  assert.equal(response.headers.get('access-control-allow-origin'), null)

  for (const method of ['OPTIONS', 'PUT', 'DELETE']) {
    const refused = await world.send('/authorize', { method, headers: { origin: 'https://app.example' } })
    assert.equal(refused.status, 405)
    assert.equal(refused.headers.get('access-control-allow-origin'), null, method)
  }
})

test('the key set holds public halves alone, each with its id, use and algorithm', async () => {
  const { send } = createWorld()

  const { keys } = await (await send('/jwks')).json()

  assert.deepEqual(Object.keys(keys[0]).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
})

test('everything else is a JSON 404', async () => {
  const { send } = createWorld()

  for (const path of ['/', '/nothing', '/.well-known/other', '/.well-known/oauth-authorization-server/other']) {
    const response = await send(path)
    assert.deepEqual([response.status, response.headers.get('content-type')], [404, 'application/json'], path)
  }
})

test('whatever no endpoint takes is refused with an event that says why, and has the path without its query', async () => {
  const { send, events } = createWorld()
  const refused: [method: string, path: string, status: number, reason: string][] = [
    ['GET', '/token', 405, 'method_not_allowed'],
    ['GET', '/register', 405, 'method_not_allowed'],
    ['GET', '/revoke', 405, 'method_not_allowed'],
    ['PUT', '/authorize', 405, 'method_not_allowed'],
    ['OPTIONS', '/authorize', 405, 'method_not_allowed'],
    ['POST', '/jwks', 405, 'method_not_allowed'],
    ['PUT', '/userinfo', 405, 'method_not_allowed'],
    ['POST', '/.well-known/oauth-authorization-server', 405, 'method_not_allowed'],
    ['POST', '/.well-known/openid-configuration', 405, 'method_not_allowed'],
    ['GET', '/revocations', 404, 'not_found'],
    ['GET', '/nothing', 404, 'not_found'],
  ]

  for (const [method, path, status] of refused)
    assert.equal((await send(`${path}?code=s3cret`, { method })).status, status, `${method} ${path}`)

  assert.deepEqual(
    events.map((event) => event.type === 'request_refused' && [event.method, event.path, event.status, event.reason]),
    refused,
  )
  assert.ok(events.every((event) => event.type === 'request_refused' && /^[A-Z].+/.test(event.detail)))
})
