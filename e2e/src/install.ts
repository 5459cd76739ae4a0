import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { suiteFolder } from './folders.ts'

/** Installs what the suite needs where it was never installed, or where the lockfile has changed since. */
export function installSuite(): void {
  const lockfile = readFileSync(`${suiteFolder}/package-lock.json`, 'utf8')
  const stamp = `${suiteFolder}/node_modules/.installed-lockfile`
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfile) return
  // A shell, since npm is a script with another name on Windows.
  const { status } = spawnSync('npm ci --loglevel=error', { cwd: suiteFolder, stdio: ['ignore', 2, 2], shell: true })
  if (status !== 0) throw new Error('What the suite needs could not be installed')
  writeFileSync(stamp, lockfile)
}
