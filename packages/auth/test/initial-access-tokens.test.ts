import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWorld, issuer, type World } from './world.ts'

const tokens = ['first-token-with-more-than-32-characters', 'second-token-with-more-than-32-characters']
const body = { redirect_uris: ['https://client.example/cb'], token_endpoint_auth_method: 'none' }

async function post(world: World, authorization?: string, path = '/register') {
  return world.send(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
    body: JSON.stringify(body),
    address: '192.0.2.1',
  })
}

test('AS-10 where initial access tokens are wanted, who has one registers (RFC 7591 §3)', async () => {
  const world = createWorld({ as: { initialAccessTokens: tokens } })

  for (const token of tokens) assert.equal((await post(world, `Bearer ${token}`)).status, 201)
})

test('AS-10 who has none is challenged without an error, and who has a wrong one with invalid_token (RFC 6750 §3.1)', async () => {
  const world = createWorld({ as: { initialAccessTokens: tokens } })

  for (const authorization of [undefined, 'Basic YTpi', 'Bearer', tokens[0]]) {
    const response = await post(world, authorization)
    assert.deepEqual([response.status, response.headers.get('www-authenticate')], [401, 'Bearer'], authorization)
  }
  for (const token of ['x', `${tokens[0]}x`, tokens.join(' '), tokens[0]?.toUpperCase()]) {
    const response = await post(world, `Bearer ${token}`)
    const challenge = response.headers.get('www-authenticate') ?? ''
    assert.equal(response.status, 401)
    assert.match(challenge, /^Bearer(?: error="invalid_token", error_description="[^"]+")?$/)
    assert.equal((await response.json()).error, 'invalid_token')
  }
  assert.match((await post(world, 'Bearer x')).headers.get('www-authenticate') ?? '', /error="invalid_token"/)
  assert.ok(!world.events.some(({ type }) => type === 'client_registered'))
})

test('law 11: no event holds an initial access token, right or wrong', async () => {
  const world = createWorld({ as: { initialAccessTokens: tokens } })

  await post(world, `Bearer ${tokens[0]}`)
  await post(world, 'Bearer wrong-one')

  assert.doesNotMatch(JSON.stringify(world.events), /first-token|wrong-one/)
  assert.ok(
    world.events.some((event) => event.type === 'registration_refused' && /not one of this server/.test(event.detail)),
  )
})

test('guesses at an initial access token are limited by address', async () => {
  const world = createWorld({ as: { initialAccessTokens: tokens, registrationLimit: 2 } })
  const statuses: number[] = []

  for (let nth = 0; nth < 3; nth += 1) statuses.push((await post(world, `Bearer ${nth}`)).status)

  assert.deepEqual(statuses, [401, 401, 429])
})

test('law 15: the root alias wants the token as well', async () => {
  const world = createWorld({ as: { issuer: `${issuer}/tenant`, initialAccessTokens: tokens } })

  for (const path of ['/register', '/tenant/register']) {
    assert.equal((await post(world, undefined, path)).status, 401)
    assert.equal((await post(world, `Bearer ${tokens[0]}`, path)).status, 201)
  }
})

test('without the option anybody may register, whatever they show', async () => {
  assert.equal((await post(createWorld(), 'Bearer anything')).status, 201)
})

test('an initial access token that is short is refused at construction', () => {
  assert.throws(() => createWorld({ as: { initialAccessTokens: ['short'] } }), TypeError)
})
