import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestRefused } from './request-refused.ts'

const refusal = { status: 404, reason: 'not_found', detail: 'Nothing is there' } as const

test('law 11: of a request that is refused the event has the path, and never the query', () => {
  const event = requestRefused({ method: 'GET', path: '/mcp/more?code=s3cret\n?x#y' }, refusal)

  assert.deepEqual(event, { type: 'request_refused', ...refusal, method: 'GET', path: '/mcp/more' })
})

test('whatever an outsider sends, the event of its refusal is short', () => {
  const event = requestRefused({ method: 'M'.repeat(1000), path: `/${'p'.repeat(10_000)}` }, refusal)

  assert.deepEqual([event.method, event.path], ['M'.repeat(20), `/${'p'.repeat(299)}`])
})
