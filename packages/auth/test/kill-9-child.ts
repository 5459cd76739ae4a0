/**
 * Writes to the store at `argv[2]` until it is killed, and says each thing on its standard output only once it was answered.
 * Each writer's turn is one commit of three records: a left and a right half, and the writer's tally.
 */
import { writeSync } from 'node:fs'
import process from 'node:process'
import { halfId, type KillKinds, writers } from './kill-9-records.ts'
import { openSharedStore } from './shared-store.ts'

const [, , place = ''] = process.argv
const store = await openSharedStore<KillKinds>(place)
await Promise.all(writers.map(writeForEver))

async function writeForEver(writer: string): Promise<void> {
  for (;;) {
    const tally = await store.get('tally', writer)
    const turn = (tally?.value.turns ?? 0) + 1
    const half = { version: 'absent', value: { turn, filling: 'x'.repeat(turn % 700) }, index: { writer } } as const
    const wrote = await store.commit([
      { kind: 'left', id: halfId(writer, turn), ...half },
      { kind: 'tally', id: writer, version: tally?.version ?? 'absent', value: { turns: turn } },
      { kind: 'right', id: halfId(writer, turn), ...half },
    ])
    if (!wrote) throw new Error(`the commit of turn ${turn} of writer ${writer} met somebody else's`)
    await say(`${writer} ${turn}\n`)
    await store.count(writer, 3600)
  }
}

/** Not a stream: what was written is in the pipe, whatever becomes of this process. While the pipe is full, the reader is waited for. */
async function say(line: string): Promise<void> {
  for (;;) {
    try {
      writeSync(1, line)
      return
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}
