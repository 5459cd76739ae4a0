import assert from 'node:assert/strict'
// FastMCP makes its server by the default export, as `mcp-proxy` imports it.
import http, { type RequestListener, type Server } from 'node:http'
import { type TestContext, test } from 'node:test'
import { type Authenticate, protect } from '@portcullis/auth/fastmcp'
import { ask } from './raw-http.ts'
import { createWorld, signedInClient } from './world.ts'

/** What FastMCP is to the adapter: it makes its server within `start`, and asks `authenticate` itself. The true ones are asked by `npm run adapters`. */
class OwnServer {
  readonly reached: string[] = []
  server: Server | undefined
  #authenticate: Authenticate
  #before: Promise<void> | undefined

  constructor(authenticate: Authenticate, before?: Promise<void>) {
    this.#authenticate = authenticate
    this.#before = before
  }

  async start(): Promise<void> {
    if (this.#before !== undefined) await this.#before
    this.server = http.createServer(this.#answer)
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve))
  }

  async stop(): Promise<void> {
    this.server?.close()
  }

  get port(): number {
    const address = this.server?.address()
    assert.ok(typeof address === 'object' && address !== null)
    return address.port
  }

  #answer: RequestListener = async (req, res) => {
    this.reached.push(`${req.url} ${req.headers.origin}`)
    try {
      const { clientId } = await this.#authenticate(req)
      res.setHeader('mcp-session-id', 'session-1')
      res.end(clientId)
    } catch (refusal) {
      res.writeHead(refusal instanceof Response ? refusal.status : 500).end()
    }
  }
}

function started(t: TestContext, world = createWorld(), before?: Promise<void>) {
  const app = protect(world.rs, (authenticate) => new OwnServer(authenticate, before))
  t.after(() => app.stop())
  return app
}

test('FastMCP: metadata, preflights and refusals are answered before it sees anything, and who is let in is told', async (t) => {
  const world = createWorld()
  const app = started(t, world)
  await app.start()
  const { accessToken } = await signedInClient(world)
  const headers = { authorization: `Bearer ${accessToken}`, origin: 'https://mcp.example' }

  const statuses = [
    await ask(app.port, { path: '/.well-known/oauth-protected-resource/notes/mcp' }),
    await ask(app.port, { path: '/notes/mcp', method: 'OPTIONS', headers: { origin: 'https://mcp.example' } }),
    await ask(app.port, { path: '/notes/mcp', method: 'POST', body: ['{}'] }),
  ].map(({ status }) => status)
  const letIn = await ask(app.port, { path: '/notes/mcp', headers })

  assert.deepEqual(statuses, [200, 204, 401])
  assert.equal(letIn.status, 200)
  assert.equal(letIn.headers['access-control-allow-origin'], 'https://mcp.example')
  assert.deepEqual(app.reached, ['/notes/mcp undefined'])
})

test('FastMCP: law 12: a session is of who opened it, also where nobody sets keys', async (t) => {
  const world = createWorld()
  const app = started(t, world)
  await app.start()
  const [alice, another] = [await signedInClient(world), await signedInClient(world)]
  const askedBy = (accessToken: string, session?: string) =>
    ask(app.port, {
      path: '/notes/mcp',
      headers: { authorization: `Bearer ${accessToken}`, ...(session !== undefined && { 'mcp-session-id': session }) },
    })

  const id = String((await askedBy(alice.accessToken)).headers['mcp-session-id'])
  const answers = [
    await askedBy(alice.accessToken, id),
    await askedBy(another.accessToken, id),
    await askedBy(another.accessToken, 'session-1'),
  ]

  assert.match(id, /^session-1\../)
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 404, 404],
  )
})

test('FastMCP: at another door (/sse) nobody gets a session, with a good token either', async (t) => {
  const world = createWorld()
  const app = started(t, world)
  await app.start()
  const { accessToken } = await signedInClient(world)

  const { status } = await ask(app.port, { path: '/sse', headers: { authorization: `Bearer ${accessToken}` } })

  assert.equal(status, 404)
})

test('FastMCP: a release that makes its server in another way is stopped, since nothing would stand in front of it', async (t) => {
  const app = started(t, createWorld(), new Promise((resolve) => setImmediate(resolve)))

  await assert.rejects(app.start(), /was stopped/)

  assert.equal(app.server?.listening, false)
})

test('FastMCP: servers that others make are none of its business', async (t) => {
  const { createServer } = http
  const app = started(t)

  await app.start()

  assert.equal(http.createServer, createServer)
})

test('FastMCP: events of SSE are open with the door through which their messages come, or not at all', () => {
  const served = { alsoServedAt: ['https://mcp.example/sse'] }

  assert.throws(
    () => protect(createWorld({ rs: served }).rs, (authenticate) => new OwnServer(authenticate)),
    /"\/messages"/,
  )
})
