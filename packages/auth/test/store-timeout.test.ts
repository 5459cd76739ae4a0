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
  let isGivenUp = false
  const given = silent.get('client', 'c').catch((cause: unknown) => {
    isGivenUp = true
    return cause
  })
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) mock.timers.tick(1000)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await pass(9)
  const wasGivenUpBefore = isGivenUp
  await pass(2)

  assert.deepEqual([answered, wasGivenUpBefore], [true, false])
  assert.match(String(await given), /has not answered "get" within 10 seconds/)
})
