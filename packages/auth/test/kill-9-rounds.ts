import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Store } from '@portcullis/auth/authorization-server'
import { halfId, type KillKinds, writers } from './kill-9-records.ts'

export const killRounds = Number(process.env.PORTCULLIS_KILL_ROUNDS ?? 15)

const child = fileURLToPath(import.meta.url.replace('-rounds.', '-child.'))

/** The last turn that each writer of a child at `place` was answered, when `kill` (default: SIGKILL) came at a random moment. */
export async function runUntilKilled(
  place: string,
  round: number,
  kill?: () => Promise<void>,
): Promise<ReadonlyMap<string, number>> {
  const running = spawn(process.execPath, [...process.execArgv, child, place], {
    stdio: ['ignore', 'pipe', kill === undefined ? 'inherit' : 'ignore'], // a child whose store is killed complains of it
  })
  const exited = once(running, 'close')
  let said = ''
  running.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  // Every third round anywhere from the start on, where the store is made or recovered; the others under load.
  if (round % 3 !== 0) await Promise.race([once(running.stdout, 'data'), exited])
  const moment = Math.random() * (round % 3 === 0 ? 400 : 120)
  await new Promise((resolve) => setTimeout(resolve, moment))
  if (running.exitCode !== null) assert.fail(`round ${round}: the child ended by itself`)
  await kill?.()
  running.kill('SIGKILL')
  await exited

  const answered = new Map<string, number>()
  for (const line of said.split('\n').slice(0, -1)) {
    const [writer = '', turn] = line.split(' ')
    answered.set(writer, Number(turn))
  }
  return answered
}

/** Each writer has at least the turns it was answered, each of them whole, and none beyond its tally. */
export async function requireNothingLost(
  store: Store<KillKinds>,
  answered: ReadonlyMap<string, number>,
  round: number,
): Promise<void> {
  for (const writer of writers) {
    const turns = (await store.get('tally', writer))?.value.turns ?? 0
    assert.ok(turns >= (answered.get(writer) ?? 0), `round ${round}: an answered commit of writer ${writer} is gone`)
    await requireWholeTurns(store, writer, turns, round)
  }
}

/** Both halves of each turn up to the tally are there, under their index, and none beyond. */
async function requireWholeTurns(store: Store<KillKinds>, writer: string, turns: number, round: number): Promise<void> {
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
