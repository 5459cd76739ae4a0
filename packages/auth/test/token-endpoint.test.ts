import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TokenRefusal } from '@portcullis/auth'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import {
  attemptOf,
  consent,
  createWorld,
  exchange,
  issuer,
  mcpRequest,
  postToken,
  refresh,
  register,
  resource,
  signedInClient,
  type World,
} from './world.ts'

test('AS-34 AS-37 AS-41 a code is exchanged for an access token that is bound to the resource, and no cache keeps the answer', async () => {
  const world = createWorld()
  const client = await register(world)
  const attempt = attemptOf(client)
  const code = (await consent(world, attempt)).get('code') ?? ''

  const { status, body, headers } = await exchange(world, attempt, code)

  assert.equal(status, 200)
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.equal(body.token_type, 'Bearer')
  assert.equal(body.expires_in, 600)
  assert.equal(body.scope, 'notes:read notes:write')
  assert.equal(decodeProtectedHeader(body.access_token).typ, 'at+jwt')
  const claims = decodeJwt(body.access_token)
  assert.deepEqual(
    {
      iss: claims.iss,
      aud: claims.aud,
      sub: claims.sub,
      client_id: claims.client_id,
      iat: claims.iat,
      exp: claims.exp,
    },
    { iss: issuer, aud: resource, sub: 'alice', client_id: client.clientId, iat: 1_800_000_000, exp: 1_800_000_600 },
  )
  assert.match(String(claims.grant_id), /^[\w-]{22}$/)
})

const burnsNothing: [string, Record<string, string>, string, TokenRefusal][] = [
  ['a wrong verifier', { code_verifier: 'x'.repeat(43) }, 'invalid_grant', 'wrong_code_verifier'],
  ['a malformed verifier', { code_verifier: 'short' }, 'invalid_grant', 'wrong_code_verifier'],
  ['no verifier', { code_verifier: '' }, 'invalid_request', 'malformed_request'],
  ['a wrong redirect URI', { redirect_uri: 'https://client.example/other' }, 'invalid_grant', 'wrong_redirect_uri'],
  ['no redirect URI', { redirect_uri: '' }, 'invalid_grant', 'wrong_redirect_uri'],
  ['another resource', { resource: 'https://other.example/mcp' }, 'invalid_target', 'wrong_resource'],
  ['an unknown client', { client_id: 'nobody' }, 'invalid_client', 'unknown_client'],
  ['a secret where none is registered', { client_secret: 'x' }, 'invalid_client', 'wrong_client_authentication'],
  ['another grant type', { grant_type: 'password' }, 'unsupported_grant_type', 'unsupported_grant_type'],
]
for (const [mistake, changes, error, reason] of burnsNothing)
  test(`AS-30 AS-41 law 5: ${mistake} is ${error}, told as ${reason}, and burns nothing`, async () => {
    const world = createWorld()
    const attempt = attemptOf(await register(world))
    const code = (await consent(world, attempt)).get('code') ?? ''

    const refused = await exchange(world, attempt, code, changes)

    assert.equal(refused.body.error, error)
    assert.deepEqual(reasonsOf(world), [reason])
    assert.equal((await exchange(world, attempt, code)).status, 200)
  })

test('AS-41 law 5: a code that another client presents is refused and burns nothing', async () => {
  const world = createWorld()
  const attempt = attemptOf(await register(world))
  const thief = await register(world)
  const code = (await consent(world, attempt)).get('code') ?? ''

  const refused = await exchange(world, attempt, code, { client_id: thief.clientId })

  assert.equal(refused.body.error, 'invalid_grant')
  assert.equal((await exchange(world, attempt, code)).status, 200)
})

