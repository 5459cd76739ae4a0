import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type PostgresCluster, startPostgres, whyNoPostgres } from '../../../scripts/postgres-cluster.ts'
import type { KillKinds } from './kill-9-records.ts'
import { killRounds, requireNothingLost, runUntilKilled } from './kill-9-rounds.ts'
import { requireNothingLostBetweenProcesses } from './several-processes.ts'
import type { FeedKinds } from './several-processes-records.ts'
import { openSharedStore } from './shared-store.ts'

const skip = whyNoPostgres()

test('processes that make, write and read one Postgres schema together lose nothing, and no feed entry appears behind a reader', {
  skip,
}, async (t) => {
  const cluster = await clusterOf(t, { isDurable: false })
  const place = cluster.createDatabase()

  let close = async () => {}
  await requireNothingLostBetweenProcesses(place, async () => {
    const store = await openSharedStore<FeedKinds>(place)
    close = store.close
    return store
  }).finally(() => close())
})

test(`kill -9 of a process on Postgres at any moment loses nothing that was answered and leaves nothing half written (${killRounds} rounds)`, {
  skip,
}, async (t) => {
  const cluster = await clusterOf(t, { isDurable: false })

  await requireAnswersKept(cluster.createDatabase(), {
    // Postgres goes on with what a dead process had asked for: a turn that comes while others are read is no half one.
    beforeReading: async () => cluster.endConnections(),
  })
})

test(`a crash of Postgres itself at any moment loses no commit that was answered and leaves none half written (${killRounds} rounds)`, {
  skip,
}, async (t) => {
  const cluster = await clusterOf(t, { isDurable: true })

  await requireAnswersKept(cluster.createDatabase(), {
    kill: () => cluster.crash(),
    beforeReading: () => cluster.start(),
  })
})

async function clusterOf(t: TestContext, options: { isDurable: boolean }): Promise<PostgresCluster> {
  const cluster = await startPostgres(options)
  t.after(() => cluster.close())
  return cluster
}

async function requireAnswersKept(
  place: string,
  { kill, beforeReading }: { kill?: () => Promise<void>; beforeReading?: () => Promise<void> } = {},
): Promise<void> {
  let answeredInAll = 0
  for (let round = 0; round < killRounds; round += 1) {
    const answered = await runUntilKilled(place, round, kill)
    await beforeReading?.()
    const store = await openSharedStore<KillKinds>(place)
    await requireNothingLost(store, answered, round)
    await store.close()
    answeredInAll += answered.size
  }
  assert.ok(answeredInAll > 0, 'no round came to an answer: the test shows nothing')
}
