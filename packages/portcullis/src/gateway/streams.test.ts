import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { openScene, requestQueue, type Scene, type SceneOptions } from '../../test/gateway-scene.ts'

const modern = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call' }
const listening = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'subscriptions/listen' }

test('an event stream is passed on as it comes: its head before any event, each event at once', async (t) => {
  const { upstream, client } = await openStream(t)

  assert.equal(client.headers['content-type'], 'text/event-stream')
  assert.equal(client.headers['x-accel-buffering'], 'no')
  upstream.write(': one\n\n')
  assert.equal(await chunkOf(client), ': one\n\n')
  upstream.write('data: two\n\n')
  assert.equal(await chunkOf(client), 'data: two\n\n')
})

test('an event stream that ends well upstream ends well here', async (t) => {
  const { upstream, client } = await openStream(t)

  upstream.end('data: last\n\n')

  assert.deepEqual(await restOf(client), { text: 'data: last\n\n', isWhole: true })
})

for (const head of [
  { 'Content-Type': 'text/event-stream' },
  { 'Content-Type': 'application/json', 'Content-Length': '100000' },
  { 'Content-Type': 'application/octet-stream' },
])
  test(`what breaks off upstream breaks off here: ${Object.values(head)}`, async (t) => {
    const { scene, upstream, client } = await openStream(t, { head })

    upstream.write('half', () => upstream.destroy())

    assert.deepEqual(await restOf(client), { text: 'half', isWhole: false })
    const failed = await scene.event('upstream_failed')
    assert.equal(failed.reason, 'upstream_broke_off')
    assert.match(failed.detail, /^The MCP server at http:\/\/127\.0\.0\.1:\d+\/upstream broke off within its answer/)
    assert.deepEqual(
      scene.events.filter(({ type }) => type === 'request_refused' || type === 'failure'),
      [],
    )
  })

test('a client that does not read slows the upstream down, and gets everything once it reads', async (t) => {
  const { upstream, client } = await openStream(t)
  const part = Buffer.alloc(1024 * 1024, 'x')
  client.pause()

  for (let sent = 0; sent < 64; sent++) upstream.write(part)
  const stuckAt = await settled(() => upstream.writableLength)
  upstream.end()

  assert.ok(stuckAt > 32 * part.length, `the gateway took all but ${stuckAt} bytes`)
  assert.equal((await restOf(client)).text.length, 64 * part.length)
})

test('a modern client that leaves cancels its request at once', async (t) => {
  const { upstream, clientRequest } = await openStream(t, { headers: modern })

  clientRequest.destroy()

  await closed(upstream)
  assert.equal(upstream.writableFinished, false)
})

test('a modern client that leaves before the answer cancels too', async (t) => {
  const queue = requestQueue()
  const scene = await openScene(t, { upstream: queue.listener })
  const clientRequest = send(scene, { method: 'POST', headers: modern })
  const { res } = await queue.next()

  clientRequest.destroy()

  await closed(res)
})

test('a legacy client that leaves does not cancel: the upstream ends its answer in peace', async (t) => {
  const { scene, upstream, clientRequest } = await openStream(t)
  const [gone] = scene.responses
  assert.ok(gone)

  clientRequest.destroy()
  await closed(gone)
  upstream.write('data: for nobody\n\n')
  upstream.end()

  await closed(upstream)
  assert.equal(upstream.writableFinished, true)
})

test('an answer that nobody waits for is ended after a while', async (t) => {
  const { scene, upstream, clientRequest } = await openStream(t, { gateway: { timeouts: { abandoned: 20 } } })

  const [gone] = scene.responses
  assert.ok(gone)

  clientRequest.destroy()
  await closed(gone)
  await sweeps(t, 19)
  assert.equal(upstream.closed, false)
  await sweeps(t, 5)

  await closed(upstream)
  assert.equal(upstream.writableFinished, false)
})

test('a client that closes its GET stream closes it upstream', async (t) => {
  const { upstream, clientRequest } = await openStream(t, { method: 'GET' })

  clientRequest.destroy()

  await closed(upstream)
})

