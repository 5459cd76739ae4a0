import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { AuthorizationServerKinds, Store } from '@portcullis/auth/authorization-server'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { claimsOf, createWorld, mcpRequest, refresh, secret, signedInClient, type World } from './world.ts'

const newSecret = { id: 'k2', secret: new Uint8Array(randomBytes(32)) }
const day = 24 * 3600

/** Another process at the same store, at the same time, with these secrets. */
function beside(world: World, secrets: readonly (typeof secret)[]): World {
  const now = () => world.clock.now
  return createWorld({ store: world.store, as: { secrets, now }, rs: { now } })
}

async function statusOf({ rs }: World, accessToken: string): Promise<number> {
  const result = await rs.authenticate(mcpRequest(accessToken))
  return result instanceof Response ? result.status : 200
}

async function ringOf({ store }: Pick<World, 'store'>) {
  return (await store.get('keyRing', 'ring'))?.value
}

test('keys are made once: after a restart tokens verify, and two that start at once agree', async () => {
  const first = createWorld()
  const second = createWorld({ store: first.store })
  await Promise.all([first.as.ready(), second.as.ready()])
  const { accessToken } = await signedInClient(first)

  const restarted = createWorld({ store: first.store })

  for (const world of [second, restarted])
    assert.ok(!((await world.rs.authenticate(mcpRequest(accessToken))) instanceof Response))
})

test('the private key stands in the store encrypted alone', async () => {
  const { as, store } = createWorld()

  await as.ready()

  const [record] = (await store.get('keyRing', 'ring'))?.value.keys ?? []
  assert.ok(record)
  assert.ok(!/"d"/.test(JSON.stringify(record)))
  assert.match(record.encryptedPrivateKey, /^k1\.[\w-]+\.[\w-]+$/)
})

test('with a lost or another secret the server says so instead of making new keys', async () => {
  const { as, store } = createWorld()
  await as.ready()

  const other = createWorld({ store, as: { secrets: [{ id: 'k1', secret: new Uint8Array(randomBytes(32)) }] } })
  const lost = createWorld({ store, as: { secrets: [{ id: 'k2', secret: secret.secret }] } })

  await assert.rejects(other.as.ready(), { name: 'MissingSecretError', message: /cannot be decrypted with .* "k1"/ })
  await assert.rejects(lost.as.ready(), { name: 'MissingSecretError', message: /"k1", which is not configured/ })
})

test('law 11: a secret changes with overlap: a new one in front, and later without the old one, and nobody signs in anew', async () => {
  const before = createWorld()
  const signedIn = await signedInClient(before)

  const both = beside(before, [newSecret, secret])
  const refreshed = await refresh(both, signedIn.client, signedIn.refreshToken)
  const statuses = [await statusOf(both, signedIn.accessToken), await statusOf(both, refreshed.body.access_token)]
  const after = beside(before, [newSecret])
  await after.as.ready()

  assert.deepEqual(statuses, [200, 200])
  assert.equal(await statusOf(after, refreshed.body.access_token), 200)
  assert.equal((await refresh(after, signedIn.client, refreshed.body.refresh_token ?? '')).status, 200)
})

test('law 11: with another secret in front there is one new signing key, however many start at once, and of the old one no private half', async () => {
  const world = createWorld()
  await world.as.ready()
  const before = await ringOf(world)

  await Promise.all([1, 2, 3, 4].map(() => beside(world, [newSecret, secret]).as.ready()))
  await beside(world, [newSecret, secret]).as.ready()

  const ring = await ringOf(world)
  assert.deepEqual([ring?.keys.length, ring?.retired?.length], [1, 1])
  assert.match(ring?.keys[0]?.encryptedPrivateKey ?? '', /^k2\./)
  assert.equal(ring?.retired?.[0]?.kid, before?.keys[0]?.kid)
  assert.ok(!JSON.stringify(ring).includes(before?.keys[0]?.encryptedPrivateKey ?? '?'))
})

test('law 11: a process that still runs with the old key, and one that signs with the new one, take each other’s tokens for two days', async () => {
  const old = createWorld()
  const oldOne = await signedInClient(old)
  assert.equal(await statusOf(old, oldOne.accessToken), 200)
  old.clock.now += 5 // until a key that is not known is looked for again
  const next = beside(old, [newSecret, secret])
  const nextOne = await signedInClient(next)
  const secondKey = await statusOf(old, nextOne.accessToken)
  const revoked = await old.send('/revoke', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token: nextOne.accessToken, client_id: nextOne.client.clientId }).toString(),
  })

  old.clock.now += 2 * day - 1
  const lastOfOld = await signedInClient(old)
  const lastSecond = await statusOf(next, lastOfOld.accessToken)
  old.clock.now += 1
  const { keys } = await (await next.send('/jwks')).json()

  assert.equal(secondKey, 200)
  assert.equal(revoked.status, 200)
  assert.equal(await next.store.get('grant', String(claimsOf(nextOne.accessToken).grant_id)), undefined)
  assert.equal(lastSecond, 200)
  assert.equal(keys.length, 1)
})

const olderCopies: [when: string, secrets: readonly (typeof secret)[], wait: number][] = [
  ['once that secret is taken away', [newSecret], 0],
  ['two days after it was the current one', [newSecret, secret], 2 * day],
]
for (const [when, secrets, wait] of olderCopies)
  test(`law 11: an older copy of the store and its secret make nothing that is trusted ${when}`, async () => {
    const world = createWorld()
    await world.as.ready()
    const copy = memoryStore<AuthorizationServerKinds>({ now: () => world.clock.now })
    await copyRing(world.store, copy)
    const forger = beside({ ...world, store: copy }, [secret])
    await beside(world, [newSecret, secret]).as.ready()

    world.clock.now += wait
    const forged = await signedInClient(forger)

    assert.equal(await statusOf(beside(world, secrets), forged.accessToken), 401)
  })

async function copyRing(from: Store<AuthorizationServerKinds>, to: Store<AuthorizationServerKinds>): Promise<void> {
  const ring = await from.get('keyRing', 'ring')
  assert.ok(ring)
  await to.commit([{ kind: 'keyRing', id: 'ring', version: 'absent', value: ring.value }])
}

test('law 11: a key set that a cache kept would not have the new key', async () => {
  const response = await createWorld().send('/jwks')

  assert.equal(response.headers.get('cache-control'), 'public, max-age=0')
})
