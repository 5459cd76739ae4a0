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

const hanging = () => boundedStore({ ...memoryStore<AuthorizationServerKinds>(), get: () => new Promise(() => {}) }, 1)

test('calls are given up after the timers of earlier ones were taken away', async () => {
  const silent = hanging()
  mock.timers.enable({ apis: ['setTimeout'] })
  await silent.commit([])
  mock.timers.reset()

  const first = silent.get('client', 'c').catch(String)
  await new Promise((resolve) => setTimeout(resolve, 300))
  await silent.commit([])

  assert.match(String(await first), /has not answered "get"/)
})

test('a process stays for a call that waits, and for nothing that was answered', async (t) => {
  const { mock: set } = t.mock.method(globalThis, 'setTimeout')
  const silent = hanging()
  const refs = () => set.calls.map(({ result }) => result?.hasRef())

  const answer = silent.commit([])
  const during = refs()
  await answer
  const after = refs()
  const given = silent.get('client', 'c').catch(String)
  const again = refs()

  assert.match(String(await given), /has not answered "get"/)
  assert.deepEqual([during.at(-1), after.at(-1), again.at(-1)], [true, false, true])
})

test('where a timer ends with the request that set it, each call has its own', async (t) => {
  const real = globalThis.setTimeout
  const timers = new Map<number, NodeJS.Timeout>()
  t.mock.method(globalThis, 'setTimeout', (run: () => void, milliseconds: number) => {
    timers.set(timers.size + 1, real(run, milliseconds))
    return timers.size
  })
  t.mock.method(globalThis, 'clearTimeout', (nth: number) => timers.get(nth)?.close())
  const silent = hanging()

  await silent.commit([])
  for (const timer of timers.values()) timer.close()
  const given = await silent.get('client', 'c').catch(String)

  assert.match(String(given), /has not answered "get" within 1 seconds/)
})