for (const options of [{ method: 'GET' }, { headers: listening }])
  test(`law 12: a standing stream ends well when the access token that opened it expires: ${JSON.stringify(options)}`, async (t) => {
    const { scene, upstream, client } = await openStream(t, options)

    scene.clock.offset = 610
    await sweeps(t)

    assert.deepEqual(await restOf(client), { text: '', isWhole: true })
    await closed(upstream)
  })

test('law 12: a listening that hides in another header value is a standing stream where bodies are read', async (t) => {
  const body = '{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen"}'
  const { scene, client } = await openStream(t, {
    headers: { 'MCP-Protocol-Version': '2026-07-28' },
    body,
    gateway: { rules: { tools: { delete_note: { scopes: ['notes:delete'] } } } },
  })

  scene.clock.offset = 610
  await sweeps(t)

  assert.deepEqual(await restOf(client), { text: '', isWhole: true })
})

test('law 12: an answer to a POST outlives its access token, within a limit', async (t) => {
  const { scene, upstream, client } = await openStream(t, { gateway: { timeouts: { streamAfterExpiry: 100 } } })

  scene.clock.offset = 690
  await sweeps(t)
  upstream.write('data: still there\n\n')
  assert.equal(await chunkOf(client), 'data: still there\n\n')
  scene.clock.offset = 710
  await sweeps(t)

  assert.deepEqual(await restOf(client), { text: '', isWhole: false })
})

test('law 12 law 14: when a grant ends in the feed, all its streams end, and nobody else’s', async (t) => {
  const standing = await openStream(t, { method: 'GET' })
  const { scene } = standing
  const answer = await openStream(t, { scene })
  const other = await openStream(t, { scene, method: 'GET', claims: { sub: 'bob', grant_id: 'grant-2' } })

  scene.feed.ended.push('grant-1')
  await sweeps(t)

  assert.deepEqual(await restOf(standing.client), { text: '', isWhole: true })
  assert.deepEqual(await restOf(answer.client), { text: '', isWhole: false })
  other.upstream.write(': here\n\n')
  assert.equal(await chunkOf(other.client), ': here\n\n')
})

test('law 12 law 14: a grant that ends in this process ends its streams at once, and what is not yet answered is 403', async (t) => {
  const queue = requestQueue()
  const scene = await openScene(t, { upstream: queue.listener })
  const response = once(send(scene, { method: 'POST' }), 'response')
  const { res } = await queue.next()

  scene.gateway.endGrant('grant-1')

  const [answer] = await response
  assert.equal(answer.statusCode, 403)
  assert.equal(answer.headers['www-authenticate'], undefined)
  await closed(res)
})

test('while ended grants cannot be read, streams go on for the time of grace and no longer', async (t) => {
  const { scene, upstream, client } = await openStream(t, { method: 'GET' })
  scene.feed.failure = new Error('down')
  await sweeps(t)

  scene.clock.offset = 59
  await sweeps(t)
  upstream.write(': here\n\n')
  assert.equal(await chunkOf(client), ': here\n\n')
  scene.clock.offset = 70
  await sweeps(t)

  assert.equal((await restOf(client)).isWhole, true)
})

test('the feed is not read while nothing stays open', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  // Requests read it too, once a second.
  const second = Math.floor(Date.now() / 1000) * 1000
  t.mock.method(Date, 'now', () => second)
  const scene = await openScene(t)
  const before = scene.feed.reads

  for (let count = 0; count < 20; count++) {
    const [response] = await once(send(scene, { method: 'POST' }), 'response')
    await restOf(response)
    await sweeps(t, 1)
  }

  assert.equal(scene.feed.reads, before)
})

test('an answer that stops in its middle is broken off after the idle time, an event stream much later', async (t) => {
  const head = { 'Content-Type': 'application/octet-stream' }
  const answer = await openStream(t, { head })
  const stream = await openStream(t, { scene: answer.scene })
  await sweeps(t, 70)

  assert.deepEqual(await restOf(answer.client), { text: '', isWhole: false })
  assert.equal((await answer.scene.event('upstream_failed')).reason, 'upstream_idle')
  stream.upstream.write(': here\n\n')
  assert.equal(await chunkOf(stream.client), ': here\n\n')
  await sweeps(t, 3610)
  assert.equal((await restOf(stream.client)).isWhole, false)
})

