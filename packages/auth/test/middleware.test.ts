import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { type GuardedMessage, type NodeMiddleware, protect } from '@portcullis/auth/node'
import { ask, listen } from './raw-http.ts'
import { createWorld, signedInClient, type World } from './world.ts'

const tools = { 'delete-note': { scopes: ['notes:delete'] } }
const call = (name: string, id = 1) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name } })

test('options that cannot stand start nothing, least of all those whose rules nobody would uphold', async () => {
  const { rs } = await createWorld()
  const wrong: [options: object, message: RegExp][] = [
    [{ tool: tools }, /^"tool" is no option; did you mean "tools"\?$/],
    [{ scopes: ['notes:read'] }, /^"scopes" is no option; did you mean "scope"\?$/],
    [{ scope: 'notes:read' }, /^"scope" must be a list, but is a string$/],
    [{ scope: ['notes:read notes:write'] }, /^"notes:read notes:write" in "scope" is not a scope token$/],
    [{ tools: { a: { scope: [] } } }, /^"tools\["a"\]\.scope" is no option; did you mean "tools\["a"\]\.scopes"\?$/],
    [{ tools: ['a'] }, /^"tools" must be an object, but is a list$/],
    [{ longestBody: Number.NaN }, /^"longestBody" must be a whole number of bytes, 1 or more, but is NaN$/],
    [[], /^protect wants an object of options, but was given a list$/],
  ]

  for (const [options, message] of wrong) assert.throws(() => protect(rs, options), { name: 'TypeError', message })
})

/** An application behind the middleware: it answers with what it was told of the caller, and with the body that it read. */
async function behind(
  t: TestContext,
  world: World,
  options?: Parameters<typeof protect>[2],
  { before = (_req, _res, next) => next() }: { before?: NodeMiddleware } = {},
) {
  const guard: NodeMiddleware = protect(world.rs, options)
  const reached: string[] = []
  const errors: unknown[] = []
  const port = await listen(t, (req: IncomingMessage, res: ServerResponse) =>
    before(req, res, () =>
      guard(req, res, (error) => {
        if (error !== undefined) {
          errors.push(error)
          return res.writeHead(500).end()
        }
        reached.push(`${req.method} ${req.url}`)
        return void answer(req, res)
      }),
    ),
  )
  const { accessToken } = await signedInClient(world)
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }
  return { port, headers, reached, errors, accessToken }
}

async function answer(req: GuardedMessage, res: ServerResponse): Promise<void> {
  const { auth } = req
  const body = await text(req)
  res.setHeader('content-type', 'application/json')
  res.end(JSON.stringify({ token: auth?.token, subject: auth?.extra.accessToken.subject, scopes: auth?.scopes, body }))
}

test('law 1: of an application that serves more, all else is let through as it came, whatever host, origin or credentials it shows', async (t) => {
  const { port, reached } = await behind(t, createWorld())
  const headers = { host: 'other.example', origin: 'https://evil.example', authorization: 'Bearer nonsense' }

  const answers = [
    await ask(port, { path: '/', headers }),
    await ask(port, { path: '/notes/mcp-admin', headers, method: 'POST', body: ['some', 'thing'] }),
    await ask(port, { path: '/login', headers, method: 'OPTIONS' }),
  ]

  assert.deepEqual(
    answers.map(({ status, headers }) => [status, headers['www-authenticate'], headers['access-control-allow-origin']]),
    [
      [200, undefined, undefined],
      [200, undefined, undefined],
      [200, undefined, undefined],
    ],
  )
  assert.match(answers[1]?.body ?? '', /"body":"something"/)
  assert.deepEqual(reached, ['GET /', 'POST /notes/mcp-admin', 'OPTIONS /login'])
})

test('RS-05 RS-06 metadata, preflights, HEAD and refusals are answered before anything behind sees the request', async (t) => {
  const { port, reached } = await behind(t, createWorld())
  const wellKnown = '/.well-known/oauth-protected-resource/notes/mcp'

  const statuses = [
    await ask(port, { path: wellKnown }),
    await ask(port, { path: wellKnown, method: 'HEAD' }),
    await ask(port, { path: '/notes/mcp', method: 'OPTIONS', headers: { origin: 'https://mcp.example' } }),
    await ask(port, { path: '/notes/mcp', method: 'HEAD' }),
    await ask(port, { path: '/Notes/MCP/', method: 'POST', body: ['{}'] }),
    await ask(port, { path: '/notes/mcp', headers: { host: 'evil.example' } }),
    await ask(port, { path: '/notes/mcp', headers: { origin: 'https://evil.example' } }),
  ].map(({ status }) => status)

  assert.deepEqual(statuses, [200, 200, 204, 401, 401, 403, 403])
  assert.deepEqual(reached, [])
})

