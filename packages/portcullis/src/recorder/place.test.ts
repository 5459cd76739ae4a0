import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { attemptsOf, byPerson, connecting, observed, recorded } from '../../test/attempt-scene.ts'
import { mostEntries } from './attempt.ts'
import { isWorthKeeping } from './worth-keeping.ts'

/** The runs in which the server had its endpoints where ours are, and that end with the sign-in: one run is one attempt. */
const wholeRuns = [
  'claude-code-2.1.329-default',
  'claude-code-2.1.329-cimd',
  'claude-code-2.1.329-noprm',
  'claude-code-2.1.329-session',
  'client-2.4.0-default',
  'client-2.4.0-cimd',
  'mcp-remote-0.15.1-default',
  'mcp-remote-0.15.1-stepup',
  'sdk-1.32.2-default',
  'codex-0.169.0-session',
]

for (const name of wholeRuns)
  test(`all requests of the recorded run ${name} are one attempt, whatever names its parts go by, and it is connected`, () => {
    const attempts = attemptsOf(recorded(name))

    assert.equal(attempts.length, 1)
    assert.deepEqual(attempts[0]?.doubts, [])
    assert.notEqual(attempts[0]?.connectedAt, undefined)
  })

test('no recorded run of a real client makes more attempts than it made connections, renewals aside', () => {
  for (const file of readdirSync(new URL('../../../clients/recordings', import.meta.url))) {
    if (file.includes('aspath')) continue // signs in at an address that is none of ours
    const attempts = attemptsOf(recorded(file.replace('.json', ''))).filter(isWorthKeeping)

    assert.ok(attempts.length <= 2, `${file}: ${attempts.length}`)
  }
})

test('a client that registers and begins anew after its token was issued makes another attempt, which names the one before', () => {
  const [first, second] = attemptsOf(recorded('codex-0.169.0-default'))

  assert.equal(second?.follows, first?.id)
  assert.notDeepEqual(second?.clientIds, first?.clientIds)
})

test('two people in one office with a client each are two attempts, though their requests cross', () => {
  const one = connecting({ agent: 'claude-code/2.1.329 (cli)', clientId: 'one', grantId: 'g1' })
  const other = connecting({ agent: 'codex-mcp-client/0.169.0', clientId: 'other', grantId: 'g2', from: 0.5 })
  const crossing = [...one, ...other].sort((first, second) => first.at - second.at)

  const attempts = attemptsOf(crossing)

  assert.equal(attempts.length, 2)
  assert.deepEqual(
    attempts.map(({ clientIds, grantIds }) => [...clientIds, ...grantIds]),
    [
      ['one', 'g1'],
      ['other', 'g2'],
    ],
  )
})

test('several people who use one cloud client at once are told apart by their browsers, and what cannot be told is said', () => {
  const document = 'https://claude.ai/oauth/mcp-oauth-client-metadata'
  const cloud = { address: '160.79.104.9', agent: 'python-httpx/0.28.1' }
  const ada = { address: '198.51.100.1', request: 'r-ada' }
  const bob = { address: '198.51.100.2', request: 'r-bob' }
  const redirectUris = ['https://claude.ai/api/mcp/auth_callback']

  const attempts = attemptsOf([
    observed({ ...cloud, after: 0, steps: ['challenged'] }),
    observed({ ...cloud, address: '160.79.105.1', after: 1, steps: ['resource_metadata'] }),
    byPerson({ ...ada, after: 2, clientId: document, redirectUris, steps: ['authorization_started', 'consent_shown'] }),
    observed({ ...cloud, after: 3, steps: ['challenged'] }),
    byPerson({ ...bob, after: 4, clientId: document, redirectUris, steps: ['authorization_started', 'consent_shown'] }),
    byPerson({
      ...bob,
      after: 5,
      clientId: document,
      grantId: 'g-bob',
      subject: 'bob',
      steps: ['consented', 'code_issued'],
    }),
    byPerson({
      ...ada,
      after: 6,
      clientId: document,
      grantId: 'g-ada',
      subject: 'ada',
      steps: ['consented', 'code_issued'],
    }),
    observed({ ...cloud, after: 7, clientId: document, grantId: 'g-bob', steps: ['token_issued'] }),
    observed({ ...cloud, after: 8, agent: 'Claude-User', clientId: document, grantId: 'g-bob', steps: ['called'] }),
  ])

  assert.deepEqual(
    attempts.map(({ subject, grantIds, connectedAt }) => [subject, ...grantIds, connectedAt !== undefined]),
    [
      ['ada', 'g-ada', false],
      ['bob', 'g-bob', true],
    ],
  )
  assert.deepEqual(attempts[0]?.addresses, ['160.79.104.9', '160.79.105.1'])
  assert.deepEqual(attempts[1]?.doubts, ['shared_service'])
})

