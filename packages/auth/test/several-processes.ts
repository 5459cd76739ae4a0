import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Store } from '@portcullis/auth/authorization-server'
import { type FeedKinds, positionId } from './several-processes-records.ts'

const child = fileURLToPath(import.meta.url.replace('processes.', 'processes-child.'))

/** Several processes write the store at `place` together, while this one reads it as `store`: nothing is lost, and no feed entry appears behind it. */
export async function requireNothingLostBetweenProcesses(
  place: string,
  open: () => Promise<Store<FeedKinds>>,
): Promise<void> {
  const [processes, rounds] = [3, 150]

  const exits = Array.from({ length: processes }, async () => {
    const args = [...process.execArgv, child, place, String(rounds)]
    const [code] = await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'close')
    return code
  })
  const store = await open()
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
}
