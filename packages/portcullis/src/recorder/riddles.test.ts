import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  attemptsOf,
  byPerson,
  connecting,
  observed,
  publicUrl,
  recorded,
  type Told,
  verdictAfter,
} from '../../test/attempt-scene.ts'
import type { Observation } from './observation.ts'
import type { Party, RiddleCode } from './riddle.ts'
import { riddles } from './riddles.ts'

/** Each riddle as it is met: what happens, how many seconds afterwards somebody looks, and whose doing it is. */
interface Scene {
  code: RiddleCode
  title: string
  happens: readonly Observation[]
  seconds?: number
  party: Party
  /** What the evidence says. */
  evidence?: RegExp
  /** What the next step names. */
  nextStep?: RegExp
}

const claude = { address: '160.79.104.9', agent: 'python-httpx/0.28.1' }
const document = 'https://claude.ai/oauth/mcp-oauth-client-metadata'
const post = (told: Told) => observed({ method: 'POST', status: 400, path: '/token', clientId: 'client-1', ...told })
const afterToken = (...more: Observation[]) => [...connecting({ until: 'called' }), ...more]

const scenes: readonly Scene[] = [
  {
    code: 'wrong_host',
    title: 'a proxy passes on another host',
    happens: [observed({ after: 0, status: 403, steps: [{ code: 'host_rejected', detail: 'internal:7080' }] })],
    party: 'your_edge',
    evidence: /internal:7080/,
  },
  {
    code: 'wrong_path',
    title: 'the client was given the origin alone',
    happens: [observed({ after: 0, method: 'POST', path: '/', status: 405, steps: ['elsewhere'] })],
    party: 'the_person',
    nextStep: /https:\/\/mcp\.example\/mcp/,
  },
  {
    code: 'preflight_refused',
    title: 'a web page of another origin asks',
    happens: [
      observed({
        after: 0,
        method: 'OPTIONS',
        status: 403,
        steps: [{ code: 'origin_rejected', detail: 'https://app.example' }],
      }),
    ],
    party: 'your_server',
    nextStep: /https:\/\/app\.example/,
  },
  {
    code: 'challenge_ignored',
    title: 'a known client gets no further than the challenge',
    happens: [observed({ after: 0, agent: 'Visual Studio Code/1.115.0', status: 401, steps: ['challenged'] })],
    seconds: 60,
    party: 'your_edge',
  },
  {
    code: 'challenge_ignored',
    title: 'a monitor asks every minute',
    happens: Array.from({ length: 30 }, (_, nth) =>
      observed({ after: nth * 60, agent: 'UptimeBot/2', status: 401, steps: ['challenged'] }),
    ),
    seconds: 120,
    party: 'the_client',
    evidence: /^30 requests/,
  },
  {
    code: 'metadata_rejected',
    title: 'Claude compares the typed URL with the metadata, byte for byte',
    happens: [
      observed({ ...claude, after: 0, method: 'POST', path: '/mcp/', status: 401, steps: ['challenged'] }),
      observed({ ...claude, after: 1, steps: ['resource_metadata'] }),
    ],
    seconds: 60,
    party: 'the_person',
    evidence: /asked at \/mcp\/, and the metadata names https:\/\/mcp\.example\/mcp.*byte for byte/s,
  },
  {
    code: 'metadata_rejected',
    title: 'Codex looked for metadata everywhere but where it was (recorded)',
    happens: recorded('codex-0.169.0-asroot404'),
    seconds: 60,
    party: 'the_client',
    evidence: /also looked at/,
  },
  {
    code: 'metadata_rejected',
    title: 'Claude Code found no way to register (recorded)',
    happens: recorded('claude-code-2.1.329-nodcr'),
    seconds: 120,
    party: 'the_client',
  },
  {
    code: 'registration_refused',
    title: 'registration is closed',
    happens: [
      ...connecting({ until: 'registered' }),
      post({
        after: 3,
        path: '/register',
        status: 401,
        steps: [{ code: 'registration_refused', reason: 'unauthorized' }],
      }),
    ],
    party: 'your_server',
    evidence: /unauthorized/,
  },
  {
    code: 'browser_never_opened',
    title: 'a client registered as soon as it knew the address',
    happens: connecting({ until: 'authorization_started' }),
    seconds: 300,
    party: 'the_client',
  },
  {
    code: 'client_document_unreachable',
    title: 'this machine is not let out to the host of the document',
    happens: [
      observed({ ...claude, after: 0, steps: ['challenged'] }),
      byPerson({
        after: 2,
        status: 503,
        clientId: document,
        steps: [
          { code: 'document_failed', reason: 'nothing', detail: 'claude.ai did not answer' },
          { code: 'authorization_refused', reason: 'client_unavailable' },
        ],
      }),
    ],
    party: 'your_edge',
    evidence: /claude\.ai did not answer/,
  },
  {
    code: 'stale_client',
    title: 'the database was lost, and clients come with identifiers of before',
    happens: [
      byPerson({
        after: 0,
        status: 400,
        clientId: 'gone',
        steps: [{ code: 'authorization_refused', reason: 'unknown_client' }],
      }),
    ],
    party: 'the_client',
    evidence: /the client gone,/,
  },
  {
    code: 'stale_client',
    title: 'the same at the token endpoint',
    happens: [
      post({ after: 0, status: 401, clientId: 'gone', steps: [{ code: 'token_refused', reason: 'unknown_client' }] }),
    ],
    party: 'the_client',
  },
  {
    code: 'authorization_refused',
    title: 'a request for a resource that is none of ours',
    happens: [
      ...connecting({ until: 'authorization_started' }),
      byPerson({
        after: 4,
        status: 400,
        clientId: 'client-1',
        steps: [{ code: 'authorization_refused', reason: 'wrong_resource' }],
      }),
    ],
    party: 'the_client',
    evidence: /wrong_resource/,
  },
  {
    code: 'identity_provider_unavailable',
    title: 'the identity provider is down',
    happens: [
      ...connecting({ until: 'signed_in' }),
      byPerson({ after: 6, path: '/account/callback/keycloak', status: 503, steps: ['identity_unavailable'] }),
    ],
    party: 'your_identity_provider',
  },
  {
    code: 'identity_provider_refused',
    title: 'a rule lets nobody of that group in',
    happens: [
      ...connecting({ until: 'signed_in' }),
      byPerson({
        after: 6,
        path: '/account/callback/keycloak',
        status: 403,
        steps: [{ code: 'identity_refused', reason: 'not_admitted' }],
      }),
    ],
    party: 'your_identity_provider',
    evidence: /not_admitted/,
  },
  {
    code: 'sign_in_unfinished',
    title: 'the person closed the sign-in page',
    happens: connecting({ until: 'signed_in' }),
    seconds: 1200,
    party: 'the_person',
  },
  {
    code: 'sign_in_unfinished',
    title: 'the person did not know the password',
    happens: [
      ...connecting({ until: 'signed_in' }),
      byPerson({ after: 30, path: '/account/sign-in', steps: [{ code: 'sign_in_refused', reason: 'wrong' }] }),
      byPerson({ after: 40, path: '/account/sign-in', steps: [{ code: 'sign_in_refused', reason: 'wrong' }] }),
    ],
    seconds: 1200,
    party: 'the_person',
    evidence: /2 sign-ins were refused/,
  },
  {
    code: 'consent_denied',
    title: 'the person said no',
    happens: [
      ...connecting({ until: 'consented' }),
      byPerson({ after: 30, clientId: 'client-1', steps: ['consent_denied'] }),
      observed({ after: 32, steps: ['challenged'] }),
    ],
    party: 'the_person',
  },
  {
    code: 'consent_unanswered',
    title: 'the consent page stayed open behind other windows',
    happens: connecting({ until: 'consented' }),
    seconds: 900,
    party: 'the_person',
  },
  {
    code: 'device_code_not_typed',
    title: 'nobody typed the code',
    happens: [observed({ after: 0, path: '/device_authorization', clientId: 'tv', steps: ['device_started'] })],
    seconds: 1000,
    party: 'the_person',
  },
  {
    code: 'code_never_redeemed',
    title: 'the cloud of the client stopped after the code',
    happens: connecting({ until: 'token_issued', ...claude }),
    seconds: 120,
    party: 'the_client',
    evidence: /Nobody came to \/token/,
  },
  {
    code: 'token_refused',
    title: 'the code came too late',
    happens: [
      ...connecting({ until: 'token_issued' }),
      post({ after: 300, grantId: 'grant-1', steps: [{ code: 'token_refused', reason: 'unknown_or_expired_grant' }] }),
    ],
    party: 'the_client',
    evidence: /unknown_or_expired_grant/,
  },
  {
    code: 'refresh_refused',
    title: 'Claude Code could not renew its token (recorded)',
    happens: recorded('claude-code-2.1.329-rtfail'),
    party: 'the_client',
    evidence: /unknown_or_expired_grant/,
  },
  {
    code: 'refresh_refused',
    title: 'Codex could not, and went on with the expired one (recorded)',
    happens: recorded('codex-0.169.0-sess-rtfail'),
    party: 'the_client',
  },
  {
    code: 'token_never_used',
    title: 'a CDN blocks Claude-User alone',
    happens: connecting({ until: 'called', ...claude }),
    seconds: 90,
    party: 'your_edge',
    evidence: /as User-Agent Claude-User; what came before came as python-httpx/,
    nextStep: /portcullis doctor https:\/\/mcp\.example\/mcp.*Block AI bots/s,
  },
  {
    code: 'token_never_used',
    title: 'Codex signs in by a command of its own (recorded)',
    happens: recorded('codex-0.169.0-cimd'),
    seconds: 90,
    party: 'the_client',
    nextStep: /Use the server in the client once/,
  },
  {
    code: 'came_back_without_token',
    title: 'Codex begins again without the token it was given (recorded)',
    happens: recorded('codex-0.169.0-default').slice(0, 12),
    party: 'the_client',
    evidence: /do come through/,
  },
  {
    code: 'challenged_with_token',
    title: 'a token for another URL, again and again',
    happens: Array.from({ length: 4 }, (_, nth) =>
      observed({
        after: nth,
        method: 'POST',
        status: 401,
        steps: [{ code: 'token_rejected', reason: 'wrong_audience' }],
      }),
    ),
    party: 'your_server',
    evidence: /^4 times a token was refused: wrong_audience/,
  },
  {
    code: 'step_up_loop',
    title: 'the client comes back without the scope, each time',
    happens: [
      ...connecting(),
      observed({
        after: 30,
        clientId: 'client-1',
        grantId: 'grant-1',
        status: 403,
        steps: [{ code: 'scope_insufficient', detail: 'notes:write' }],
      }),
      byPerson({
        after: 40,
        clientId: 'client-1',
        grantId: 'grant-2',
        steps: ['authorization_started', 'consent_skipped', 'code_issued'],
      }),
      observed({ after: 41, clientId: 'client-1', grantId: 'grant-2', steps: ['token_issued'] }),
      observed({
        after: 42,
        clientId: 'client-1',
        grantId: 'grant-2',
        status: 403,
        steps: [{ code: 'scope_insufficient', detail: 'notes:write' }],
      }),
    ],
    party: 'the_client',
    evidence: /^2 calls were refused for want of notes:write/,
  },
  {
    code: 'step_up_unfinished',
    title: 'Claude Code looked for the way and did not ask (recorded)',
    happens: recorded('claude-code-2.1.329-stepup'),
    seconds: 120,
    party: 'the_client',
    evidence: /mcp:write/,
  },
  {
    code: 'call_denied',
    title: 'a rule says no to the first call',
    happens: afterToken(
      observed({
        after: 30,
        grantId: 'grant-1',
        status: 403,
        steps: [{ code: 'call_denied', detail: 'Not from here' }],
      }),
    ),
    party: 'your_server',
    evidence: /Not from here/,
  },
  {
    code: 'upstream_down',
    title: 'the MCP server behind does not answer',
    happens: afterToken(
      observed({
        after: 30,
        grantId: 'grant-1',
        status: 502,
        steps: ['called', { code: 'upstream_failed', detail: 'refused the connection' }],
      }),
    ),
    party: 'your_server',
    evidence: /answered with 502.*refused the connection/s,
  },
  {
    code: 'own_failure',
    title: 'the database is away',
    happens: afterToken(
      observed({ after: 30, grantId: 'grant-1', status: 503, steps: [{ code: 'unavailable', reason: 'revocations' }] }),
    ),
    party: 'your_server',
  },
]

