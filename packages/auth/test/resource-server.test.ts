import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createResourceServer, type ResourceServerOptions } from '@portcullis/auth'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { parseMessages } from '../src/mcp/index.ts'
import { foreignIssuer } from './foreign-issuer.ts'
import { createWorld, issuer, mcpRequest, resource, signedInClient } from './world.ts'

const metadataUrl = 'https://mcp.example/.well-known/oauth-protected-resource/notes/mcp'

async function refusalOf(
  result: unknown,
): Promise<{ status: number; challenge: string | null; body: { error?: string }; headers: Headers }> {
  assert.ok(result instanceof Response, 'it was let in')
  return {
    status: result.status,
    challenge: result.headers.get('www-authenticate'),
    body: await result.json(),
    headers: result.headers,
  }
}

test('RS-02 RS-05 RS-07 RS-35 without credentials: 401 with a Bearer challenge that names metadata and scopes, and no error code', async () => {
  const { rs } = createWorld()

  const { status, challenge, headers, body } = await refusalOf(await rs.authenticate(mcpRequest()))

  assert.equal(status, 401)
  assert.equal(body.error, undefined)
  assert.equal(challenge, `Bearer resource_metadata="${metadataUrl}", scope="notes:read notes:write"`)
  assert.equal(headers.get('cache-control'), 'no-store')
})

test('RS-05 further parameters of challenges stand behind ours, in every challenge, and cannot take their place', async () => {
  const hints = { realm: 'MCP Server', authorization_server: issuer }
  const world = createWorld({ rs: { challengeParameters: hints } })
  const { accessToken } = await signedInClient(world)
  const refusals = [
    await world.rs.authenticate(mcpRequest()),
    await world.rs.authenticate(mcpRequest('not.a.token')),
    await world.rs.authenticate(mcpRequest(accessToken), { scope: ['notes:delete'] }),
  ]

  for (const refused of refusals) {
    const { challenge } = await refusalOf(refused)
    assert.match(
      challenge ?? '',
      /resource_metadata="[^"]+", scope="[^"]+", realm="MCP Server", authorization_server="https:/,
    )
  }
  for (const name of ['scope', 'Resource_Metadata', 'error', 'error_description', 'a b', ''])
    assert.throws(() => createWorld({ rs: { challengeParameters: { [name]: 'x' } } }), /"challengeParameters"/)
  assert.throws(() => createWorld({ rs: { challengeParameters: { realm: 'a\r\nb' } } }), /printable ASCII/)
})

test('RS-11 RS-12 RS-14 a valid token for this resource is let in, with the facts of its claims', async () => {
  const world = createWorld()
  const { accessToken, client } = await signedInClient(world)

  const result = await world.rs.authenticate(mcpRequest(accessToken))

  assert.ok(!(result instanceof Response))
  assert.deepEqual(
    {
      subject: result.subject,
      clientId: result.clientId,
      issuer: result.issuer,
      resource: result.resource,
      scope: [...result.scope],
    },
    { subject: 'alice', clientId: client.clientId, issuer, resource, scope: ['notes:read', 'notes:write'] },
  )
})

const authorizationHeaders: [string, string, number, string | undefined][] = [
  ['Bearer', 'Bearer', 401, 'invalid_token'],
  ['Bearer with two words', 'Bearer a b', 401, 'invalid_token'],
  ['Bearer with a forbidden character', 'Bearer a"b', 401, 'invalid_token'],
  ['a token that is no JWT', 'Bearer nonsense', 401, 'invalid_token'],
  ['a JWT of three empty parts', 'Bearer ..', 401, 'invalid_token'],
  ['a token of 20,000 characters', `Bearer ${'a'.repeat(20_000)}`, 401, 'invalid_token'],
  ['two tokens in a list', 'Bearer a, Bearer b', 400, 'invalid_request'],
  ['Basic, which is another method', 'Basic YTpi', 401, undefined],
  ['nothing', '', 401, undefined],
]
for (const [what, authorization, status, error] of authorizationHeaders)
  test(`RS-15 RS-16 ${what} is answered ${status} ${error ?? 'and a bare challenge'}`, async () => {
    const { rs } = createWorld()

    const refusal = await refusalOf(await rs.authenticate(mcpRequest(undefined, { headers: { authorization } })))

    assert.equal(refusal.status, status)
    assert.equal(/error="([^"]*)"/.exec(refusal.challenge ?? '')?.[1], error)
    assert.ok(refusal.challenge?.includes(`resource_metadata="${metadataUrl}"`))
  })

