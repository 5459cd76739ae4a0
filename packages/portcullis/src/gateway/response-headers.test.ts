import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientHeaders, isEventStream } from './response-headers.ts'

test('cookies, challenges, CORS and what belongs to the connection are not relayed', () => {
  const headers = {
    'set-cookie': ['a=1', 'b=2'],
    'www-authenticate': 'Bearer resource_metadata="https://upstream.example"',
    'proxy-authenticate': 'Basic',
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'X',
    connection: 'close, X-Internal',
    'x-internal': '1',
    'keep-alive': 'timeout=5',
    'transfer-encoding': 'chunked',
    'content-length': '5',
    trailer: 'x',
    upgrade: 'h2c',
    server: 'uvicorn',
    'x-powered-by': 'Express',
    'x-accel-redirect': '/private/file',
    'x-sendfile': '/etc/passwd',
    'strict-transport-security': 'max-age=1',
    'mcp-session-id': 'raw',
    'x-portcullis-subject': 'x',
  }

  assert.deepEqual(clientHeaders(headers), ['cache-control', 'no-store'])
})

test('everything else is, repeated headers each by itself', () => {
  assert.deepEqual(
    clientHeaders({ 'content-type': 'application/json', link: ['<a>', '<b>'], 'mcp-protocol-version': '2025-11-25' }),
    [
      ...['content-type', 'application/json', 'link', '<a>', 'link', '<b>'],
      ...['mcp-protocol-version', '2025-11-25', 'cache-control', 'no-store'],
    ],
  )
})

test('P-16 RS-28 no answer may be kept for other callers', () => {
  const cases: [string | string[] | undefined, string][] = [
    [undefined, 'no-store'],
    ['max-age=60', 'no-store'],
    ['public, max-age=60', 'no-store'],
    ['no-cache, s-maxage=60', 'no-store'],
    ['private, max-age=60', 'private, max-age=60'],
    ['no-cache, no-transform', 'no-cache, no-transform'],
    [['no-cache', 'public'], 'no-store'],
  ]

  for (const [said, expected] of cases)
    assert.deepEqual(clientHeaders({ 'cache-control': said }), ['cache-control', expected], String(said))
})

test('event streams are known by their type alone', () => {
  for (const type of [
    'text/event-stream',
    'Text/Event-Stream',
    'text/event-stream; charset=utf-8',
    'text/event-stream ;x',
  ])
    assert.equal(isEventStream(type), true, type)
  for (const type of [undefined, '', 'application/json', 'text/event-streams', 'x/text/event-stream'])
    assert.equal(isEventStream(type), false, type)
})
