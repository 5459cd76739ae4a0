import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { listen, openScene, type Scene } from '../../../test/gateway-scene.ts'
import { messagesIn } from '../../../test/messages-in.ts'
import { type OldMcpServer, oldMcpServer } from '../../../test/old-mcp-server.ts'
import type { GatewayOptions } from '../config.ts'

const opening = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
}

test('a server of HTTP+SSE is a server of Streamable HTTP to clients: a session is opened, and its calls are answered', async (t) => {
  const { scene, old } = await oldScene(t)

  const opened = await send(scene, opening)
  const session = opened.headers.get('mcp-session-id') ?? ''
  const { result } = await opened.json()
  const initialized = await send(scene, { jsonrpc: '2.0', method: 'notifications/initialized' }, { session })
  const called = await send(scene, echo(7, 'hello'), { session })

  assert.equal(opened.status, 200)
  assert.equal(result.protocolVersion, '2024-11-05')
  assert.equal(initialized.status, 202)
  assert.deepEqual(await called.json(), {
    jsonrpc: '2.0',
    id: 7,
    result: { content: [{ type: 'text', text: '{"text":"hello"}' }] },
  })
  assert.equal(old.streams.size, 1)
  const told = old.requests.map(({ method, url, message }) => `${method} ${url.split('?')[0]} ${message?.method ?? ''}`)
  assert.deepEqual(told, [
    'GET /upstream ',
    'POST /messages initialize',
    'POST /messages notifications/initialized',
    'POST /messages tools/call',
  ])
})

test('law 7: what is posted to it has the identity of the caller, and neither token nor session of this side', async (t) => {
  const { scene, old } = await oldScene(t)
  const session = await openSession(scene)

  await send(scene, echo(1, 'x'), { session, headers: { 'x-portcullis-subject': 'mallory', cookie: 'a=b' } })

  for (const { headers } of old.requests) {
    assert.equal(headers['x-portcullis-subject'], 'alice')
    for (const name of ['authorization', 'cookie', 'mcp-session-id']) assert.equal(headers[name], undefined)
  }
})

test('law 12: a session of HTTP+SSE is its owner’s alone, and what the server says in it reaches nobody else', async (t) => {
  const { scene, old } = await oldScene(t)
  const session = await openSession(scene)
  const ofBob = await openSession(scene, { sub: 'bob' })
  const before = old.requests.length

  const stolen = await send(scene, echo(1, 'x'), { session, claims: { sub: 'bob' } })
  const otherClient = await send(scene, echo(1, 'x'), { session, claims: { client_id: 'client-2' } })
  const raw = await send(scene, echo(1, 'x'), { session: session.split('.')[0] ?? '', claims: { sub: 'bob' } })
  const listening = await send(scene, undefined, { session, claims: { sub: 'bob' } })

  assert.deepEqual(
    [stolen, otherClient, raw, listening].map(({ status }) => status),
    [404, 404, 404, 404],
  )
  assert.equal(old.requests.length, before)
  assert.equal(old.streams.size, 2)
  const same = await Promise.all([
    send(scene, echo(1, 'of alice'), { session }),
    send(scene, echo(1, 'of bob'), { session: ofBob, claims: { sub: 'bob' } }),
  ])
  const texts = await Promise.all(same.map(async (each) => (await each.json()).result.content[0].text))
  assert.deepEqual(texts, ['{"text":"of alice"}', '{"text":"of bob"}'])
})

test('what the server asks and tells goes to the stream of its client, and the answer goes back', async (t) => {
  const { scene, old } = await oldScene(t)
  const session = await openSession(scene)
  const [id = ''] = old.streams.keys()
  old.say(id, { method: 'notifications/message', params: { level: 'info', data: 'said before anybody listened' } })

  const stream = messagesIn(await send(scene, undefined, { session }))
  old.say(id, { id: 'q-1', method: 'roots/list' })
  const heard = [await stream.next(), await stream.next()]
  const answered = await send(scene, { jsonrpc: '2.0', id: 'q-1', result: { roots: [] } }, { session })

  assert.deepEqual(
    heard.map(({ value }) => value?.method),
    ['notifications/message', 'roots/list'],
  )
  assert.equal(answered.status, 202)
  assert.deepEqual(old.requests.at(-1)?.message?.result, { roots: [] })
  await stream.return(undefined)
})

test('progress of a call comes on the answer of that call', async (t) => {
  const { scene, old } = await oldScene(t)
  const session = await openSession(scene)
  const [id = ''] = old.streams.keys()
  const call = { jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'slow', _meta: { progressToken: 'p' } } }

  const calling = send(scene, call, { session })
  const asked = await old.told('tools/call')
  old.say(id, { method: 'notifications/progress', params: { progressToken: 'p', progress: 1 } })
  old.say(id, { id: asked.id, result: { content: [] } })
  const stream = messagesIn(await calling)

  const heard = [await stream.next(), await stream.next(), await stream.next()]
  assert.deepEqual(
    heard.map(({ value, done }) => value?.method ?? value?.id ?? done),
    ['notifications/progress', 3, true],
  )
})

