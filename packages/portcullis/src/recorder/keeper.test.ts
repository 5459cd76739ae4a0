import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { began, byPerson, connecting, observed } from '../../test/attempt-scene.ts'
import type { ProgramKinds } from '../store/records.ts'
import type { Attempt } from './attempt.ts'
import { everyKept } from './keep.ts'
import { createKeeper } from './keeper.ts'
import type { Observation } from './observation.ts'
import { createOpenAttempts } from './open-attempts.ts'

type ProgramStore = ReturnType<typeof memoryStore<ProgramKinds>>

/** One process: what it sees, and what it writes. */
function processOn(store: Pick<ProgramStore, 'get' | 'list' | 'commit'>, { most = 1000 } = {}) {
  const failures: unknown[] = []
  const open = createOpenAttempts()
  const now = () => began + 60_000
  const onFailure = (cause: unknown) => failures.push(cause)
  const keeper = createKeeper({ store, servers: [], keep: 14 * 86_400, most, now, onFailure }, open)
  return {
    failures,
    see(...observations: readonly Observation[]) {
      for (const seen of observations) {
        const attempt = open.add(seen)
        if (attempt !== undefined) keeper.changed(attempt)
      }
    },
    write: keeper.write,
    writeRest: keeper.writeRest,
  }
}

function storeNow(): ProgramStore {
  return memoryStore<ProgramKinds>({ now: () => began / 1000 })
}

async function keptIn(store: ProgramStore): Promise<Attempt[]> {
  const kept: Attempt[] = []
  for await (const attempt of everyKept(store)) kept.push(attempt)
  return kept
}

const stepsOf = ({ entries }: Attempt) => entries.flatMap(({ steps }) => steps.map(({ code }) => code))

/** That somebody signed in names neither client nor request: where another process saw the rest, nobody knows what for. */
const known = (steps: readonly string[]) => steps.filter((code) => code !== 'signed_in')

const wholeWay = connecting().flatMap(({ steps }) => steps.map(({ code }) => code))

for (const [title, isFirst] of [
  ['every second request', (nth: number) => nth % 2 === 0],
  ['what the client asks, and the other what the person does', (nth: number) => nth < 4 || nth > 7],
  ['all but the first call', (nth: number) => nth < 9],
] as const)
  test(`of two processes on one database one sees ${title}: together they keep one attempt, whole`, async () => {
    const store = storeNow()
    const one = processOn(store)
    const other = processOn(store)

    for (const [nth, seen] of connecting().entries()) {
      const process = isFirst(nth) ? one : other
      process.see(seen)
      await process.write()
    }

    const kept = await keptIn(store)
    assert.equal(kept.length, 1)
    assert.deepEqual(kept.map(stepsOf).map(known), [known(wholeWay)])
    assert.notEqual(kept[0]?.connectedAt, undefined)
  })

test('two processes that write at the same instant lose nothing of what each saw', async () => {
  const store = storeNow()
  const one = processOn(store)
  const other = processOn(store)
  for (const [nth, seen] of connecting().entries()) {
    one.see(...(nth % 2 === 0 ? [seen] : []))
    other.see(...(nth % 2 === 0 ? [] : [seen]))
    await Promise.all([one.write(), other.write()])
  }
  await one.write()
  await other.write()

  assert.deepEqual((await keptIn(store)).map(stepsOf).map(known), [known(wholeWay)])
})

test('a process that starts takes up what is under way, and finishes it under its id', async () => {
  const store = storeNow()
  const before = processOn(store)
  before.see(...connecting({ until: 'consented' }))
  await before.write()
  const [begun] = await keptIn(store)

  const after = processOn(store)
  after.see(...connecting().slice(7))
  await after.write()

  assert.deepEqual(
    (await keptIn(store)).map((attempt) => [attempt.id, stepsOf(attempt)]),
    [[begun?.id, wholeWay]],
  )
})

