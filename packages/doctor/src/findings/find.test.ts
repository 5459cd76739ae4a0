import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { assertSpeaks } from '../../test/test-scenes.ts'
import { gatherEvidence, recordedEvidence } from '../evidence/evidence.ts'
import type { Exchange, Outcome, ProbeRequest } from '../evidence/exchange.ts'
import { probe } from '../probes/probe.ts'
import { mcpRequest } from '../probes/requests.ts'
import { find } from './find.ts'
import { severityOf } from './severity.ts'

const target = 'https://mcp.example/mcp'

const url = fc.constantFrom(
  target,
  'https://mcp.example',
  'https://mcp.example/',
  'https://as.example/t/1',
  'http://mcp.example/mcp',
  'HTTPS://MCP.example/mcp',
  '/relative',
  '//host',
  'javascript:alert(1)',
  'https://user:pw@as.example/',
  'https://[::1]/',
  '',
)

const value = fc.oneof(url, fc.array(url), fc.string(), fc.jsonValue(), fc.constant(['S256']), fc.constant(['none']))

const document = fc.record(
  {
    resource: value,
    authorization_servers: fc.oneof(value, fc.array(value)),
    scopes_supported: value,
    issuer: value,
    authorization_endpoint: value,
    token_endpoint: value,
    registration_endpoint: value,
    jwks_uri: value,
    response_types_supported: value,
    code_challenge_methods_supported: value,
    token_endpoint_auth_methods_supported: value,
    client_id_metadata_document_supported: value,
    jsonrpc: fc.constant('2.0'),
    result: fc.jsonValue(),
    error: fc.oneof(fc.jsonValue(), fc.record({ code: fc.integer(), message: fc.string() })),
  },
  { requiredKeys: [] },
)

const headers = fc.array(
  fc.tuple(
    fc.constantFrom('www-authenticate', 'location', 'content-type', 'allow', 'x-amzn-remapped-www-authenticate', 'x'),
    fc.oneof(
      url,
      fc.string(),
      fc.constantFrom('text/html', 'application/json', 'text/event-stream', 'POST'),
      url.map((pointer) => `Bearer resource_metadata="${pointer}"`),
    ),
  ),
  { maxLength: 4 },
)

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({
    kind: fc.constant('answer' as const),
    status: fc.constantFrom(200, 200, 200, 204, 301, 307, 400, 401, 401, 403, 404, 405, 429, 500, 999),
    headers,
    body: fc.oneof(
      document.map((json) => JSON.stringify(json)),
      fc.string(),
      fc.constant('data: {"jsonrpc":"2.0"}\n\n'),
    ),
    isWhole: fc.boolean(),
    addresses: fc.constantFrom(['1.1.1.1'], ['10.0.0.1'], ['2606:4700::1'], []),
  }),
  fc.record({
    kind: fc.constant('failure' as const),
    reason: fc.constantFrom('timed_out', 'connection_closed', 'certificate', 'address_refused', 'malformed_answer'),
    detail: fc.string(),
  }),
)

test('whatever a server answers, the probes end, the findings are told, and at most 60 requests were sent', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(target, 'http://localhost:3000/', 'https://mcp.example'),
      fc.infiniteStream(outcome),
      async (typed, outcomes) => {
        let sent = 0
        const send = async (): Promise<Outcome> => {
          sent += 1
          return outcomes.next().value
        }
        const evidence = gatherEvidence({ target: typed, send, mostRequests: 60 })

        await probe(evidence)
        const findings = find(evidence)

        assert.ok(sent <= 60)
        for (const each of findings) {
          assertSpeaks(each)
          severityOf(each)
        }
      },
    ),
    { numRuns: 100 },
  )
})

test('whatever evidence was kept, the findings are told', () => {
  const exchange: fc.Arbitrary<Exchange> = fc.record({
    id: fc.nat(),
    request: fc.record({
      method: fc.constantFrom('GET', 'POST'),
      url: fc.oneof(url, fc.string()),
      headers: fc.constant({}),
    }),
    outcome,
    milliseconds: fc.nat(),
  })
  fc.assert(
    fc.property(fc.oneof(url, fc.string()), fc.array(exchange), (typed, exchanges) => {
      find(recordedEvidence(typed, exchanges)).forEach(assertSpeaks)
    }),
  )
})

const answer: Outcome = { kind: 'answer', status: 401, headers: [], body: '', isWhole: true }

const seenAt: readonly (readonly [
  typed: string,
  outcome: Outcome,
  milliseconds: number,
  code: string,
  severity: string,
])[] = [
  ['https://mcp.example/', { ...answer, addresses: ['2606:4700::1'] }, 1, 'ipv4_missing', 'breaks'],
  ['http://mcp.example/', { ...answer, addresses: ['1.1.1.1'] }, 1, 'plain_http', 'breaks'],
  ['http://10.0.0.1/', { ...answer, addresses: ['10.0.0.1'] }, 1, 'plain_http', 'warns'],
  ['https://10.0.0.1/', { ...answer, addresses: ['10.0.0.1'] }, 1, 'not_public', 'notes'],
  ['https://mcp.example/', { ...answer, addresses: ['10.0.0.1'] }, 1, 'not_public', 'breaks'],
  ['https://localhost/', { ...answer, addresses: ['::1'] }, 1, 'not_public', 'notes'],
  ['https://mcp.example/', answer, 4000, 'slow', 'warns'],
]
for (const [typed, first, milliseconds, code, severity] of seenAt) {
  test(`${typed} at ${first.addresses} after ${milliseconds} ms shows ${code}, which ${severity}`, () => {
    const exchanges = [{ id: 1, request: initialize(typed), outcome: first, milliseconds }]

    const seen = find(recordedEvidence(typed, exchanges)).find((each) => each.code === code)

    assert.equal(seen && severityOf(seen), severity)
  })
}

test('with IPv4, https and a quick answer, nothing is said of the way', () => {
  const outcome: Outcome = { ...answer, addresses: ['1.1.1.1', '2606:4700::1'] }
  const exchanges = [{ id: 1, request: initialize(target), outcome, milliseconds: 90 }]

  const codes = find(recordedEvidence(target, exchanges)).map(({ code }) => code)

  assert.deepEqual(codes, ['challenge_missing'])
})

function initialize(typed: string): ProbeRequest {
  return mcpRequest(typed, 'post_initialize')
}
