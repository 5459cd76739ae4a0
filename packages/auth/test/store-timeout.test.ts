import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { type AuthorizationServerKinds, boundedStore } from '@portcullis/auth/authorization-server'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { createWorld } from './world.ts'

test('a time for the store that is none is refused at construction', () => {
  for (const storeTimeout of [0, -1, 1.5, 601, Number.NaN])
    assert.throws(() => createWorld({ as: { storeTimeout } }), TypeError)
})

test('a call that is answered in time is not given up, and one that is not is, once', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  const whole = memoryStore<AuthorizationServerKinds>()
  const silent = boundedStore({ ...whole, get: () => new Promise(() => {}) }, 10)

  const answered = await silent.commit([])
  const given = assert.rejects(silent.get('client', 'c'), /has not answered "get" within 10 seconds/)
  mock.timers.tick(9_999)
  mock.timers.tick(1)

  assert.equal(answered, true)
  await given
})
