import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { bodyOf, openScene, requestQueue, type Scene } from '../../test/gateway-scene.ts'
import type { GatewayOptions } from './config.ts'

const rules: GatewayOptions['rules'] = {
  tools: {
    add_note: { scopes: ['notes:add'] },
    delete_note: { scopes: ['notes:delete'], roles: ['editor', 'admin'] },
    wipe: { groups: ['staff'], claims: { department: ['operations'] } },
    backdoor: { denied: true },
  },
  prompts: { plan: { roles: ['admin'] } },
  otherResources: { roles: ['admin'] },
}

const chatGpt = { 'User-Agent': 'openai-mcp/1.0.0 (+https://openai.com/bot)' }
const call = (id: unknown, name: unknown, method = 'tools/call') => ({ jsonrpc: '2.0', id, method, params: { name } })

async function post(
  scene: Scene,
  body: unknown,
  claims?: Record<string, unknown>,
  headers: Record<string, string> = {},
) {
  const answer = await fetch(scene.url, {
    method: 'POST',
    headers: { ...scene.signedIn(claims), ...headers },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, json: () => JSON.parse(text) }
}

const challenge = (scene: Scene, scope: string, needed = 'notes:add') =>
  `Bearer error="insufficient_scope", error_description="This needs the scope ${needed}", resource_metadata="${new URL(scene.url).origin}/.well-known/oauth-protected-resource/mcp", scope="${scope}"`

test('RS-17 RS-18 what only scopes are missing for is 403, with all scopes of the operation and those granted', async (t) => {
  const scene = await openScene(t, { gateway: { rules } })

  const { status, headers } = await post(scene, [call(1, 'add_note'), call(2, 'list_notes')])

  assert.equal(status, 403)
  assert.equal(headers.get('www-authenticate'), challenge(scene, 'notes:add mcp'))
  const told = await scene.event('scope_insufficient')
  assert.deepEqual(told.required, ['notes:add'])
  assert.deepEqual(told.calls, [
    { method: 'tools/call', name: 'add_note' },
    { method: 'tools/call', name: 'list_notes' },
  ])
})

test('RS-17 ChatGPT is told in the result of the tool, where it looks, and nobody else is', async (t) => {
  const scene = await openScene(t, { gateway: { rules } })

  const { status, headers, json } = await post(scene, call('seven', 'add_note'), {}, chatGpt)

  assert.equal(status, 200)
  assert.equal(headers.get('www-authenticate'), null)
  assert.deepEqual(json(), {
    jsonrpc: '2.0',
    id: 'seven',
    result: {
      content: [{ type: 'text', text: 'This needs the scope notes:add' }],
      isError: true,
      _meta: { 'mcp/www_authenticate': [challenge(scene, 'notes:add mcp')] },
    },
  })
  for (const agent of ['claude-code/2.1.329 (sdk-cli)', 'codex-mcp-client/0.169.0', 'an openai-mcp/1.0.0', ''])
    assert.equal((await post(scene, call(1, 'add_note'), {}, { 'User-Agent': agent })).status, 403, agent)
})

test('RS-17 ChatGPT gets its 403 where no result could carry a challenge', async (t) => {
  const scene = await openScene(t, { gateway: { rules: { prompts: { plan: { scopes: ['plans'] } } } } })

  assert.equal((await post(scene, call(1, 'plan', 'prompts/get'), {}, chatGpt)).status, 403)
})

const denied: [what: string, body: object, claims: object, message: string][] = [
  ['a role', call(1, 'delete_note'), {}, 'The tool "delete_note" needs one of the roles "editor", "admin"'],
  [
    'another role',
    call(1, 'delete_note'),
    { roles: ['reader'] },
    'The tool "delete_note" needs one of the roles "editor", "admin"',
  ],
  [
    'a role that is a claim of another name',
    call(1, 'delete_note'),
    { role: 'admin' },
    'The tool "delete_note" needs one of the roles "editor", "admin"',
  ],
  ['a group', call(1, 'wipe'), { department: 'operations' }, 'The tool "wipe" needs the group "staff"'],
  ['a claim', call(1, 'wipe'), { groups: ['staff'] }, 'The tool "wipe" needs "department" to be "operations"'],
  [
    'what nobody may',
    call(1, 'backdoor'),
    { roles: ['admin'], groups: ['staff'] },
    'The tool "backdoor" may not be used here',
  ],
  ['a prompt', call(1, 'plan', 'prompts/get'), {}, 'The prompt "plan" needs the role "admin"'],
  [
    'a resource',
    { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'notes://1' } },
    {},
    'The resource "notes://1" needs the role "admin"',
  ],
  [
    'a tool without a name',
    call(1, 7),
    {},
    'A call that does not name its tool as text may be of any, and you may not use all of them',
  ],
]
for (const [what, body, claims, message] of denied)
  for (const headers of [{}, chatGpt])
    test(`what a rule denies is said so, without a challenge: ${what}${headers === chatGpt ? ', to ChatGPT' : ''}`, async (t) => {
      const reached: string[] = []
      const scene = await openScene(t, {
        gateway: { rules },
        upstream: async (req, res) => {
          reached.push(await bodyOf(req))
          res.end('{}')
        },
      })

      const answer = await post(scene, body, { scope: 'mcp notes:delete notes:add', ...claims }, headers)

      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('www-authenticate'), null)
      assert.deepEqual(answer.json(), { jsonrpc: '2.0', id: 1, error: { code: -32003, message } })
      assert.deepEqual(reached, [])
      const told = await scene.event('call_denied')
      assert.deepEqual([told.reason, told.detail, told.subject], ['denied_by_rule', message, 'alice'])
    })

