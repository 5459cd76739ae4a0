import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attemptOf, consent, createWorld, register, resource, signedInClient, type World } from './world.ts'

interface Refusal {
  /** Of the endpoint, and of what it says of errors. */
  rfc: string
  endpoint: string
  mistake: string
  status: number
  error: string | undefined
  /** What the answer carries beside: a header, and its value. */
  header?: [string, RegExp]
  meet: (world: World) => Promise<Response>
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const json = { 'content-type': 'application/json' }

const post =
  (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  (world: World) =>
    world.send(path, { method: 'POST', headers: { ...form, ...headers }, body: new URLSearchParams(fields).toString() })

/** A token request of a client that is registered, with what a code needs, changed. */
const withClient =
  (
    path: string,
    fields: Record<string, string>,
    metadata: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ) =>
  async (world: World) => {
    const { clientId, clientSecret = '' } = await register(world, metadata)
    const own = 'client_secret' in fields ? { client_secret: fields.client_secret ?? clientSecret } : {}
    return post(path, { client_id: clientId, ...fields, ...own }, headers)(world)
  }

const withTokens = (fields: Record<string, string>) => async (world: World) => {
  const { client, refreshToken } = await signedInClient(world)
  return post('/token', {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: client.clientId,
    ...fields,
  })(world)
}

const withCode = (changes: Record<string, string>) => async (world: World) => {
  const attempt = attemptOf(await register(world))
  const code = (await consent(world, attempt)).get('code') ?? ''
  return post('/token', {
    grant_type: 'authorization_code',
    code,
    redirect_uri: attempt.client.redirectUri,
    client_id: attempt.client.clientId,
    code_verifier: attempt.verifier,
    ...changes,
  })(world)
}

const registering =
  (body: string, headers: Record<string, string> = json) =>
  (world: World) =>
    world.send('/register', { method: 'POST', headers, body })

const secretClient = { token_endpoint_auth_method: 'client_secret_basic' }
const refresh = { grant_type: 'refresh_token', refresh_token: 'x' }
const token = { endpoint: 'token', rfc: 'RFC 6749 §5.2' }
const revoke = { endpoint: 'revoke', rfc: 'RFC 7009 §2.2.1' }
const par = { endpoint: 'PAR', rfc: 'RFC 9126 §2.3' }
const device = { endpoint: 'device authorization', rfc: 'RFC 8628 §3.1' }
const introspection = { endpoint: 'introspection', rfc: 'RFC 7662 §2.1' }
const registration = { endpoint: 'register', rfc: 'RFC 7591 §3.2.2' }
const basic: [string, RegExp] = ['www-authenticate', /^Basic realm="/]

const refusals: readonly Refusal[] = [
  {
    ...token,
    mistake: 'no grant type',
    status: 400,
    error: 'invalid_request',
    meet: post('/token', { client_id: 'x' }),
  },
  { ...token, mistake: 'no client', status: 401, error: 'invalid_client', meet: post('/token', refresh) },
  {
    ...token,
    mistake: 'a secret of nobody',
    status: 400,
    error: 'invalid_request',
    meet: post('/token', { ...refresh, client_secret: 'y' }),
  },
  {
    ...token,
    mistake: 'a scheme that no client has',
    status: 401,
    error: 'invalid_client',
    header: basic,
    meet: post('/token', refresh, { authorization: 'Bearer x' }),
  },
  {
    ...token,
    mistake: 'a parameter twice',
    status: 400,
    error: 'invalid_request',
    meet: (world) => world.send('/token', { method: 'POST', headers: form, body: 'grant_type=a&grant_type=b' }),
  },
  {
    ...token,
    mistake: 'a JSON body',
    status: 400,
    error: 'invalid_request',
    meet: (world) => world.send('/token', { method: 'POST', headers: json, body: '{}' }),
  },
  {
    ...token,
    mistake: 'two methods of authentication',
    status: 400,
    error: 'invalid_request',
    meet: post('/token', { ...refresh, client_secret: 'y' }, { authorization: `Basic ${btoa('a:b')}` }),
  },
  {
    ...token,
    mistake: 'an unknown client',
    status: 401,
    error: 'invalid_client',
    meet: post('/token', { ...refresh, client_id: 'x' }),
  },
  {
    ...token,
    mistake: 'an unknown client by Basic',
    status: 401,
    error: 'invalid_client',
    header: basic,
    meet: post('/token', refresh, { authorization: `Basic ${btoa('a:b')}` }),
  },
  {
    ...token,
    mistake: 'a secret that is missing',
    status: 401,
    error: 'invalid_client',
    meet: withClient('/token', refresh, secretClient),
  },
  {
    ...token,
    mistake: 'a wrong secret',
    status: 401,
    error: 'invalid_client',
    meet: withClient(
      '/token',
      { ...refresh, client_secret: 'wrong' },
      { token_endpoint_auth_method: 'client_secret_post' },
    ),
  },
  {
    ...token,
    mistake: 'a forged code',
    status: 400,
    error: 'invalid_grant',
    meet: withClient('/token', { grant_type: 'authorization_code', code: 'x' }),
  },
  {
    ...token,
    mistake: 'a wrong verifier',
    status: 400,
    error: 'invalid_grant',
    meet: withCode({ code_verifier: 'a'.repeat(43) }),
  },
  {
    ...token,
    mistake: 'another redirect URI',
    status: 400,
    error: 'invalid_grant',
    meet: withCode({ redirect_uri: 'https://client.example/other' }),
  },
  {
    ...token,
    mistake: 'a forged refresh token',
    status: 400,
    error: 'invalid_grant',
    meet: withTokens({ refresh_token: 'x' }),
  },
  {
    ...token,
    mistake: 'a grant type that is not supported',
    status: 400,
    error: 'unsupported_grant_type',
    meet: withClient('/token', { grant_type: 'password' }),
  },
  {
    ...token,
    mistake: 'a scope that was not granted',
    status: 400,
    error: 'invalid_scope',
    meet: withTokens({ scope: 'notes:delete' }),
  },
  {
    ...token,
    rfc: 'RFC 8707 §2.2',
    mistake: 'another resource',
    status: 400,
    error: 'invalid_target',
    meet: withTokens({ resource: 'https://other.example/mcp' }),
  },
  {
    ...token,
    rfc: 'RFC 9110 §15.5.6',
    mistake: 'GET',
    status: 405,
    error: 'invalid_request',
    header: ['allow', /^POST, OPTIONS$/],
    meet: (world) => world.send('/token'),
  },
  {
    ...token,
    rfc: 'RFC 6585 §4',
    mistake: 'too many refused requests',
    status: 429,
    error: 'temporarily_unavailable',
    header: ['retry-after', /^60$/],
    meet: tooOften(post('/token', { ...refresh, client_id: 'x' })),
  },
  { ...revoke, mistake: 'no token', status: 400, error: 'invalid_request', meet: withClient('/revoke', {}) },
  { ...revoke, mistake: 'no client', status: 401, error: 'invalid_client', meet: post('/revoke', { token: 'x' }) },
  { ...par, mistake: 'no client', status: 401, error: 'invalid_client', meet: post('/par', { response_type: 'code' }) },
  {
    ...par,
    mistake: 'an unknown client by Basic',
    status: 401,
    error: 'invalid_client',
    header: basic,
    meet: post('/par', { response_type: 'code' }, { authorization: `Basic ${btoa('a:b')}` }),
  },
  {
    ...device,
    mistake: 'no client',
    status: 401,
    error: 'invalid_client',
    meet: post('/device_authorization', { scope: 'notes:read' }),
  },
  {
    ...device,
    mistake: 'an unknown client by Basic',
    status: 401,
    error: 'invalid_client',
    header: basic,
    meet: post('/device_authorization', {}, { authorization: `Basic ${btoa('a:b')}` }),
  },
  {
    ...introspection,
    mistake: 'no client',
    status: 401,
    error: 'invalid_client',
    header: ['www-authenticate', /^Bearer$/],
    meet: post('/introspect', { token: 'x' }),
  },
  {
    ...introspection,
    rfc: 'RFC 6750 §3',
    mistake: 'a wrong secret of a reader',
    status: 401,
    error: 'invalid_token',
    header: ['www-authenticate', /^Bearer error="invalid_token"$/],
    meet: post('/introspect', { token: 'x' }, { authorization: 'Bearer x' }),
  },
  {
    ...introspection,
    mistake: 'an unknown client by Basic',
    status: 401,
    error: 'invalid_client',
    header: basic,
    meet: post('/introspect', { token: 'x' }, { authorization: `Basic ${btoa('a:b')}` }),
  },
  {
    ...revoke,
    mistake: 'an unknown client',
    status: 401,
    error: 'invalid_client',
    meet: post('/revoke', { token: 'x', client_id: 'x' }),
  },
  {
    ...revoke,
    mistake: 'an unknown client by Basic',
    status: 401,
    error: 'invalid_client',
    header: basic,
    meet: post('/revoke', { token: 'x' }, { authorization: `Basic ${btoa('a:b')}` }),
  },
  {
    ...revoke,
    rfc: 'RFC 7009 §2.2',
    mistake: 'a token that is not valid',
    status: 200,
    error: undefined,
    meet: withClient('/revoke', { token: 'x' }),
  },
  { ...registration, mistake: 'no JSON', status: 400, error: 'invalid_client_metadata', meet: registering('{') },
  { ...registration, mistake: 'a list', status: 400, error: 'invalid_client_metadata', meet: registering('[]') },
  { ...registration, mistake: 'a form', status: 400, error: 'invalid_client_metadata', meet: registering('a=b', form) },
  {
    ...registration,
    mistake: 'no redirect URI',
    status: 400,
    error: 'invalid_redirect_uri',
    meet: registering('{"redirect_uris":[]}'),
  },
  {
    ...registration,
    mistake: 'a redirect URI that can run script',
    status: 400,
    error: 'invalid_redirect_uri',
    meet: registering('{"redirect_uris":["javascript:alert(1)"]}'),
  },
  {
    ...registration,
    rfc: 'RFC 6585 §4',
    mistake: 'too many registrations',
    status: 429,
    error: 'temporarily_unavailable',
    header: ['retry-after', /^3600$/],
    meet: tooOften(registering('{"redirect_uris":[]}')),
  },
  {
    endpoint: 'revocations',
    rfc: 'RFC 6750 §3',
    mistake: 'no secret',
    status: 401,
    error: 'invalid_token',
    header: ['www-authenticate', /^Bearer$/],
    meet: (world) => world.send('/revocations'),
  },
  {
    endpoint: 'revocations',
    rfc: 'RFC 6750 §3',
    mistake: 'a wrong secret',
    status: 401,
    error: 'invalid_token',
    header: ['www-authenticate', /^Bearer error="invalid_token"$/],
    meet: (world) => world.send('/revocations', { headers: { authorization: 'Bearer x' } }),
  },
]

for (const { rfc, endpoint, mistake, status, error, header, meet } of refusals)
  test(`${rfc}: ${mistake} at the ${endpoint} endpoint is ${status} ${error ?? 'without a body'}, as JSON that no cache keeps`, async () => {
    const world = createWorld({
      as: {
        refusalLimit: 3,
        registrationLimit: 3,
        revocationReaders: ['r'.repeat(32)],
        introspectionReaders: [{ resource, secret: 'i'.repeat(32) }],
        pushedRequests: {},
        deviceAuthorization: {},
      },
    })

    const answer = await meet(world)
    const text = await answer.text()

    assert.equal(answer.status, status, text)
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    if (header !== undefined) assert.match(answer.headers.get(header[0]) ?? '', header[1])
    else assert.equal(answer.headers.get('www-authenticate'), null)
    if (error === undefined) {
      assert.equal(text, '')
      return
    }
    const body = JSON.parse(text)
    assert.deepEqual(Object.keys(body), ['error', 'error_description'])
    assert.equal(body.error, error)
    assert.match(body.error_description, /^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/)
    assert.equal(answer.headers.get('content-type'), 'application/json')
  })

function tooOften(meet: (world: World) => Promise<Response>): (world: World) => Promise<Response> {
  return async (world) => {
    for (const _ of [1, 2, 3]) await meet(world)
    return meet(world)
  }
}