test('AS-41 law 5: a code redeemed twice ends the grant, and with it what the first request was given', async () => {
  const world = createWorld()
  const attempt = attemptOf(await register(world))
  const code = (await consent(world, attempt)).get('code') ?? ''
  const first = await exchange(world, attempt, code)

  const second = await exchange(world, attempt, code)

  assert.equal(second.body.error, 'invalid_grant')
  assert.equal((await refresh(world, attempt.client, first.body.refresh_token ?? '')).body.error, 'invalid_grant')
  world.clock.now += 2
  assert.ok((await world.rs.authenticate(mcpRequest(first.body.access_token))) instanceof Response)
  assert.ok(world.events.some((event) => event.type === 'grant_ended' && event.reason === 'code_reused'))
})

test('AS-41 law 5: a second request that is not otherwise valid does not end the grant', async () => {
  const world = createWorld()
  const attempt = attemptOf(await register(world))
  const code = (await consent(world, attempt)).get('code') ?? ''
  const first = await exchange(world, attempt, code)

  await exchange(world, attempt, code, { code_verifier: 'x'.repeat(43) })

  assert.equal((await refresh(world, attempt.client, first.body.refresh_token ?? '')).status, 200)
})

test('AS-41 a code lives 60 seconds', async () => {
  const world = createWorld()
  const attempt = attemptOf(await register(world))
  const code = (await consent(world, attempt)).get('code') ?? ''
  world.clock.now += 60

  const { body } = await exchange(world, attempt, code)

  assert.equal(body.error, 'invalid_grant')
})

test('AS-38 a refresh token rotates', async () => {
  const world = createWorld()
  const { client, refreshToken } = await signedInClient(world)

  const { status, body } = await refresh(world, client, refreshToken)

  assert.equal(status, 200)
  assert.notEqual(body.refresh_token, refreshToken)
  assert.equal(body.scope, 'notes:read notes:write')
})

test('AS-38 law 6: 50 refreshes at once with one token get one and the same successor', async () => {
  const world = createWorld()
  const { client, refreshToken } = await signedInClient(world)

  const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(world, client, refreshToken)))

  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
  assert.equal(new Set(answers.map(({ body }) => body.refresh_token)).size, 1)
})

test('AS-41 law 5: of 50 exchanges of one code at once, one is answered and the grant ends', async () => {
  const world = createWorld()
  const attempt = attemptOf(await register(world))
  const code = (await consent(world, attempt)).get('code') ?? ''

  const answers = await Promise.all(Array.from({ length: 50 }, () => exchange(world, attempt, code)))

  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  assert.ok(world.events.some((event) => event.type === 'grant_ended'))
})

test('AS-38 law 6: within the window a lost answer is repeated, byte for byte, and leaves an event', async () => {
  const world = createWorld()
  const { client, refreshToken } = await signedInClient(world)
  const lost = await refresh(world, client, refreshToken)
  world.clock.now += 59

  const again = await refresh(world, client, refreshToken)

  assert.equal(again.status, 200)
  assert.equal(again.body.refresh_token, lost.body.refresh_token)
  assert.ok(world.events.some((event) => event.type === 'refresh_replayed'))
})

test('AS-38 law 6: the window closes after 60 seconds; reuse ends the grant', async () => {
  const world = createWorld()
  const { client, refreshToken } = await signedInClient(world)
  const successor = (await refresh(world, client, refreshToken)).body.refresh_token ?? ''
  world.clock.now += 60

  const reused = await refresh(world, client, refreshToken)

  assert.equal(reused.body.error, 'invalid_grant')
  assert.equal((await refresh(world, client, successor)).body.error, 'invalid_grant')
})

test('AS-38 law 6: the window closes when the successor is presented', async () => {
  const world = createWorld()
  const { client, refreshToken } = await signedInClient(world)
  const successor = (await refresh(world, client, refreshToken)).body.refresh_token ?? ''
  const third = (await refresh(world, client, successor)).body.refresh_token ?? ''

  const reused = await refresh(world, client, refreshToken)

  assert.equal(reused.body.error, 'invalid_grant')
  assert.equal((await refresh(world, client, third)).body.error, 'invalid_grant')
})

