import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Installs the libraries of a folder where they were never installed, or where its lockfile has changed since. Default: this one's. */
export function installLibraries(folder = join(import.meta.dirname, '..')): void {
  const lockfile = readFileSync(join(folder, 'package-lock.json'), 'utf8')
  const stamp = join(folder, 'node_modules/.installed-lockfile')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfile) return
  // A shell, since npm is a script with another name on Windows.
  const { status } = spawnSync('npm ci --loglevel=error', { cwd: folder, stdio: ['ignore', 2, 2], shell: true })
  if (status !== 0) throw new Error('The libraries could not be installed')
  writeFileSync(stamp, lockfile)
}