test('law 12: an answer that comes late, to a request that was cancelled, is none to a later request of the same name: its list would go on whole', async (t) => {
  const { scene, old } = await oldScene(t, { rules: { tools: { erase: { denied: true } } } })
  const session = await openSession(scene)
  const [id = ''] = old.streams.keys()
  const listing = send(scene, { jsonrpc: '2.0', id: 5, method: 'tools/list', params: { cursor: 'slow' } }, { session })
  const { id: ofList } = await old.told('tools/list')
  const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } }
  await send(scene, cancelled, { session })
  await (await listing).text()
  const calling = send(scene, { jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name: 'slow' } }, { session })
  const { id: ofCall } = await old.told('tools/call')

  old.say(id, { id: ofList, result: { tools: [{ name: 'erase' }] } })
  old.say(id, { id: 5, result: { tools: [{ name: 'erase' }] } })
  old.say(id, { id: ofCall, result: { content: [] } })

  assert.deepEqual(await (await calling).json(), { jsonrpc: '2.0', id: 5, result: { content: [] } })
  assert.equal((await old.told('notifications/cancelled')).params?.requestId, ofList)
})

test('a request is called by its client’s name again in its answer, however that is written', async (t) => {
  const { scene } = await oldScene(t)
  const session = await openSession(scene)

  for (const id of ['7', 7, 'a"b', 1.5])
    assert.equal((await (await send(scene, { ...echo(0, 'x'), id }, { session })).json()).id, id)
})

test('law 8: an address at another origin, or with somebody’s name in it, is posted nothing', async (t) => {
  const asked: string[] = []
  const elsewhere = await listen(t, (req, res) => {
    asked.push(req.url ?? '')
    res.writeHead(202).end()
  })
  const { port } = elsewhere.address() as { port: number } // it listens on a port
  for (const endpoint of [
    `http://127.0.0.1:${port}/messages`,
    `//127.0.0.1:${port}/messages`,
    'https://127.0.0.1/messages',
    'file:///etc/passwd',
    'http://user:pw@HOST/messages',
  ]) {
    const { scene, old } = await oldScene(t, {}, (host) => endpoint.replace('HOST', host))
    const opened = await send(scene, opening)
    assert.equal(opened.status, 502, endpoint)
    const { detail } = await scene.event('upstream_failed')
    assert.match(detail, /names an endpoint at another origin/)
    assert.deepEqual(
      old.requests.map(({ method }) => method),
      ['GET'],
    )
  }
  assert.deepEqual(asked, [])
})

test('law 14: when the grant ends, its sessions end at the server too, and those of others go on', async (t) => {
  const { scene, old } = await oldScene(t, { timeouts: { sweep: 0.05 } })
  const session = await openSession(scene)
  await openSession(scene, { sub: 'bob', grant_id: 'grant-2' })
  const stream = messagesIn(await send(scene, undefined, { session }))

  scene.feed.ended.push('grant-1')
  assert.equal((await stream.next()).done, true)
  while (old.streams.size > 1) await new Promise((resolve) => setImmediate(resolve))

  assert.equal(old.streams.size, 1)
})

test('one person has a hundred sessions, with whatever clients; then their oldest ends, and nobody else’s', async (t) => {
  const { scene, old } = await oldScene(t)
  const ofBob = await openSession(scene, { sub: 'bob' })
  const first = await openSession(scene)

  for (let nth = 1; nth <= 100; nth++) await openSession(scene, { client_id: `client-${nth}` })

  assert.equal((await send(scene, echo(1, 'x'), { session: first })).status, 404)
  assert.equal((await send(scene, echo(1, 'x'), { session: ofBob, claims: { sub: 'bob' } })).status, 200)
  while (old.streams.size > 101) await new Promise((resolve) => setImmediate(resolve))
})

test('a person who opens many sessions at once has a hundred all the same', async (t) => {
  const { scene, old } = await oldScene(t)

  await Promise.all(Array.from({ length: 110 }, (_, nth) => openSession(scene, { client_id: `client-${nth}` })))

  while (old.streams.size > 100) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(old.streams.size, 100)
})

test('a session that its client ends, or that the server forgets, is over on both sides: clients are told to open another', async (t) => {
  const { scene, old } = await oldScene(t)
  const session = await openSession(scene)
  const forgotten = await openSession(scene)

  const ended = await fetch(scene.url, {
    method: 'DELETE',
    headers: { ...scene.signedIn(), 'mcp-session-id': session },
  })
  while (old.streams.size > 1) await new Promise((resolve) => setImmediate(resolve))
  const afterwards = await send(scene, echo(1, 'x'), { session })
  for (const res of old.streams.values()) res.end()
  while (old.streams.size > 0) await new Promise((resolve) => setImmediate(resolve))
  let status = 0
  for (const until = Date.now() + 5000; status !== 404 && Date.now() < until; )
    status = (await send(scene, echo(1, 'x'), { session: forgotten })).status

  assert.equal(ended.status, 200)
  assert.deepEqual([afterwards.status, status], [404, 404])
})

