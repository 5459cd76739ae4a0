import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { attemptOf, createWorld, issuer, mcpRequest, register, resource, type World } from './world.ts'

/** With all that is off unless it is asked for. */
const everythingOn = () => createWorld({ as: { pushedRequests: {}, deviceAuthorization: {} } })

/** Every endpoint of the authorization server, with a body it would take. */
const endpoints: [string, string, string, string][] = [
  ['/token', 'POST', 'application/x-www-form-urlencoded', 'grant_type=authorization_code&code=x&client_id=y'],
  ['/register', 'POST', 'application/json', '{"redirect_uris":["https://c.example/"]}'],
  ['/revoke', 'POST', 'application/x-www-form-urlencoded', 'token=x&client_id=y'],
  ['/authorize', 'POST', 'application/x-www-form-urlencoded', 'client_id=y'],
  ['/par', 'POST', 'application/x-www-form-urlencoded', 'client_id=y&response_type=code'],
  ['/device_authorization', 'POST', 'application/x-www-form-urlencoded', 'client_id=y'],
  ['/device', 'POST', 'application/x-www-form-urlencoded', 'request=y&decision=allow'],
  ['/jwks', 'GET', '', ''],
  ['/.well-known/oauth-authorization-server', 'GET', '', ''],
  ['/.well-known/openid-configuration', 'GET', '', ''],
]

/** Whatever was sent: an answer in the protocol's own terms, without a trace of our insides, and nothing written. */
async function assertRefusal(world: World, response: Response): Promise<void> {
  const text = await response.text()
  assert.ok(response.status >= 400 && response.status < 500, `${response.status} ${text}`)
  assert.doesNotMatch(text, /\bat .*\.ts:\d+|node:|Error:/)
  if (response.headers.get('content-type') === 'application/json') {
    const body = JSON.parse(text)
    assert.match(body.error, /^[a-z_]+$/)
    assert.match(body.error_description, /^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/)
  }
  assert.ok(!world.events.some(({ type }) => type === 'failure'), JSON.stringify(world.events))
}

for (const [path, method, contentType, body] of endpoints) {
  test(`${path}: wrong methods are 405 with Allow`, async () => {
    const world = everythingOn()

    for (const wrong of ['PUT', 'DELETE', 'PATCH', method === 'GET' ? 'POST' : 'GET']) {
      if (['/authorize', '/device'].includes(path) && wrong === 'GET') continue
      const response = await world.send(path, { method: wrong })

      assert.equal(response.status, 405)
      assert.match(response.headers.get('allow') ?? '', new RegExp(method))
      await assertRefusal(world, response)
    }
  })

  if (method !== 'POST') continue

  test(`${path}: a wrong or missing content type is refused`, async () => {
    for (const wrong of [
      'text/plain',
      'multipart/form-data; boundary=x',
      contentType.includes('json') ? 'application/x-www-form-urlencoded' : 'application/json',
      '',
    ]) {
      const world = everythingOn()

      await assertRefusal(world, await world.send(path, { method, headers: { 'content-type': wrong }, body }))
    }
  })

  test(`${path}: a body of 1 MiB is refused, announced or not`, async () => {
    const world = everythingOn()
    const long = new Uint8Array(1_048_576).fill(0x61)
    const streamed = { body: new Blob([long]).stream(), duplex: 'half' } // a body whose length nobody announces

    await assertRefusal(
      world,
      await world.send(path, {
        method,
        headers: { 'content-type': contentType, 'content-length': '1048576' },
        body: long,
      }),
    )
    await assertRefusal(
      world,
      await world.send(path, { method, headers: { 'content-type': contentType }, ...streamed }),
    )
  })

  test(`${path}: a body that is not UTF-8 is refused, raw or percent-encoded`, async () => {
    for (const bytes of [
      new Uint8Array([0x74, 0x6f, 0x6b, 0x65, 0x6e, 0x3d, 0xff, 0xfe]),
      new TextEncoder().encode('client_id=%ff%fe'),
      new TextEncoder().encode('client_id=%'),
    ]) {
      const world = everythingOn()

      await assertRefusal(
        world,
        await world.send(path, { method, headers: { 'content-type': contentType }, body: bytes }),
      )
    }
  })

  test(`${path}: whatever the body, the answer is a refusal in the protocol's own terms`, async () => {
    const forms = fc.array(
      fc.tuple(
        fc.constantFrom(
          'grant_type',
          'code',
          'client_id',
          'refresh_token',
          'token',
          'resource',
          'scope',
          'consent',
          'request',
          'request_uri',
          'device_code',
          'client_assertion',
          '__proto__',
          'constructor',
        ),
        fc.string({ unit: 'binary' }),
      ),
      { maxLength: 8 },
    )
    const bodies = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      forms.map((pairs) => new URLSearchParams(pairs).toString()),
    )
    await fc.assert(
      fc.asyncProperty(bodies, async (text) => {
        const world = everythingOn()
        const response = await world.send(path, { method, headers: { 'content-type': contentType }, body: text })
        // A request that is posted is made by GET instead.
        const location = response.status === 303 ? (response.headers.get('location') ?? '') : undefined
        if (location !== undefined) assert.ok(path === '/authorize' && location.startsWith(`${issuer}/authorize?`))
        await assertRefusal(world, location === undefined ? response : await world.send(location))
      }),
      { numRuns: 150 },
    )
  })
}