test('RS-36 a token in the query does not count, and beside a header it makes the request malformed', async () => {
  const world = createWorld()
  const { accessToken } = await signedInClient(world)
  const url = `${resource}?access_token=${accessToken}`

  const alone = await refusalOf(await world.rs.authenticate(new Request(url, { method: 'POST' })))
  const hidden = await refusalOf(
    await world.rs.authenticate(
      new Request(url.replace('access_token', 'access%5Ftoken'), {
        method: 'POST',
        headers: { authorization: `Bearer ${accessToken}` },
      }),
    ),
  )
  const both = await refusalOf(
    await world.rs.authenticate(
      new Request(url, { method: 'POST', headers: { authorization: `Bearer ${accessToken}` } }),
    ),
  )

  assert.deepEqual([alone.status, both.status, both.body.error], [401, 400, 'invalid_request'])
  assert.deepEqual([hidden.status, hidden.body.error], [400, 'invalid_request'])
})

const badTokens: [string, Record<string, unknown>, Record<string, unknown>, string][] = [
  ['RS-12 RS-14 RS-13 P-07 a token for another audience', { aud: 'https://mcp.example/other' }, {}, 'wrong_audience'],
  ['RS-12 a token for the origin instead of the endpoint', { aud: 'https://mcp.example' }, {}, 'wrong_audience'],
  ['RS-12 a token for the resource with a slash more', { aud: `${resource}/` }, {}, 'wrong_audience'],
  ['RS-12 law 2 a token without audience', { aud: undefined }, {}, 'wrong_audience'],
  ['RS-15 an expired token', { exp: 1_800_000_000 - 6 }, {}, 'expired'],
  ['RS-15 a token without expiry', { exp: undefined }, {}, 'missing_claim'],
  ['RS-15 a token that is not valid yet', { nbf: 1_800_000_060 }, {}, 'not_yet_valid'],
  ['RS-15 a token without subject', { sub: undefined }, {}, 'missing_claim'],
  ['RS-14 a token of an issuer that is not trusted', { iss: 'https://evil.example' }, {}, 'unknown_issuer'],
  ['RS-14 a token of an issuer with a slash more', { iss: 'https://other.example/t/9/' }, {}, 'unknown_issuer'],
  ['RS-11 a token that is no access token by its type', {}, { typ: 'JWT' }, 'wrong_type'],
  ['RS-11 a token without type', {}, { typ: undefined }, 'wrong_type'],
  ['RS-11 an ID-JAG', {}, { typ: 'oauth-id-jag+jwt' }, 'wrong_type'],
  ['RS-15 a token of an unknown key', {}, { kid: 'b' }, 'unknown_key'],
]
for (const [title, claims, header, reason] of badTokens)
  test(`${title} is 401 invalid_token, and the operator is told ${reason}`, async () => {
    const { rs, sign, events } = await foreignIssuer()

    const { status, challenge } = await refusalOf(await rs.authenticate(mcpRequest(await sign(claims, header))))

    assert.equal(status, 401)
    assert.match(challenge ?? '', /^Bearer error="invalid_token"/)
    assert.ok(
      events.some((event) => JSON.stringify(event).includes(`"reason":"${reason}"`)),
      JSON.stringify(events),
    )
  })

test('RS-11 law 9 a token that another key signed, or whose payload was changed, is refused', async () => {
  const { rs, sign } = await foreignIssuer()
  const { privateKey } = await generateKeyPair('ES256')
  const [header, , signature] = (await sign()).split('.')
  const [, payload] = (await sign({ sub: 'admin' })).split('.')

  for (const token of [await sign({}, {}, privateKey), `${header}.${payload}.${signature}`])
    assert.equal((await refusalOf(await rs.authenticate(mcpRequest(token)))).status, 401)
})

