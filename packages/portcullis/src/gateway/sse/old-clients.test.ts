import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { bodyOf, openScene, type Scene, type SceneOptions } from '../../../test/gateway-scene.ts'
import { oldMcpServer } from '../../../test/old-mcp-server.ts'

for (const transport of ['sse', 'auto'] as const)
  test(`an old client at an old server (transport: ${transport}) lists and calls its tools, and its address is at this side`, async (t) => {
    const old = oldMcpServer()
    const scene = await openScene(t, { upstream: old.listener, gateway: { transport } })

    const { tools, content } = await oldClient(scene)

    assert.deepEqual(tools, ['echo'])
    assert.deepEqual(content, [{ type: 'text', text: '{"text":"hello"}' }])
    for (const { headers } of old.requests.filter(({ message }) => message !== undefined))
      assert.equal(headers['x-portcullis-subject'], 'alice')
    assert.ok(old.requests.every(({ url }) => !url.includes('portcullis_session')))
  })

for (const isJson of [true, false])
  test(`an old client at a server of Streamable HTTP that answers in ${isJson ? 'JSON' : 'streams'} is served, with what the server says by itself`, async (t) => {
    const server = streamableServer({ isJson })
    const scene = await openScene(t, { upstream: server.listener })

    server.listening.then(() => server.say({ method: 'notifications/tools/list_changed' }))
    const { content, said } = await oldClient(scene, 'wait')

    assert.deepEqual(content, [{ type: 'text', text: '{"text":"hello"}' }])
    assert.equal(said, 'notifications/tools/list_changed')
    assert.equal(await server.ended, 'session-1')
    assert.deepEqual(server.sessions, [undefined, 'session-1', 'session-1', 'session-1'])
  })

test('law 12: nobody posts to the stream of somebody else, and no address can be guessed', async (t) => {
  const server = streamableServer({ isJson: true })
  const scene = await openScene(t, { upstream: server.listener })
  const { endpoint, next } = await openStream(t, scene)

  const post = (address: string, claims?: Record<string, unknown>) =>
    fetch(new URL(address, scene.url), { method: 'POST', headers: scene.signedIn(claims), body: JSON.stringify(ping) })
  const stolen = await post(endpoint, { sub: 'bob' })
  const otherClient = await post(endpoint, { client_id: 'client-2' })
  const guessed = await post(endpoint.replace(/.{4}$/, 'AAAA'))
  const without = await fetch(new URL(endpoint, scene.url), { method: 'POST', body: JSON.stringify(ping) })

  assert.deepEqual(
    [stolen, otherClient, guessed].map(({ status }) => status),
    [404, 404, 404],
  )
  assert.equal(without.status, 401)
  assert.deepEqual(server.methods, [])
  assert.equal((await post(endpoint)).status, 202)
  assert.deepEqual(await next(), { jsonrpc: '2.0', id: 1, result: {} })
  assert.match(endpoint, /^\/mcp\?portcullis_session=[\w-]{24}$/)
})

test('law 12: the stream ends with the token that was shown last: a fresh one keeps it, and the first one alone does not', async (t) => {
  const server = streamableServer({ isJson: true })
  const scene = await openScene(t, { upstream: server.listener, gateway: { timeouts: { sweep: 0.05 } } })
  const now = Math.floor(Date.now() / 1000)
  const kept = await openStream(t, scene, { exp: now + 60 })
  const idle = await openStream(t, scene, { exp: now + 60 })
  await fetch(new URL(kept.endpoint, scene.url), {
    method: 'POST',
    headers: scene.signedIn({ exp: now + 600 }),
    body: JSON.stringify(ping),
  })
  await kept.next()

  scene.clock.offset = 120
  assert.equal(await idle.next(), undefined)
  const post = await fetch(new URL(kept.endpoint, scene.url), {
    method: 'POST',
    headers: scene.signedIn({ exp: now + 600 }),
    body: JSON.stringify(ping),
  })

  assert.equal(post.status, 202)
  assert.deepEqual(await kept.next(), { jsonrpc: '2.0', id: 1, result: {} })
  scene.clock.offset = 700
  assert.equal(await kept.next(), undefined)
})

test('law 14: when the grant ends, the stream ends, and nothing is posted to it any more', async (t) => {
  const server = streamableServer({ isJson: true })
  const scene = await openScene(t, { upstream: server.listener, gateway: { timeouts: { sweep: 0.05 } } })
  const { endpoint, next } = await openStream(t, scene)

  scene.feed.ended.push('grant-1')

  assert.equal(await next(), undefined)
  const again = await fetch(new URL(endpoint, scene.url), {
    method: 'POST',
    headers: scene.signedIn({ grant_id: 'grant-2' }),
    body: JSON.stringify(ping),
  })
  assert.equal(again.status, 404)
})

test('a post that the server refuses is refused to the client, and one that fails later is told on the stream', async (t) => {
  const failing = Promise.withResolvers<void>()
  const scene = await openScene(t, {
    upstream: async (req, res) => {
      if (req.method !== 'POST') return void res.writeHead(405).end()
      const { method } = JSON.parse(await bodyOf(req))
      if (method === 'ping') return void res.writeHead(400, { 'content-type': 'application/json' }).end('{"no":1}')
      res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      failing.promise.then(() => res.destroy())
    },
  })
  const { endpoint, next } = await openStream(t, scene)
  const post = (message: object) =>
    fetch(new URL(endpoint, scene.url), { method: 'POST', headers: scene.signedIn(), body: JSON.stringify(message) })

  const refused = await post(ping)
  const taken = await post({ jsonrpc: '2.0', id: 'slow', method: 'tools/call', params: { name: 'slow' } })
  failing.resolve()
  const told = await next()

  assert.deepEqual([refused.status, await refused.json()], [400, { no: 1 }])
  assert.equal(taken.status, 202)
  assert.equal(told?.id, 'slow')
  assert.match(JSON.stringify(told?.error), /broke off/)
})

