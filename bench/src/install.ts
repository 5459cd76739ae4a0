import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const bench = fileURLToPath(new URL('..', import.meta.url))

/** Installs the peers where they were never installed, or where the lockfile has changed since. */
export function installBench(): void {
  const stamp = `${bench}node_modules/.installed-lockfile`
  const lockfile = readFileSync(`${bench}package-lock.json`, 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfile) return
  process.stderr.write('Installing the peers (bench/)\n')
  const { status } = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: bench, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error('The peers could not be installed')
  writeFileSync(stamp, lockfile)
}
