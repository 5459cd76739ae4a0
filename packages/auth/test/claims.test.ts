import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClaimsHook, ClaimsRequest } from '@portcullis/auth/authorization-server'
import {
  attemptOf,
  consent,
  createWorld,
  exchange,
  mcpRequest,
  refresh,
  register,
  resource,
  signedInClient,
  type World,
} from './world.ts'

test('claims of the host stand in the access token, and the resource server has them apart from those of the issuer', async () => {
  const asked: ClaimsRequest[] = []
  const world = claiming((request) => {
    asked.push(request)
    return { team: 'finance', roles: ['reader'], quota: { daily: 5 } }
  })
  const { client, accessToken } = await signedInClient(world)

  const token = await world.rs.authenticate(mcpRequest(accessToken))

  assert.ok(!(token instanceof Response))
  assert.deepEqual(token.extraClaims, { team: 'finance', roles: ['reader'], quota: { daily: 5 } })
  assert.equal(token.claims.team, 'finance')
  assert.deepEqual(asked, [
    {
      subject: 'alice',
      clientId: client.clientId,
      resource,
      scope: ['notes:read', 'notes:write'],
      grantId: token.grantId,
    },
  ])
})

test('claims are asked for anew at each refresh, for the scope of that token', async () => {
  const world = claiming(({ scope }) => ({ count: scope.length }))
  const { client, refreshToken } = await signedInClient(world)

  const { body } = await refresh(world, client, refreshToken, { scope: 'notes:read' })
  const token = await world.rs.authenticate(mcpRequest(body.access_token))

  assert.ok(!(token instanceof Response))
  assert.deepEqual(token.extraClaims, { count: 1 })
})

const reserved = [
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'client_id',
  'scope',
  'scp',
  'grant_id',
  'exchanged_under',
  'auth_time',
  'act',
  'may_act',
  'cnf',
  'azp',
  'nonce',
  'typ',
  'active',
  'token_type',
  'username',
  'preferred_username',
  '__proto__',
]
for (const name of reserved)
  test(`law 2: a hook that sets "${name}" gets no token made, is told so, and loses nobody their grant`, async () => {
    let claims = `{"${name}":"x","team":"a"}`
    const world = claiming(() => JSON.parse(claims))
    const client = await register(world)
    const attempt = attemptOf(client)
    const code = (await consent(world, attempt)).get('code') ?? ''

    const refused = await exchange(world, attempt, code)
    claims = '{"team":"a"}'
    const mended = await exchange(world, attempt, code)

    assert.deepEqual([refused.status, refused.body.error, mended.status], [500, 'server_error', 200])
    const failed = world.events.find(({ type }) => type === 'claims_failed')
    assert.ok(failed?.type === 'claims_failed' && failed.reason === 'reserved_name')
    assert.equal(failed.clientId, client.clientId)
  })

const faults: [string, ClaimsHook, number, string, string][] = [
  [
    'throws',
    () => {
      throw new Error('the directory at 10.0.0.7 is down')
    },
    503,
    'temporarily_unavailable',
    'hook_failed',
  ],
  ['rejects', () => Promise.reject(new Error('10.0.0.7')), 503, 'temporarily_unavailable', 'hook_failed'],
  ['gives what is no JSON', () => ({ big: 1n }), 503, 'temporarily_unavailable', 'hook_failed'],
  ['gives a list', () => ['a'] as unknown as Record<string, unknown>, 500, 'server_error', 'not_an_object'],
  ['gives text', () => 'a' as unknown as Record<string, unknown>, 500, 'server_error', 'not_an_object'],
  ['gives too much', () => ({ roles: 'ä'.repeat(2050) }), 500, 'server_error', 'too_large'],
  [
    'hides a claim of the issuer in toJSON',
    () => ({ toJSON: () => ({ sub: 'root' }) }),
    500,
    'server_error',
    'reserved_name',
  ],
]
for (const [what, claims, status, error, reason] of faults)
  test(`law 6: a hook that ${what} costs a token, never a refresh token, and the client learns nothing of it`, async () => {
    let isFaulty = false
    const world = claiming((request) => (isFaulty ? claims(request) : {}), { refusalLimit: 1 })
    const { client, refreshToken } = await signedInClient(world)
    isFaulty = true

    const refused = [
      await refresh(world, client, refreshToken),
      await refresh(world, client, refreshToken),
      await refresh(world, client, refreshToken),
    ]
    isFaulty = false
    world.clock.now += 3600 // beyond the window in which a lost answer would be given again
    const mended = await refresh(world, client, refreshToken)

    assert.deepEqual(
      refused.map((answer) => [answer.status, answer.body.error, 'access_token' in answer.body]),
      refused.map(() => [status, error, false]),
    )
    assert.ok(!JSON.stringify(refused).includes('10.0.0.7'))
    assert.equal(refused[0]?.headers.has('retry-after'), status === 503)
    assert.equal(mended.status, 200)
    assert.ok(world.events.some((event) => event.type === 'claims_failed' && event.reason === reason))
    assert.ok(world.events.some((event) => event.type === 'token_refused' && event.reason === 'claims_unavailable'))
  })

test('a hook that gives nothing adds nothing', async () => {
  const world = claiming(() => undefined)
  const { accessToken } = await signedInClient(world)

  const token = await world.rs.authenticate(mcpRequest(accessToken))

  assert.ok(!(token instanceof Response))
  assert.deepEqual(token.extraClaims, {})
})

function claiming(claims: ClaimsHook, options: { refusalLimit?: number } = {}): World {
  return createWorld({ as: { claims, ...options } })
}
