import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sqliteStore } from '@portcullis/auth/stores/sqlite'
import { requireNothingLostBetweenProcesses } from './several-processes.ts'
import type { FeedKinds } from './several-processes-records.ts'

test('processes that make, write and read one SQLite file together lose nothing, and no feed entry appears behind a reader', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'portcullis-several-'))
  t.after(() => rm(directory, { recursive: true }))
  const path = join(directory, 'store.db')

  await requireNothingLostBetweenProcesses(path, async () => {
    const store = sqliteStore<FeedKinds>({ path })
    t.after(() => store.close())
    return store
  })
})