test('law 7: what is behind is told who calls, and not with which token', async (t) => {
  const { port, headers, accessToken } = await behind(t, createWorld())

  const { body } = await ask(port, { path: '/notes/mcp', headers })

  assert.deepEqual(JSON.parse(body), { token: '', subject: 'alice', scopes: ['notes:read', 'notes:write'], body: '' })
  assert.ok(!body.includes(accessToken))
})

test('RS-16 a tool that needs more scope is challenged for, and one that needs none is let through', async (t) => {
  const { port, headers } = await behind(t, createWorld(), { tools })

  const refused = await ask(port, {
    path: '/notes/mcp',
    method: 'POST',
    headers,
    body: [JSON.stringify(call('delete-note'))],
  })
  const allowed = await ask(port, { path: '/notes/mcp', method: 'POST', headers, body: [JSON.stringify(call('list'))] })

  assert.equal(refused.status, 403)
  assert.match(
    refused.headers['www-authenticate'] ?? '',
    /error="insufficient_scope".*scope="notes:delete notes:read notes:write"/,
  )
  assert.equal(allowed.status, 200)
})

test('one call in a batch that needs more scope is enough for the challenge', async (t) => {
  const { port, headers, reached } = await behind(t, createWorld(), { tools })
  const body = [JSON.stringify([call('list', 1), call('delete-note', 2)])]

  const { status } = await ask(port, { path: '/notes/mcp', method: 'POST', headers, body })

  assert.equal(status, 403)
  assert.deepEqual(reached, [])
})

for (const [how, piecesOf] of [
  ['in one piece', (body: string) => [body]],
  ['byte by byte', (body: string) => [...body]],
  ['in pieces of all sizes', (body: string) => [body.slice(0, 1), body.slice(1, 70_000), body.slice(70_000)]],
] as const)
  for (const framing of ['with its length', 'chunked'] as const)
    test(`a body that was read for the rules is there for whoever reads next: ${how}, ${framing}`, async (t) => {
      const { port, headers } = await behind(t, createWorld(), { tools })
      const length = how === 'byte by byte' ? 40 : 300_000
      const body = JSON.stringify({ ...call('list'), filler: 'x'.repeat(length) })
      const framed = framing === 'chunked' ? { 'transfer-encoding': 'chunked' } : { 'content-length': body.length }

      const answered = await ask(port, {
        path: '/notes/mcp',
        method: 'POST',
        headers: { ...headers, ...framed },
        body: piecesOf(body),
      })

      assert.equal(answered.status, 200)
      assert.equal(JSON.parse(answered.body).body, body)
    })

test('a call in the body of another method than POST is judged like any other, since what is behind may take it for one', async (t) => {
  const { port, headers, reached } = await behind(t, createWorld(), { tools })
  const body = [JSON.stringify(call('delete-note'))]

  const statuses = []
  for (const method of ['PUT', 'PATCH', 'DELETE', 'GET'])
    statuses.push(
      (
        await ask(port, {
          path: '/notes/mcp',
          method,
          headers: { ...headers, 'content-length': body[0]?.length },
          body,
        })
      ).status,
    )

  assert.deepEqual(statuses, [403, 403, 403, 403])
  assert.deepEqual(reached, [])
})

test('a request without a body has nothing that rules could be about, and is let through', async (t) => {
  const { port, headers } = await behind(t, createWorld(), { tools })

  const statuses = [
    await ask(port, { path: '/notes/mcp', headers }),
    await ask(port, { path: '/notes/mcp', method: 'DELETE', headers }),
  ].map(({ status }) => status)

  assert.deepEqual(statuses, [200, 200])
})

test('an empty body is refused as no message, and nothing waits for more', async (t) => {
  const { port, headers } = await behind(t, createWorld(), { tools })

  const without = await ask(port, { path: '/notes/mcp', method: 'POST', headers: { ...headers, 'content-length': 0 } })
  const chunked = await ask(port, {
    path: '/notes/mcp',
    method: 'POST',
    headers: { ...headers, 'transfer-encoding': 'chunked' },
  })

  assert.deepEqual([without.status, chunked.status], [400, 400])
})

test('who may not in learns so before the body has come', async (t) => {
  const { port } = await behind(t, createWorld(), { tools })

  const answered = await new Promise<string>((resolve, reject) => {
    const head =
      'POST /notes/mcp HTTP/1.1\r\nHost: mcp.example\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{'
    const socket = connect(port, '127.0.0.1', () => socket.write(head))
    socket.once('data', (data) => {
      socket.destroy()
      resolve(data.toString())
    })
    socket.on('error', reject)
  })

  assert.match(answered, /^HTTP\/1\.1 401 /)
})

