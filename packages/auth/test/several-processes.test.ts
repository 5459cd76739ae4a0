import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sqliteStore } from '@portcullis/auth/stores/sqlite'
import { type FeedKinds, positionId } from './several-processes-records.ts'

const child = fileURLToPath(import.meta.url.replace('.test.', '-child.'))

test('processes that make, write and read one SQLite file together lose nothing, and no feed entry appears behind a reader', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'portcullis-several-'))
  t.after(() => rm(directory, { recursive: true }))
  const path = join(directory, 'store.db')
  const [processes, rounds] = [3, 150]

  const exits = Array.from({ length: processes }, async () => {
    const args = [...process.execArgv, child, path, String(rounds)]
    const [code] = await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'close')
    return code
  })
  const store = sqliteStore<FeedKinds>({ path })
  t.after(() => store.close())
  const ended = Promise.all(exits)
  const seen: { id: string; value: { process: number } }[] = []
  for (let running = true; running; ) {
    running = await Promise.race([ended.then(() => false), new Promise<true>((resolve) => setImmediate(resolve, true))])
    const after = seen.at(-1)?.id
    seen.push(...(await store.list('feed', 'all', 'yes', { limit: 10_000, ...(after !== undefined && { after }) })))
  }

  assert.deepEqual(await ended, Array(processes).fill(0))
  assert.deepEqual(
    seen.map(({ id }) => id),
    Array.from({ length: processes * rounds }, (_, nth) => positionId(nth + 1)),
  )
  assert.equal(new Set(seen.map(({ value }) => value.process)).size, processes)
  assert.equal(await store.count('written', 3600), processes * rounds + 1)
})
