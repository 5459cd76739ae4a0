import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { remoteRevocations } from '@portcullis/auth'
import {
  type KeyAdministrationOptions,
  listSigningKeys,
  retireSigningKey,
  revokeSigningKeys,
  rotateSigningKey,
  type SigningKeyOptions,
} from '@portcullis/auth/authorization-server'
import { createWorld, headerOf, issuer, mcpRequest, refresh, secret, signedInClient, type World } from './world.ts'

const day = 24 * 3600

/** Another process at the same store and time. */
function beside(world: World, signingKeys: SigningKeyOptions = {}, secrets = [secret]): World {
  const now = () => world.clock.now
  return createWorld({ store: world.store, as: { secrets, signingKeys, now }, rs: { now } })
}

function keysOf({ store, clock, events }: World, signingKeys: SigningKeyOptions = {}): KeyAdministrationOptions {
  return { store, secrets: [secret], signingKeys, now: () => clock.now, onEvent: (event) => events.push(event) }
}

async function statusAt({ rs }: World, accessToken: string): Promise<number> {
  const result = await rs.authenticate(mcpRequest(accessToken))
  return result instanceof Response ? result.status : 200
}

async function published({ send }: World): Promise<string[]> {
  const { keys } = await (await send('/jwks')).json()
  return keys.map(({ kid }: { kid: string }) => kid)
}

/** The key that a token issued now is signed with. */
async function signingKid(world: World): Promise<unknown> {
  return headerOf((await signedInClient(world)).accessToken).kid
}

test('law 9: rotated by command, a key is published a day before it signs, the old one until its last token has expired, and no token is broken', async () => {
  const world = createWorld()
  const before = await signedInClient(world)
  const old = headerOf(before.accessToken).kid

  const [next] = await rotateSigningKey(keysOf(world))
  assert.equal(next?.state, 'next')
  assert.deepEqual(await published(world), [old, next.kid])
  world.clock.now += day - 1
  const lastOfOld = await signedInClient(world)
  world.clock.now += 1 + 5
  const firstOfNew = await signedInClient(world)

  assert.equal(headerOf(lastOfOld.accessToken).kid, old)
  assert.equal(headerOf(firstOfNew.accessToken).kid, next.kid)
  assert.deepEqual(
    [await statusAt(world, lastOfOld.accessToken), await statusAt(world, firstOfNew.accessToken)],
    [200, 200],
  )
  assert.deepEqual(await published(world), [next.kid, old])
  world.clock.now += 2 * day
  assert.deepEqual(await published(world), [next.kid])
  assert.equal((await refresh(world, before.client, before.refreshToken)).status, 200)
})

test('a running process signs with the next key without a restart, and several agree, whichever of them writes that down', async () => {
  const world = createWorld()
  const others = [beside(world), beside(world), beside(world)]
  await Promise.all([world, ...others].map(({ as }) => as.ready()))
  const [next] = await rotateSigningKey(keysOf(world))

  world.clock.now += day + 5
  const kids = await Promise.all([world, ...others].map(signingKid))

  assert.deepEqual(kids, [next?.kid, next?.kid, next?.kid, next?.kid])
  const ring = (await world.store.get('keyRing', 'ring'))?.value
  assert.deepEqual([ring?.keys.length, ring?.next, ring?.retired?.length], [1, undefined, 1])
})

test('law 11: the next key stands in the store encrypted alone, and of a retired one there is no private half', async () => {
  const world = createWorld()
  await world.as.ready()
  const first = (await world.store.get('keyRing', 'ring'))?.value.keys[0]?.encryptedPrivateKey
  await rotateSigningKey(keysOf(world))
  const pending = JSON.stringify(await world.store.get('keyRing', 'ring'))
  world.clock.now += day + 5

  await signingKid(world)

  assert.ok(first)
  assert.ok(pending.includes(first) && !/"d"/.test(pending))
  assert.ok(!JSON.stringify(await world.store.get('keyRing', 'ring')).includes(first))
})

test('by schedule the next key is published in time, so that a key signs for 90 days', async () => {
  const world = createWorld()
  const first = await signingKid(world)

  world.clock.now += 89 * day - 1
  const early = [await signingKid(world), (await published(world)).length]
  world.clock.now += 1 + 5
  const announced = [await signingKid(world), (await published(world)).length]
  world.clock.now += day + 5
  const second = await signingKid(world)

  assert.deepEqual(
    [early, announced],
    [
      [first, 1],
      [first, 2],
    ],
  )
  assert.notEqual(second, first)
  assert.deepEqual(
    world.events.filter(({ type }) => type.startsWith('signing_key')).map((event) => 'reason' in event && event.reason),
    ['first', 'schedule', false],
  )
})

