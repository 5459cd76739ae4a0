import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sqliteStore } from '@portcullis/auth/stores/sqlite'
import { requireSameAnswers, type TestKinds } from './same-answers.ts'

test('the memory store and the SQLite store give the same answers to any calls', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'portcullis-same-'))
  t.after(() => rm(directory, { recursive: true }))
  let runs = 0

  await requireSameAnswers(async (now) => {
    runs += 1
    return sqliteStore<TestKinds>({ path: join(directory, `${runs}.db`), now })
  })
})
