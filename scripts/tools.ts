import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Where the development tools live: apart, so that the first `npm ci` of a user does not pay for them. */
const tools = join(root, 'tools')

/** Installs `tools/` where it was never installed, or where its lockfile has changed since. */
export function installTools(): void {
  installFolder(tools, 'the development tools (tools/)')
}

/** Installs a folder with a lockfile of its own where it was never installed, or where the lockfile has changed since. */
export function installFolder(folder: string, what: string): void {
  const stamp = join(folder, 'node_modules', '.installed-lockfile')
  const lockfile = readFileSync(join(folder, 'package-lock.json'), 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfile) return
  process.stderr.write(`Installing ${what}\n`)
  // A shell, since npm is a script with another name on Windows.
  const { status } = spawnSync('npm ci --loglevel=error', { cwd: folder, stdio: ['ignore', 2, 2], shell: true })
  if (status !== 0) throw new Error(`${what} could not be installed`)
  writeFileSync(stamp, lockfile)
}

/** The module of an installed tool. */
export function requireTool(name: string): unknown {
  return createRequire(join(tools, 'package.json'))(name)
}

/** The script file of an installed tool. */
export function toolPath(name: string): string {
  const require = createRequire(join(tools, 'package.json'))
  const packageOf: Record<string, string> = {
    biome: '@biomejs/biome',
    tsc: 'typescript',
    attw: '@arethetypeswrong/cli',
  }
  const manifest = findManifest(require, packageOf[name] ?? name)
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: string | Record<string, string> } // npm's own format
  const file = typeof bin === 'string' ? bin : bin[name]
  if (file === undefined) throw new TypeError(`There is no tool "${name}" in tools/`)
  return join(dirname(manifest), file)
}

/** Found by path, as not every package exports its `package.json`. */
function findManifest(require: NodeJS.Require, name: string): string {
  const manifest = (require.resolve.paths(name) ?? [])
    .map((folder) => join(folder, name, 'package.json'))
    .find((file) => existsSync(file))
  if (manifest === undefined) throw new TypeError(`There is no tool "${name}" in tools/`)
  return manifest
}
