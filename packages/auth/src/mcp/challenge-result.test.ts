import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challengeResult } from './challenge-result.ts'
import { parseMessages } from './parse-messages.ts'

const challenge = 'Bearer error="insufficient_scope", scope="notes:delete"'
const call = (id: number, method = 'tools/call', params: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method,
  params: { name: 'delete_note', ...params },
})
const result = {
  content: [{ type: 'text', text: 'This needs more' }],
  isError: true,
  _meta: { 'mcp/www_authenticate': [challenge] },
}
const notDone = { code: -32003, message: 'Nothing of this batch was done, because of another call in it' }
const modern = { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } }

const cases: [what: string, body: unknown, answer: unknown][] = [
  ['the result of a tool carries the challenge', call(7), { jsonrpc: '2.0', id: 7, result }],
  [
    'a modern result says of which type it is',
    call(7, 'tools/call', modern),
    { jsonrpc: '2.0', id: 7, result: { resultType: 'complete', ...result } },
  ],
  [
    'a batch is answered request by request',
    [call(1), { jsonrpc: '2.0', method: 'notifications/initialized' }, call(2, 'ping'), call(3)],
    [
      { jsonrpc: '2.0', id: 1, result },
      { jsonrpc: '2.0', id: 2, error: notDone },
      { jsonrpc: '2.0', id: 3, result },
    ],
  ],
  ['a prompt has no such result', call(1, 'prompts/get'), undefined],
  [
    'nobody waits for the answer to a notification',
    { jsonrpc: '2.0', method: 'tools/call', params: { name: 'a' } },
    undefined,
  ],
]
for (const [what, body, answer] of cases) {
  test(`a challenge in the result of a tool: ${what}`, () => {
    const headers = new Headers({ 'content-type': 'application/json' })
    const messages = parseMessages(new TextEncoder().encode(JSON.stringify(body)), headers)
    assert.ok(messages.kind === 'messages')

    const written = challengeResult(messages, challenge, 'This needs more')

    assert.deepEqual(written === undefined ? undefined : JSON.parse(written), answer)
  })
}