for (const { code, title, happens, seconds = 1, party, evidence, nextStep } of scenes)
  test(`${code}: ${title}`, () => {
    const verdict = verdictAfter(attemptsOf(happens)[0], seconds)

    assert.equal(verdict.riddle?.code, code, verdict.sentence)
    assert.equal(verdict.party, party)
    assert.ok(verdict.nextStep)
    if (evidence !== undefined) assert.match(verdict.evidence.join('\n'), evidence)
    if (nextStep !== undefined) assert.match(verdict.nextStep, nextStep)
  })

test('a client that registers twice within seconds is one attempt, and that is a remark beside the verdict', () => {
  const [first, ...others] = connecting({ until: 'authorization_started', ...claude })
  assert.ok(first)
  const again = observed({ ...claude, after: 4, path: '/register', clientId: 'client-2', steps: ['registered'] })

  const attempts = attemptsOf([first, ...others, again])

  assert.equal(attempts.length, 1)
  assert.match(verdictAfter(attempts[0], 1).remarks.join(), /registered 2 times/)
})

test('every riddle that has a name is met in a scene', () => {
  const met = new Set<string>([...scenes.map(({ code }) => code), 'registered_twice'])

  assert.deepEqual(
    riddles.map(({ code }) => code).filter((code) => !met.has(code)),
    [],
  )
})

test('nobody is blamed before the time that the client takes has gone by', () => {
  for (const until of ['resource_metadata', 'authorization_started', 'consented', 'token_issued', 'called'] as const) {
    const verdict = verdictAfter(attemptsOf(connecting({ until, ...claude }))[0], 5)

    assert.equal(verdict.party, 'still_waiting', until)
  }
})

test('whoever tries again after a refusal is judged by what came then', () => {
  const denied = byPerson({ after: 30, clientId: 'client-1', steps: ['consent_denied'] })
  const again = connecting({ from: 60 }).map((seen) => ({ ...seen, network: denied.network }))

  const [first] = attemptsOf([...connecting({ until: 'consented' }), denied, ...again.slice(4)])

  assert.equal(verdictAfter(first, 1).party, 'connected')
})

test('a token for a server elsewhere is all that can be seen, and no riddle', () => {
  const elsewhere = { resource: 'https://other.example/mcp' }

  const verdict = verdictAfter(
    attemptsOf(connecting({ until: 'called' }).map((seen) => ({ ...seen, ...elsewhere })))[0],
    900,
  )

  assert.equal(verdict.party, 'connected')
  assert.match(verdict.sentence, /other\.example/)
  assert.ok(!verdict.sentence.includes(publicUrl))
})