test('calls under grants of long ago, and tokens that expire and are renewed, are never written', async () => {
  const store = storeNow()
  const process = processOn(store)
  process.see(
    observed({ after: 0, clientId: 'old', grantId: 'old', steps: ['called'] }),
    observed({ after: 1, address: '192.0.2.4', status: 401, steps: [{ code: 'token_rejected', reason: 'expired' }] }),
    observed({ after: 2, address: '192.0.2.4', path: '/token', clientId: 'x', grantId: 'x', steps: ['refreshed'] }),
  )
  await process.write()

  assert.deepEqual(await keptIn(store), [])
})

test('no more attempts are kept than the setting says, and whoever knocks pushes out no attempt of a person', async () => {
  const store = storeNow()
  const process = processOn(store, { most: 100 })
  process.see(...connecting({ until: 'token_issued' }))
  for (let nth = 0; nth < 250; nth++) {
    process.see(observed({ after: 60 + nth, address: `10.0.${nth}.1`, status: 401, steps: ['challenged'] }))
    await process.write()
  }

  const kept = await keptIn(store)

  assert.ok(kept.length <= 150, String(kept.length))
  assert.ok(kept.some(({ subject }) => subject === 'person'))
})

test('a request that names the client of somebody else, and is refused elsewhere, is not put into their attempt by another process', async () => {
  const store = storeNow()
  const [ours, other] = [processOn(store), processOn(store)]
  await other.write()
  ours.see(...connecting({ until: 'token_issued' }))
  await ours.write()
  other.see(observed({ after: 25.5, address: '198.51.100.9', clientId: 'client-1', steps: ['token_refused'] }))
  await other.write()

  const kept = await keptIn(store)

  assert.equal(kept.length, 2)
})

test('browsers that anybody can send push out no attempt of a person who signed in', async () => {
  const store = storeNow()
  const process = processOn(store, { most: 100 })
  process.see(...connecting({ until: 'token_issued' }))
  for (let nth = 0; nth < 250; nth++) {
    const browser = { clientId: 'client-9', address: `10.0.${nth}.1`, browser: `b${nth}`, request: `r${nth}` }
    process.see(byPerson({ after: 60 + nth, ...browser, network: `address:10.0.${nth}.1`, steps: ['sign_in_shown'] }))
    await process.write()
  }

  const kept = await keptIn(store)

  assert.ok(kept.length <= 150, String(kept.length))
  assert.ok(kept.some(({ subject }) => subject === 'person'))
})

test('an attempt is gone when it has not changed for as long as the setting says', async () => {
  const store = storeNow()
  const process = processOn(store)
  process.see(byPerson({ after: 0, clientId: 'client-1', steps: ['authorization_started'] }))
  await process.write()
  const [kept] = await keptIn(store)
  assert.ok(kept)

  const entry = await store.get('attempt', kept.id)

  assert.equal(entry?.expiresAt, Math.ceil(kept.changedAt / 1000) + 14 * 86_400)
})

test('while the database is away nothing is lost and nobody waits; it is told once', async () => {
  const store = storeNow()
  let isAway = true
  const process = processOn({
    ...store,
    async commit(changes) {
      if (isAway) throw new Error('away')
      return store.commit(changes)
    },
  })

  process.see(...connecting())
  await process.write()
  await process.write()
  assert.equal(process.failures.length, 1)
  isAway = false
  await process.write()

  assert.deepEqual((await keptIn(store)).map(stepsOf), [wholeWay])
})

test('a process that stops writes all that it saw: more than one go holds, and what came while the last one was under way', async () => {
  const store = storeNow()
  const process = processOn(store)
  const registered = (nth: number) =>
    observed({ after: nth, address: `10.0.${nth}.1`, clientId: `client-${nth}`, steps: ['registered'] })
  for (let nth = 0; nth < 50; nth++) process.see(registered(nth))
  const underWay = process.write()
  process.see(registered(50))

  await process.writeRest()

  await underWay
  assert.equal((await keptIn(store)).length, 51)
})
