import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { startNotes } from './notes.ts'

const modern = '2026-07-28'
const revisions = ['2025-03-26', '2025-06-18', '2025-11-25', modern]
const alice = { 'X-Portcullis-Subject': 'alice' }

let notes: Awaited<ReturnType<typeof startNotes>>
const log = new EventTarget()
before(async () => {
  notes = await startNotes({ port: 0, log: (line) => log.dispatchEvent(new Event(line.replace(/before \d+ /, ''))) })
})
after(() => notes.close())

interface Message {
  id?: number
  method?: string
  params?: Record<string, unknown>
  result?: Record<string, unknown>
  error?: { code: number }
}

interface Connection {
  /** Posts a request, or a notification where there is no id. */
  post(message: Message, signal?: AbortSignal): Promise<Response>
  headers: Record<string, string>
}

/** Connects as a client of that revision does: with a session, or with nothing at all. */
async function connect(revision: string, identity: Record<string, string> = alice): Promise<Connection> {
  const headers: Record<string, string> = {
    ...identity,
    Accept: 'application/json, text/event-stream',
    'Content-Type': 'application/json',
    ...(revision !== '2025-03-26' && { 'MCP-Protocol-Version': revision }),
  }
  const post: Connection['post'] = ({ params, ...message }, signal) => {
    const meta = {
      ...(typeof params?._meta === 'object' && params._meta),
      'io.modelcontextprotocol/protocolVersion': revision,
      'io.modelcontextprotocol/clientCapabilities': {},
    }
    const mirrored = {
      'Mcp-Method': message.method ?? '',
      ...(typeof params?.name === 'string' && { 'Mcp-Name': params.name }),
    }
    return fetch(notes.url, {
      method: 'POST',
      headers: { ...headers, ...(revision === modern && mirrored) },
      body: JSON.stringify({
        jsonrpc: '2.0',
        ...message,
        params: revision === modern ? { ...params, _meta: meta } : (params ?? {}),
      }),
      ...(signal && { signal }),
    })
  }
  if (revision === modern) return { post, headers }

  const clientInfo = { name: 'test', version: '1' }
  const opened = await post({
    id: 0,
    method: 'initialize',
    params: { protocolVersion: revision, capabilities: {}, clientInfo },
  })
  const answer = await answerIn(opened)
  assert.equal(answer.result?.protocolVersion, revision)
  headers['Mcp-Session-Id'] = opened.headers.get('mcp-session-id') ?? ''
  assert.equal((await post({ method: 'notifications/initialized' })).status, 202)
  return { post, headers }
}

async function* messagesIn(response: Response): AsyncGenerator<Message> {
  if (response.headers.get('content-type')?.startsWith('application/json')) {
    // The wire's border: what is read of it, the tests assert.
    yield (await response.json()) as Message
    return
  }
  let text = ''
  const chunks = response.body?.pipeThrough(new TextDecoderStream()) ?? []
  for await (const chunk of chunks) {
    text += chunk
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const data = /^data: ?(.+)$/m.exec(event)?.[1]
      if (data !== undefined) yield JSON.parse(data)
    }
  }
}

async function answerIn(response: Response): Promise<Message> {
  for await (const message of messagesIn(response)) if (message.method === undefined) return message
  throw new Error('The stream ended without an answer')
}

async function call({ post }: Connection, name: string, input: object = {}): Promise<Record<string, unknown>> {
  const { result } = await answerIn(await post({ id: 1, method: 'tools/call', params: { name, arguments: input } }))
  return result ?? {}
}

const saying = (said: string) => [{ type: 'text', text: said }]