test('RS-11 law 9 alg none and symmetric algorithms are refused, whatever the key', async () => {
  const { rs, sign, state } = await foreignIssuer()
  const [, payload] = (await sign()).split('.')
  const unsigned = `${btoa('{"alg":"none","typ":"at+jwt"}').replaceAll('=', '')}.${payload}.`
  const confused = await new SignJWT({ iss: 'https://other.example/t/9', sub: 'u', aud: resource, exp: 1_800_000_300 })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'a' })
    .sign(new TextEncoder().encode(JSON.stringify(state.keys[0])))

  for (const token of [unsigned, confused])
    assert.equal((await refusalOf(await rs.authenticate(mcpRequest(token)))).status, 401)
})

test('law 9 an algorithm that the issuer is not allowed is refused though the signature is right', async () => {
  const other = await foreignIssuer()
  const { rs } = await foreignIssuer({
    authorizationServers: [{ issuer: other.name, algorithms: ['RS256'] }],
    fetch: async ({ url }) =>
      url.endsWith('/jwks')
        ? Response.json({ keys: other.state.keys })
        : Response.json({ issuer: other.name, jwks_uri: `${other.name}/jwks` }),
  })

  assert.equal((await refusalOf(await rs.authenticate(mcpRequest(await other.sign())))).status, 401)
})

test('law 9 symmetric algorithms cannot be configured', () => {
  for (const algorithm of ['HS256', 'none'])
    assert.throws(
      () =>
        createResourceServer({
          resource,
          authorizationServers: [JSON.parse(JSON.stringify({ issuer, algorithms: [algorithm] }))],
        }),
      TypeError,
    )
})

test('RS-15 a token older than maxTokenAge is refused whatever its expiry', async () => {
  const { rs, sign, now } = await foreignIssuer({ maxTokenAge: 120 })
  const token = await sign({ exp: now.at + 10_000 })
  const young = await rs.authenticate(mcpRequest(token))

  now.at += 200
  const old = await rs.authenticate(mcpRequest(token))

  assert.ok(!(young instanceof Response))
  assert.ok(old instanceof Response && old.status === 401)
})

test('RS-15 the verified-token cache never serves a token past its expiry', async () => {
  const { rs, sign, now } = await foreignIssuer()
  const token = await sign()
  const before = await rs.authenticate(mcpRequest(token))

  now.at += 306
  const after = await rs.authenticate(mcpRequest(token))

  assert.ok(!(before instanceof Response))
  assert.ok(after instanceof Response && after.status === 401)
})

test('RS-12 a list of audiences that names this resource is accepted; RS-31 an origin with and without its slash is one resource', async () => {
  const { rs, sign } = await foreignIssuer()
  const listed = await rs.authenticate(mcpRequest(await sign({ aud: ['https://else.example', resource] })))
  const root = await foreignIssuer({ resource: 'https://mcp.example' })
  const slash = await root.rs.authenticate(
    new Request('https://mcp.example/', {
      headers: { authorization: `Bearer ${await root.sign({ aud: 'https://mcp.example/' })}` },
    }),
  )

  assert.ok(!(listed instanceof Response))
  assert.ok(!(slash instanceof Response))
})

test('RS-16 keys that cannot be fetched are our outage: 503 with Retry-After and no challenge; later they are fetched', async () => {
  const { rs, sign, state, now } = await foreignIssuer()
  const token = await sign()
  state.reachable = false

  const { status, challenge, headers } = await refusalOf(await rs.authenticate(mcpRequest(token)))
  state.reachable = true
  now.at += 5
  const healed = await rs.authenticate(mcpRequest(token))

  assert.deepEqual([status, challenge], [503, null])
  assert.ok(Number(headers.get('retry-after')) > 0)
  assert.ok(!(healed instanceof Response))
})