for (const path of ['/token', '/revoke'])
  test(`${path}: a repeated parameter is invalid_request`, async () => {
    const world = everythingOn()

    const response = await world.send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=refresh_token&client_id=a&client_id=b&refresh_token=x&token=x',
    })

    assert.deepEqual([response.status, (await response.json()).error], [400, 'invalid_request'])
  })

test('/userinfo: whatever is presented as a token, it is refused with a challenge', async () => {
  const part = fc.oneof(
    fc.json(),
    fc.constantFrom('{"alg":"none"}', `{"iss":"${issuer}"}`, '{"alg":"ES256","typ":"at+jwt","kid":"x"}'),
  )
  const encoded = part.map((text) => Buffer.from(text).toString('base64url'))
  const tokens = fc.oneof(
    fc.string({ unit: 'grapheme-ascii' }),
    fc.tuple(encoded, encoded, fc.base64String()).map((parts) => parts.join('.')),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('Bearer ', 'bearer  ', 'Bearer', 'Basic ', ''), tokens, async (scheme, token) => {
      const world = createWorld()
      const response = await world.send('/userinfo', { headers: { authorization: `${scheme}${token}` } })
      assert.equal(response.status, 401)
      assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer( error="invalid_token"|$)/)
      await assertRefusal(world, response)
    }),
    { numRuns: 150 },
  )
})

test('/authorize: whatever the query, there is an answer, and no redirect to a place that is not registered', async () => {
  const world = everythingOn()
  const valid = attemptOf(await register(world)).parameters
  const values = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl(),
    fc.constantFrom(...Object.values(valid), 'none', 'login', 'plain', 'token'),
  )
  const changes = fc.array(
    fc.tuple(
      fc.constantFrom(
        ...Object.keys(valid),
        'prompt',
        'request',
        'request_uri',
        'login_hint',
        'max_age',
        'began',
        'response_mode',
        'x',
      ),
      values,
    ),
    { maxLength: 6 },
  )
  await fc.assert(
    fc.asyncProperty(changes, fc.boolean(), async (pairs, appended) => {
      const query = appended
        ? new URLSearchParams([...Object.entries(valid), ...pairs])
        : new URLSearchParams({ ...valid, ...Object.fromEntries(pairs) })
      const response = await world.send(`/authorize?${query}`)
      assert.ok(response.status < 500, String(response.status))
      const location = response.headers.get('location')
      if (location !== null)
        assert.ok(location.startsWith('https://client.example/callback?') || location.startsWith('/sign-in?'), location)
      assert.ok(!world.events.some(({ type }) => type === 'failure' || type === 'code_issued'))
    }),
    { numRuns: 300 },
  )
})

