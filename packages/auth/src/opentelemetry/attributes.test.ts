import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectionEvent } from '../protocol/events.ts'
import { attributesOf, errorTypeOf } from './attributes.ts'

test('what an event tells stands under names of the semantic conventions where they have one', () => {
  const cases: [ConnectionEvent, Record<string, unknown>][] = [
    [
      { type: 'token_refused', reason: 'wrong_client', detail: 'No', clientId: 'c1', subject: 'alice', grantId: 'g1' },
      {
        'error.type': 'wrong_client',
        'portcullis.reason': 'wrong_client',
        'portcullis.detail': 'No',
        'portcullis.client.id': 'c1',
        'user.id': 'alice',
        'portcullis.grant.id': 'g1',
      },
    ],
    [
      { type: 'request_refused', reason: 'not_found', detail: 'No', method: 'GET', path: '/x', status: 404 },
      {
        'error.type': 'not_found',
        'portcullis.reason': 'not_found',
        'portcullis.detail': 'No',
        'http.request.method': 'GET',
        'url.path': '/x',
        'http.response.status_code': 404,
      },
    ],
    [
      { type: 'call_allowed', scope: ['a'], calls: [{ method: 'tools/call', name: 'add' }] },
      { 'portcullis.scope': ['a'], 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'add' },
    ],
    [
      { type: 'call_allowed', calls: [{ method: 'ping' }, { method: 'tools/list' }] },
      { 'portcullis.mcp.methods': ['ping', 'tools/list'] },
    ],
    [
      { type: 'scope_insufficient', required: ['b'], claimedCall: { method: 'resources/read', name: 'file:///a' } },
      {
        'portcullis.required': ['b'],
        'mcp.method.name': 'resources/read',
        'mcp.resource.uri': 'file:///a',
        'error.type': 'insufficient_scope',
      },
    ],
    [
      { type: 'failure', operation: 'token', cause: 'postgres://user:password@db' },
      { 'portcullis.operation': 'token', 'error.type': '_OTHER' },
    ],
    [{ type: 'grant_ended', reason: 'revoked_by_client' }, { 'portcullis.reason': 'revoked_by_client' }],
  ]

  for (const [event, attributes] of cases) assert.deepEqual(attributesOf(event), attributes)
})

test('law 11: what outsiders wrote is short in attributes, and without what looks like a token, a code, or a query', () => {
  const token = `eyJ${'x'.repeat(50)}.abc.def`
  const code = `k1.code.${'g'.repeat(22)}.0.${'m'.repeat(43)}`
  const hostile = attributesOf({
    type: 'client_registered',
    clientName: `Claude ${token} ${'y'.repeat(1000)}`,
    redirectUris: [`https://client.example/cb?code=${code}#x`, code],
  })
  const refused = attributesOf({
    type: 'token_refused',
    reason: 'malformed_request',
    detail: `what is '${code}' or '${token}' or '${'s'.repeat(43)}'`,
  })
  const deviceCode = `k1.device.${'d'.repeat(22)}.${'n'.repeat(30)}` // cut off, as descriptions quote it
  const polled = attributesOf({ type: 'token_refused', reason: 'malformed_request', detail: `what is '${deviceCode}'` })
  const told = JSON.stringify([hostile, refused, polled])

  assert.ok(!/eyJ|mmm|sss|yyy|ddd|nnn/.test(told), told)
  assert.deepEqual(hostile['portcullis.redirect_uris'], ['https://client.example/cb', '[redacted]'])
  assert.ok(String(hostile['portcullis.client.name']).length <= 300)
})

test('an error type is there where something went wrong, and nowhere else', () => {
  assert.equal(errorTypeOf({ type: 'host_rejected', host: 'x' }), 'host_rejected')
  assert.equal(errorTypeOf({ type: 'claims_failed', reason: 'too_large', detail: '' }), 'too_large')
  assert.equal(errorTypeOf({ type: 'verification_unavailable', reason: 'keys' }), 'keys')
  assert.equal(errorTypeOf({ type: 'failure', operation: 'x', cause: 'text' }), '_OTHER')
  for (const event of [
    { type: 'authenticated' },
    { type: 'consent_denied' },
    { type: 'challenged', reason: 'missing' },
    { type: 'grant_ended', reason: 'revoked_by_client' },
  ] as const)
    assert.equal(errorTypeOf(event), undefined)
})
