import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { test } from 'node:test'
import { bodyOf, openScene, rawConnection } from '../../test/gateway-scene.ts'

const json = '{"jsonrpc":"2.0","id":1,"method":"ping"}'

test('RS-02 RS-21 without an access token nothing reaches the upstream, whatever the method', async (t) => {
  const reached: unknown[] = []
  const scene = await openScene(t, {
    upstream(req, res) {
      reached.push(req.url)
      res.end()
    },
  })

  for (const method of ['GET', 'POST', 'DELETE', 'HEAD', 'PUT', 'PATCH', 'QUERY']) {
    const response = await fetch(scene.url, { method })
    assert.equal(response.status, 401, method)
    assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer resource_metadata="/, method)
    assert.doesNotMatch(response.headers.get('www-authenticate') ?? '', /error/, method)
  }
  assert.deepEqual(reached, [])
})

test('a call with an access token reaches the upstream at its own path, and the answer comes back', async (t) => {
  const scene = await openScene(t, {
    upstream: async (req, res) => {
      const body = await bodyOf(req)
      res.setHeader('Content-Type', 'application/json')
      res.end(JSON.stringify({ method: req.method, url: req.url, body }))
    },
  })

  const response = await fetch(scene.url, { method: 'POST', headers: scene.signedIn(), body: json })

  assert.equal(response.status, 200)
  assert.deepEqual(await response.json(), { method: 'POST', url: '/upstream', body: json })
  assert.deepEqual(
    scene.events.filter(({ type }) => type === 'call_allowed'),
    [{ type: 'call_allowed', subject: 'alice', clientId: 'client-1', grantId: 'grant-1', resource: scene.url }],
  )
})

const toolCall = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete_note","arguments":{}}}'
const called = { method: 'tools/call', name: 'delete_note' }
const claims = { 'mcp-method': 'tools/call', 'mcp-name': 'whoami' }
const unread = { isUnread: true }
const told: [what: string, body: string, headers: Record<string, string>, calls: object][] = [
  ['a call of a tool', toolCall, {}, { calls: [called] }],
  ['a batch of two', `[${toolCall},${toolCall}]`, {}, { calls: [called, called] }],
  ['a call with its method escaped', toolCall.replace('/', '\\/'), {}, { calls: [called] }],
  ['what calls no tool', '{"jsonrpc":"2.0","id":1,"method":"ping"}', {}, {}],
  ['a claim of what calls no tool', json, claims, { claimedCall: { method: 'tools/call', name: 'whoami' } }],
  ['what parsers read differently', toolCall.replace('{', '{"method":"ping",'), {}, unread],
  ['an encoded body', 'x', { 'content-encoding': 'gzip' }, unread],
  ['another charset', 'x', { 'Content-Type': 'application/json; charset=utf-16' }, unread],
  ['a long body', toolCall.padEnd(70_000), {}, unread],
]
for (const [what, body, headers, calls] of told)
  test(`without rules for tools nothing is refused for its body, and of ${what} is told what can be known`, async (t) => {
    const scene = await openScene(t)

    const response = await fetch(scene.url, {
      method: 'POST',
      headers: { ...scene.signedIn(), ...headers },
      body,
    })

    assert.equal(response.status, 200)
    const {
      type: _,
      subject,
      clientId,
      grantId,
      resource,
      ...rest
    } = scene.events.find((event) => event.type === 'call_allowed') ?? assert.fail()
    assert.deepEqual(rest, calls)
  })

test('without rules for tools, a body that names another call than its headers is told as unread, with what they claim', async (t) => {
  const scene = await openScene(t)
  const headers = { ...scene.signedIn(), ...claims }

  await fetch(scene.url, { method: 'POST', headers, body: toolCall })

  const { isUnread, claimedCall, calls } = scene.events.find((event) => event.type === 'call_allowed') ?? assert.fail()
  assert.deepEqual([isUnread, claimedCall?.name, calls], [true, 'whoami', undefined])
})

test('the MCP endpoint is the same with a slash at its end, without a redirect', async (t) => {
  const scene = await openScene(t)

  const response = await fetch(`${scene.url}/`, {
    method: 'POST',
    headers: scene.signedIn(),
    body: json,
    redirect: 'manual',
  })

  assert.equal(response.status, 200)
})

