import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { protect as protectFetch } from '@portcullis/auth/fetch'
import { type ProtectOptions, protect as protectNode } from '@portcullis/auth/node'
import { ask, listen } from './raw-http.ts'
import { createWorld, signedInClient, type World } from './world.ts'

const rules: ProtectOptions = {
  tools: { 'delete-note': { scopes: ['notes:delete'] }, wipe: { roles: ['admin'] }, edit: { roles: ['editor'] } },
  prompts: { plan: { denied: true } },
}
const chatGpt = { 'user-agent': 'openai-mcp/1.0.0' }
const call = (name: unknown, method = 'tools/call') => ({ jsonrpc: '2.0', id: 1, method, params: { name } })
const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
const listed = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  result: { tools: ['edit', 'wipe', 'délete', 'delete-note'].map((name) => ({ name })) },
})
const seen = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  result: { tools: ['edit', 'délete', 'delete-note'].map((name) => ({ name })) },
})

interface Answer {
  status: number
  header(name: string): string | undefined
  text: string
}

/** A server behind an adapter: what it answers, and how a request comes to it. */
interface Protected {
  post(body: unknown, headers?: Record<string, string>): Promise<Answer>
  reached: string[]
}

const worldOf = () => createWorld({ as: { claims: async () => ({ roles: ['editor'] }) } })

async function overNode(
  t: TestContext,
  write: (res: ServerResponse) => void = (res) => res.end('done'),
  options: ProtectOptions = rules,
): Promise<Protected> {
  const world = worldOf()
  const reached: string[] = []
  const guard = protectNode(world.rs, options)
  const port = await listen(t, (req, res) =>
    guard(req, res, () => {
      reached.push(req.url ?? '')
      write(res)
    }),
  )
  const authorization = await bearerOf(world)
  return {
    reached,
    async post(body, headers) {
      const {
        status,
        headers: answered,
        body: text,
      } = await ask(port, {
        path: '/notes/mcp',
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', ...headers },
        body: [JSON.stringify(body)],
      })
      return { status, header: (name) => answered[name]?.toString(), text }
    },
  }
}

