import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type SqliteStore, sqliteStore } from '@portcullis/auth/stores/sqlite'
import { halfId, type KillKinds, writers } from './kill-9-records.ts'

const rounds = Number(process.env.PORTCULLIS_KILL_ROUNDS ?? 15)
const child = fileURLToPath(import.meta.url.replace('.test.', '-child.'))

test(`kill -9 at any moment loses nothing that was answered and leaves nothing half written (${rounds} rounds)`, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'portcullis-kill-'))
  t.after(() => rm(directory, { recursive: true }))
  const path = join(directory, 'store.db')
  let answeredInAll = 0

  for (let round = 0; round < rounds; round += 1) {
    const answered = await runUntilKilled(path, round)

    const store = sqliteStore<KillKinds>({ path })
    for (const writer of writers) {
      const turns = (await store.get('tally', writer))?.value.turns ?? 0
      assert.ok(turns >= (answered.get(writer) ?? 0), `round ${round}: an answered commit of writer ${writer} is gone`)
      await requireWholeTurns(store, writer, turns, round)
    }
    await store.close()
    requireSound(path)
    for (const turn of answered.values()) answeredInAll += turn > 0 ? 1 : 0
  }

  t.diagnostic(`${answeredInAll} times a writer had an answer in the round`)
  assert.ok(answeredInAll > 0, 'no round came to an answer: the test shows nothing')
})

/** The last turn that each writer of a child was answered, when it was killed at a random moment. */
async function runUntilKilled(path: string, round: number): Promise<Map<string, number>> {
  const running = spawn(process.execPath, [...process.execArgv, child, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(running, 'close')
  let said = ''
  running.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  // Every third round anywhere from the start on, where the file is made or recovered; the others under load.
  if (round % 3 !== 0) await Promise.race([once(running.stdout, 'data'), exited])
  const moment = Math.random() * (round % 3 === 0 ? 400 : 120)
  await new Promise((resolve) => setTimeout(resolve, moment))
  running.kill('SIGKILL')
  const [, signal] = await exited
  assert.equal(signal, 'SIGKILL', `round ${round}: the child ended by itself`)

  const answered = new Map<string, number>()
  for (const line of said.split('\n').slice(0, -1)) {
    const [writer = '', turn] = line.split(' ')
    answered.set(writer, Number(turn))
  }
  return answered
}

/** Both halves of each turn up to the tally are there, under their index, and none beyond. */
async function requireWholeTurns(
  store: SqliteStore<KillKinds>,
  writer: string,
  turns: number,
  round: number,
): Promise<void> {
  for (const kind of ['left', 'right'] as const) {
    const halves = await store.list(kind, 'writer', writer, { limit: turns + 10 })
    assert.deepEqual(
      halves.map(({ id }) => id),
      Array.from({ length: turns }, (_, nth) => halfId(writer, nth + 1)),
      `round ${round}: a commit of writer ${writer} is half there`,
    )
    assert.equal((await store.get(kind, halfId(writer, turns)))?.value.turn, turns === 0 ? undefined : turns)
  }
}

function requireSound(path: string): void {
  const database = new DatabaseSync(path)
  assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' })
  database.close()
}
