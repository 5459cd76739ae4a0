import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installTarballs } from './check-packages.ts'
import { packAll } from './pack.ts'
import { run } from './run.ts'
import { installFolder, root } from './tools.ts'
import { workFolder } from './workspace.ts'

/**
 * Installs an example as a user has it: what its lockfile names, `@portcullis/auth` as it is published, and other examples that it is made of, packed.
 * What is there already, and as new as its sources, is left alone.
 */
export function installExample(name: string, { examples = [] }: { examples?: readonly string[] } = {}): void {
  const folder = join(root, 'examples', name)
  installFolder(folder, `examples/${name}`)
  const stamp = join(folder, 'node_modules', '.installed-library')
  const sources = ['packages/auth/{package.json,src/**}', ...examples.map((each) => `examples/${each}/{package.json,src/**}`)]
  const state = newestOf(sources)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return
  process.stderr.write(`Packing the library for examples/${name}\n`)
  const tarballs = packAll().filter(({ manifest }) => manifest.name === '@portcullis/auth')
  const installed = workFolder(`install-${name}`)
  installTarballs(installed, tarballs)
  const library = join(folder, 'node_modules', '@portcullis', 'auth')
  rmSync(library, { recursive: true, force: true })
  cpSync(join(installed, 'node_modules', '@portcullis', 'auth'), library, { recursive: true })
  // Its own dependencies go with it, whatever versions the example has for itself.
  for (const dependency of globSync(['*', '@*/*'], { cwd: join(installed, 'node_modules') }))
    if (!dependency.startsWith('@portcullis') && existsSync(join(installed, 'node_modules', dependency, 'package.json')))
      cpSync(join(installed, 'node_modules', dependency), join(library, 'node_modules', dependency), { recursive: true })
  for (const each of examples) installPackage(join(root, 'examples', each), folder)
  writeFileSync(stamp, state)
}

/** What a package says belongs to it, where it would be after an installation. */
function installPackage(source: string, folder: string): void {
  const packed = workFolder('packed')
  run('npm', ['pack', '--silent', '--pack-destination', packed], { cwd: source, quiet: true })
  const [tarball = ''] = globSync('*.tgz', { cwd: packed })
  const { name } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as { name: string } // npm's own format
  const place = join(folder, 'node_modules', name)
  rmSync(place, { recursive: true, force: true })
  mkdirSync(place, { recursive: true })
  run('tar', ['-xzf', join(packed, tarball), '--strip-components=1', '-C', place], { cwd: folder, quiet: true })
}

function newestOf(patterns: readonly string[]): string {
  const files = globSync([...patterns], { cwd: root })
  const times = files.map((file) => statSync(join(root, file)).mtimeMs)
  return `${files.length} ${Math.max(...times)}`
}

if (import.meta.main) {
  const [name = '', ...examples] = process.argv.slice(2)
  installExample(name, { examples })
}
