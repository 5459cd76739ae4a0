import { spawnSync } from 'node:child_process'

export interface RunOptions {
  cwd: string
  env?: NodeJS.ProcessEnv
  /** Shows nothing unless the command fails. Default: its output is shown. */
  quiet?: true
}

/** Runs a command to its end. Throws when it fails. Returns what it wrote to standard output, where `quiet`. */
export function run(command: string, commandArguments: readonly string[], { cwd, env, quiet }: RunOptions): string {
  const { status, stdout, stderr, error } = spawnSync(command, commandArguments, {
    cwd,
    env: env ?? process.env,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: quiet ? 'pipe' : ['ignore', 'inherit', 'inherit'],
  })
  if (status === 0) return stdout ?? ''
  const line = [command, ...commandArguments].join(' ')
  throw new Error(`${line} failed (${error?.message ?? `exit ${status}`})\n${stdout ?? ''}${stderr ?? ''}`)
}
