import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import type { ConnectionEvent } from '@portcullis/auth'
import { type FetchHandler, nodeListener, protect } from '@portcullis/auth/node'
import { exchangeRaw, listen } from './raw-http.ts'
import { createWorld, issuer, signedInClient } from './world.ts'

const head = 'Host: mcp.example\r\nConnection: close\r\n'

test('RS-05 RS-06 a protected listener challenges, serves metadata, and lets a token in', async (t) => {
  const { rs, ...world } = createWorld()
  const { accessToken } = await signedInClient(world)
  const port = await listen(
    t,
    protect(rs, (_, res, token) => res.end(`hello ${token.subject}`)),
  )

  const challenged = await exchangeRaw(port, `POST /notes/mcp HTTP/1.1\r\n${head}Content-Length: 0\r\n\r\n`)
  const metadata = await exchangeRaw(
    port,
    `GET /.well-known/oauth-protected-resource/notes/mcp HTTP/1.1\r\n${head}\r\n`,
  )
  const letIn = await exchangeRaw(
    port,
    `GET /notes/mcp HTTP/1.1\r\n${head}Authorization: Bearer ${accessToken}\r\n\r\n`,
  )

  assert.match(challenged, /^HTTP\/1\.1 401 /)
  assert.match(challenged, /www-authenticate: Bearer resource_metadata="https:\/\/mcp\.example\//)
  assert.match(metadata, /"resource":"https:\/\/mcp\.example\/notes\/mcp"/)
  assert.match(letIn, /hello alice/)
})

test('RS-16 two Authorization headers are a malformed request, though node keeps the first alone', async (t) => {
  const { rs, ...world } = createWorld()
  const { accessToken } = await signedInClient(world)
  const port = await listen(
    t,
    protect(rs, (_, res) => res.end('let in')),
  )

  const answer = await exchangeRaw(
    port,
    `GET /notes/mcp HTTP/1.1\r\n${head}Authorization: Bearer ${accessToken}\r\nAuthorization: Bearer other\r\n\r\n`,
  )

  assert.match(answer, /^HTTP\/1\.1 400 /)
  assert.match(answer, /error="invalid_request"/)
})

test('law 1: the authorization server behind node:http answers at its own host alone, whatever the request target says', async (t) => {
  const { as } = createWorld()
  const port = await listen(t, nodeListener(as, { origin: issuer }))
  const path = '/.well-known/oauth-authorization-server'

  const own = await exchangeRaw(port, `GET ${path} HTTP/1.1\r\nHost: auth.example\r\nConnection: close\r\n\r\n`)
  const foreign = await exchangeRaw(port, `GET ${path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)
  const absolute = await exchangeRaw(
    port,
    `GET http://evil.example${path} HTTP/1.1\r\nHost: auth.example\r\nConnection: close\r\n\r\n`,
  )

  assert.match(own, /^HTTP\/1\.1 200 /)
  assert.match(foreign, /^HTTP\/1\.1 403 /)
  assert.match(absolute, /^HTTP\/1\.1 400 /)
})

for (const way of ['directly', 'behind a fetch of the host'] as const)
  test(`law 1: a request of HTTP/1.0 that names no host is refused like one for another host, ${way}`, async (t) => {
    const { as, events } = createWorld()
    const handler: FetchHandler = way === 'directly' ? as : { fetch: (request, info) => as.fetch(request, info) }
    const port = await listen(t, nodeListener(handler, { origin: issuer }))

    const without = await exchangeRaw(port, 'GET /.well-known/oauth-authorization-server HTTP/1.0\r\n\r\n')
    const own = await exchangeRaw(
      port,
      'GET /.well-known/oauth-authorization-server HTTP/1.0\r\nHost: auth.example\r\n\r\n',
    )

    assert.match(without, /^HTTP\/1\.1 403 /)
    assert.ok(events.some(({ type }) => type === 'host_rejected'))
    assert.match(own, /^HTTP\/1\.1 200 /)
  })

test('a fetch that the host put in place of ours is asked for every request, in a copy of the server too', async (t) => {
  const { as } = createWorld()
  const guarded = { ...as, fetch: async () => new Response('not today', { status: 451 }) }
  const port = await listen(t, nodeListener(guarded, { origin: issuer }))

  const answer = await exchangeRaw(port, 'GET /jwks HTTP/1.1\r\nHost: auth.example\r\nConnection: close\r\n\r\n')

  assert.match(answer, /^HTTP\/1\.1 451 /)
})

test('a body reaches the authorization server through node:http, and its limits count by the peer', async (t) => {
  const { as, events } = createWorld({ as: { registrationLimit: 1 } })
  const port = await listen(t, nodeListener(as, { origin: issuer }))
  const body = '{"redirect_uris":["https://client.example/cb"],"token_endpoint_auth_method":"client_secret_post"}'
  const request = `POST /register HTTP/1.1\r\nHost: auth.example\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`

  const first = await exchangeRaw(port, request)
  const second = await exchangeRaw(port, request)

  assert.match(first, /^HTTP\/1\.1 201 /)
  assert.match(second, /^HTTP\/1\.1 429 /)
  assert.ok(events.some(({ type }) => type === 'client_registered'))
})

test('a method that web requests do not know is answered 400 and told, and the server goes on', async (t) => {
  const { as } = createWorld()
  const events: ConnectionEvent[] = []
  const port = await listen(t, nodeListener(as, { origin: issuer, onEvent: (event) => events.push(event) }))

  const trace = await exchangeRaw(port, 'TRACE /token HTTP/1.1\r\nHost: auth.example\r\nConnection: close\r\n\r\n')
  const next = await exchangeRaw(port, 'GET /jwks HTTP/1.1\r\nHost: auth.example\r\nConnection: close\r\n\r\n')

  assert.match(trace, /^HTTP\/1\.1 400 /)
  assert.match(next, /^HTTP\/1\.1 200 /)
  assert.deepEqual(
    events.map((event) => event.type === 'request_refused' && [event.method, event.path, event.status]),
    [['TRACE', '/token', 400]],
  )
})

test('the id that the host gives a request stands on the error page', async (t) => {
  const { as, events } = createWorld()
  const port = await listen(t, nodeListener(as, { origin: issuer, requestId: () => 'abcdefghjk' }))

  const page = await exchangeRaw(port, 'GET /authorize HTTP/1.1\r\nHost: auth.example\r\nConnection: close\r\n\r\n')

  assert.match(page, /<code>abcdefghjk</)
  assert.ok(events.some((event) => event.type === 'authorization_refused' && event.requestId === 'abcdefghjk'))
})

for (const target of ['*', 'http://%zz/', 'http://[x/', 'http://mcp.example/notes/mcp'])
  test(`RS-05 a request for "${target}", which anybody may send, is answered and ends no process`, async (t) => {
    const { rs } = createWorld()
    const port = await listen(
      t,
      protect(rs, (_, res) => res.end('let in')),
    )

    const answers = []
    for (const method of ['GET', 'OPTIONS'])
      answers.push(await exchangeRaw(port, `${method} ${target} HTTP/1.1\r\n${head}\r\n`))

    // `GET *` is refused by the parser of HTTP itself.
    assert.match(answers[0] ?? '', target === '*' ? /^HTTP\/1\.1 40[01] / : /^HTTP\/1\.1 401 /)
    assert.match(answers[1] ?? '', /^HTTP\/1\.1 204 /)
  })

test('what an adapter, a guard or a listener throws ends the request with 500, and the server goes on', async (t) => {
  const { rs, as } = createWorld()
  const broken = {
    ...rs,
    answer() {
      throw new Error('a guard that throws')
    },
  }
  const protectedPort = await listen(
    t,
    protect(broken, (_, res) => res.end('let in')),
  )
  const clientAddress = () => {
    throw new Error('a reader of addresses that throws')
  }
  const listenerPort = await listen(t, nodeListener(as, { origin: issuer, clientAddress }))

  const guarded = await exchangeRaw(protectedPort, `GET /notes/mcp HTTP/1.1\r\n${head}\r\n`)
  const listened = await exchangeRaw(
    listenerPort,
    'GET /jwks HTTP/1.1\r\nHost: auth.example\r\nConnection: close\r\n\r\n',
  )

  assert.match(guarded, /^HTTP\/1\.1 500 /)
  assert.match(listened, /^HTTP\/1\.1 500 /)
})

test('headers with the names of what every object has are headers like others, in every release of Node', async (t) => {
  const { as } = createWorld()
  const port = await listen(t, nodeListener(as, { origin: issuer }))

  const answer = await exchangeRaw(
    port,
    'GET /jwks HTTP/1.1\r\nHost: auth.example\r\n__proto__: x\r\nconstructor: x\r\nConnection: close\r\n\r\n',
  )

  assert.match(answer, /^HTTP\/1\.1 200 /)
})

const unread: [string, string][] = [
  ['a path that takes none', 'POST /jwks HTTP/1.1'],
  ['a path where nothing is', 'POST /nothing HTTP/1.1'],
  [
    'the token endpoint that is longer than it takes',
    'POST /token HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded',
  ],
]
for (const [why, start] of unread)
  test(`a long body for ${why} does not hold up the next request on its connection, which may be another person's`, async (t) => {
    const { as } = createWorld()
    const port = await listen(t, nodeListener(as, { origin: issuer }))
    const length = 1_000_000

    const answers = await exchangeRaw(
      port,
      `${start}\r\nHost: auth.example\r\nContent-Length: ${length}\r\n\r\n${'x'.repeat(length)}` +
        'GET /jwks HTTP/1.1\r\nHost: auth.example\r\nConnection: close\r\n\r\n',
    )

    assert.deepEqual(
      answers.match(/(?<=HTTP\/1\.1 )\d+/g)?.map((status) => status >= '400'),
      [true, false],
    )
  })

test('a body that is too long as it comes is refused, and the rest of it discarded', async (t) => {
  const { as } = createWorld()
  const port = await listen(t, nodeListener(as, { origin: issuer }))
  const chunk = `2710\r\n${'x'.repeat(10_000)}\r\n`

  const answers = await exchangeRaw(
    port,
    'POST /token HTTP/1.1\r\nHost: auth.example\r\nContent-Type: application/x-www-form-urlencoded\r\n' +
      `Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(60)}0\r\n\r\n` +
      'GET /jwks HTTP/1.1\r\nHost: auth.example\r\nConnection: close\r\n\r\n',
  )

  assert.deepEqual(answers.match(/(?<=HTTP\/1\.1 )\d+/g), ['400', '200'])
})

for (const way of ['directly', 'behind a fetch of the host'] as const)
  test(`a body that the host's own middleware has read already is told of, and holds no request open, ${way}`, async (t) => {
    const { as, events } = createWorld()
    const handler: FetchHandler = way === 'directly' ? as : { fetch: (request, info) => as.fetch(request, info) }
    const answer = nodeListener(handler, { origin: issuer })
    const port = await listen(t, async (req, res) => {
      for await (const _ of req);
      answer(req, res)
    })

    const text = await exchangeRaw(
      port,
      'POST /token HTTP/1.1\r\nHost: auth.example\r\nConnection: close\r\n' +
        'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b',
    )

    assert.match(text, /^HTTP\/1\.1 500 /)
    assert.ok(events.some((event) => event.type === 'failure' && /express\.json/.test(String(event.cause))))
  })

/** Reads the beginning of a body, and then nothing more. */
const readsNoFurther: FetchHandler = {
  async fetch(request) {
    await request.body?.getReader().read()
    return new Response('read no further')
  },
}
const middle = `2710\r\n${'x'.repeat(10_000)}\r\n`

test('a handler that stops reading within a body does not hold up the next request on its connection', async (t) => {
  const port = await listen(t, nodeListener(readsNoFurther, { origin: issuer }))

  const answers = await exchangeRaw(
    port,
    `POST / HTTP/1.1\r\nHost: auth.example\r\nTransfer-Encoding: chunked\r\n\r\n${middle.repeat(60)}0\r\n\r\n` +
      'GET / HTTP/1.1\r\nHost: auth.example\r\nConnection: close\r\n\r\n',
  )

  assert.deepEqual(answers.match(/(?<=HTTP\/1\.1 )\d+/g), ['200', '200'])
})

test('a body without end that nobody reads any more ends its connection', async (t) => {
  const port = await listen(t, nodeListener(readsNoFurther, { origin: issuer }))
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  socket.write('POST / HTTP/1.1\r\nHost: auth.example\r\nTransfer-Encoding: chunked\r\n\r\n')
  const send = () => {
    while (!socket.destroyed && socket.write(middle));
  }
  socket.on('drain', send)

  send()

  await closed
})

for (const path of ['/token', '/register', '/revoke', '/authorize', '/nothing'])
  test(`${path}: a connection that breaks in the middle of a body is no failure of ours, and ends no process`, async (t) => {
    const { as, events } = createWorld()
    const port = await listen(t, nodeListener(as, { origin: issuer }))
    const type = path === '/register' ? 'application/json' : 'application/x-www-form-urlencoded'
    const began = new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(
          `POST ${path} HTTP/1.1\r\nHost: auth.example\r\nContent-Type: ${type}\r\nContent-Length: 100\r\n\r\na=b`,
        )
        setImmediate(() => socket.resetAndDestroy())
      })
      socket.on('close', () => resolve())
      socket.on('error', () => {})
    })
    await began

    const next = await exchangeRaw(port, 'GET /jwks HTTP/1.1\r\nHost: auth.example\r\nConnection: close\r\n\r\n')

    assert.match(next, /^HTTP\/1\.1 200 /)
    assert.deepEqual(
      events.filter(({ type }) => type === 'failure'),
      [],
    )
  })

test('below a path of its host, every target is routed by the URL that it becomes, with a query and without', async (t) => {
  const { as } = createWorld({ as: { issuer: `${issuer}/tenant` } })
  const port = await listen(t, nodeListener(as, { origin: `${issuer}/tenant` }))
  const statusOf = async (target: string) => {
    const answer = await exchangeRaw(
      port,
      `GET ${target} HTTP/1.1\r\nHost: ${new URL(issuer).host}\r\nConnection: close\r\n\r\n`,
    )
    return answer.slice(9, 12)
  }

  const statuses = await Promise.all(['/jwks', '/jwks?', '/userinfo', '/tenant/jwks'].map(statusOf))

  assert.deepEqual(statuses, ['200', '200', '401', '404'])
})
