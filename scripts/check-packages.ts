import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isProgram, noticesFile } from './bundle.ts'
import { nodeOf } from './node-versions.ts'
import { packAll, type Tarball } from './pack.ts'
import { run } from './run.ts'
import { root, toolPath } from './tools.ts'

/** The oldest Node that a package promises to run on, by its `engines`. */
const oldestNode: Record<string, string> = { '>=20.19': '20.19', '>=22.19': '22.19' }

/** Judges the packages as users get them: from the tarballs, installed in a folder that knows nothing of this one. */
export function checkPackages(): void {
  const tarballs = packAll()
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-packages-'))
  try {
    installTarballs(folder, tarballs)
    for (const tarball of tarballs) {
      run(process.execPath, [toolPath('publint'), 'run', tarball.path, '--strict'], { cwd: root, quiet: true })
      run(process.execPath, [toolPath('attw'), tarball.path, '--profile', 'esm-only'], { cwd: root, quiet: true })
      requireCleanContents(join(folder, 'node_modules', tarball.manifest.name), tarball)
      requireExportsToLoad(folder, tarball)
    }
    requireFileToBeRead(folder)
    requireOldNodeToBeTold(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Installs packed packages into an empty folder, as a user would. */
export function installTarballs(folder: string, tarballs: readonly Tarball[]): void {
  const manifest = { name: 'user', private: true, type: 'module' }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  const npm = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  run('npm', [...npm, ...tarballs.map(({ path }) => path)], { cwd: folder, quiet: true })
}

function requireCleanContents(installed: string, { manifest }: Tarball): void {
  const files = globSync('**/*', { cwd: installed, exclude: ['node_modules/**'] })
  const stray = files.filter((file) => /\.test\.|\.tsbuildinfo$|(?<!\.d)\.ts$/.test(file))
  if (stray.length > 0) throw new Error(`${manifest.name} carries files that no user needs: ${stray.join(', ')}`)
  const notices = isProgram(manifest) ? [join('dist', noticesFile)] : []
  for (const file of ['LICENSE', 'README.md', 'package.json', ...notices])
    if (!files.includes(file)) throw new Error(`${manifest.name} carries no ${file}`)
  if (readFileSync(join(installed, 'package.json'), 'utf8').includes('"source"'))
    throw new Error(
      `${manifest.name} is published with the condition "source", which names files that it does not carry`,
    )
  for (const target of targetsOf([manifest.exports, manifest.imports])) {
    for (const file of [target, target.replace(/\.js$/, '.d.ts')])
      if (!existsSync(join(installed, file))) throw new Error(`${manifest.name} names ${file}, which it does not carry`)
  }
}

const excuses = [
  ['/stores/sqlite', '22.19'],
  ['/identity-providers', "Cannot find package 'oauth4webapi'"],
  ['/opentelemetry', "Cannot find package '@opentelemetry/api'"],
] as const

function requireExportsToLoad(folder: string, { manifest }: Tarball): void {
  const version = oldestNode[manifest.engines?.node ?? '']
  if (version === undefined) throw new Error(`${manifest.name}: scripts/check-packages.ts does not know its "engines"`)
  const node = nodeOf(version)
  for (const subpath of Object.keys(manifest.exports ?? {})) {
    const name = join(manifest.name, subpath).replaceAll('\\', '/')
    // A store says in its error which Node it needs, and what maps to another library needs that; everything else must load.
    const excuse = excuses.find(([suffix]) => name.endsWith(suffix))?.[1] ?? '\0'
    const type = name.endsWith('.json') ? ", { with: { type: 'json' } }" : ''
    const script = `import(${JSON.stringify(name)}${type}).then(
      (module) => { if (Object.keys(module).length === 0) throw new Error('it exports nothing') },
      (error) => { if (!String(error?.message).includes(${JSON.stringify(excuse)})) throw error })`
    // With the condition that our own scripts set, too: users may set it for a workspace of theirs.
    for (const conditions of [[], ['--conditions=source']])
      run(node, [...conditions, '--input-type=module', '--eval', script], { cwd: folder, quiet: true })
  }
}

/** The program carries what reads its configuration, and loads it late: an export of that which is lost in bundling shows nowhere but here. */
function requireFileToBeRead(folder: string): void {
  const file = join(folder, 'portcullis.yaml')
  writeFileSync(file, 'upstream: http://localhost:1/mcp\nlisten:\n  prot: 1\n')
  const cli = join(folder, 'node_modules', 'portcullis', 'dist', 'cli.js')
  const { status, stderr } = spawnSync(nodeOf('22.19'), [cli, 'check-config'], { cwd: folder, encoding: 'utf8' })
  if (status !== 2 || !stderr.includes('portcullis.yaml:3'))
    throw new Error(
      `Of a configuration file with a mistake in line 3, portcullis ended with ${status} and said:\n${stderr}`,
    )
}

/** On a Node that cannot run the program, it says so in one sentence, as it does for whoever installs it there in spite of `engines`. */
function requireOldNodeToBeTold(folder: string): void {
  const cli = join(folder, 'node_modules', 'portcullis', 'dist', 'cli.js')
  const { status, stderr } = spawnSync(nodeOf('20.19'), [cli, 'serve', '--upstream', 'http://localhost:1/mcp'], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status !== 1 || !/^Portcullis needs Node [^\n]+\n$/.test(stderr))
    throw new Error(`On Node 20.19 portcullis ended with ${status} and said:\n${stderr}`)
}

function targetsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(targetsOf) : []
}
