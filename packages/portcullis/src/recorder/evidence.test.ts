import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { attemptsOf, byPerson, connecting, observed, servers } from '../../test/attempt-scene.ts'
import { evidenceOf } from './evidence.ts'
import type { Observation } from './observation.ts'
import { viewOf } from './view.ts'

const schema = JSON.parse(readFileSync(new URL('../../attempt.schema.json', import.meta.url), 'utf8'))
const isEvidence = new Ajv2020({ formats: { 'date-time': true } }).compile(schema)

function evidence(happens: readonly Observation[], { namesEverybody = false } = {}) {
  const [attempt] = attemptsOf(happens)
  assert.ok(attempt)
  const now = attempt.changedAt + 5000
  const view = viewOf(attempt, { now, servers, userName: 'ada.lovelace' })
  return evidenceOf(view, { publicUrl: servers[0].publicUrl, version: '1.2.3', now, namesEverybody })
}

const wholeWay: readonly Observation[] = [
  ...connecting().slice(0, 4),
  observed({
    after: 3.5,
    path: '/register',
    clientId: 'client-1',
    clientName: 'Claude Code (payroll of Acme)',
    redirectUris: ['http://localhost:5555/callback', 'https://chat.acme.example/api/mcp/x/oauth/callback'],
    steps: [{ code: 'registered', detail: 'Claude Code (payroll of Acme)' }],
  }),
  ...connecting().slice(4, 9),
  observed({
    after: 27,
    subject: 'b1f0-3c1d-77',
    address: '2001:db8:1:2::7',
    grantId: 'grant-1',
    status: 502,
    steps: [
      'called',
      { code: 'upstream_failed', detail: 'The MCP server at http://10.1.2.3:3000/mcp of ops@acme.example is away' },
    ],
  }),
]

test('the evidence file is as attempt.schema.json has it, with names and without', () => {
  for (const namesEverybody of [true, false]) {
    assert.ok(isEvidence(evidence(wholeWay, { namesEverybody })), JSON.stringify(isEvidence.errors))
    assert.ok(isEvidence(evidence(connecting({ until: 'registered' }), { namesEverybody })))
  }
})

test('by default no address, no person, no host and no name that somebody gave stands in it, and all times do', () => {
  const text = JSON.stringify(evidence(wholeWay))

  for (const name of ['203.0.113.7', '2001:db8', '10.1.2.3', 'ada.lovelace', '3c1d-77', 'acme', 'Acme', 'mcp.example'])
    assert.ok(!text.includes(name), `${name} stands in it: ${text}`)
  assert.match(text, /"publicUrl":"https:\/\/server\.example\/mcp"/)
  assert.match(text, /"startedAt":"2026-11-27T09:00:00\.000Z"/)
  assert.match(text, /"isPseudonymised":true/)
})

test('by default no host stands in it either that something else than an address names: a header, a rule about domains', () => {
  const lost = evidence([
    observed({ after: 0, steps: [{ code: 'host_rejected', detail: 'mcp.internal.acme.example:8080' }] }),
  ])
  const refused = evidence([
    ...connecting({ until: 'signed_in' }),
    byPerson({
      after: 9,
      steps: [{ code: 'identity_refused', detail: 'Only people of acme.example may come in, by claude.ai' }],
    }),
  ])

  assert.doesNotMatch(JSON.stringify([lost, refused]), /acme/)
  assert.match(JSON.stringify(lost), /named a host that is not ours: host-\d\./)
  assert.match(JSON.stringify(refused), /Only people of host-\d may come in, by claude\.ai/)
})

test('the same name is the same pseudonym throughout, and another one another', () => {
  const { attempt } = evidence([
    observed({ after: 0, address: '192.0.2.1', steps: ['challenged'] }),
    observed({ after: 1, address: '192.0.2.1', steps: ['resource_metadata'] }),
  ])

  const addresses = attempt.timeline.map(({ address }) => address)
  assert.deepEqual(addresses, ['address-1', 'address-1'])
  assert.deepEqual(attempt.client.addresses, ['address-1'])
})

test('that requests came from where the makers of a client say is kept, since it is evidence', () => {
  const { attempt } = evidence([
    observed({ after: 0, address: '160.79.104.9', agent: 'python-httpx/0.28.1', steps: ['challenged'] }),
  ])

  assert.deepEqual(attempt.client.addresses, ['address-of-claude-1'])
})

test('with names everything stands in it as it is', () => {
  const text = JSON.stringify(evidence(wholeWay, { namesEverybody: true }))

  for (const name of ['203.0.113.7', 'ada.lovelace', 'https://mcp.example/mcp', 'payroll'])
    assert.ok(text.includes(name))
})

test('a document that describes a known client is named, and one of somebody’s own is not', () => {
  const of = (clientId: string) =>
    JSON.stringify(
      evidence([byPerson({ after: 0, clientId, steps: ['authorization_started'] })]).attempt.client.clientIds,
    )

  assert.match(of('https://claude.ai/oauth/claude-code-client-metadata'), /claude\.ai/)
  assert.doesNotMatch(of('https://agent.acme.example/client.json'), /acme/)
})