test('without a schedule a key signs until it is rotated', async () => {
  const world = createWorld({ as: { signingKeys: { lifetime: 0 } } })
  const first = await signingKid(world)

  world.clock.now += 10 * 365 * day

  assert.equal(await signingKid(world), first)
  assert.deepEqual(await published(world), [first])
})

test('however many processes come upon the schedule at once, there is one next key', async () => {
  const world = createWorld()
  const all = [world, beside(world), beside(world), beside(world)]
  await Promise.all(all.map(({ as }) => as.ready()))

  world.clock.now += 90 * day
  await Promise.all(all.map(signingKid))

  assert.equal((await published(world)).length, 2)
})

test('law 9: another algorithm is a rotation: announced in the metadata with its key, then signed with, and no token is broken', async () => {
  const world = createWorld()
  const before = await signedInClient(world)

  const rsa = beside(world, { algorithm: 'RS256' })
  await rsa.as.ready()
  world.clock.now += 5
  const during = await signedInClient(rsa)
  const named = (await (await rsa.send('/.well-known/openid-configuration')).json())
    .id_token_signing_alg_values_supported
  rsa.clock.now = world.clock.now += day
  const after = await signedInClient(rsa)

  assert.deepEqual(
    [before, during, after].map(({ accessToken }) => headerOf(accessToken).alg),
    ['ES256', 'ES256', 'RS256'],
  )
  assert.deepEqual(named, ['ES256', 'RS256'])
  assert.deepEqual([await statusAt(rsa, during.accessToken), await statusAt(rsa, after.accessToken)], [401, 200]) // expired by then
  const { keys } = await (await rsa.send('/jwks')).json()
  assert.ok(Buffer.from(keys[0].n, 'base64url').length >= 256)
})

test('a process that runs with another algorithm undoes nobody’s rotation, and a change that is taken back never signs', async () => {
  const world = createWorld()
  const first = await signingKid(world)
  await beside(world, { algorithm: 'EdDSA' }).as.ready()

  world.clock.now += 5
  await signingKid(world)
  assert.deepEqual(
    (await listSigningKeys(keysOf(world))).map(({ state, alg }) => [state, alg]),
    [
      ['next', 'EdDSA'],
      ['signing', 'ES256'],
    ],
  )
  const back = beside(world)
  await back.as.ready()
  world.clock.now += day + 5

  assert.equal(await signingKid(back), first)
})

test('compromised keys are taken back at once, retired ones too: what they signed is refused, and clients refresh without a sign-in', async () => {
  const world = createWorld()
  const stolen = await signedInClient(world)
  await rotateSigningKey(keysOf(world))
  world.clock.now += day + 5
  const current = await signedInClient(world)

  const [made] = await revokeSigningKeys(keysOf(world))
  world.clock.now += 5
  const left = await listSigningKeys(keysOf(world))
  const refreshed = await refresh(world, current.client, current.refreshToken)

  assert.deepEqual(
    left.map(({ state }) => state),
    ['signing'],
  )
  assert.equal(left[0]?.kid, made?.kid)
  assert.deepEqual(await published(world), [left[0]?.kid])
  assert.equal(headerOf(refreshed.body.access_token).kid, left[0]?.kid)
  assert.equal(await statusAt(world, refreshed.body.access_token), 200)
  const elsewhere = beside(world) // a resource server that reads the keys now
  assert.deepEqual(
    [await statusAt(elsewhere, current.accessToken), await statusAt(elsewhere, refreshed.body.access_token)],
    [401, 200],
  )
  assert.equal((await refresh(world, stolen.client, stolen.refreshToken)).status, 200)
})

