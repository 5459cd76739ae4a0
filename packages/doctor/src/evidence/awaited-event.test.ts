import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAwaited } from './awaited-event.ts'

const question = {
  method: 'POST',
  url: 'https://mcp.example/mcp',
  headers: {},
  body: '{"jsonrpc":"2.0","id":0,"method":"initialize"}',
} as const

for (const [title, data, isReply] of [
  ['the result with the id of the question', '{"jsonrpc":"2.0","id":0,"result":{}}', true],
  ['an error with the id of the question', '{"jsonrpc":"2.0","id":0,"error":{"code":-32600,"message":"no"}}', true],
  ['a batch with the reply in it', '[{"method":"ping"},{"jsonrpc":"2.0","id":0,"result":{}}]', true],
  ['an event without data', '', false],
  ['a notification', '{"jsonrpc":"2.0","method":"notifications/message"}', false],
  ['the reply to another question', '{"jsonrpc":"2.0","id":7,"result":{}}', false],
  ['the same id as text', '{"jsonrpc":"2.0","id":"0","result":{}}', false],
  ['no JSON', 'hello', false],
] as const)
  test(`${title} is ${isReply ? 'what' : 'not what'} a client waits for`, () => {
    assert.equal(isAwaited(question, { type: 'message', data }), isReply)
  })

test('who asks for a stream without a question waits for whatever says something', () => {
  const stream = { method: 'GET', url: question.url, headers: {} } as const

  assert.equal(isAwaited(stream, { type: 'endpoint', data: '/messages' }), true)
  assert.equal(isAwaited(stream, { type: 'message', data: '' }), false)
})