test('who has what a rule wants comes through', async (t) => {
  const scene = await openScene(t, { gateway: { rules } })
  const may: [body: object, claims: object][] = [
    [call(1, 'delete_note'), { scope: 'notes:delete', roles: ['admin'] }],
    [call(1, 'delete_note'), { scope: 'notes:delete', roles: 'editor' }],
    [call(1, 'wipe'), { groups: ['guests', 'staff'], department: ['sales', 'operations'] }],
    [call(1, 'list_notes'), {}],
    [call(1, 'plan', 'prompts/get'), { roles: ['admin'] }],
  ]
  for (const [body, claims] of may) assert.equal((await post(scene, body, { ...claims })).text, '{}')
})

const tools = ['list_notes', 'add_note', 'delete_note', 'wipe', 'backdoor'].map((name) => ({
  name,
  inputSchema: { maximum: 9 },
}))
const listed = `{"jsonrpc":"2.0","id":1,"result":{"tools":${JSON.stringify(tools)},"nextCursor":"x"}}`
const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
const namesIn = (text: string) => JSON.parse(text).result.tools.map(({ name }: { name: string }) => name)

test('RS-27 a list shows what its caller may use, or could with more scopes', async (t) => {
  const scene = await openScene(t, {
    gateway: { rules },
    upstream: (_, res) => res.setHeader('Content-Type', 'application/json').setHeader('ETag', '"1"').end(listed),
  })

  const ofAlice = await post(scene, list)
  const ofAdmin = await post(scene, list, { roles: ['admin'], groups: ['staff'], department: 'operations' })

  assert.deepEqual(namesIn(ofAlice.text), ['list_notes', 'add_note'])
  assert.deepEqual(namesIn(ofAdmin.text), ['list_notes', 'add_note', 'delete_note', 'wipe'])
  assert.equal(ofAlice.json().result.nextCursor, 'x')
  assert.equal(ofAlice.headers.get('content-length'), String(Buffer.byteLength(ofAlice.text)))
  assert.equal(ofAlice.headers.get('etag'), null, 'which speaks of what the upstream sent')
  assert.match(ofAlice.headers.get('cache-control') ?? '', /no-store|private/)
})

test('a list hides what scopes are missing for where that is set', async (t) => {
  const scene = await openScene(t, {
    gateway: { rules: { ...rules, hideUngranted: true } },
    upstream: (_, res) => res.setHeader('Content-Type', 'application/json').end(listed),
  })

  assert.deepEqual(namesIn((await post(scene, list)).text), ['list_notes'])
  assert.deepEqual(namesIn((await post(scene, list, { scope: 'notes:add' })).text), ['list_notes', 'add_note'])
})

test('a list in a stream of events is filtered event by event, whatever its pieces, and the stream goes on', async (t) => {
  const scene = await openScene(t, {
    gateway: { rules },
    async upstream(_, res) {
      res.setHeader('Content-Type', 'text/event-stream')
      const progress = 'event: message\ndata: {"jsonrpc":"2.0","method":"notifications/progress"}\n\n'
      const text = `${progress}id: 1\r\ndata: ${listed}\r\n\r\n: bye\n\n`
      for (let at = 0; at < text.length; at += 50) {
        res.write(text.slice(at, at + 50))
        await new Promise((resolve) => setImmediate(resolve))
      }
      res.end()
    },
  })

  const { text, headers } = await post(scene, list)

  const [progress, answer = '', bye] = text.split(/(?<=\n\n|\r\n\r\n)/)
  assert.equal(progress, 'event: message\ndata: {"jsonrpc":"2.0","method":"notifications/progress"}\n\n')
  assert.equal(bye, ': bye\n\n')
  const [, data = ''] = /^id: 1\r\ndata: (.*)\r\n\r\n$/.exec(answer) ?? []
  assert.deepEqual(namesIn(data), ['list_notes', 'add_note'])
  assert.equal(headers.get('content-type'), 'text/event-stream')
})

