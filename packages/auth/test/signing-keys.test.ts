import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createWorld, mcpRequest, secret, signedInClient } from './world.ts'

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

  await assert.rejects(other.as.ready(), /cannot be decrypted with the secret "k1"/)
  await assert.rejects(lost.as.ready(), /secret "k1", which is not configured/)
})