test('law 14: what a key signed that was taken back is refused within five seconds, though it was verified before, and its open answers end; elsewhere too, where the feed is read', async () => {
  const reader = 'a-secret-for-a-resource-server-elsewhere'
  const world = createWorld({ as: { revocationReaders: [reader] } })
  const now = () => world.clock.now
  const fetch = (request: Request) => world.as.fetch(request)
  const remote = createWorld({
    rs: { revocations: remoteRevocations({ url: `${issuer}/revocations`, secret: reader, fetch }), fetch, now },
  })
  const { accessToken, client, refreshToken } = await signedInClient(world)
  const resourceServers = [world.rs, remote.rs]
  const open = await Promise.all(resourceServers.map((rs) => rs.authenticate(mcpRequest(accessToken))))

  await revokeSigningKeys(keysOf(world))
  world.clock.now += 4
  const afterwards = await Promise.all(resourceServers.map((rs) => rs.authenticate(mcpRequest(accessToken))))
  const refreshed = await refresh(world, client, refreshToken)
  const anew = await Promise.all(resourceServers.map((rs) => rs.authenticate(mcpRequest(refreshed.body.access_token))))

  assert.deepEqual(
    afterwards.map((answer) => answer instanceof Response && answer.status),
    [401, 401],
  )
  assert.deepEqual(
    [...open, ...anew].map((token, nth) => token instanceof Response || resourceServers[nth % 2]?.isOver(token)),
    [true, true, false, false],
  )
})

test('law 14: a resource server that is told of keys taken back by one process does not read them anew from another whose clock is a second behind', async () => {
  const world = createWorld()
  const behind = createWorld({ store: world.store, as: { now: () => world.clock.now - 1 } })
  const { accessToken } = await signedInClient(world)
  const fetch = (request: Request) => behind.as.fetch(request)
  const { rs } = createWorld({ rs: { revocations: world.as.revocations, fetch, now: () => world.clock.now } })
  const status = () => statusAt({ ...world, rs }, accessToken)
  const before = await status()

  await revokeSigningKeys(keysOf(world))
  const seen: number[] = []
  for (let second = 1; second <= 5; second += 1) {
    world.clock.now += 1
    await rs.refreshRevocations()
    seen.push(await status())
  }

  assert.deepEqual([before, seen.at(-1)], [200, 401])
})

test('law 14: of keys that are taken back one after the other each is told of, within the same second too', async () => {
  const world = createWorld()
  await signingKid(world)
  await rotateSigningKey(keysOf(world))
  world.clock.now += day - 1
  const { accessToken } = await signedInClient(world)
  world.clock.now += 5
  await rotateSigningKey(keysOf(world))
  const [next, , retired] = await listSigningKeys(keysOf(world))

  await retireSigningKey(next?.kid ?? '', keysOf(world))
  const between = await statusAt(world, accessToken)
  await retireSigningKey(retired?.kid ?? '', keysOf(world))
  world.clock.now += 5

  assert.deepEqual([between, await statusAt(world, accessToken)], [200, 401])
})

test('law 14: taking back one key more does not hide that others are taken back in a moment', async () => {
  const world = createWorld()
  await signingKid(world)
  await rotateSigningKey(keysOf(world))
  world.clock.now += day + 5
  const { accessToken } = await signedInClient(world)
  const [, retired] = await listSigningKeys(keysOf(world))

  await revokeSigningKeys(keysOf(world))
  await retireSigningKey(retired?.kid ?? '', keysOf(world))
  world.clock.now += 1
  const atOnce = await statusAt(world, accessToken)
  world.clock.now += 4

  assert.deepEqual([atOnce, await statusAt(world, accessToken)], [200, 401])
})

test('law 14: long after keys were taken back, the answer to the first token of a new key is not ended', async () => {
  const world = createWorld()
  const first = await signedInClient(world)
  await statusAt(world, first.accessToken)
  await revokeSigningKeys(keysOf(world))
  world.clock.now += 5
  assert.equal(await statusAt(world, first.accessToken), 401)
  await rotateSigningKey(keysOf(world))
  world.clock.now += day + 5
  const { accessToken } = await signedInClient(world)

  const open = await world.rs.authenticate(mcpRequest(accessToken))

  assert.equal(open instanceof Response || world.rs.isOver(open), false)
})

test('law 14: while keys are taken back no process gives out a token that is refused', async () => {
  const world = createWorld()
  const other = beside(world)
  const { client, refreshToken } = await signedInClient(world)
  await signedInClient(other)
  await revokeSigningKeys(keysOf(world))

  const atOnce = await refresh(other, client, refreshToken) // it has not looked yet
  const during = await statusAt(beside(world), atOnce.body.access_token) // a resource server that reads the keys now
  world.clock.now += 1
  other.clock.now = world.clock.now
  const later = await refresh(other, client, String(atOnce.body.refresh_token))
  world.clock.now += 4

  assert.equal(during, 200)
  assert.equal(await statusAt(world, later.body.access_token), 200)
})

