import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readReply } from './read-reply.ts'

const error = '{"jsonrpc":"2.0","id":0,"error":{"code":-32001,"message":"Unauthorized"}}'

const replies: readonly (readonly [contentType: string, body: string, kind: string | undefined])[] = [
  ['application/json', '{"jsonrpc":"2.0","id":0,"result":{}}', 'result'],
  ['application/json', error, 'error'],
  ['application/json', `[${error}]`, 'error'],
  ['text/event-stream', `event: message\ndata: ${error}\n\n`, 'error'],
  ['text/event-stream', ': ping\n\ndata: {"jsonrpc":"2.0","id":0,\r\ndata: "result":{}}\r\n\r\n', 'result'],
  ['text/event-stream', ': ping\n\n', undefined],
  ['application/json', '{"error":"unauthorized"}', undefined],
  ['text/html', '<html>', undefined],
  ['application/json', 'null', undefined],
]
for (const [contentType, body, kind] of replies) {
  test(`${contentType} ${JSON.stringify(body)} is ${kind ?? 'no reply'}`, () => {
    const outcome = {
      kind: 'answer',
      status: 200,
      headers: [['content-type', contentType]],
      body,
      isWhole: true,
    } as const
    const request = { method: 'POST', url: 'https://mcp.example/mcp', headers: {} } as const

    assert.equal(readReply({ id: 1, request, outcome, milliseconds: 1 })?.kind, kind)
  })
}
