import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classifyInboundRequest } from '@modelcontextprotocol/server'
import fc from 'fast-check'
import { type Era, eraOf } from './era.ts'
import { parseMessages } from './parse-messages.ts'

const modern = '2026-07-28'
const version = 'io.modelcontextprotocol/protocolVersion'
const capabilities = 'io.modelcontextprotocol/clientCapabilities'
const claim = { _meta: { [version]: modern, [capabilities]: {} } }
const request = (method: string, params?: object) => ({ jsonrpc: '2.0', id: 1, method, ...(params && { params }) })
const notification = (params?: object) => ({ jsonrpc: '2.0', method: 'notifications/x', ...(params && { params }) })

function eraIn(body: unknown, header?: string): Era {
  const headers = new Headers({
    'content-type': 'application/json',
    ...(header !== undefined && { 'mcp-protocol-version': header }),
  })
  if (body === undefined) return eraOf(undefined, headers)
  const parsed = parseMessages(new TextEncoder().encode(JSON.stringify(body)), headers)
  assert.equal(parsed.kind, 'messages')
  return eraOf(parsed.kind === 'messages' ? parsed : undefined, headers)
}

const cases: [what: string, body: unknown, header: string | undefined, era: string | number][] = [
  ['GET and DELETE', undefined, modern, 'legacy'],
  ['a request with a claim', request('tools/list', claim), modern, 'modern'],
  ['a claim and white space around the header', request('tools/list', claim), ` ${modern}\t`, 'modern'],
  ['a claim without a header', request('tools/list', claim), undefined, 'modern'],
  ['a claim that the header contradicts', request('tools/list', claim), '2025-11-25', -32020],
  ['a claim that is no string', request('tools/list', { _meta: { [version]: 1 } }), modern, -32602],
  ['a claim without capabilities', request('tools/list', { _meta: { [version]: modern } }), modern, -32602],
  ['a modern header without a claim', request('tools/list'), modern, -32602],
  ['an old header without a claim', request('tools/list'), '2025-11-25', 'legacy'],
  ['neither header nor claim', request('tools/list'), undefined, 'legacy'],
  ['initialize', request('initialize', { protocolVersion: '2025-11-25' }), undefined, 'legacy'],
  ['initialize under a modern header', request('initialize'), modern, -32020],
  ['initialize with a claim', request('initialize', claim), modern, 'modern'],
  ['a notification under a modern header', notification(), modern, 'modern'],
  ['a notification under an old header', notification(), '2025-11-25', 'legacy'],
  ['a notification with a claim', notification(claim), undefined, 'modern'],
  ['a response', { jsonrpc: '2.0', id: 1, result: {} }, modern, 'legacy'],
  ['a batch of old requests', [request('ping'), notification()], undefined, 'legacy'],
  ['a batch with one modern request', [request('ping'), request('ping', claim)], undefined, -32600],
  ['a modern request in an array', [request('ping', claim)], modern, -32600],
]
for (const [what, body, header, expected] of cases) {
  test(`${what}: ${expected}`, () => {
    const era = eraIn(body, header)

    assert.equal(era.era === 'invalid' ? era.code : era.era, expected)
  })
}

test('the eras are those that the official SDK tells', () => {
  const versions = fc.constantFrom(modern, '2025-11-25', '2027-01-01', 'v999.0.0')
  const meta = fc.record(
    { [version]: fc.oneof(versions, fc.constant(1)), [capabilities]: fc.constantFrom({}, 'none') },
    { requiredKeys: [] },
  )
  const params = fc.record({ _meta: meta }, { requiredKeys: [] })
  const base = {
    jsonrpc: fc.constant('2.0'),
    method: fc.constantFrom('initialize', 'tools/list', 'notifications/x'),
    params,
  }
  const message = fc.oneof(
    fc.record({ ...base, id: fc.constant(1) }, { requiredKeys: ['jsonrpc', 'method', 'id'] }),
    fc.record(base, { requiredKeys: ['jsonrpc', 'method'] }),
    fc.constant({ jsonrpc: '2.0', id: 1, result: {} }),
  )
  const header = fc.option(versions, { nil: undefined })

  fc.assert(
    fc.property(
      fc.oneof(message, fc.array(message, { minLength: 1, maxLength: 3 })),
      header,
      (body, protocolVersionHeader) => {
        const theirs = classifyInboundRequest({
          httpMethod: 'POST',
          body,
          ...(protocolVersionHeader !== undefined && { protocolVersionHeader }),
        })

        const era = eraIn(body, protocolVersionHeader)

        const ours = era.era === 'invalid' ? ['reject', era.status, era.code] : [era.era]
        assert.deepEqual(ours, theirs.kind === 'reject' ? ['reject', theirs.httpStatus, theirs.code] : [theirs.kind])
      },
    ),
    { numRuns: 1000 },
  )
})