test('law 14: an access token of a key that was taken back revokes nothing', async () => {
  const world = createWorld()
  const { client, accessToken, refreshToken } = await signedInClient(world)
  await revokeSigningKeys(keysOf(world))
  world.clock.now += 2

  await world.send('/revoke', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token: accessToken, client_id: client.clientId }).toString(),
  })

  assert.equal((await refresh(world, client, refreshToken)).status, 200)
})

test('one key is taken back by its id, unless it signs', async () => {
  const world = createWorld()
  await signingKid(world)
  await rotateSigningKey(keysOf(world))
  world.clock.now += day + 5
  await signingKid(world)
  const [signing, retired] = await listSigningKeys(keysOf(world))

  assert.deepEqual([signing?.state, retired?.state], ['signing', 'retired'])
  assert.equal(await retireSigningKey(signing?.kid ?? '', keysOf(world)), 'signing')
  assert.equal(await retireSigningKey(retired?.kid ?? '', keysOf(world)), 'retired')
  assert.equal(await retireSigningKey(retired?.kid ?? '', keysOf(world)), 'unknown')
  assert.deepEqual(await published(world), [signing?.kid])
})

test('a next key is taken back before it signs, and rotating twice announces one key', async () => {
  const world = createWorld()
  const first = await signingKid(world)
  const [next] = await rotateSigningKey(keysOf(world))
  const [again] = await rotateSigningKey(keysOf(world))

  const outcome = await retireSigningKey(next?.kid ?? '', keysOf(world))
  world.clock.now += day + 5

  assert.equal(again?.kid, next?.kid)
  assert.equal(outcome, 'retired')
  assert.equal(await signingKid(world), first)
})

test('a key is rotated to one of the same algorithm, by whoever does not say another', async () => {
  const world = createWorld({ as: { signingKeys: { algorithm: 'EdDSA' } } })
  await world.as.ready()
  const { store, now } = keysOf(world)

  const [next] = await rotateSigningKey({ store, now, secrets: [secret] })
  const [only] = await revokeSigningKeys({ store, now, secrets: [secret] }) // the first that is listed signs

  assert.deepEqual([next?.alg, only?.alg], ['EdDSA', 'EdDSA'])
})

test('with other secrets than the server has, no key is made', async () => {
  const world = createWorld()
  await world.as.ready()
  const secrets = [{ id: 'k1', secret: new Uint8Array(randomBytes(32)) }]

  for (const act of [rotateSigningKey, revokeSigningKeys])
    await assert.rejects(act({ ...keysOf(world), secrets }), { name: 'MissingSecretError' })
  assert.equal((await listSigningKeys(keysOf(world))).length, 1)
})

test('law 11: a process whose secret is not that of the key makes no next one, and goes on with its own while it is published', async () => {
  const world = createWorld()
  const first = await signingKid(world)
  const newSecret = { id: 'k2', secret: new Uint8Array(randomBytes(32)) }
  await beside(world, {}, [newSecret, secret]).as.ready()

  world.clock.now += 5
  const still = await signingKid(world)
  world.clock.now += 90 * day
  const answers = await world.send('/jwks')

  assert.equal(still, first)
  assert.equal((await world.store.get('keyRing', 'ring'))?.value.next, undefined)
  assert.equal(answers.status, 500)
  assert.ok(
    world.events.some(
      (event) => event.type === 'failure' && event.cause instanceof Error && event.cause.name === 'MissingSecretError',
    ),
  )
})

test('a store that fails while a process looks for keys leaves it with the one it has', async () => {
  const world = createWorld()
  const { get } = world.store
  const first = await signingKid(world)
  let isDown = true
  world.store.get = ((kind, id) =>
    kind === 'keyRing' && isDown ? Promise.reject(new Error('no answer')) : get(kind, id)) as typeof get

  world.clock.now += 90 * day
  const during = await signingKid(world)
  isDown = false
  world.clock.now += 5
  await signingKid(world)

  assert.equal(during, first)
  assert.equal((await published(world)).length, 2)
})

for (const [wrong, message] of [
  [{ algorithm: 'HS256' as 'ES256' }, /"signingKeys.algorithm" must be one of ES256, RS256, EdDSA/],
  [{ lifetime: 3600 }, /"signingKeys.lifetime" must be a whole number from 90000 /],
  [{ publishedBefore: -1 }, /"signingKeys.publishedBefore"/],
] as const)
  test(`signing keys with ${JSON.stringify(wrong)} are refused at construction`, () => {
    assert.throws(() => createWorld({ as: { signingKeys: wrong } }), { name: 'TypeError', message })
  })