test('AS-38 law 6: with a window of 0 every second presentation is reuse', async () => {
  const world = createWorld({ as: { refreshReplayWindow: 0 } })
  const { client, refreshToken } = await signedInClient(world)
  await refresh(world, client, refreshToken)

  const reused = await refresh(world, client, refreshToken)

  assert.equal(reused.body.error, 'invalid_grant')
})

test('law 6: a scope at refresh narrows that access token alone, and what exceeds the grant is left out', async () => {
  const world = createWorld()
  const { client, refreshToken } = await signedInClient(world)

  const narrowed = await refresh(world, client, refreshToken, { scope: 'notes:read notes:delete' })
  const whole = await refresh(world, client, narrowed.body.refresh_token ?? '')

  assert.equal(narrowed.body.scope, 'notes:read')
  assert.equal(whole.body.scope, 'notes:read notes:write')
})

test('law 6: a scope at refresh of which nothing is left is invalid_scope and consumes nothing', async () => {
  const world = createWorld()
  const { client, refreshToken } = await signedInClient(world)

  const refused = await refresh(world, client, refreshToken, { scope: 'notes:delete' })

  assert.equal(refused.body.error, 'invalid_scope')
  assert.equal((await refresh(world, client, refreshToken)).status, 200)
})

test('law 6: a refresh for another resource is invalid_target and consumes nothing; without one it keeps the grant’s', async () => {
  const world = createWorld()
  const { client, refreshToken } = await signedInClient(world)

  const refused = await refresh(world, client, refreshToken, { resource: 'https://other.example/mcp' })

  assert.equal(refused.body.error, 'invalid_target')
  assert.equal(decodeJwt((await refresh(world, client, refreshToken)).body.access_token).aud, resource)
})

test('law 6: no kind of token passes as another', async () => {
  const world = createWorld()
  const attempt = attemptOf(await register(world))
  const code = (await consent(world, attempt)).get('code') ?? ''
  const asRefresh = await refresh(world, attempt.client, code)
  const { body } = await exchange(world, attempt, code)

  const asCode = await exchange(world, attempt, body.refresh_token ?? '')
  const accessAsRefresh = await refresh(world, attempt.client, body.access_token)
  const refreshAsAccess = await world.rs.authenticate(mcpRequest(body.refresh_token))

  assert.equal(asRefresh.body.error, 'invalid_grant')
  assert.equal(asCode.body.error, 'invalid_grant')
  assert.equal(accessAsRefresh.body.error, 'invalid_grant')
  assert.ok(refreshAsAccess instanceof Response && refreshAsAccess.status === 401)
})

test('law 6: a refresh token whose generation or MAC was changed is invalid_grant and changes nothing', async () => {
  const world = createWorld()
  const { client, refreshToken } = await signedInClient(world)
  const [keyId, kind, grantId, generation, mac = ''] = refreshToken.split('.')

  const ahead = await refresh(world, client, [keyId, kind, grantId, Number(generation) + 1, mac].join('.'))
  const behind = await refresh(world, client, [keyId, 'code', grantId, 0, mac].join('.'))
  const forged = await refresh(
    world,
    client,
    [keyId, kind, grantId, generation, mac.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))].join('.'),
  )

  assert.deepEqual(
    [ahead.body.error, behind.body.error, forged.body.error],
    ['invalid_grant', 'invalid_grant', 'invalid_grant'],
  )
  assert.equal((await refresh(world, client, refreshToken)).status, 200)
})

test('law 6: a refresh token of another client is invalid_grant and changes nothing', async () => {
  const world = createWorld()
  const { client, refreshToken } = await signedInClient(world)
  const other = await register(world)

  const refused = await refresh(world, other, refreshToken)

  assert.equal(refused.body.error, 'invalid_grant')
  assert.equal((await refresh(world, client, refreshToken)).status, 200)
})