test('metadata and preflights are answered without an access token', async (t) => {
  const scene = await openScene(t)

  const metadata = await fetch(new URL('/.well-known/oauth-protected-resource/mcp', scene.url))
  const preflight = await fetch(scene.url, {
    method: 'OPTIONS',
    headers: { Origin: 'http://localhost:6274', 'Access-Control-Request-Method': 'POST' },
  })

  assert.equal((await metadata.json()).resource, scene.url)
  assert.equal(preflight.status, 204)
  assert.equal(preflight.headers.get('access-control-allow-origin'), 'http://localhost:6274')
})

test('RS-25 a foreign Origin is 403 before anything else', async (t) => {
  const scene = await openScene(t)

  const response = await fetch(scene.url, { method: 'POST', headers: { Origin: 'https://evil.example' }, body: json })

  assert.equal(response.status, 403)
  assert.equal(response.headers.get('www-authenticate'), null)
})

test('what is wrong with a request is said only to those who are signed in: 401 comes before 404, 405, 413', async (t) => {
  const scene = await openScene(t, { gateway: { limits: { body: 10 } } })
  const requests: [number, RequestInit][] = [
    [405, { method: 'PUT', body: json }],
    [405, { method: 'HEAD' }],
    [404, { method: 'POST', body: '{}', headers: { 'Mcp-Session-Id': 'unknown' } }],
    [413, { method: 'POST', body: json }],
  ]

  for (const [status, init] of requests) {
    const stranger = await fetch(scene.url, init)
    const known = await fetch(scene.url, { ...init, headers: { ...scene.signedIn(), ...init.headers } })

    assert.deepEqual([stranger.status, known.status], [401, status])
    assert.equal(known.headers.get('www-authenticate'), null)
    assert.equal(scene.events.at(-1)?.type, 'request_refused')
  }
})

test('other methods are 405 with those that are allowed', async (t) => {
  const scene = await openScene(t)

  const response = await fetch(scene.url, { method: 'PUT', headers: scene.signedIn(), body: json })

  assert.equal(response.status, 405)
  assert.equal(response.headers.get('allow'), 'GET, POST, DELETE, OPTIONS')
})

test('other paths are 404, and leave an event with the path but not the query', async (t) => {
  const scene = await openScene(t)

  const response = await fetch(new URL('/mcp/more?code=secret', scene.url), { headers: scene.signedIn() })

  assert.equal(response.status, 404)
  assert.deepEqual(scene.events.at(-1), {
    type: 'request_refused',
    reason: 'not_found',
    detail: 'There is nothing here; the MCP endpoint is at the URL that the metadata names',
    method: 'GET',
    path: '/mcp/more',
    status: 404,
  })
})

test('a target that is no path is 400, before anybody parses it as a URL', async (t) => {
  const scene = await openScene(t)
  for (const target of ['*', 'http://evil.example/mcp', '//evil.example/mcp', '/mcp\xff']) {
    const { socket, received } = rawConnection(t, scene.port)

    socket.write(`OPTIONS ${target} HTTP/1.1\r\nHost: 127.0.0.1:${scene.port}\r\nConnection: close\r\n\r\n`, 'latin1')

    assert.match(await received, /^HTTP\/1\.1 400 /, target)
  }
})