for (const revision of revisions) {
  describe(`a client of ${revision}`, () => {
    test('is told of the five tools', async () => {
      const { post } = await connect(revision)

      const { result } = await answerIn(await post({ id: 1, method: 'tools/list' }))

      const tools = result?.tools
      assert.ok(Array.isArray(tools))
      assert.deepEqual(
        tools.map(({ name }) => name),
        ['whoami', 'list_notes', 'add_note', 'delete_note', 'slow_count'],
      )
    })

    test('is told who it is to the gateway', async () => {
      const connection = await connect(revision, {
        'X-Portcullis-Subject': 'u-1',
        'X-Portcullis-Name': 'Zo%C3%AB%20%25',
        'X-Portcullis-Client': 'https://client.example/metadata.json',
        'X-Portcullis-Scope': 'notes:read notes:write',
      })

      const { content, structuredContent } = await call(connection, 'whoami')

      assert.deepEqual(structuredContent, {
        subject: 'u-1',
        name: 'Zoë %',
        client: 'https://client.example/metadata.json',
        scopes: ['notes:read', 'notes:write'],
      })
      assert.match(JSON.stringify(content), /You are Zoë % \(u-1\), through https:\/\/client\.example\/metadata\.json/)
    })

    test('is anonymous where no gateway stands in front', async () => {
      const connection = await connect(revision, {})

      const { structuredContent } = await call(connection, 'whoami')

      assert.deepEqual(structuredContent, { subject: 'anonymous', scopes: [] })
    })

    test('adds, lists and deletes notes, which nobody else sees', async () => {
      const owner = await connect(revision, { 'X-Portcullis-Subject': `owner ${revision}` })
      const other = await connect(revision, { 'X-Portcullis-Subject': `other ${revision}` })

      const added = await call(owner, 'add_note', { text: 'milk' })
      const listed = await call(owner, 'list_notes')
      const listedByOther = await call(other, 'list_notes')
      const deletedByOther = await call(other, 'delete_note', { id: '1' })
      const deleted = await call(owner, 'delete_note', { id: '1' })
      const listedAtLast = await call(owner, 'list_notes')

      assert.deepEqual(added.content, saying('Added note 1.'))
      assert.deepEqual(listed.content, saying('1: milk'))
      assert.deepEqual(listedByOther.content, saying('You have no notes.'))
      assert.equal(deletedByOther.isError, true)
      assert.deepEqual(deleted.content, saying('Deleted note 1.'))
      assert.deepEqual(listedAtLast.content, saying('You have no notes.'))
    })

    test('sees the progress of slow_count before its answer', async () => {
      const { post } = await connect(revision)
      const params = { name: 'slow_count', arguments: { to: 3, milliseconds: 0 }, _meta: { progressToken: 'p' } }

      const response = await post({ id: 1, method: 'tools/call', params })
      const messages: Message[] = []
      for await (const message of messagesIn(response)) messages.push(message)

      const progress = messages.flatMap(({ method, params }) =>
        method === 'notifications/progress' ? [params?.progress] : [],
      )
      assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
      assert.deepEqual(progress, [1, 2, 3])
      assert.deepEqual(messages.at(-1)?.result?.content, saying('Counted to 3.'))
    })

    test('stops slow_count by cancelling', async () => {
      const { post } = await connect(revision)
      const abort = new AbortController()
      const to = 50 + revisions.indexOf(revision)
      const params = { name: 'slow_count', arguments: { to, milliseconds: 20 }, _meta: { progressToken: 'p' } }
      const stopped = once(log, `slow_count: cancelled of ${to}`, { signal: AbortSignal.timeout(10_000) })

      const stream = messagesIn(await post({ id: 7, method: 'tools/call', params }, abort.signal))
      const first = await stream.next()
      if (revision === modern) abort.abort()
      else await post({ method: 'notifications/cancelled', params: { requestId: 7 } })

      assert.equal(first.value?.method, 'notifications/progress')
      await stopped
    })
  })
}

test('a session ends by DELETE, and what is no session is answered with 404, what names none with 400', async () => {
  const { post, headers } = await connect('2025-11-25')

  const ended = await fetch(notes.url, { method: 'DELETE', headers })
  const statuses = [
    (await post({ id: 1, method: 'tools/list' })).status,
    (await fetch(notes.url, { headers })).status,
    (await fetch(notes.url, { headers: { Accept: 'text/event-stream' } })).status,
  ]

  assert.equal(ended.status, 200)
  assert.deepEqual(statuses, [404, 404, 400])
})

test('a session has one stream of its own, and another once that is dropped', async () => {
  const { headers } = await connect('2025-11-25')
  const open = (signal?: AbortSignal) =>
    fetch(notes.url, { headers: { ...headers, Accept: 'text/event-stream' }, ...(signal && { signal }) })
  const abort = new AbortController()

  const first = await open(abort.signal)
  const second = await open()
  abort.abort()
  let third = await open()
  for (let tries = 0; third.status === 409 && tries < 1000; tries++) third = await open() // until the server has noticed

  assert.deepEqual([first.status, second.status, third.status], [200, 409, 200])
})

const json = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' }
const odd: [what: string, init: RequestInit, path: string, status: number][] = [
  ['a body that is not JSON', { method: 'POST', headers: json, body: '{' }, '/mcp', 400],
  ['a body that is too large', { method: 'POST', headers: json, body: `"${'x'.repeat(5e6)}"` }, '/mcp', 413],
  ['a web page of another origin', { headers: { Origin: 'https://evil.example' } }, '/mcp', 403],
  ['another path', {}, '/', 404],
]
for (const [what, init, path, status] of odd) {
  test(`answers ${what} with ${status}`, async () => {
    const response = await fetch(new URL(path, notes.url), init)

    assert.equal(response.status, status)
    assert.match(response.headers.get('content-type') ?? '', /^application\/json/)
  })
}

test('answers no other host than this machine (DNS rebinding)', async () => {
  const request = httpRequest(notes.url, { headers: { Host: 'evil.example' } }).end()

  const [response] = await once(request, 'response')

  assert.equal(response.statusCode, 403)
  response.resume()
})

test('says when its port is taken', async () => {
  await assert.rejects(startNotes({ port: Number(new URL(notes.url).port) }), { code: 'EADDRINUSE' })
})
