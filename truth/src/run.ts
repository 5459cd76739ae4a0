import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '..')

installLibraries()
await import('./observe.ts')

/** Installs the libraries where they were never installed, or where the lockfile has changed since. */
function installLibraries(): void {
  const lockfile = readFileSync(join(folder, 'package-lock.json'), 'utf8')
  const stamp = join(folder, 'node_modules/.installed-lockfile')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfile) return
  // A shell, since npm is a script with another name on Windows.
  const { status } = spawnSync('npm ci --loglevel=error', { cwd: folder, stdio: ['ignore', 2, 2], shell: true })
  if (status !== 0) throw new Error('The libraries could not be installed')
  writeFileSync(stamp, lockfile)
}
