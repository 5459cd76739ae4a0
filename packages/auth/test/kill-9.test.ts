import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { KillKinds } from './kill-9-records.ts'
import { killRounds, requireNothingLost, runUntilKilled } from './kill-9-rounds.ts'
import { openSharedStore } from './shared-store.ts'

test(`kill -9 at any moment loses nothing that was answered and leaves nothing half written (${killRounds} rounds)`, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'portcullis-kill-'))
  t.after(() => rm(directory, { recursive: true }))
  const path = join(directory, 'store.db')
  let answeredInAll = 0

  for (let round = 0; round < killRounds; round += 1) {
    const answered = await runUntilKilled(path, round)

    const store = await openSharedStore<KillKinds>(path)
    await requireNothingLost(store, answered, round)
    await store.close()
    requireSound(path)
    answeredInAll += answered.size
  }

  t.diagnostic(`${answeredInAll} times a writer had an answer in the round`)
  assert.ok(answeredInAll > 0, 'no round came to an answer: the test shows nothing')
})

function requireSound(path: string): void {
  const database = new DatabaseSync(path)
  assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' })
  database.close()
}