test('/device: whatever is typed, there is a page, and nothing is done', async () => {
  const typed = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('BCDF-GHJK', 'bcdfghjk', '__proto__', '%00'))
  await fc.assert(
    fc.asyncProperty(typed, fc.boolean(), async (text, twice) => {
      const world = everythingOn()
      const pairs = [['user_code', text], ...(twice ? [['user_code', 'x']] : [])]
      const response = await world.send(`/device?${new URLSearchParams(pairs)}`)
      assert.ok([200, 400, 422].includes(response.status), String(response.status))
      assert.match(response.headers.get('content-type') ?? '', /^text\/html/)
      assert.ok(!world.events.some(({ type }) => type === 'failure' || type === 'consented'))
    }),
    { numRuns: 200 },
  )
})

test('/authorize: whatever stands where a request URI belongs, it opens nothing', async () => {
  const world = everythingOn()
  const { clientId } = await register(world)
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.base64String().map((each) => each.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')),
  )
  const uris = fc.tuple(fc.constantFrom('k1', 'k2', ''), text, text).map((parts) => parts.join('.'))
  await fc.assert(
    fc.asyncProperty(uris, async (uri) => {
      const query = new URLSearchParams({
        client_id: clientId,
        request_uri: `urn:ietf:params:oauth:request_uri:${uri}`,
      })
      const response = await world.send(`/authorize?${query}`)
      assert.deepEqual([response.status, response.headers.get('location')], [400, null])
      assert.ok(!world.events.some(({ type }) => type === 'failure'))
    }),
    { numRuns: 300 },
  )
})

test('/authorize: a query of 100,000 characters is refused', async () => {
  const world = everythingOn()

  await assertRefusal(world, await world.send(`/authorize?client_id=${'a'.repeat(100_000)}`))
})

test('hostile headers change nothing: no forwarded host, scheme or prefix reaches an answer', async () => {
  const world = everythingOn()
  const hostile = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
    'x-forwarded-prefix': '/evil',
    forwarded: 'host=evil.example;proto=http',
    'x-original-url': '/evil',
    'x-rewrite-url': '/evil',
    origin: 'https://evil.example',
  }

  const metadata = await (await world.send('/.well-known/oauth-authorization-server', { headers: hostile })).text()
  const challenge = await world.rs.authenticate(mcpRequest(undefined, { headers: hostile }))
  const document = await world.rs
    .answer(new Request('https://mcp.example/.well-known/oauth-protected-resource', { headers: hostile }))
    ?.text()

  assert.ok(challenge instanceof Response)
  for (const text of [metadata, challenge.headers.get('www-authenticate') ?? '', document ?? ''])
    assert.ok(!text.includes('evil'), text)
  assert.equal(JSON.parse(metadata).issuer, issuer)
  assert.equal(JSON.parse(document ?? '').resource, resource)
})

test('law 1: a request for another host is refused at every path', async () => {
  const world = everythingOn()

  for (const [path, method] of endpoints) {
    const response = await world.send(path, { method, headers: { host: 'evil.example' } })

    assert.equal(response.status, 403)
  }
})

test('an Authorization header that is no Basic credentials is invalid_client at the token endpoint', async () => {
  for (const authorization of [
    'Basic',
    'Basic !!!',
    `Basic ${btoa('nocolon')}`,
    `Basic ${btoa('%ff:%ff')}`,
    'Bearer x',
    'Negotiate abc',
  ]) {
    const world = everythingOn()

    const response = await world.send('/token', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization },
      body: 'grant_type=refresh_token&refresh_token=x',
    })

    assert.deepEqual([response.status, (await response.json()).error], [401, 'invalid_client'])
  }
})
