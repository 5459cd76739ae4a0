import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { callsToTell, claimToTell, type Messages, parseMessages } from './index.ts'

const told: [what: string, method: string, params: object, call: object][] = [
  ['a tool', 'tools/call', { name: 'delete_note' }, { name: 'delete_note' }],
  ['a prompt', 'prompts/get', { name: 'summary' }, { name: 'summary' }],
  ['a resource', 'resources/read', { uri: 'notes://a/1' }, { name: 'notes://a/1' }],
  ['a resource, its query left out', 'resources/read', { uri: 'https://a/1?key=s3cret' }, { name: 'https://a/1' }],
  ['a resource, its password left out', 'resources/read', { uri: 'https://u:s3cret@a/1' }, { name: 'https://a/1' }],
  ['a task, its id left out', 'tasks/get', { taskId: 's3cret' }, {}],
  ['what has no name', 'ping', {}, {}],
  ['a tool without a name', 'tools/call', {}, {}],
  ['a name that is long', 'tools/call', { name: 'n'.repeat(200) }, { name: `${'n'.repeat(125)}...` }],
  ['a name that is not printable', 'tools/call', { name: 'a"\u202eé' }, { name: 'a???' }],
]
for (const [what, method, params, call] of told)
  test(`law 11: events tell ${what}`, () => {
    assert.deepEqual(callsToTell(bodyOf({ method, params })), { calls: [{ method, ...call }] })
  })

test('of a batch events tell the first twenty calls and how many more there are; answers are none', () => {
  const call = { method: 'tools/call', params: { name: 'a' } }

  assert.deepEqual(callsToTell(bodyOf(call, { result: {} }, call)), { calls: Array(2).fill(toldCall) })
  assert.deepEqual(callsToTell(bodyOf(...Array(23).fill(call))), { calls: Array(20).fill(toldCall), furtherCalls: 3 })
  assert.deepEqual(callsToTell(bodyOf({ result: {} })), {})
})

const toldCall = { method: 'tools/call', name: 'a' }

test('where nobody reads the body, events tell what the headers claim, marked as such', () => {
  const claimOf = (headers: Record<string, string>) => claimToTell(new Headers(headers))

  assert.deepEqual(claimOf({ 'mcp-method': 'tools/call', 'mcp-name': 'a' }), { claimedCall: toldCall })
  assert.deepEqual(claimOf({ 'mcp-method': 'tools/call', 'mcp-name': '=?base64?YQ==?=' }), { claimedCall: toldCall })
  assert.deepEqual(claimOf({ 'mcp-method': 'ping' }), { claimedCall: { method: 'ping' } })
  assert.deepEqual(claimOf({ 'mcp-method': '=?base64?%?=', 'mcp-name': 'a' }), { claimedCall: { method: '?' } })
  assert.deepEqual(claimOf({ 'mcp-name': 'a' }), {})
})

test('whatever headers claim, what events tell is short and printable', () => {
  const methods = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('tools/call', 'resources/read'))
  fc.assert(
    fc.property(methods, fc.string({ unit: 'binary' }), (method, name) => {
      const headers = { get: (header: string) => (header === 'mcp-method' ? method : name) }

      const { claimedCall } = claimToTell(headers)

      assert.match(claimedCall?.method ?? '', /^[\x20-\x7E]{0,60}$/)
      assert.match(claimedCall?.name ?? '', /^[\x20-\x7E]{0,128}$/)
    }),
  )
})

function bodyOf(...messages: object[]): Messages {
  const all = messages.map((message, id) => ({ jsonrpc: '2.0', id, ...message }))
  const bytes = new TextEncoder().encode(JSON.stringify(all.length === 1 ? all[0] : all))
  const parsed = parseMessages(bytes, new Headers({ 'content-type': 'application/json' }))
  assert.ok(parsed.kind === 'messages')
  return parsed
}