test('RS-27 a list on the stream of an old client shows what its person may use, and comes at once', async (t) => {
  const server = streamableServer({ isJson: true })
  const scene = await openScene(t, {
    upstream: server.listener,
    gateway: { rules: { tools: { echo: { roles: ['admin'] } } } },
  })
  const listedFor = async (claims: Record<string, unknown>) => {
    const { endpoint, next } = await openStream(t, scene, claims)
    const post = (message: object) =>
      fetch(new URL(endpoint, scene.url), {
        method: 'POST',
        headers: scene.signedIn(claims),
        body: JSON.stringify({ jsonrpc: '2.0', ...message }),
      })
    await post({ id: 1, method: 'initialize', params: {} })
    await next()
    await post({ id: 2, method: 'tools/list' })
    return (await next())?.result
  }

  assert.deepEqual(await listedFor({ sub: 'bob' }), { tools: [] })
  assert.deepEqual(await listedFor({ sub: 'ada', roles: ['admin'] }), {
    tools: [{ name: 'echo', inputSchema: { type: 'object' } }],
  })
})

test('a tool that needs more than was granted is refused to an old client as to others, and nothing reaches the server', async (t) => {
  const server = streamableServer({ isJson: true })
  const scene = await openScene(t, {
    upstream: server.listener,
    gateway: { rules: { tools: { echo: { scopes: ['echo'] } } } },
  })
  const { endpoint } = await openStream(t, scene)

  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo' } }
  const refused = await fetch(new URL(endpoint, scene.url), {
    method: 'POST',
    headers: scene.signedIn(),
    body: JSON.stringify(call),
  })

  assert.equal(refused.status, 403)
  assert.match(refused.headers.get('www-authenticate') ?? '', /insufficient_scope.*echo/)
  assert.deepEqual(server.methods, [])
})

const ping = { jsonrpc: '2.0', id: 1, method: 'ping' }

/** The official client over HTTP+SSE, and what it got. */
async function oldClient(
  scene: Scene,
  ...more: string[]
): Promise<{ tools: string[]; content: unknown; said?: string }> {
  const script = fileURLToPath(new URL('../../../test/old-sdk-client.mjs', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [script, scene.url, scene.token(), ...more], {
    timeout: 20_000,
  })
  return JSON.parse(stdout)
}

/** A stream opened by hand: the address that it names, and what comes on it; `undefined` when it is over. */
async function openStream(
  t: TestContext,
  scene: Scene,
  claims?: Record<string, unknown>,
): Promise<{ endpoint: string; next(): Promise<Record<string, unknown> | undefined> }> {
  const response = await fetch(scene.url, {
    headers: { ...scene.signedIn(claims), accept: 'text/event-stream' },
  })
  assert.equal(response.headers.get('content-type'), 'text/event-stream')
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  t.after(() => reader?.cancel().catch(() => {}))
  let text = ''
  async function event(): Promise<string | undefined> {
    while (!text.includes('\n\n')) {
      const part = await reader?.read()
      if (part === undefined || part.done) return undefined
      text += part.value
    }
    const end = text.indexOf('\n\n')
    const whole = text.slice(0, end)
    text = text.slice(end + 2)
    return whole.startsWith(':') ? event() : whole
  }
  const first = (await event()) ?? ''
  return {
    endpoint: /^event: endpoint\ndata: (.*)$/.exec(first)?.[1] ?? '',
    async next() {
      const data = /^data: (.*)$/m.exec((await event()) ?? '')?.[1]
      return data === undefined ? undefined : JSON.parse(data)
    },
  }
}

/** A server of Streamable HTTP with sessions. */
function streamableServer({ isJson }: { isJson: boolean }) {
  const sessions: unknown[] = []
  const methods: unknown[] = []
  const listening = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<unknown>()
  let say = (_: object) => {}
  const listener: NonNullable<SceneOptions['upstream']> = async (req, res) => {
    assert.ok(!req.url?.includes('portcullis_session'))
    const session = req.headers['mcp-session-id']
    if (req.method === 'DELETE') {
      ended.resolve(session)
      return void res.end()
    }
    if (req.method === 'GET') {
      if (session === undefined) return void res.writeHead(400).end('No session')
      res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      say = (message) => res.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`)
      return listening.resolve()
    }
    const message = JSON.parse(await bodyOf(req))
    methods.push(message.method)
    sessions.push(session)
    assert.match(req.headers.accept ?? '', /application\/json, text\/event-stream/)
    if (message.id === undefined) return void res.writeHead(202).end()
    const capabilities = { tools: { listChanged: true } }
    const result =
      message.method === 'tools/list'
        ? { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] }
        : message.method === 'initialize'
          ? { protocolVersion: '2025-06-18', capabilities, serverInfo: { name: 'new', version: '1' } }
          : message.method === 'ping'
            ? {}
            : { content: [{ type: 'text', text: JSON.stringify(message.params.arguments) }] }
    const answer = JSON.stringify({ jsonrpc: '2.0', id: message.id, result })
    res.writeHead(200, {
      'content-type': isJson ? 'application/json' : 'text/event-stream',
      ...(message.method === 'initialize' && { 'mcp-session-id': 'session-1' }),
    })
    res.end(isJson ? answer : `event: message\ndata: ${answer}\n\n`)
  }
  return { listener, sessions, methods, listening: listening.promise, ended: ended.promise, say: (m: object) => say(m) }
}
