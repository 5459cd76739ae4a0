import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { listen, openScene, type SceneOptions } from '../../test/gateway-scene.ts'

test('law 11: an upstream that refuses connections is 502 that says so, and one event that names it without the key in its URL', async (t) => {
  const port = await closedPort(t)

  const response = await callAt(t, { gateway: { upstream: `http://127.0.0.1:${port}/mcp?key=s3cret` } })

  assert.equal(response.status, 502)
  assert.match(response.message, /refuses connections/)
  assert.doesNotMatch(response.message, /127|s3cret/)
  assert.deepEqual(response.failed, {
    type: 'upstream_failed',
    reason: 'upstream_refused',
    detail: `The MCP server at http://127.0.0.1:${port}/mcp?key=[redacted] refuses connections; it may not be running`,
    method: 'POST',
    path: '/mcp',
    status: 502,
    subject: 'alice',
    clientId: 'client-1',
    grantId: 'grant-1',
    resource: response.url,
  })
})

test('an upstream whose name cannot be resolved is 502', async (t) => {
  const response = await callAt(t, { gateway: { upstream: 'http://nowhere.invalid/mcp' } })

  assert.equal(response.status, 502)
  assert.equal(response.failed?.reason, 'upstream_not_found')
})

test('an upstream that does not answer in time is 504', async (t) => {
  const response = await callAt(t, { upstream: () => {}, gateway: { timeouts: { upstreamAnswer: 0.05 } } })

  assert.equal(response.status, 504)
  assert.equal(response.failed?.reason, 'upstream_timeout')
})