test('closing ends standing streams, lets answers end, and takes no more requests', async (t) => {
  const standing = await openStream(t, { method: 'GET', gateway: { timeouts: { shutdown: 3600 } } })
  const { scene } = standing
  const answer = await openStream(t, { scene })

  const end = scene.gateway.close()
  assert.deepEqual(await restOf(standing.client), { text: '', isWhole: true })
  const [refused] = await once(send(scene, { method: 'POST' }), 'response')
  answer.upstream.end('data: last\n\n')

  assert.equal(refused.statusCode, 503)
  assert.equal(refused.headers['www-authenticate'], undefined)
  assert.deepEqual(await restOf(answer.client), { text: 'data: last\n\n', isWhole: true })
  await end
})

test('closing breaks off what does not end in time', async (t) => {
  const { scene, client } = await openStream(t, { gateway: { timeouts: { shutdown: 0.02 } } })

  const end = scene.gateway.close()

  assert.equal((await restOf(client)).isWhole, false)
  await end
})

interface StreamOptions extends Omit<SceneOptions, 'upstream'> {
  scene?: StreamScene
  method?: string
  headers?: Record<string, string>
  claims?: Record<string, unknown>
  body?: string
  /** The head of the upstream's answer. Default: that of an event stream. */
  head?: Record<string, string>
}

interface StreamScene extends Scene {
  queue: ReturnType<typeof requestQueue>
  /** What the gateway answers with. */
  responses: ServerResponse[]
}

/** A stream from the upstream through the gateway to a client, opened and at its beginning. */
async function openStream(t: TestContext, options: StreamOptions = {}) {
  const scene = options.scene ?? (await streamScene(t, options))
  const { method = 'POST', headers = {}, claims = {}, body = '{}' } = options
  const clientRequest = send(scene, { method, headers, claims, body })
  const { req, res } = await scene.queue.next()
  req.resume()
  res.writeHead(200, options.head ?? { 'Content-Type': 'text/event-stream' })
  res.flushHeaders()
  const [client]: IncomingMessage[] = await once(clientRequest, 'response')
  assert.ok(client)
  return { scene, clientRequest, client, upstream: res }
}

async function streamScene(t: TestContext, options: SceneOptions): Promise<StreamScene> {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const queue = requestQueue()
  const responses: ServerResponse[] = []
  const scene = await openScene(t, { ...options, upstream: queue.listener })
  scene.front.on('request', (_, res) => responses.push(res))
  return { ...scene, queue, responses }
}

function send(
  scene: Scene,
  {
    method,
    headers = {},
    claims = {},
    body = '{}',
  }: { method: string; headers?: Record<string, string>; claims?: Record<string, unknown>; body?: string },
): ClientRequest {
  const clientRequest = request(scene.url, { method, headers: { ...scene.signedIn(claims), ...headers }, agent: false })
  clientRequest.on('error', () => {})
  return clientRequest.end(method === 'POST' ? body : undefined)
}

async function chunkOf(client: IncomingMessage): Promise<string> {
  client.resume()
  const [chunk] = await once(client, 'data')
  client.pause()
  return String(chunk)
}

/** All that is still to come, and whether it came to its end. */
async function restOf(client: IncomingMessage): Promise<{ text: string; isWhole: boolean }> {
  const chunks: Buffer[] = []
  client.on('data', (chunk: Buffer) => chunks.push(chunk))
  client.on('error', () => {})
  client.resume()
  if (!client.closed) await new Promise((resolve) => client.once('close', resolve))
  return { text: Buffer.concat(chunks).toString(), isWhole: client.complete }
}

async function closed(res: ServerResponse): Promise<void> {
  if (!res.closed) await once(res, 'close')
}

/** The value once it stays the same over many turns of the event loop. */
async function settled(read: () => number): Promise<number> {
  let value = read()
  for (let same = 0; same < 200; same++) {
    await setImmediate()
    if (read() === value) continue
    value = read()
    same = 0
  }
  return value
}

/** So many seconds of the gateway's looking after what is open. */
async function sweeps(t: TestContext, count = 5): Promise<void> {
  for (let sweep = 0; sweep < count; sweep++) {
    t.mock.timers.tick(1000)
    await setImmediate() // the feed is read meanwhile
  }
}
