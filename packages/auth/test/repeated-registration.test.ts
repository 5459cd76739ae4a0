import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deleteClient } from '@portcullis/auth/authorization-server'
import { attemptOf, authorize, consent, createWorld, type World } from './world.ts'

const claude = {
  client_name: 'Claude',
  redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  scope: 'notes:read',
}

async function post(
  world: World,
  body: object = claude,
  { address, token }: { address?: string; token?: string } = {},
) {
  const response = await world.send('/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
    ...(address !== undefined && { address }),
  })
  return { status: response.status, body: await response.json() }
}

const idOf = async (...given: Parameters<typeof post>): Promise<string> => (await post(...given)).body.client_id

function canSignIn(world: World, clientId: string, [redirectUri = '']: readonly string[] = claude.redirect_uris) {
  return authorize(world, attemptOf({ clientId, redirectUri })).then(({ status }) => status === 200)
}

test('AS-10 a public client that registers twice within seconds has one identifier, and the same answer', async () => {
  const world = createWorld()

  const first = await post(world, claude, { address: '160.79.104.1' })
  world.clock.now += 2
  const second = await post(world, claude, { address: '160.79.105.7' })

  assert.deepEqual(second, first)
  assert.equal(first.status, 201)
  assert.deepEqual(
    world.events.flatMap((event) => (event.type === 'client_registered' ? [event.isRepeated] : [])),
    [undefined, true],
  )
})

test('fifty who register the same at the same time have one identifier, which works', async () => {
  const world = createWorld()

  const ids = await Promise.all(Array.from({ length: 50 }, () => idOf(world)))

  assert.equal(new Set(ids).size, 1)
  assert.ok(await canSignIn(world, ids[0] ?? ''))
})

test('what a body is written like does not count, nor what of it is not taken', async () => {
  const world = createWorld()
  const backwards = Object.fromEntries(Object.entries({ ...claude, unknown_field: 1 }).reverse())

  assert.equal(await idOf(world, backwards), await idOf(world))
})

const others: Readonly<Record<string, object>> = {
  'another name': { ...claude, client_name: 'Claude ' + 'Code' },
  'another redirect URI': { ...claude, redirect_uris: ['https://claude.com/api/mcp/auth_callback'] },
  'one redirect URI more': { ...claude, redirect_uris: [...claude.redirect_uris, 'https://evil.example/cb'] },
  'another scope': { ...claude, scope: 'notes:read notes:write' },
  'other grant types': { ...claude, grant_types: ['authorization_code'] },
  'a logo': { ...claude, logo_uri: 'https://claude.ai/logo.png' },
  keys: { ...claude, jwks_uri: 'https://claude.ai/jwks.json' },
}
for (const [title, body] of Object.entries(others))
  test(`a registration with ${title} is another client`, async () => {
    const world = createWorld()

    assert.notEqual(await idOf(world, body), await idOf(world))
  })

for (const method of ['client_secret_basic', 'client_secret_post'])
  test(`a client with a secret (${method}) is always another, with a secret of its own`, async () => {
    const world = createWorld()
    const body = { ...claude, token_endpoint_auth_method: method }

    const [first, second] = [await post(world, body), await post(world, body)]

    assert.notEqual(first.body.client_id, second.body.client_id)
    assert.notEqual(first.body.client_secret, second.body.client_secret)
  })

test('a client that authenticates with its keys is always another', async () => {
  const world = createWorld()
  const body = { ...claude, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [] } }

  assert.notEqual(await idOf(world, body), await idOf(world, body))
})

test('after ten minutes, which the option makes shorter or none, the same registration is another client', async () => {
  for (const [window, seconds] of [
    [undefined, 600],
    [30, 30],
  ] as const) {
    const world = createWorld({ as: window === undefined ? {} : { registrationReplayWindow: window } })
    const first = await idOf(world)
    world.clock.now += seconds - 1
    assert.equal(await idOf(world), first)
    world.clock.now += 1
    assert.notEqual(await idOf(world), first)
  }
  const off = createWorld({ as: { registrationReplayWindow: 0 } })
  assert.notEqual(await idOf(off), await idOf(off))
})

