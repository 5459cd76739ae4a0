import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suiteFolder } from './folders.ts'

/** The clock of a program that we start: that of this machine, moved. */
export interface Clock {
  /** What the program is started with. */
  env: Readonly<Record<string, string>>
  /** Moves it on. */
  advance(seconds: number): void
}

/** `at`: what it shows now. Default: what this machine shows. */
export function createClock(folder: string, at = new Date()): Clock {
  const file = join(folder, 'clock')
  let moved = at.getTime() - Date.now()
  writeFileSync(file, String(moved))
  return {
    env: { NODE_OPTIONS: `--import=${join(suiteFolder, 'src', 'moved-clock.mjs')}`, E2E_CLOCK: file },
    advance(seconds) {
      moved += seconds * 1000
      writeFileSync(file, String(moved))
    },
  }
}
