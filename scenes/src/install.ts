import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Installs what the servers are made of, or the peers, where it was never installed, or where the lockfile has changed since. */
export function installDependencies(what: 'servers' | 'peers' = 'servers'): void {
  const scenes = join(import.meta.dirname, '..')
  const folder = what === 'peers' ? join(scenes, 'peers') : scenes
  const stamp = join(folder, 'node_modules', '.installed-lockfile')
  const lockfile = readFileSync(join(folder, 'package-lock.json'), 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfile) return
  process.stderr.write(`Installing the ${what} (scenes/)\n`)
  const { status } = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: folder, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error(`The ${what} could not be installed`)
  writeFileSync(stamp, lockfile)
}