async function overFetch(_t: TestContext, answer: () => Response = () => new Response('done')): Promise<Protected> {
  const world = worldOf()
  const reached: string[] = []
  const handle = protectFetch(
    world.rs,
    (request) => {
      reached.push(request.url)
      return answer()
    },
    rules,
  )
  const authorization = await bearerOf(world)
  return {
    reached,
    async post(body, headers) {
      const answered = await handle(
        new Request(world.rs.resource, {
          method: 'POST',
          headers: { host: 'mcp.example', authorization, 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        }),
      )
      return {
        status: answered.status,
        header: (name) => answered.headers.get(name) ?? undefined,
        text: await answered.text(),
      }
    },
  }
}

async function bearerOf(world: World): Promise<string> {
  return `Bearer ${(await signedInClient(world)).accessToken}`
}

for (const [adapter, open] of [
  ['node', overNode],
  ['fetch', overFetch],
] as const) {
  test(`${adapter}: RS-17 RS-18 a call that lacks a scope is 403, and names what it needs beside what was granted`, async (t) => {
    const { post, reached } = await open(t)

    const { status, header } = await post([call('delete-note'), call('list')])

    assert.equal(status, 403)
    assert.match(
      header('www-authenticate') ?? '',
      /error="insufficient_scope".* scope="notes:delete notes:read notes:write"/,
    )
    assert.deepEqual(reached, [])
  })

  test(`${adapter}: RS-17 ChatGPT finds the challenge in the result of the tool`, async (t) => {
    const { post } = await open(t)

    const { status, header, text } = await post(call('delete-note'), chatGpt)

    assert.deepEqual([status, header('www-authenticate')], [200, undefined])
    const { result } = JSON.parse(text)
    assert.equal(result.isError, true)
    assert.match(
      result._meta['mcp/www_authenticate'][0],
      /^Bearer error="insufficient_scope", error_description=".*", resource_metadata="https:.*", scope="notes:delete notes:read notes:write"$/,
    )
  })

  test(`${adapter}: what a rule denies is said so, without a challenge`, async (t) => {
    const { post, reached } = await open(t)

    const ofTool = await post(call('wipe'))
    const ofPrompt = await post(call('plan', 'prompts/get'), chatGpt)

    assert.deepEqual([ofTool.status, ofTool.header('www-authenticate')], [200, undefined])
    assert.deepEqual(JSON.parse(ofTool.text).error, { code: -32003, message: 'The tool "wipe" needs the role "admin"' })
    assert.equal(JSON.parse(ofPrompt.text).error.message, 'The prompt "plan" may not be used here')
    assert.deepEqual(reached, [])
  })

  test(`${adapter}: who has the role that a tool needs comes through`, async (t) => {
    const { post } = await open(t)

    assert.equal((await post(call('edit'))).text, 'done')
  })
}

const events = (text: string) => `: hi\n\nevent: message\ndata: ${text}\n\n`
const pieces = (text: string, size = 7) => text.match(new RegExp(`[^]{1,${size}}`, 'gu')) ?? []
const bytes = Buffer.from(listed)

const nodeAnswers: [how: string, write: (res: ServerResponse) => void, text: string][] = [
  ['at once, by setHeader', (res) => res.setHeader('content-type', 'application/json').end(listed), seen],
  [
    'at once, with its length in writeHead',
    (res) =>
      res
        .writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': bytes.length, ETag: '"1"' })
        .end(bytes),
    seen,
  ],
  [
    'with headers as a list',
    (res) =>
      res
        .writeHead(200, 'Fine', [
          'Content-Type',
          'application/json; charset=utf-8',
          'Content-Length',
          String(bytes.length),
        ])
        .end(listed),
    seen,
  ],
  [
    'in pieces, in another encoding',
    (res) => {
      res.setHeader('content-type', 'application/json')
      for (let at = 0; at < bytes.length; at += 5) res.write(bytes.subarray(at, at + 5).toString('hex'), 'hex')
      res.end()
    },
    seen,
  ],
  [
    'as events, with the head sent before',
    (res) => {
      res.setHeader('content-type', 'text/event-stream').flushHeaders()
      const rest = pieces(events(listed))
      const goOn = () => {
        const piece = rest.shift()
        if (piece === undefined) res.end()
        else res.write(piece, () => goOn())
      }
      goOn()
    },
    events(seen),
  ],
  ['as text that is no list', (res) => res.setHeader('content-type', 'text/plain').end(listed), listed],
  [
    'with a callback at its end',
    (res) => res.setHeader('content-type', 'application/json').end(listed, () => res.socket?.resume()),
    seen,
  ],
]
for (const [how, write, text] of nodeAnswers) {
  test(`node: RS-27 a list that is answered ${how} shows what its caller may use`, async (t) => {
    const { post } = await overNode(t, write)

    const answer = await post(list)

    assert.equal(answer.text, text)
    assert.equal(answer.header('etag'), undefined)
    const length = answer.header('content-length')
    assert.ok(length === undefined || length === String(Buffer.byteLength(text)))
  })
}

function streamOf(texts: readonly string[]): ReadableStream {
  return new ReadableStream({
    start(controller) {
      for (const text of texts) controller.enqueue(new TextEncoder().encode(text))
      controller.close()
    },
  })
}

const fetchAnswers: [how: string, answer: () => Response, text: string][] = [
  [
    'at once',
    () =>
      new Response(listed, {
        headers: { 'content-type': 'application/json', 'content-length': String(bytes.length), etag: '"1"' },
      }),
    seen,
  ],
  [
    'in events, in pieces',
    () =>
      new Response(streamOf(pieces(events(listed))), {
        headers: { 'content-type': 'text/event-stream' },
      }),
    events(seen),
  ],
  ['as text that is no list', () => new Response(listed, { headers: { 'content-type': 'text/plain' } }), listed],
]
for (const [how, answer, text] of fetchAnswers) {
  test(`fetch: RS-27 a list that is answered ${how} shows what its caller may use`, async (t) => {
    const { post } = await overFetch(t, answer)

    const { text: got, header } = await post(list)

    assert.equal(got, text)
    assert.deepEqual([header('content-length'), header('etag')], [undefined, undefined])
  })
}

test('a list that was compressed behind the guard is not let through unread', async (t) => {
  const compress = (res: ServerResponse) =>
    res.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(gzipSync(listed))
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve))

  await assert.rejects((await overNode(t, compress)).post(list))

  assert.match((await warned).message, /put protect\(\) before what compresses/)
  const { post } = await overFetch(
    t,
    () =>
      new Response(gzipSync(listed), { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } }),
  )
  await assert.rejects(post(list), /put protect\(\) before what compresses/)
})

test('what compresses answers is asked not to, where they bring lists', async (t) => {
  const asked: unknown[] = []
  const world = worldOf()
  const guard = protectNode(world.rs, rules)
  const port = await listen(t, (req, res) =>
    guard(req, res, () => {
      asked.push(req.headers['accept-encoding'])
      res.end()
    }),
  )
  const headers = {
    authorization: await bearerOf(world),
    'content-type': 'application/json',
    'accept-encoding': 'gzip',
  }
  for (const body of [list, call('edit')])
    await ask(port, { path: '/notes/mcp', method: 'POST', headers, body: [JSON.stringify(body)] })

  assert.deepEqual(asked, ['identity', 'gzip'])
})

test('RS-18 who is nothing of what callers must be gets 403 whatever they ask for, and no challenge that consent could not answer', async (t) => {
  const guests = await overNode(t, undefined, { callers: { roles: ['admin', 'owner'] } })
  const { reached, post } = await overNode(t, undefined, { callers: { roles: ['editor', 'admin'] } })

  for (const body of [list, call('wipe'), { jsonrpc: '2.0', id: 1, method: 'initialize' }]) {
    const { status, header, text } = await guests.post(body)
    assert.deepEqual([status, header('www-authenticate')], [403, undefined])
    assert.match(text, /This server needs one of the roles \\"admin\\", \\"owner\\"/)
  }
  assert.equal((await post(list)).status, 200)
  assert.deepEqual([guests.reached.length, reached.length], [0, 1])
})

test('What would be nothing to callers is refused where it is set: scopes, and what nobody knows', () => {
  for (const callers of [{ scopes: ['notes:read'] }, { role: ['admin'] }, { denied: true }, { roles: [] }])
    assert.throws(() => protectNode(createWorld().rs, { callers }), TypeError)
})