test('keys are served stale while they cannot be read anew', async () => {
  const { rs, sign, state, now } = await foreignIssuer()
  await rs.ready()
  state.reachable = false
  now.at += 3600

  const result = await rs.authenticate(mcpRequest(await sign()))

  assert.ok(!(result instanceof Response))
})

test('a key that is new since the last read is read, and a token whose new key cannot be read is 503', async () => {
  const { rs, sign, state, now } = await foreignIssuer()
  const next = await generateKeyPair('ES256', { extractable: true })
  await rs.ready()
  const token = await sign({}, { kid: 'n' }, next.privateKey)
  now.at += 60
  state.reachable = false
  const unreadable = await refusalOf(await rs.authenticate(mcpRequest(token)))
  state.reachable = true
  state.keys = [...state.keys, { ...(await exportJWK(next.publicKey)), kid: 'n', alg: 'ES256' }]
  now.at += 5

  const read = await rs.authenticate(mcpRequest(token))

  assert.equal(unreadable.status, 503)
  assert.ok(!(read instanceof Response))
})

test('one verification serves many simultaneous requests with the same token', async () => {
  const { rs, sign, state } = await foreignIssuer()
  const token = await sign()

  const results = await Promise.all(Array.from({ length: 50 }, () => rs.authenticate(mcpRequest(token))))

  assert.ok(results.every((result) => !(result instanceof Response)))
  assert.equal(state.reads, 1)
})

test('ready rejects while keys cannot be had, and metadata of another issuer gives none', async () => {
  const { rs, state } = await foreignIssuer()
  state.reachable = false
  const wrong = await foreignIssuer({
    fetch: async () => Response.json({ issuer: 'https://evil.example', jwks_uri: 'https://evil.example/jwks' }),
  })

  await assert.rejects(rs.ready(), /keys of the issuer/)
  await assert.rejects(wrong.rs.ready())
})

test('RS-16 RS-17 RS-18 RS-19 too little scope: 403 insufficient_scope with all scopes of the operation and those granted', async () => {
  const world = createWorld()
  const { accessToken } = await signedInClient(world)

  const { status, challenge } = await refusalOf(
    await world.rs.authenticate(mcpRequest(accessToken), { scope: ['notes:read', 'notes:delete'] }),
  )

  assert.equal(status, 403)
  assert.equal(
    challenge,
    `Bearer error="insufficient_scope", error_description="This needs the scope notes:read notes:delete", resource_metadata="${metadataUrl}", scope="notes:read notes:delete notes:write"`,
  )
})

test('RS-18 what a rule forbids is told so without a challenge, whatever the scopes: as an error of the call, or 403', async () => {
  const world = createWorld()
  const { accessToken } = await signedInClient(world)
  const request = mcpRequest(accessToken)
  const token = await world.rs.authenticate(request)
  assert.ok(!(token instanceof Response))
  const reason = 'Guests delete nothing'
  const messages = parseMessages(
    new TextEncoder().encode('{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"delete_note"}}'),
    new Headers({ 'content-type': 'application/json' }),
  )
  assert.ok(messages.kind === 'messages')

  const ofCall = world.rs.deny(request, token, { reason, messages })
  const elsewhere = world.rs.deny(request, token, { reason })

  assert.deepEqual([ofCall.status, elsewhere.status], [200, 403])
  assert.deepEqual(await ofCall.json(), { jsonrpc: '2.0', id: 4, error: { code: -32003, message: reason } })
  assert.deepEqual(await elsewhere.json(), { error: 'access_denied', error_description: reason })
  for (const { headers } of [ofCall, elsewhere]) assert.equal(headers.get('www-authenticate'), null)
  const denied = world.events.filter(({ type }) => type === 'call_denied')
  assert.deepEqual(
    denied.map((event) => 'calls' in event && event.calls),
    [[{ method: 'tools/call', name: 'delete_note' }], false],
  )
})