for (const [title, bytes, reason] of [
  ['closes before it answers', '', 'upstream_broke_off'],
  ['closes within the head', 'HTTP/1.1 200 OK\r\nContent-', 'upstream_broke_off'],
  ['closes within a short answer', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{', 'upstream_broke_off'],
  ['does not speak HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'upstream_bad_answer'],
  ['sends two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}', 'upstream_bad_answer'],
  [
    'sends length and chunks',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}',
    'upstream_bad_answer',
  ],
  ['sends a head without end', `HTTP/1.1 200 OK\r\nA: ${'a'.repeat(70_000)}\r\n\r\n`, 'upstream_bad_answer'],
] as const)
  test(`an upstream that ${title} is 502`, async (t) => {
    const port = await rawUpstream(t, bytes)

    const response = await callAt(t, { gateway: { upstream: `http://127.0.0.1:${port}/mcp` } })

    assert.equal(response.status, 502)
    assert.equal(response.failed?.reason, reason)
  })

test('P-08 an upstream that wants credentials is 502: its challenge would send clients to a wrong authorization server', async (t) => {
  for (const status of [401, 407]) {
    const response = await callAt(t, {
      upstream: (_, res) =>
        res
          .writeHead(status, { 'WWW-Authenticate': 'Bearer resource_metadata="https://evil.example"' })
          .end('{"error":"invalid_token"}'),
    })

    assert.equal(response.status, 502)
    assert.equal(response.failed?.reason, 'upstream_unauthorized')
    assert.doesNotMatch(response.message, /invalid_token/)
  }
})

test('a redirect of the upstream is neither followed nor passed on', async (t) => {
  for (const status of [301, 302, 303, 307, 308]) {
    const response = await callAt(t, {
      upstream: (_, res) => res.writeHead(status, { Location: 'http://169.254.169.254/' }).end(),
    })

    assert.equal(response.status, 502)
    assert.equal(response.failed?.reason, 'upstream_redirect')
    assert.equal(response.headers.get('location'), null)
  }
})

test('other refusals of the upstream pass with their bodies unchanged, since clients tell the era by them', async (t) => {
  const body = '{"jsonrpc":"2.0","id":null,"error":{"code":-32022,"message":"x","data":{"supported":["2026-07-28"]}}}'
  for (const status of [400, 403, 404, 405, 406, 409, 415, 422, 429, 500, 503]) {
    const scene = await openScene(t, {
      upstream: (_, res) =>
        res
          .writeHead(status, { 'Content-Type': 'application/json', 'WWW-Authenticate': 'Bearer', 'X-A': '1' })
          .end(body),
    })

    const response = await fetch(scene.url, { method: 'POST', headers: scene.signedIn(), body: '{}' })

    assert.equal(response.status, status)
    assert.equal(await response.text(), body)
    assert.equal(response.headers.get('www-authenticate'), null)
    assert.equal(response.headers.get('x-a'), '1')
  }
})

test('answers without content stay so, whatever length the upstream gives them', async (t) => {
  for (const [status, said, length] of [
    [202, {}, '0'],
    [204, {}, null],
    [204, { 'content-length': 100_000 }, null],
  ] as const) {
    const scene = await openScene(t, { upstream: (_, res) => res.writeHead(status, said).end() })

    const response = await fetch(scene.url, { method: 'POST', headers: scene.signedIn(), body: '{}' })

    assert.equal(response.status, status)
    assert.equal(response.headers.get('content-length'), length)
    assert.equal(await response.text(), '')
  }
})

test('early hints and other informational answers are not taken for the answer', async (t) => {
  const scene = await openScene(t, {
    upstream(_, res) {
      res.writeEarlyHints({ link: '</a>; rel=preload' })
      res.writeProcessing()
      res.end('{"final":true}')
    },
  })

  const response = await fetch(scene.url, { method: 'POST', headers: scene.signedIn(), body: '{}' })

  assert.equal(response.status, 200)
  assert.equal(await response.text(), '{"final":true}')
})

test('a long answer of known length, a long one of unknown length, and one in many parts come whole', async (t) => {
  const part = 'ä'.repeat(20_000)
  for (const head of [{ 'Content-Length': String(Buffer.byteLength(part) * 5) }, {}]) {
    const scene = await openScene(t, {
      async upstream(_, res) {
        res.writeHead(200, { 'Content-Type': 'application/json', ...head })
        for (let count = 0; count < 5; count++) await new Promise((resolve) => res.write(part, resolve))
        res.end()
      },
    })

    const response = await fetch(scene.url, { method: 'POST', headers: scene.signedIn(), body: '{}' })

    assert.equal(await response.text(), part.repeat(5))
  }
})

test('our own errors never have a code that clients take for proof of a modern server', async (t) => {
  const scenes: SceneOptions[] = [
    { gateway: { upstream: `http://127.0.0.1:${await closedPort(t)}/mcp` } },
    { upstream: (_, res) => res.writeHead(401).end() },
    { gateway: { limits: { body: 1 } } },
  ]

  for (const options of scenes) {
    const { code } = await callAt(t, options)
    assert.ok(code > -32020 || code < -32099, String(code))
  }
})

async function callAt(t: TestContext, options: SceneOptions) {
  const scene = await openScene(t, options)
  const response = await fetch(scene.url, { method: 'POST', headers: scene.signedIn(), body: '{}', redirect: 'manual' })
  assert.equal(response.headers.get('www-authenticate'), null)
  const { jsonrpc, id, error } = await response.json()
  assert.deepEqual([jsonrpc, id], ['2.0', null])
  if (response.status >= 502) assert.match(error.message, /Your sign-in is untouched/)
  const told = scene.events.filter(({ type }) => !['authenticated', 'call_allowed'].includes(type))
  assert.equal(told.length, 1)
  const [failed] = told.filter((event) => event.type === 'upstream_failed')
  return {
    url: scene.url,
    status: response.status,
    headers: response.headers,
    code: error.code,
    message: error.message,
    failed,
  }
}

async function closedPort(t: TestContext): Promise<number> {
  const server = await listen(t, () => {})
  const { port } = server.address() as { port: number } // it listens on a port
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** An upstream that reads one request and answers with these bytes, and closes. */
async function rawUpstream(t: TestContext, bytes: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(bytes))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return (server.address() as { port: number }).port // it listens on a port
}
