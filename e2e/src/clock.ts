import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suiteFolder } from './folders.ts'

/** The clock of a program that we start: that of this machine, moved, or one that stands still. */
export interface Clock {
  /** What the program is started with. */
  env: Readonly<Record<string, string>>
  /** Moves it on. */
  advance(seconds: number): void
}

/** `stoppedAt`: what it shows until it is moved. Default: what this machine shows. */
export function createClock(folder: string, stoppedAt?: Date): Clock {
  const file = join(folder, 'clock')
  let moved = 0
  const write = () =>
    writeFileSync(file, JSON.stringify(stoppedAt === undefined ? { moved } : { shows: stoppedAt.getTime() + moved }))
  write()
  return {
    env: { NODE_OPTIONS: `--import=${join(suiteFolder, 'src', 'moved-clock.mjs')}`, E2E_CLOCK: file },
    advance(seconds) {
      moved += seconds * 1000
      write()
    },
  }
}
