import assert from 'node:assert/strict'
import { test } from 'node:test'
import { denialOf } from './denial.ts'
import { callsOf } from './message.ts'
import { parseMessages } from './parse-messages.ts'

const call = (id: number, method = 'tools/call') => ({ jsonrpc: '2.0', id, method, params: { name: 'delete_note' } })
const notification = { jsonrpc: '2.0', method: 'notifications/initialized' }
const error = { code: -32003, message: 'Guests delete nothing' }

const cases: [what: string, body: unknown, answer: unknown][] = [
  ['a call of a tool is answered under its id', call(7), { jsonrpc: '2.0', id: 7, error }],
  [
    'each request of a batch is answered, since none of it was done',
    [call(1), notification, call(2, 'ping')],
    [
      { jsonrpc: '2.0', id: 1, error },
      { jsonrpc: '2.0', id: 2, error },
    ],
  ],
  ['a batch of one is answered by a batch', [call(3)], [{ jsonrpc: '2.0', id: 3, error }]],
  ['a prompt is answered so too', call(1, 'prompts/get'), { jsonrpc: '2.0', id: 1, error }],
  ['and a resource', call(1, 'resources/read'), { jsonrpc: '2.0', id: 1, error }],
  ['what calls no tool has no such answer', call(1, 'ping'), undefined],
  ['nor has a notification', notification, undefined],
]
for (const [what, body, answer] of cases) {
  test(what, () => {
    const headers = new Headers({ 'content-type': 'application/json' })
    const messages = parseMessages(new TextEncoder().encode(JSON.stringify(body)), headers)
    assert.ok(messages.kind === 'messages')

    const denial = denialOf(messages, error.message)

    assert.deepEqual(denial === undefined ? undefined : JSON.parse(denial), answer)
  })
}

test('of a batch, each call that is to blame is told why, and the others that nothing was done', () => {
  const headers = new Headers({ 'content-type': 'application/json' })
  const body = JSON.stringify([call(1), notification, call(2, 'ping'), call(3)])
  const messages = parseMessages(new TextEncoder().encode(body), headers)
  assert.ok(messages.kind === 'messages')
  const [first, , , third] = callsOf(messages)
  assert.ok(first !== undefined && third !== undefined)

  const denial = denialOf(messages, new Map([[third, 'Only admins may']]))

  const others = { code: -32003, message: 'Nothing of this batch was done, because of another call in it' }
  assert.deepEqual(JSON.parse(denial ?? ''), [
    { jsonrpc: '2.0', id: 1, error: others },
    { jsonrpc: '2.0', id: 2, error: others },
    { jsonrpc: '2.0', id: 3, error: { code: -32003, message: 'Only admins may' } },
  ])
})
