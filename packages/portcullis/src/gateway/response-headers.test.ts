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

  assert.deepEqual(clientHeaders({ ...headers, 'content-type': 'application/json' }), [
    ...['content-type', 'application/json', 'cache-control', 'no-store'],
  ])
})

test('nothing is relayed that a browser would take for our whole origin, or a proxy for an order', () => {
  const headers = {
    'accept-ch': 'Sec-CH-UA',
    'alt-svc': 'h3=":443"',
    'cdn-cache-control': 'public, max-age=600',
    'clear-site-data': '"*"',
    'cloudflare-cdn-cache-control': 'max-age=600',
    'content-type': 'application/json',
    nel: '{"report_to":"g","max_age":86400,"success_fraction":1}',
    refresh: '0; url=https://evil.example',
    'report-to': '{"group":"g","max_age":86400,"endpoints":[{"url":"https://evil.example"}]}',
    'reporting-endpoints': 'g="https://evil.example"',
    'secure-session-registration': '(ES256);path="/x"',
    'service-worker-allowed': '/',
    'set-login': 'logged-out',
    'surrogate-control': 'max-age=600',
    'use-as-dictionary': 'match="/*"',
    'what-is-yet-to-be-invented': '1',
    'x-archive-files': 'zip',
    'x-envoy-immediate-health-check-fail': '1',
    'x-lighttpd-send-file': '/etc/passwd',
    'x-litespeed-location': '/private',
    'x-reproxy-url': 'http://internal',
    'x-varnish-ttl': '600',
    'x-vercel-enable-rewrite-caching': '1',
  }

  assert.deepEqual(clientHeaders(headers), ['content-type', 'application/json', 'cache-control', 'no-store'])
})

test('an answer that a browser could make a page of becomes none of our origin, where people sign in', () => {
  const sandbox = ['content-security-policy', "default-src 'none'; sandbox", 'x-content-type-options', 'nosniff']

  for (const type of ['text/html', 'image/svg+xml', 'application/xhtml+xml', 'application/jsonp', 'text/event-streams'])
    assert.deepEqual(clientHeaders({ 'content-type': type }).slice(-4), sandbox, type)
  assert.deepEqual(clientHeaders({}).slice(-4), sandbox)
  for (const type of ['application/json', 'Application/JSON; charset=utf-8', 'text/event-stream'])
    assert.ok(!clientHeaders({ 'content-type': type }).includes('content-security-policy'), type)
})

test('what speaks of the answer alone is, repeated headers each by itself', () => {
  assert.deepEqual(
    clientHeaders({
      'content-type': 'application/json',
      link: ['<a>', '<b>'],
      'mcp-protocol-version': '2025-11-25',
      'x-request-id': '7',
    }),
    [
      ...['content-type', 'application/json', 'link', '<a>', 'link', '<b>'],
      ...['mcp-protocol-version', '2025-11-25', 'x-request-id', '7', 'cache-control', 'no-store'],
    ],
  )
})

test('P-16 RS-28 no answer may be kept for other callers', () => {
  const cases: [string | string[] | undefined, string[]][] = [
    [undefined, ['no-store']],
    ['max-age=60', ['no-store']],
    ['public, max-age=60', ['no-store']],
    ['no-cache, s-maxage=60', ['no-store']],
    // A browser may have several callers.
    ['private, max-age=60', ['private, max-age=60', 'vary', 'Authorization']],
    ['no-cache, no-transform', ['no-cache, no-transform', 'vary', 'Authorization']],
    [['no-cache', 'public'], ['no-store']],
  ]

  for (const [said, expected] of cases)
    assert.deepEqual(
      clientHeaders({ 'content-type': 'application/json', 'cache-control': said }),
      ['content-type', 'application/json', 'cache-control', ...expected],
      String(said),
    )
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