test('two access tokens, in headers or query, are a malformed request, and none goes upstream in the query', async (t) => {
  const reached: unknown[] = []
  const scene = await openScene(t, {
    upstream(req, res) {
      reached.push(req.url)
      res.end()
    },
  })
  const token = scene.token()
  const { socket, received } = rawConnection(t, scene.port)

  socket.write(
    `GET /mcp HTTP/1.1\r\nHost: 127.0.0.1:${scene.port}\r\nAuthorization: Bearer ${token}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
  )
  const headers = { Authorization: `Bearer ${token}` }
  const plain = await fetch(`${scene.url}?access_token=${token}`, { headers })
  const encoded = await fetch(`${scene.url}?access%5Ftoken=${token}`, { headers })

  assert.match(await received, /^HTTP\/1\.1 400 .*invalid_request/s)
  assert.deepEqual([plain.status, encoded.status, reached], [400, 400, []])
})

test('the query goes on, unless the upstream has one of its own', async (t) => {
  const urls: (string | undefined)[] = []
  const scene = await openScene(t, {
    upstream(req, res) {
      urls.push(req.url)
      res.end()
    },
  })
  const { port } = scene.upstream.address() as { port: number }
  const fixed = await openScene(t, { gateway: { upstream: `http://127.0.0.1:${port}/mcp?tenant=1` } })

  await fetch(`${scene.url}?a=1&b=%20`, { headers: scene.signedIn() })
  await fetch(`${fixed.url}?tenant=2`, { headers: fixed.signedIn() })

  assert.deepEqual(urls, ['/upstream?a=1&b=%20', '/mcp?tenant=1'])
})

test('our own outage is 503 without a challenge', async (t) => {
  const scene = await openScene(t)
  scene.feed.failure = new Error('down')
  scene.clock.offset = 10

  const response = await fetch(scene.url, { headers: scene.signedIn() })

  assert.equal(response.status, 503)
  assert.equal(response.headers.get('www-authenticate'), null)
})

test('more open requests than the limit are 503, for one caller and for all', async (t) => {
  const scene = await openScene(t, {
    upstream: (_, res) => res.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders(),
    gateway: { limits: { open: 2, openPerCaller: 1 } },
  })
  const open = async (sub: string) => fetch(scene.url, { headers: scene.signedIn({ sub }) })

  const responses: Response[] = [] // held: fetch ends the stream of a response that is garbage
  for (const subject of ['alice', 'alice', 'bob', 'carol']) responses.push(await open(subject))

  assert.deepEqual(
    responses.map(({ status }) => status),
    [200, 503, 200, 503],
  )
})

test('what is told of a request is told in its context, also when it comes from the upstream', async (t) => {
  const context = new AsyncLocalStorage<string>()
  const told: (string | undefined)[] = []
  const scene = await openScene(t, {
    upstream: (_, res) => res.destroy(),
    gateway: {
      onEvent(event) {
        if (event.type === 'upstream_failed') told.push(context.getStore())
      },
    },
  })
  scene.front.removeAllListeners('request').on('request', (req, res) => {
    context.run(String(req.headers['x-id']), () => void scene.gateway.handle(req, res))
  })
  const send = (id: string) =>
    fetch(scene.url, { method: 'POST', headers: { ...scene.signedIn(), 'X-Id': id }, body: '{}' })

  await Promise.all(['a', 'b', 'c'].map(send))

  assert.deepEqual(told.sort(), ['a', 'b', 'c'])
})

test('a watcher that throws breaks nothing', async (t) => {
  const scene = await openScene(t, {
    upstream: (_, res) => res.destroy(),
    gateway: {
      onEvent() {
        throw new Error('watcher')
      },
    },
  })

  const statuses = []
  for (const method of ['POST', 'PUT'])
    statuses.push((await fetch(scene.url, { method, headers: scene.signedIn(), body: '{}' })).status)

  assert.deepEqual(statuses, [502, 405])
})

test('an answer to a browser says which origin may read it', async (t) => {
  const scene = await openScene(t)

  const response = await fetch(scene.url, {
    method: 'POST',
    headers: { ...scene.signedIn(), Origin: 'http://localhost:6274' },
    body: json,
  })

  assert.equal(response.headers.get('access-control-allow-origin'), 'http://localhost:6274')
  assert.match(response.headers.get('access-control-expose-headers') ?? '', /Mcp-Session-Id/)
})

test('a caller whose address cannot be told leaves nothing open, and the limit as it is', async (t) => {
  const scene = await openScene(t, {
    upstream: (_, res) => res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders(),
    gateway: {
      limits: { open: 1 },
      clientAddress(req) {
        if (req.headers['x-odd'] !== undefined) throw new Error('odd')
        return undefined
      },
    },
  })
  const listen = async (more: Record<string, string> = {}) => {
    const response = await fetch(scene.url, { headers: { ...scene.signedIn(), ...more } })
    if (response.status !== 200) await response.body?.cancel()
    return response.status
  }

  assert.deepEqual([await listen({ 'x-odd': '1' }), await listen(), await listen()], [500, 200, 503])
})
