import { spawnSync } from 'node:child_process'

/** Whether a program is on the path and does what is asked of it. */
export function hasProgram(name: string, programArguments: readonly string[]): boolean {
  return spawnSync(name, programArguments, { stdio: 'ignore' }).status === 0
}