test('RS-20 a broad scope covers the narrow ones it implies, over several steps and in circles', async () => {
  const { rs, sign } = await foreignIssuer({ scopeHierarchy: { admin: ['write'], write: ['read', 'admin'] } })

  const result = await rs.authenticate(mcpRequest(await sign({ scope: 'admin' })), { scope: ['read'] })

  assert.ok(!(result instanceof Response))
})

const forms: [string, string][] = [
  ['path form', metadataUrl],
  ['path form with a slash', `${metadataUrl}/`],
  ['root form', 'https://mcp.example/.well-known/oauth-protected-resource'],
]
for (const [form, url] of forms)
  test(`RS-03 RS-04 RS-06 RS-09 RS-10 the metadata in its ${form}: for GET and HEAD, any origin, no token`, async () => {
    const { rs } = createWorld()

    const get = rs.answer(new Request(url, { headers: { origin: 'https://inspector.example' } }))
    const head = rs.answer(new Request(url, { method: 'HEAD' }))

    assert.equal(get?.status, 200)
    assert.equal(get?.headers.get('content-type'), 'application/json')
    assert.equal(get?.headers.get('access-control-allow-origin'), '*')
    assert.deepEqual(await get?.json(), {
      resource,
      authorization_servers: [issuer],
      scopes_supported: ['notes:read', 'notes:write'],
      bearer_methods_supported: ['header'],
    })
    assert.deepEqual(
      [head?.status, await head?.text(), head?.headers.get('content-type')],
      [200, '', 'application/json'],
    )
  })

test('RS-06 metadata elsewhere is a JSON 404, other methods are 405, each with an event, and preflights are answered', () => {
  const { rs, events } = createWorld()

  const elsewhere = rs.answer(new Request('https://mcp.example/.well-known/oauth-protected-resource/other'))
  const post = rs.answer(new Request(metadataUrl, { method: 'POST' }))
  const preflight = rs.answer(
    new Request(metadataUrl, {
      method: 'OPTIONS',
      headers: { origin: 'https://i.example', 'access-control-request-headers': 'mcp-protocol-version' },
    }),
  )

  assert.deepEqual([elsewhere?.status, elsewhere?.headers.get('content-type')], [404, 'application/json'])
  assert.equal(post?.status, 405)
  assert.deepEqual(
    [preflight?.status, preflight?.headers.get('access-control-allow-headers')],
    [204, 'mcp-protocol-version'],
  )
  assert.deepEqual(
    events.map((event) => event.type === 'request_refused' && [event.status, event.path]),
    [
      [404, '/.well-known/oauth-protected-resource/other'],
      [405, '/.well-known/oauth-protected-resource/notes/mcp'],
    ],
  )
})

test('RS-25 law 1: a foreign origin is refused with 403 and no challenge; own and configured origins may call and read the headers', async () => {
  const { rs } = createWorld({ rs: { allowedOrigins: ['https://app.example'] } })
  const from = (origin: string, method = 'POST') => new Request(resource, { method, headers: { origin } })

  for (const origin of [
    'https://evil.example',
    'null',
    'http://mcp.example',
    'http://localhost:3000',
    'https://mcp.example.evil.example',
  ]) {
    const refused = rs.answer(from(origin))
    assert.deepEqual([refused?.status, refused?.headers.get('www-authenticate')], [403, null], origin)
  }
  for (const origin of ['https://mcp.example', 'https://app.example']) {
    assert.equal(rs.answer(from(origin)), undefined)
    const challenged = await refusalOf(await rs.authenticate(from(origin)))
    assert.equal(challenged.headers.get('access-control-allow-origin'), origin)
    assert.match(challenged.headers.get('access-control-expose-headers') ?? '', /WWW-Authenticate.*Mcp-Session-Id/)
    assert.equal(rs.answer(from(origin, 'OPTIONS'))?.status, 204)
  }
})

test('RS-25 law 1: where the public URL is loopback, loopback origins may call, and no other', () => {
  const { rs } = createWorld({ rs: { resource: 'http://localhost:7080/mcp' } })
  const from = (origin: string) =>
    rs.answer(new Request('http://localhost:7080/mcp', { method: 'POST', headers: { origin } }))

  for (const origin of ['http://localhost:6274', 'http://127.0.0.1:6274', 'http://[::1]:1'])
    assert.equal(from(origin), undefined)
  for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'null'])
    assert.equal(from(origin)?.status, 403)
})