test('whoever registers beforehand leaves nobody an identifier that is about to expire', async () => {
  const world = createWorld({ as: { unusedClientLifetime: 600 } })
  const early = await idOf(world)
  world.clock.now += 299
  assert.equal(await idOf(world), early)
  world.clock.now += 1

  const late = await idOf(world)
  world.clock.now += 599

  assert.notEqual(late, early)
  assert.ok(await canSignIn(world, late))
})

test('a client that lost its place, or was deleted, is not given to anybody', async () => {
  const world = createWorld({ as: { unusedClientLimit: 2 } })
  const first = await idOf(world)
  for (let nth = 0; nth < 2; nth += 1) await post(world, { ...claude, client_name: `Another ${nth}` })
  const second = await idOf(world)
  const grantEnds = { store: world.store, accessTokenLifetime: 600, now: () => world.clock.now, onEvent: () => {} }
  await deleteClient(second, grantEnds)

  const third = await idOf(world)

  assert.equal(new Set([first, second, third]).size, 3)
  assert.ok(await canSignIn(world, third))
})

test('fifty who register the same at the same time, after the client of it was deleted, have one other identifier', async () => {
  const world = createWorld()
  const deleted = await idOf(world)
  const grantEnds = { store: world.store, accessTokenLifetime: 600, now: () => world.clock.now, onEvent: () => {} }
  await deleteClient(deleted, grantEnds)

  const ids = new Set(await Promise.all(Array.from({ length: 50 }, () => idOf(world))))

  assert.equal(ids.size, 1)
  assert.ok(!ids.has(deleted))
})

test('the same registration under another initial access token is another client', async () => {
  const tokens = ['a'.repeat(32), 'b'.repeat(32)]
  const world = createWorld({ as: { initialAccessTokens: tokens } })
  const [first, again, second] = await Promise.all(
    [tokens[0], tokens[0], tokens[1]].map((token) => idOf(world, claude, { token: token ?? '' })),
  )

  assert.equal(first, again)
  assert.notEqual(first, second)
})

test('a hosted client that registers a thousand times within an hour from one address is never over the limit, and takes six places', async () => {
  const world = createWorld({ as: { registrationLimit: 10 } })
  const ids = new Set<string>()

  for (let nth = 0; nth < 1000; nth += 1) {
    world.clock.now = 1_800_000_000 + Math.floor(nth * 3.6)
    const { status, body } = await post(world, claude, { address: '160.79.104.1' })
    assert.equal(status, 201)
    ids.add(body.client_id)
  }

  assert.equal(ids.size, 6)
})

test('bodies that are refused count for the limit of their address', async () => {
  const world = createWorld({ as: { registrationLimit: 2 } })
  const statuses: number[] = []

  for (let nth = 0; nth < 3; nth += 1) statuses.push((await post(world, {}, { address: '192.0.2.1' })).status)

  assert.deepEqual(statuses, [400, 400, 429])
  assert.equal((await post(world, claude, { address: '192.0.2.1' })).status, 429)
})

test('who shares a client shares no grant: what one person allowed, the other has to allow as well', async () => {
  const world = createWorld()
  const [clientId, same] = [await idOf(world), await idOf(world)]
  const attempt = attemptOf({ clientId, redirectUri: claude.redirect_uris[0] ?? '' })
  await consent(world, attempt)

  world.person.signedIn = { subject: 'bob', authTime: 1_800_000_000, sessionId: 's-bob' }
  const page = await authorize(world, attemptOf({ clientId: same, redirectUri: claude.redirect_uris[0] ?? '' }))

  assert.equal(page.status, 200)
  assert.match(await page.text(), /name="consent"/)
})
