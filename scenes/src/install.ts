import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const scenes = fileURLToPath(new URL('..', import.meta.url))

/** Installs what the servers are made of where it was never installed, or where the lockfile has changed since. */
export function installDependencies(): void {
  const stamp = `${scenes}node_modules/.installed-lockfile`
  const lockfile = readFileSync(`${scenes}package-lock.json`, 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfile) return
  process.stderr.write('Installing what the servers are made of (scenes/)\n')
  const { status } = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: scenes, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error('What the servers are made of could not be installed')
  writeFileSync(stamp, lockfile)
}
