import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ClientProfile, type Fact, profiles } from '@portcullis/clients'
import { type Evidence, gatherEvidence } from '../evidence/evidence.ts'
import type { ProbeRequest } from '../evidence/exchange.ts'
import { simulate } from './simulate.ts'

test('a client connects when nothing is in its way and nothing is weak', async () => {
  const [verdict] = await simulate(server({}), [client({})], () => false)

  assert.deepEqual([verdict?.kind, verdict?.caveats, verdict?.basis], ['connects', [], 'documents'])
})

test('a client that stops does so in the words of its library', async () => {
  const evidence = server({
    [resourcePlace]: { resource: 'https://other.example.net/mcp', authorization_servers: [issuer] },
  })

  const [verdict] = await simulate(evidence, [client({})], () => false)

  assert.equal(verdict?.kind, 'stops')
  assert.equal(verdict?.step, 'resource_comparison')
  assert.match(verdict?.words ?? '', /^Protected resource https:\/\/other\.example\.net\/mcp does not match expected/)
})

test('words that are empty are no words', async () => {
  const evidence = server({ [serverPlace]: 404, 'https://auth.example.net/authorize': 404 })
  const words = { authorization_request: fact(' ') }

  const [verdict] = await simulate(evidence, [client({ words })], () => false)

  assert.equal(verdict?.step, 'authorization_request')
  assert.ok(!('words' in verdict))
})

test('where the walk knows no words, those of the profile stand, if they are complete', async () => {
  const evidence = server({ 'https://mcp.example.net/mcp': 500 })
  const [family, words] = [fact<'specification'>('specification'), { challenge: fact('Not here') }]
  const unfilled = { challenge: fact('{status}') }

  const verdicts = await simulate(
    evidence,
    [client({ family, words }), client({ family, words: unfilled })],
    () => false,
  )

  assert.deepEqual(
    verdicts.map((verdict) => [verdict.step, verdict.words]),
    [
      ['challenge', 'Not here'],
      ['challenge', undefined],
    ],
  )
})

test('a client whose own code is walked is given no words of another fault at the same step', async () => {
  const evidence = server({ [`${issuer}/register`]: 401 })
  const words = { registration: fact('No registration here') }

  const [verdict] = await simulate(evidence, [client({ words })], () => false)

  assert.deepEqual([verdict?.step, verdict?.words], ['registration', undefined])
})

test('a hosted client at a server on this machine walks on, and needs a public URL', async () => {
  const hosted = client({ runs: fact('hosted') })

  const [verdict] = await simulate(server({}, 'http://127.0.0.1:3000'), [hosted], () => false)

  assert.equal(verdict?.kind, 'connects_with_caveat')
  assert.deepEqual(verdict?.caveats, [{ kind: 'needs_public_url' }])
})

for (const [target, caveats] of [
  ['http://127.0.0.1:3000', [{ kind: 'needs_allowed_address' }]],
  ['http://mcp.example.com', []],
] as const)
  test(`a client that somebody runs themselves ${caveats.length > 0 ? 'must be allowed' : 'needs no leave'} to reach ${target}`, async () => {
    const network = { reaches: fact<'public_or_allowed'>('public_or_allowed') }

    const [verdict] = await simulate(server({}, target), [client({ network })], () => false)

    assert.deepEqual(verdict?.caveats, caveats)
  })

test('LibreChat is no client of a data centre: it runs where its users install it', () => {
  const librechat = profiles.find(({ id }) => id === 'librechat')

  assert.equal(librechat?.runs.value, 'locally')
})

test('a walk over values of confidence L says so, and which they are', async () => {
  const challenge = { statuses: { ...fact([401]), confidence: 'L' } } as const

  const [verdict] = await simulate(server({}), [client({ challenge })], () => false)

  assert.deepEqual(verdict?.caveats, [{ kind: 'weak_evidence', about: 'challenge.statuses' }])
})

test('a weak value that the walk does not read is no caveat', async () => {
  const network = { egress: { ...fact(['192.0.2.0/24']), confidence: 'L' } } as const

  const [verdict] = await simulate(server({}), [client({ network })], () => false)

  assert.deepEqual(verdict?.caveats, [])
})

