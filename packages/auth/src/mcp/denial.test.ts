import assert from 'node:assert/strict'
import { test } from 'node:test'
import { denialOf } from './denial.ts'
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