test('AS-39 a client registered without the refresh_token grant gets no refresh token', async () => {
  const world = createWorld()
  const attempt = attemptOf(await register(world, { grant_types: ['authorization_code'] }))
  const code = (await consent(world, attempt)).get('code') ?? ''

  const { body } = await exchange(world, attempt, code)

  assert.equal(body.refresh_token, undefined)
})

test('a person who may have no more tokens gets none, and the grant ends', async () => {
  const active = new Set(['alice'])
  const world = createWorld()
  const { client, refreshToken } = await signedInClient(world)
  const interaction = {
    signedIn: async () => undefined,
    signIn: async () => new Response(),
    isActive: async (subject: string) => active.has(subject),
  }
  const server = createWorld({ store: world.store, as: { interaction } })
  const next = (await refresh(server, client, refreshToken)).body.refresh_token ?? ''

  active.clear()
  const refused = await refresh(server, client, next)
  active.add('alice')
  const after = await refresh(server, client, next)

  assert.deepEqual([refused.body.error, after.body.error], ['invalid_grant', 'invalid_grant'])
  assert.ok(server.events.some((event) => event.type === 'grant_ended' && event.reason === 'subject_disabled'))
})

test('secrets rotate with overlap: a refresh token made with the previous secret is still redeemed', async () => {
  const { secret } = await import('./world.ts')
  const before = createWorld()
  const { client, refreshToken } = await signedInClient(before)
  const after = createWorld({
    store: before.store,
    as: { secrets: [{ id: 'k2', secret: new Uint8Array(32).fill(7) }, secret] },
  })

  const { status, body } = await refresh(after, client, refreshToken)

  assert.equal(status, 200)
  assert.match(body.refresh_token ?? '', /^k2\.refresh\./)
})

test('a confidential client authenticates by basic or post, by one of them at a time, and not with a wrong secret', async () => {
  const world = createWorld()
  const attempt = attemptOf(await register(world, { token_endpoint_auth_method: 'client_secret_basic' }))
  const { clientId, clientSecret = '' } = attempt.client
  const code = (await consent(world, attempt)).get('code') ?? ''
  const basic = (password: string) => ({
    authorization: `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(password)}`)}`,
  })
  const fields = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: attempt.client.redirectUri,
    code_verifier: attempt.verifier,
  }

  const none = await postToken(world, { ...fields, client_id: clientId })
  const wrong = await postToken(world, fields, basic('wrong'))
  const both = await postToken(world, { ...fields, client_secret: clientSecret }, basic(clientSecret))
  const right = await postToken(world, fields, basic(clientSecret))

  assert.deepEqual([none.status, none.body.error], [401, 'invalid_client'])
  assert.deepEqual([wrong.status, wrong.body.error], [401, 'invalid_client'])
  assert.match(wrong.headers.get('www-authenticate') ?? '', /^Basic /)
  assert.deepEqual([both.status, both.body.error], [400, 'invalid_request'])
  assert.equal(right.status, 200)
})

test('refusals are limited by address and client: another client at the same address is not held up', async () => {
  const world = createWorld({ as: { refusalLimit: 3 } })
  const { client, refreshToken } = await signedInClient(world)
  const other = await register(world)

  const statuses = []
  for (let attempt = 0; attempt < 5; attempt += 1)
    statuses.push((await refresh(world, other, 'k1.refresh.nonsense')).status)

  assert.deepEqual(statuses, [400, 400, 400, 429, 429])
  assert.deepEqual(reasonsOf(world), [...Array(3).fill('malformed_secret'), 'rate_limited', 'rate_limited'])
  assert.equal((await refresh(world, client, refreshToken)).status, 200)
})

function reasonsOf({ events }: World): TokenRefusal[] {
  return events.flatMap((event) => (event.type === 'token_refused' ? [event.reason] : []))
}
