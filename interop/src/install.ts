import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { interopFolder } from './folders.ts'

/** Installs the clients where they were never installed, or where the lockfile has changed since. */
export function installClients(): void {
  const lockfile = readFileSync(`${interopFolder}/package-lock.json`, 'utf8')
  const stamp = `${interopFolder}/node_modules/.installed-lockfile`
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfile) return
  console.error('Installing the clients (interop/, about 820 MB)')
  // A shell, since npm is a script with another name on Windows.
  const { status } = spawnSync('npm ci --loglevel=error', { cwd: interopFolder, stdio: ['ignore', 2, 2], shell: true })
  if (status !== 0) throw new Error('The clients could not be installed')
  writeFileSync(stamp, lockfile)
}
