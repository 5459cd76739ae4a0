import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startNotes } from '../../../examples/notes/notes.ts'
import { openScene, type Scene } from './gateway-scene.ts'
import { answerIn, type Message, messagesIn } from './messages-in.ts'

// A server on the official SDK behind the gateway, asked as clients of each revision ask.

const modern = '2026-07-28'

for (const revision of ['2025-03-26', '2025-06-18', '2025-11-25']) {
  test(`${revision}: a session is opened, used, listened to and ended through the gateway`, async (t) => {
    const { scene, send } = await openNotes(t, revision)

    const opened = await send({ id: 0, method: 'initialize', params: handshake(revision) })
    const session = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') ?? '' }
    const initialized = await send({ method: 'notifications/initialized' }, session)
    const listening = await fetch(scene.url, {
      headers: { ...scene.signedIn(), ...session, Accept: 'text/event-stream' },
    })
    const called = await send({ id: 1, method: 'tools/call', params: { name: 'whoami' } }, session)
    const ended = await fetch(scene.url, { method: 'DELETE', headers: { ...scene.signedIn(), ...session } })
    const afterwards = await send({ id: 2, method: 'tools/list' }, session)

    assert.equal((await answerIn(opened)).result?.protocolVersion, revision)
    assert.equal(initialized.status, 202)
    assert.equal(listening.headers.get('content-type'), 'text/event-stream')
    assert.deepEqual((await answerIn(called)).result?.structuredContent, alice)
    assert.equal(ended.status, 200)
    assert.equal(afterwards.status, 404)
    assert.equal((await afterwards.json()).error.message, 'Session not found')
    await listening.body?.cancel()
  })

  test(`${revision}: a session of one is unknown to another, as is one that never was`, async (t) => {
    const { send } = await openNotes(t, revision)
    const opened = await send({ id: 0, method: 'initialize', params: handshake(revision) })
    const session = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') ?? '' }

    const other = await send({ id: 1, method: 'tools/list' }, session, { sub: 'bob' })
    const unknown = await send({ id: 1, method: 'tools/list' }, { 'Mcp-Session-Id': 'never' })

    assert.deepEqual([other.status, unknown.status], [404, 404])
  })
}

test(`${modern}: discovery and calls, without a session`, async (t) => {
  const { send } = await openNotes(t, modern)

  const discovered = await send({ id: 0, method: 'server/discover' })
  const called = await send({ id: 1, method: 'tools/call', params: { name: 'whoami' } })

  assert.equal(discovered.headers.get('mcp-session-id'), null)
  assert.ok((await answerIn(discovered)).result?.supportedVersions)
  assert.deepEqual((await answerIn(called)).result?.structuredContent, alice)
})

test(`${modern}: what the server says of a wrong request comes back as it said it, so that clients tell the era`, async (t) => {
  const { scene } = await openNotes(t, modern)
  const headers = { ...scene.signedIn(), Accept: accept, 'MCP-Protocol-Version': modern, 'Mcp-Method': 'tools/list' }
  const meta = { [`${prefix}protocolVersion`]: modern, [`${prefix}clientCapabilities`]: {} }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami', _meta: meta } })

  const mismatch = await fetch(scene.url, { method: 'POST', headers, body })
  const get = await fetch(scene.url, { headers: { ...scene.signedIn(), 'MCP-Protocol-Version': modern } })

  assert.equal(mismatch.status, 400)
  assert.equal((await mismatch.json()).error.code, -32020)
  assert.ok(get.status >= 400 && get.status < 500)
})

for (const revision of ['2025-11-25', modern]) {
  test(`${revision}: progress arrives before the answer`, async (t) => {
    const { send, open } = await openNotes(t, revision)
    const session = await open()
    const params = { name: 'slow_count', arguments: { to: 3, milliseconds: 0 }, _meta: { progressToken: 'p' } }

    const response = await send({ id: 1, method: 'tools/call', params }, session)
    const seen: (string | undefined)[] = []
    for await (const { method } of messagesIn(response)) seen.push(method)

    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
    assert.equal(response.headers.get('x-accel-buffering'), 'no')
    assert.deepEqual(seen, [...Array(3).fill('notifications/progress'), undefined])
  })
}

test(`${modern}: leaving stops slow_count at the server`, async (t) => {
  const lines: string[] = []
  const stopped = Promise.withResolvers<void>()
  const { send } = await openNotes(t, modern, (line) => {
    lines.push(line)
    stopped.resolve()
  })
  const abort = new AbortController()
  const params = { name: 'slow_count', arguments: { to: 90, milliseconds: 50 }, _meta: { progressToken: 'p' } }

  const response = await send({ id: 1, method: 'tools/call', params }, {}, {}, abort.signal)
  await messagesIn(response).next()
  abort.abort()
  await stopped.promise

  assert.match(lines.join(), /^slow_count: cancelled before/)
})

test(`${modern}: a listening ends well when its access token expires`, async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { scene, send } = await openNotes(t, modern)
  const params = { notifications: { toolsListChanged: true } }

  const response = await send({ id: 1, method: 'subscriptions/listen', params })
  const messages = messagesIn(response)
  const first = await messages.next()
  scene.clock.offset = 610
  t.mock.timers.tick(1000)

  assert.equal(first.value?.method, 'notifications/subscriptions/acknowledged')
  assert.equal((await messages.next()).done, true)
})

const alice = { subject: 'alice', client: 'client-1', scopes: ['mcp'] }
const accept = 'application/json, text/event-stream'
const prefix = 'io.modelcontextprotocol/'

async function openNotes(t: TestContext, revision: string, log: (line: string) => void = () => {}) {
  const notes = await startNotes({ port: 0, log })
  t.after(() => notes.close())
  const scene: Scene = await openScene(t, { gateway: { upstream: notes.url } })

  async function send(message: Message, headers = {}, claims = {}, signal?: AbortSignal): Promise<Response> {
    const isModern = revision === modern
    const { params = {} } = message
    const _meta = {
      ...(params._meta ?? {}),
      [`${prefix}protocolVersion`]: revision,
      [`${prefix}clientCapabilities`]: {},
    }
    const mirrored = {
      'Mcp-Method': message.method ?? '',
      ...(typeof params.name === 'string' && { 'Mcp-Name': params.name }),
    }
    return fetch(scene.url, {
      method: 'POST',
      headers: {
        ...scene.signedIn(claims),
        Accept: accept,
        ...(revision !== '2025-03-26' && { 'MCP-Protocol-Version': revision }),
        ...(isModern && mirrored),
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', ...message, params: isModern ? { ...params, _meta } : params }),
      ...(signal !== undefined && { signal }),
    })
  }

  /** The headers of an open session, where the revision has sessions. */
  async function open(): Promise<Record<string, string>> {
    if (revision === modern) return {}
    const opened = await send({ id: 0, method: 'initialize', params: handshake(revision) })
    const session = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') ?? '' }
    await send({ method: 'notifications/initialized' }, session)
    return session
  }

  return { scene, send, open }
}

function handshake(protocolVersion: string) {
  return { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } }
}