test('a call that waits when the stream breaks off is told so', async (t) => {
  const { scene, old } = await oldScene(t)
  const session = await openSession(scene)
  const calling = send(scene, { jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'slow' } }, { session })
  await old.told('tools/call')

  for (const res of old.streams.values()) res.destroy()

  const { status } = await calling
  const { reason } = await scene.event('upstream_failed')
  assert.equal(status, 502)
  assert.equal(reason, 'upstream_broke_off')
})

test('a client that does not read holds up its own stream at the server, and nobody else’s', async (t) => {
  const { scene, old } = await oldScene(t)
  const session = await openSession(scene)
  const [id = ''] = old.streams.keys()
  const stream = await send(scene, undefined, { session })
  const ofBob = await openSession(scene, { sub: 'bob' })
  const told = old.streams.get(id)
  let hasDrained = false
  told?.once('drain', () => {
    hasDrained = true
  })

  const count = 200
  for (let each = 0; each < count; each++)
    old.say(id, { method: 'notifications/message', params: { data: 'x'.repeat(256 * 1024) } })
  for (let each = 0; each < 50; each++)
    await (await send(scene, echo(each, 'x'), { session: ofBob, claims: { sub: 'bob' } })).text()
  const wasHeldUp = !hasDrained
  let read = 0
  for await (const _ of messagesIn(stream)) if (++read === count) break

  assert.ok(wasHeldUp)
  assert.ok(hasDrained)
})

test('a message of more than may be ends the session, and fills no memory', async (t) => {
  const { scene, old } = await oldScene(t, { limits: { message: 64 * 1024 } })
  const session = await openSession(scene)
  const calling = send(scene, { jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'slow' } }, { session })
  await old.told('tools/call')
  const [id = ''] = old.streams.keys()

  old.say(id, { id: 3, result: { text: 'x'.repeat(70_000) } })

  assert.equal((await calling).status, 502)
  assert.match((await scene.event('upstream_failed')).detail, /more than 65536 bytes/)
})

test('where it is not said which transport is spoken, a server that refuses Streamable HTTP and opens a stream is asked over that', async (t) => {
  const { scene, old } = await oldScene(t, { transport: 'auto' })

  const session = await openSession(scene)
  const called = await send(scene, echo(2, 'found'), { session })
  await openSession(scene, { sub: 'bob' })

  assert.equal((await called.json()).id, 2)
  assert.deepEqual(
    old.requests.map(({ method, url }) => `${method} ${url.split('?')[0]}`),
    ['POST /upstream', 'GET /upstream', 'POST /messages', 'POST /messages', 'GET /upstream', 'POST /messages'],
  )
})

test('a server that refuses an opening and is no server of HTTP+SSE is told on as it is', async (t) => {
  const seen: string[] = []
  const scene = await openScene(t, {
    upstream: (req, res) => {
      seen.push(req.method ?? '')
      req.resume().on('end', () => {
        if (req.method === 'POST') res.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"no"}')
        else res.writeHead(405).end()
      })
    },
  })

  const refused = await send(scene, opening)

  assert.equal(refused.status, 400)
  assert.deepEqual(await refused.json(), { error: 'no' })
  assert.deepEqual(seen, ['POST', 'GET'])
})

async function oldScene(
  t: TestContext,
  gateway: Partial<GatewayOptions> = {},
  endpoint?: (host: string) => string,
): Promise<{ scene: Scene; old: OldMcpServer }> {
  let host = ''
  const old = oldMcpServer(endpoint === undefined ? {} : { endpoint: () => endpoint(host) })
  const scene = await openScene(t, { upstream: old.listener, gateway: { transport: 'sse', ...gateway } })
  host = `127.0.0.1:${(scene.upstream.address() as { port: number }).port}` // it listens on a port
  return { scene, old }
}

function send(
  scene: Scene,
  message: object | undefined,
  {
    session,
    claims,
    headers = {},
  }: { session?: string; claims?: Record<string, unknown>; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(scene.url, {
    method: message === undefined ? 'GET' : 'POST',
    headers: {
      ...headers,
      ...scene.signedIn(claims),
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
      ...(session !== undefined && { 'mcp-session-id': session }),
    },
    ...(message !== undefined && { body: JSON.stringify(message) }),
  })
}

async function openSession(scene: Scene, claims?: Record<string, unknown>): Promise<string> {
  const opened = await send(scene, opening, { ...(claims !== undefined && { claims }) })
  await opened.text()
  return opened.headers.get('mcp-session-id') ?? ''
}

function echo(id: number, text: string): object {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'echo', arguments: { text } } }
}
