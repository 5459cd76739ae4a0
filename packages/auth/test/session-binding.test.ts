import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type ProtectOptions, protect as protectFetch } from '@portcullis/auth/fetch'
import { type Protected, protect as protectHono } from '@portcullis/auth/hono'
import { type GuardedMessage, protect as protectNode } from '@portcullis/auth/node'
import { Hono } from 'hono'
import { ask, listen } from './raw-http.ts'
import { attemptOf, consent, createWorld, exchange, refresh, resource, signedInClient, type World } from './world.ts'

const key = new Uint8Array(32).fill(1)
const newKey = new Uint8Array(32).fill(2)

interface Answered {
  status: number
  /** What the client is told of its session. */
  sessionId: string | undefined
  /** What the MCP server was told of it: where frameworks look, and where what makes web types of a request does. */
  told: (string | null)[] | undefined
}

type Asks = (accessToken: string, sessionId?: string, headers?: Record<string, string>) => Promise<Answered>

/** An MCP server that opens a session of this name, and says what it was told. */
const upstreamId = 'session-1'

/** How a handler of `node:http` may say which session that is. */
const ways: Readonly<Record<string, (res: import('node:http').ServerResponse, body: string) => void>> = {
  setHeader: (res, body) => res.setHeader('Mcp-Session-Id', upstreamId).end(body),
  'writeHead of an object': (res, body) => res.writeHead(200, { 'mcp-session-id': upstreamId }).end(body),
  'writeHead of a list': (res, body) => res.writeHead(200, 'OK', ['Mcp-Session-Id', upstreamId]).end(body),
  appendHeader: (res, body) => res.appendHeader('mcp-session-id', upstreamId).end(body),
  setHeaders: (res, body) => res.setHeaders(new Headers({ 'mcp-session-id': upstreamId })).end(body),
}

async function nodeAsks(t: TestContext, { rs }: World, options: ProtectOptions, way = ways.setHeader): Promise<Asks> {
  const guard = protectNode(rs, options)
  const port = await listen(t, (req: GuardedMessage, res) =>
    guard(req, res, () => {
      const at = req.rawHeaders.findIndex((name) => name.toLowerCase() === 'mcp-session-id')
      const told = [req.headers['mcp-session-id'] ?? null, at < 0 ? null : req.rawHeaders[at + 1]]
      way?.(res, JSON.stringify(told))
    }),
  )
  return async (accessToken, sessionId, headers = {}) => {
    const shown = { ...headers, authorization: `Bearer ${accessToken}` }
    const {
      status,
      headers: answered,
      body,
    } = await ask(port, {
      path: '/notes/mcp',
      headers: { ...shown, ...(sessionId !== undefined && { 'Mcp-Session-Id': sessionId }) },
    })
    const bound = answered['mcp-session-id']
    return { status, sessionId: bound?.toString(), told: status === 200 ? JSON.parse(body) : undefined }
  }
}

function webAsks(fetch: (request: Request) => Promise<Response>): Asks {
  return async (accessToken, sessionId, headers = {}) => {
    const shown = { ...headers, authorization: `Bearer ${accessToken}` }
    const answered = await fetch(
      new Request(resource, {
        headers: { ...shown, ...(sessionId !== undefined && { 'Mcp-Session-Id': sessionId }) },
      }),
    )
    return {
      status: answered.status,
      sessionId: answered.headers.get('mcp-session-id') ?? undefined,
      told: answered.status === 200 ? await answered.json() : undefined,
    }
  }
}

function tell(request: Request): Response {
  const told = request.headers.get('mcp-session-id')
  return Response.json([told, told], { headers: { 'mcp-session-id': upstreamId } })
}

const adapters: Readonly<Record<string, (t: TestContext, world: World, options: ProtectOptions) => Promise<Asks>>> = {
  node: (t, world, options) => nodeAsks(t, world, options),
  fetch: async (_, { rs }, options) => webAsks(protectFetch(rs, tell, options)),
  async Hono(_, { rs }, options) {
    const app = new Hono<Protected>()
    app.use(protectHono(rs, options))
    app.all('/notes/mcp', (c) => tell(c.req.raw))
    return webAsks(async (request) => app.fetch(request))
  },
}

