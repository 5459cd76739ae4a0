import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BusyError, createBoundedQueue } from './bounded-queue.ts'
import { createPasswordHasher, whyNotPassword } from './password.ts'

test('a password is kept as a salted hash with its parameters, and verified by them', async () => {
  const passwords = createPasswordHasher({ cost: 16 })

  const [one, two] = await Promise.all([passwords.hash('four quiet words'), passwords.hash('four quiet words')])

  assert.notEqual(one.hash, two.hash)
  assert.deepEqual([one.algorithm, one.cost, one.blockSize, one.parallelization], ['scrypt', 16, 8, 3])
  assert.equal(await createPasswordHasher({ cost: 32 }).verify('four quiet words', one), true)
  assert.equal(await passwords.verify('four quiet word', one), false)
  assert.equal(await passwords.verify('four quiet words', undefined), false)
})

test('a hash with weaker parameters is outdated', async () => {
  const weak = await createPasswordHasher({ cost: 16 }).hash('four quiet words')

  assert.equal(createPasswordHasher({ cost: 32 }).isOutdated(weak), true)
  assert.equal(createPasswordHasher({ cost: 16 }).isOutdated(weak), false)
})

test('the parameters used where nothing is said are no weaker than OWASP names', async () => {
  const { cost, blockSize, parallelization } = await createPasswordHasher().hash('four quiet words')

  assert.deepEqual([cost, blockSize, parallelization], [32_768, 8, 3])
})

test('so much runs at a time, so much waits, and the rest is refused at once', async () => {
  const queue = createBoundedQueue({ concurrency: 2, waiting: 1 })
  const gates = [1, 2, 3].map(() => Promise.withResolvers<void>())
  const started: number[] = []
  const works = gates.map((gate, at) =>
    queue.run(() => {
      started.push(at)
      return gate.promise
    }),
  )

  await assert.rejects(
    queue.run(async () => {}),
    BusyError,
  )
  assert.deepEqual(started, [0, 1])
  gates[0]?.resolve()
  await works[0]
  await Promise.resolve()
  assert.deepEqual(started, [0, 1, 2])
  for (const gate of gates) gate.resolve()
  await Promise.all(works)
  assert.equal(await queue.run(async () => 'free again'), 'free again')
})

test('work that fails gives its place on', async () => {
  const queue = createBoundedQueue({ concurrency: 1, waiting: 1 })

  await assert.rejects(
    queue.run(() => Promise.reject(new Error('no'))),
    /no/,
  )

  assert.equal(await queue.run(async () => 'next'), 'next')
})

test('length counts in characters, however many bytes they take', () => {
  const cases: [string, RegExp | undefined][] = [
    ['abcdefghij', undefined],
    ['🔑🔒🚪🏰🗝🪟🧱🏯🛡🪓', undefined],
    ['🔑🔒🚪🏰🗝🪟🧱🏯🛡', /at least 10/],
    ['abcdefghi', /at least 10/],
    [`abcd${'x'.repeat(252)}`, undefined],
    [`abcd${'x'.repeat(253)}`, /at most 256/],
    ['abababababab', /more different/],
    ['Ada.Lovelace', /must not be the user name/],
  ]

  for (const [password, expected] of cases) {
    const why = whyNotPassword(password, { userName: 'ada.lovelace' })
    if (expected === undefined) assert.equal(why, undefined, password)
    else assert.match(why ?? '', expected, password)
  }
})