test('a call under a grant that nobody here saw begin joins no attempt of the same client, which many people share', () => {
  const document = 'https://claude.ai/oauth/mcp-oauth-client-metadata'

  const attempts = attemptsOf([
    byPerson({ after: 0, clientId: document, steps: ['authorization_started', 'consent_shown'] }),
    observed({ after: 1, clientId: document, grantId: 'of somebody else', steps: ['called'] }),
  ])

  assert.equal(attempts.length, 2)
  assert.equal(attempts[0]?.connectedAt, undefined)
})

test('two browsers with the same client identifier are two attempts, and the doubt is named', () => {
  const attempts = attemptsOf([
    ...connecting({ until: 'authorization_started' }),
    byPerson({ after: 5, clientId: 'client-1', request: 'a', steps: ['authorization_started'] }),
    byPerson({ after: 6, clientId: 'client-1', request: 'b', address: '192.0.2.9', steps: ['authorization_started'] }),
  ])

  assert.deepEqual(
    attempts.map(({ doubts }) => doubts),
    [[], ['shared_client_id']],
  )
})

test('a request an hour later begins anew, and one of nobody in particular is none', () => {
  const attempts = attemptsOf([
    observed({ after: 0, steps: ['challenged'] }),
    observed({ after: 3600, steps: ['challenged'] }),
    observed({ after: 3601, address: '192.0.2.1', speaksMcp: false, steps: ['elsewhere'] }),
    observed({ after: 3602, address: '192.0.2.2', speaksMcp: false, steps: ['server_metadata'] }),
    byPerson({ after: 3603, address: '192.0.2.3', path: '/account/sign-in', steps: ['signed_in'] }),
    observed({ after: 3604, address: '192.0.2.4', agent: 'Mozilla/5.0', speaksMcp: false, steps: ['challenged'] }),
  ])

  assert.equal(attempts.length, 2)
})

test('whatever many addresses ask, and however often, what is held is bounded, and an attempt with a person is not pushed out', () => {
  const flood = Array.from({ length: 2000 }, (_, nth) =>
    observed({
      after: 40 + nth / 100,
      address: `10.${nth >> 8}.${nth & 255}.1`,
      agent: `a${nth}/1`,
      steps: ['challenged'],
    }),
  )
  const oneAddress = Array.from({ length: 500 }, (_, nth) =>
    observed({
      after: 70 + nth / 100,
      address: '192.0.2.7',
      agent: `name${nth}/1`,
      status: 401,
      steps: ['challenged'],
    }),
  )

  const attempts = attemptsOf([...connecting({ until: 'code_issued' }), ...flood, ...oneAddress])

  assert.ok(attempts.length <= 300, String(attempts.length))
  assert.ok(attempts.some(({ subject }) => subject === 'person'))
  const ofOne = attempts.filter(({ network }) => network === 'address:192.0.2.7')
  assert.ok(ofOne.length <= 10)
  for (const { entries, agents } of ofOne) assert.ok(entries.length <= mostEntries && agents.length <= 6)
})

test('whoever sends browsers without end, under ever new names, makes few attempts, and pushes out nobody who signed in or comes from elsewhere', () => {
  const flood = (address: (nth: number) => string, count: number) =>
    Array.from({ length: count }, (_, nth) =>
      byPerson({
        after: 40 + nth / 100,
        address: address(nth),
        network: `address:${address(nth)}`,
        agent: `Mozilla/5.0 (${nth})`,
        browser: `flood ${address(nth)} ${nth}`,
        clientId: 'client-9',
        request: `flood ${address(nth)} ${nth}`,
        steps: ['authorization_started', 'sign_in_shown'],
      }),
    )

  const ofOne = attemptsOf(flood(() => '192.0.2.7', 500))
  const attempts = attemptsOf([
    ...connecting({ until: 'code_issued' }),
    ...flood((nth) => `10.${nth >> 8}.${nth & 255}.1`, 1000),
  ])

  assert.ok(ofOne.length <= 50, String(ofOne.length))
  assert.ok(attempts.length <= 300, String(attempts.length))
  assert.ok(attempts.some(({ subject }) => subject === 'person'))
})

test('whoever names the client of somebody else, and is refused elsewhere, writes nothing into their attempt', () => {
  const attempts = attemptsOf([
    ...connecting({ until: 'token_issued' }),
    observed({ after: 25.5, address: '198.51.100.9', clientId: 'client-1', path: '/token', steps: ['token_refused'] }),
    ...connecting().slice(8),
  ])

  assert.deepEqual(
    attempts.map(({ entries }) => entries.some(({ steps }) => steps.some(({ code }) => code === 'token_refused'))),
    [false, true],
  )
  assert.ok(attempts[0]?.connectedAt !== undefined)
})