test('law 1: a request for another host is refused, whatever it asks', () => {
  const { rs } = createWorld({ rs: { allowedHosts: ['inner:8080'] } })
  const at = (host: string, path = '/notes/mcp') =>
    rs.answer({ method: 'POST', url: path, headers: new Headers({ host }) })

  assert.equal(at('evil.example')?.status, 403)
  assert.equal(at('evil.example', '/.well-known/oauth-protected-resource/notes/mcp')?.status, 403)
  assert.equal(at('mcp.example.evil.example')?.status, 403)
  assert.equal(at('mcp.example'), undefined)
  assert.equal(at('MCP.example:443'), undefined)
  assert.equal(at('inner:8080'), undefined)
})

test('law 2: a server at several URLs has metadata of its own at each, and a token for one is accepted at all', async () => {
  const other = 'http://127.0.0.1:7080/mcp'
  const { rs, sign } = await foreignIssuer({ resource: 'http://localhost:7080/mcp', alsoServedAt: [other] })

  const document = rs.answer(new Request('http://127.0.0.1:7080/.well-known/oauth-protected-resource/mcp'))
  const challenge = await refusalOf(await rs.authenticate(new Request(other, { method: 'POST' })))
  const accepted = await rs.authenticate(
    new Request('http://localhost:7080/mcp', { headers: { authorization: `Bearer ${await sign({ aud: other })}` } }),
  )

  assert.ok(document)
  assert.equal((await document.json()).resource, other)
  assert.ok(
    challenge.challenge?.includes('resource_metadata="http://127.0.0.1:7080/.well-known/oauth-protected-resource/mcp"'),
  )
  assert.ok(!(accepted instanceof Response))
})

const badOptions: [string, Partial<ResourceServerOptions>][] = [
  ['a resource that is no URL', { resource: 'notes' }],
  ['plain http on a public host', { resource: 'http://mcp.example/mcp' }],
  ['a resource with a fragment', { resource: 'https://mcp.example/mcp#x' }],
  ['a resource with a query', { resource: 'https://mcp.example/mcp?x' }],
  ['a resource with a password', { resource: 'https://a:b@mcp.example/mcp' }],
  ['a resource in capitals', { resource: 'https://MCP.example/mcp' }],
  ['no issuer', { authorizationServers: [] }],
  ['an issuer on plain http', { authorizationServers: ['http://auth.example'] }],
  ['offline_access', { scopes: ['offline_access'] }],
  ['a scope with a space', { scopes: ['a b'] }],
  ['a negative age', { maxTokenAge: -1 }],
  ['a tolerance for clocks that the revocation feed does not outlast', { clockTolerance: 61 }],
  ['keys over plain http', { authorizationServers: [{ issuer, jwksUri: 'http://auth.example/jwks' }] }],
  [
    'keys from two places',
    { authorizationServers: [{ issuer, jwksUri: `${issuer}/jwks`, jwks: async () => ({ keys: [] }) }] },
  ],
  ['keys in a file', { authorizationServers: [{ issuer, jwksUri: 'file:///keys.json' }] }],
]
for (const [what, options] of badOptions)
  test(`RS-10 RS-31 AS-07 ${what} is a TypeError at construction`, () => {
    assert.throws(() => createResourceServer({ resource, authorizationServers: [issuer], ...options }), TypeError)
  })

test('law 15: a resource server has no alias of an authorization server: not of its own, nor of anybody else’s', async () => {
  const { rs } = createWorld()

  for (const path of ['/authorize', '/token', '/register', '/revoke', '/.well-known/oauth-authorization-server']) {
    const request = new Request(new URL(path, resource), { method: 'POST' })
    const refused = rs.answer(request) ?? (await rs.authenticate(request))
    assert.deepEqual([refused instanceof Response && refused.status], [401], path)
  }
})