test('an event goes on when it is whole, and does not wait for the next', async (t) => {
  const queue = requestQueue()
  const scene = await openScene(t, { gateway: { rules }, upstream: queue.listener })
  const answer = fetch(scene.url, { method: 'POST', headers: scene.signedIn(), body: JSON.stringify(list) })
  const { res } = await queue.next()
  res.setHeader('Content-Type', 'text/event-stream').write(`data: ${listed}\n\n`)

  const chunk = await (await answer).body?.getReader().read()

  assert.deepEqual(
    namesIn(
      Buffer.from(chunk?.value ?? [])
        .toString()
        .slice('data: '.length),
    ),
    ['list_notes', 'add_note'],
  )
})

test('a list is filtered in a batch, and what else is in that stays as it is', async (t) => {
  const other = '{"jsonrpc":"2.0","id":2,"result":{"n":12345678901234567890}}'
  const scene = await openScene(t, {
    gateway: { rules },
    upstream: (_, res) => res.setHeader('Content-Type', 'application/json').end(`[${listed},${other}]`),
  })

  const { text } = await post(scene, [list, { jsonrpc: '2.0', id: 2, method: 'ping' }])

  assert.ok(text.endsWith(`,${other}]`))
  assert.deepEqual(namesIn(text.slice(1, -other.length - 2)), ['list_notes', 'add_note'])
})

test('a stream that is resumed brings no list past its caller either', async (t) => {
  const scene = await openScene(t, {
    gateway: { rules },
    upstream(req, res) {
      if (req.method === 'POST') res.setHeader('Mcp-Session-Id', 's1').end('{}')
      else res.setHeader('Content-Type', 'text/event-stream').end(`data: ${listed}\n\n`)
    },
  })
  const opened = await post(scene, { jsonrpc: '2.0', id: 1, method: 'initialize' })
  const session = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') ?? '', 'Last-Event-ID': '1' }

  const answer = await fetch(scene.url, { headers: { ...scene.signedIn(), ...session } })

  assert.deepEqual(namesIn((await answer.text()).slice('data: '.length)), ['list_notes', 'add_note'])
})

test('ChatGPT is told which scopes tools need, with those that everybody needs, and nobody else is', async (t) => {
  const scene = await openScene(t, {
    gateway: { rules },
    upstream: (_, res) => res.setHeader('Content-Type', 'application/json').end(listed),
  })
  const schemesIn = (text: string) =>
    JSON.parse(text).result.tools.map((tool: Record<string, unknown>) => tool.securitySchemes)

  assert.deepEqual(schemesIn((await post(scene, list, {}, chatGpt)).text), [
    undefined,
    [{ type: 'oauth2', scopes: ['mcp', 'notes:add'] }],
  ])
  assert.deepEqual(schemesIn((await post(scene, list)).text), [undefined, undefined])
})

test('a list that is compressed, although that was not asked for, is not let through unread', async (t) => {
  const asked: unknown[] = []
  const scene = await openScene(t, {
    gateway: { rules },
    upstream(req, res) {
      asked.push(req.headers['accept-encoding'])
      res.setHeader('Content-Type', 'application/json').setHeader('Content-Encoding', 'gzip').end(gzipSync(listed))
    },
  })

  const { status, json } = await post(scene, list)

  assert.deepEqual(asked, ['identity'])
  assert.equal(status, 502)
  assert.match(json().error.message, /answered a list compressed/)
  assert.equal((await scene.event('upstream_failed')).reason, 'upstream_bad_answer')
})

for (const type of ['application/json', 'text/event-stream'])
  test(`a list without an end is broken off, and not held: ${type}`, async (t) => {
    const scene = await openScene(t, {
      gateway: { rules },
      upstream(req, res) {
        req.resume()
        res.setHeader('Content-Type', type).write('data: "')
        const part = Buffer.alloc(64 * 1024, 'x')
        const goOn = () => {
          while (!res.destroyed && res.write(part)) {}
        }
        res.on('drain', goOn)
        goOn()
      },
    })

    await post(scene, list).catch(() => {})

    const { reason, detail } = await scene.event('upstream_failed')
    assert.equal(reason, 'upstream_bad_answer')
    assert.match(detail, /a list that is too long/)
  })

test('answers that bring no list go on byte for byte, also where there are rules', async (t) => {
  const text = '{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"backdoor"}]}}'
  const scene = await openScene(t, {
    gateway: { rules },
    upstream: (_, res) => res.setHeader('Content-Type', 'application/json').setHeader('ETag', '"1"').end(text),
  })

  const answer = await post(scene, call(1, 'list_notes'))

  assert.deepEqual([answer.text, answer.headers.get('etag')], [text, '"1"'])
})