test('who is let in without a token by a server that publishes metadata is nobody there', async () => {
  const result = { jsonrpc: '2.0', id: 0, result: {} }
  const evidence = server({ 'https://mcp.example.net/mcp': result })
  await evidence.ask({ method: 'GET', url: resourcePlace, headers: {} })

  const [verdict] = await simulate(evidence, [client({})], () => false)

  assert.deepEqual(verdict?.caveats, [{ kind: 'anonymous' }])
})

test('an open server is no caveat', async () => {
  const evidence = server({ 'https://mcp.example.net/mcp': { jsonrpc: '2.0', id: 0, result: {} } })

  const [verdict] = await simulate(evidence, [client({})], () => false)

  assert.deepEqual([verdict?.kind, verdict?.caveats], ['connects', []])
})

test('only the client that is shut out meets that answer, and nobody asks anew', async () => {
  const named = client({ version: fact('3'), network: { userAgent: { mcp: fact('first/{version}') } } })
  const other = client({ id: 'other', network: { userAgent: { mcp: fact('second/1') } } })
  const evidence = server({ 'https://mcp.example.net/shut': 403 })
  const refusal = await evidence.ask({ method: 'GET', url: 'https://mcp.example.net/shut', headers: {} })

  const verdicts = await simulate(
    evidence,
    [named, other],
    (voice, leg) => voice === 'first/3' && leg === 'document' && refusal,
  )

  assert.deepEqual(
    verdicts.map(({ kind, step }) => [kind, step]),
    [
      ['stops', 'registration'],
      ['connects', undefined],
    ],
  )
  const voices = new Set(evidence.exchanges.slice(1).map(({ request }) => request.headers['user-agent']))
  assert.deepEqual([...voices], ['portcullis-doctor'])
})

test('what was not asked nobody can tell', async () => {
  const evidence = gatherEvidence({
    target: 'https://mcp.example.net/mcp',
    mostRequests: 0,
    send: async () => assert.fail(),
  })

  const [verdict] = await simulate(evidence, [client({})], () => false)

  assert.equal(verdict?.kind, 'cannot_tell')
  assert.match(verdict?.why ?? '', /^POST https:\/\/mcp\.example\.net\/mcp was not asked/)
})

test('a walk that fails in the doctor itself leaves the verdicts on the others', async () => {
  const failing = client({ id: 'failing', family: fact('nobody' as never) })

  const [verdict, other] = await simulate(server({}), [failing, client({})], () => false)

  assert.deepEqual([verdict?.kind, verdict?.why], ['cannot_tell', 'The doctor itself failed here'])
  assert.equal(other?.kind, 'connects')
})

const issuer = 'https://auth.example.net'
const resourcePlace = 'https://mcp.example.net/.well-known/oauth-protected-resource/mcp'
const serverPlace = 'https://auth.example.net/.well-known/oauth-authorization-server'

function client(values: Partial<ClientProfile>): ClientProfile {
  return { id: 'client', name: 'Client', vendor: 'Somebody', runs: fact('locally'), family: fact('sdk-1'), ...values }
}

function fact<Value>(value: Value): Fact<Value> {
  return { value, sources: [], confidence: 'H' }
}

/** A good server, but for what is said: a document, or a status. */
function server(faults: Readonly<Record<string, object | number>>, origin = 'https://mcp.example.net'): Evidence {
  const documents: Readonly<Record<string, object | number>> = {
    [`${origin}/mcp`]: 401,
    [`${origin}/.well-known/oauth-protected-resource/mcp`]: {
      resource: `${origin}/mcp`,
      authorization_servers: [issuer],
    },
    [serverPlace]: {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      registration_endpoint: `${issuer}/register`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
    },
    [`${issuer}/register`]: 400,
    ...faults,
  }
  return gatherEvidence({
    target: `${origin}/mcp`,
    mostRequests: 60,
    send: async ({ url }: ProbeRequest) => answer(documents[url] ?? 404),
  })
}

function answer(document: object | number) {
  const [status, body] = typeof document === 'number' ? [document, ''] : [200, JSON.stringify(document)]
  return { kind: 'answer', status, headers: [['content-type', 'application/json']], body, isWhole: true } as const
}