test('a body longer than may be is 413, whether it says so or not, and the connection lives', async (t) => {
  const { port, headers, reached } = await behind(t, createWorld(), { tools, longestBody: 100 })
  const body = [JSON.stringify({ ...call('list'), filler: 'x'.repeat(200) })]

  const said = await ask(port, {
    path: '/notes/mcp',
    method: 'POST',
    headers: { ...headers, 'content-length': body[0]?.length },
    body,
  })
  const unsaid = await ask(port, {
    path: '/notes/mcp',
    method: 'POST',
    headers: { ...headers, 'transfer-encoding': 'chunked' },
    body,
  })

  assert.deepEqual([said.status, unsaid.status], [413, 413])
  assert.deepEqual(JSON.parse(unsaid.body), {
    jsonrpc: '2.0',
    id: null,
    error: { code: -32000, message: 'The body of the request is too large' },
  })
  assert.deepEqual(reached, [])
})

test('a body that parsers read differently is refused and told, since the rules would not be about what is done', async (t) => {
  const world = createWorld()
  const { port, headers, reached } = await behind(t, world, { tools })
  const body = ['{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list","name":"delete-note"}}']

  const { status } = await ask(port, { path: '/notes/mcp', method: 'POST', headers, body })

  assert.equal(status, 400)
  assert.deepEqual(reached, [])
  assert.ok(world.events.some((event) => event.type === 'request_refused' && event.reason === 'ambiguous_json'))
})

test('behind a parser of bodies nothing is let through by rules that see no body, and the host is told what to change', async (t) => {
  const { port, headers, reached, errors } = await behind(
    t,
    createWorld(),
    { tools },
    {
      before: (req, _res, next) => void text(req).then(() => next()),
    },
  )

  const { status } = await ask(port, {
    path: '/notes/mcp',
    method: 'POST',
    headers,
    body: [JSON.stringify(call('delete-note'))],
  })

  assert.equal(status, 500)
  assert.match(String(errors), /before express\.json\(\)/)
  assert.deepEqual(reached, [])
})

test('law 14: a grant that ends while a body arrives is seen before what it asks for is done', async (t) => {
  const world = createWorld({ rs: { revocationFreshness: 0 } })
  const { port, headers, reached, accessToken } = await behind(t, world, { tools })
  const { grant_id: grantId } = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString())
  const body = JSON.stringify(call('list'))

  const answered = await new Promise<string>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      const lines = Object.entries({ host: 'mcp.example', 'content-length': body.length, ...headers })
      socket.write(
        `POST /notes/mcp HTTP/1.1\r\n${lines.map((line) => line.join(': ')).join('\r\n')}\r\n\r\n${body.slice(0, 9)}`,
      )
    })
    const isLetIn = () => world.events.some(({ type }) => type === 'authenticated')
    const goOn = async () => {
      if (!isLetIn()) return setImmediate(goOn)
      await world.as.endGrant(grantId, 'revoked_by_operator')
      return socket.write(body.slice(9))
    }
    setImmediate(goOn)
    socket.once('data', (data) => {
      socket.destroy()
      resolve(data.toString())
    })
    socket.on('error', reject)
  })

  assert.match(answered, /^HTTP\/1\.1 401 /)
  assert.deepEqual(reached, [])
})

test('what something before made of the URL is guarded like what was asked for', async (t) => {
  const { port, reached } = await behind(t, createWorld(), undefined, {
    before(req, _res, next) {
      req.originalUrl = req.url ?? ''
      if (req.url === '/short') req.url = '/notes/mcp'
      if (req.url === '/notes/mcp/cut') req.url = '/cut'
      next()
    },
  })

  const statuses = [await ask(port, { path: '/short' }), await ask(port, { path: '/notes/mcp/cut' })]

  assert.deepEqual(
    statuses.map(({ status }) => status),
    [401, 401],
  )
  assert.deepEqual(reached, [])
})

test('over HTTP/2 the same is answered, by the host that the request names there', async (t) => {
  const world = createWorld()
  const { accessToken } = await signedInClient(world)
  const guard: NodeMiddleware = protect(world.rs, { tools })
  // Its compatibility layer is made to pass for node:http, but has types of its own.
  const server = createHttp2Server((req, res) =>
    guard(req as never, res as never, () => void answer(req as never, res as never)),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  t.after(() => {
    session.destroy()
    server.close()
  })
  const post = async (authority: string, name: string, token?: string, method = 'POST') => {
    const shown = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const path = { ':method': method, ':path': '/notes/mcp', ':authority': authority }
    const stream = session.request({ ...path, 'content-type': 'application/json', ...shown })
    const status = new Promise((resolve) => stream.on('response', (headers) => resolve(headers[':status'])))
    stream.end(JSON.stringify(call(name)))
    return [await status, await text(stream)]
  }

  assert.equal((await post('mcp.example', 'list'))[0], 401)
  assert.equal((await post('evil.example', 'list', accessToken))[0], 403)
  assert.equal((await post('mcp.example', 'delete-note', accessToken))[0], 403)
  assert.equal((await post('mcp.example', 'delete-note', accessToken, 'PUT'))[0], 403)
  const [status, body] = await post('mcp.example', 'list', accessToken)
  assert.equal(status, 200)
  assert.deepEqual(JSON.parse(JSON.parse(String(body)).body), call('list'))
})
