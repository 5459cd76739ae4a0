import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { protect } from '@portcullis/auth/h3'
import { createWorld, mcpRequest, signedInClient } from './world.ts'

const tools = { erase: { denied: true } }
const list = { jsonrpc: '2.0', id: 1, result: { tools: [{ name: 'read' }, { name: 'erase' }] } }
const headers = { 'content-type': 'application/json', origin: 'https://mcp.example' }
const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })

/** What h3 2 is given to answer with, where a handler behind answers so. */
async function answered(answer: unknown, said: Record<string, string> = {}, status?: number) {
  const world = createWorld()
  const { accessToken } = await signedInClient(world)
  const event = {
    req: mcpRequest(accessToken, { headers, body }),
    res: { headers: new Headers(said), status },
    context: {},
  }
  const given = await protect(world.rs, { tools })(event, () => answer)
  return { given, event }
}

const json = { 'content-type': 'application/json' }
const forms: Readonly<Record<string, { answer: unknown; said?: Record<string, string> }>> = {
  'a plain object': { answer: list },
  text: { answer: JSON.stringify(list), said: json },
  bytes: { answer: Buffer.from(JSON.stringify(list)), said: { ...json, 'content-length': '99' } },
  'a stream': { answer: new Response(JSON.stringify(list)).body, said: json },
  'a stream of Node.js': { answer: Readable.from([Buffer.from(JSON.stringify(list))]), said: json },
  'a response of h3': {
    answer: {
      [Symbol.for('h3.HTTPResponse')]: true,
      body: JSON.stringify(list),
      headers: new Headers(json),
      status: 201,
    },
  },
}
for (const [what, { answer, said }] of Object.entries(forms))
  test(`h3 2: a list that a handler answers with as ${what} is shown as its caller may see it`, async () => {
    const { given } = await answered(answer, said)

    assert.ok(given instanceof Response)
    assert.deepEqual((await given.json()).result.tools, [{ name: 'read' }])
    assert.match(given.headers.get('content-type') ?? '', /^application\/json/)
    assert.equal(given.headers.get('content-length'), null)
    assert.equal(given.headers.get('access-control-allow-origin'), 'https://mcp.example')
  })

test('h3 2: cookies and the status that a handler sets are set once', async () => {
  const { given, event } = await answered({ ...form('a response of h3') }, { 'set-cookie': 'a=b' })

  assert.ok(given instanceof Response)
  assert.deepEqual([given.status, given.headers.getSetCookie(), [...event.res.headers]], [201, ['a=b'], []])
})

test('h3 2: an empty text beside a status without a body is an answer without one', async () => {
  const { given } = await answered('', {}, 204)

  assert.ok(given instanceof Response)
  assert.deepEqual([given.status, given.body], [204, null])
})

test('h3 2: what is no answer yet is left to h3', async () => {
  const nothing = Symbol.for('h3.notFound')
  const error = new Error('of the handler')

  for (const answer of [nothing, error, undefined]) assert.equal((await answered(answer)).given, answer)
})

function form(name: string) {
  const { answer } = forms[name] ?? {}
  assert.ok(typeof answer === 'object')
  return answer
}