for (const [name, create] of Object.entries(adapters)) {
  test(`${name}: P-09 RS-22 law 12: with session keys a session is of who opened it, over a refresh too, and 404 to anybody else`, async (t) => {
    const world = createWorld()
    const asks = await create(t, world, { sessionKeys: [key] })
    const alice = await signedInClient(world)
    const byAnother = await signedInClient(world)
    world.person.signedIn = { subject: 'bob', authTime: world.clock.now, sessionId: 's-bob' }
    const attempt = attemptOf(alice.client)
    const bobs = await exchange(world, attempt, (await consent(world, attempt)).get('code') ?? '')

    const opened = await asks(alice.accessToken)
    const presented = opened.sessionId ?? ''
    const renewed = (await refresh(world, alice.client, alice.refreshToken)).body.access_token
    const again = await asks(renewed, presented)

    assert.notEqual(presented, upstreamId)
    assert.deepEqual(opened.told, [null, null])
    assert.deepEqual(again, { status: 200, sessionId: presented, told: [upstreamId, upstreamId] })
    const foreign = [
      await asks(bobs.body.access_token, presented),
      await asks(byAnother.accessToken, presented),
      await asks(alice.accessToken, upstreamId),
      await asks(alice.accessToken, `${upstreamId}.${'A'.repeat(43)}`),
      await asks(alice.accessToken, `${presented}x`),
      await asks(alice.accessToken, ''),
    ]
    assert.deepEqual(
      foreign.map(({ status }) => status),
      [404, 404, 404, 404, 404, 404],
    )
  })

  test(`${name}: a key that is new binds, and what an older one bound is known while that is among them`, async (t) => {
    const world = createWorld()
    const { accessToken } = await signedInClient(world)
    const before = (await (await create(t, world, { sessionKeys: [key] }))(accessToken)).sessionId
    const both = await create(t, world, { sessionKeys: [newKey, key] })
    const after = await create(t, world, { sessionKeys: [newKey] })

    assert.equal((await both(accessToken, before)).status, 200)
    assert.equal((await after(accessToken, before)).status, 404)
    assert.equal((await after(accessToken, (await both(accessToken)).sessionId)).status, 200)
  })

  test(`${name}: a session means nothing in a request of 2026-07-28, and does not reach the MCP server`, async (t) => {
    const world = createWorld()
    const { accessToken } = await signedInClient(world)
    const asks = await create(t, world, { sessionKeys: [key] })

    const { status, told } = await asks(accessToken, 'of-somebody', { 'mcp-protocol-version': '2026-07-28' })

    assert.deepEqual([status, told], [200, [null, null]])
    assert.equal((await asks(accessToken, 'of-somebody', { 'mcp-protocol-version': '9999' })).status, 404)
  })

  test(`${name}: without session keys, sessions are the MCP server’s own`, async (t) => {
    const world = createWorld()
    const { accessToken } = await signedInClient(world)
    const asks = await create(t, world, {})

    assert.deepEqual(await asks(accessToken, 'x'), { status: 200, sessionId: upstreamId, told: ['x', 'x'] })
  })
}

for (const [way, answer] of Object.entries(ways))
  for (const options of [{}, { tools: { erase: { denied: true } } }])
    test(`law 12: a session that is named by ${way} is bound, with rules${'tools' in options ? '' : ' or none'}`, async (t) => {
      const world = createWorld()
      const { accessToken } = await signedInClient(world)
      const asks = await nodeAsks(t, world, { sessionKeys: [key], ...options }, answer)

      const { sessionId } = await asks(accessToken)

      assert.match(sessionId ?? '', /^session-1\.[\w-]{43}$/)
      assert.equal((await asks(accessToken, sessionId)).sessionId, sessionId)
    })

test('a session key that is too short, and a list without one, are refused at the start', () => {
  const { rs } = createWorld()

  for (const sessionKeys of [[], [new Uint8Array(31)]]) assert.throws(() => protectNode(rs, { sessionKeys }), TypeError)
})
