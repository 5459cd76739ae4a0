import { cpSync, existsSync, globSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../run.ts'
import { root } from '../tools.ts'
import { readManifest, workFolder } from '../workspace.ts'
import type { ExampleDescription } from './description.ts'

type Placed = Pick<ExampleDescription, 'packages' | 'examples'>

/** Puts what an example needs beside its lockfile where `npm install` would have put it, without asking anybody about all the others. */
export function placePackages(
  { packages = ['@portcullis/auth'], examples = [] }: Placed,
  to: string,
  installed: string,
) {
  for (const name of packages) place(name, { from: join(installed, 'node_modules'), to: join(to, 'node_modules') })
  for (const name of examples) placeExample(join(root, 'examples', name), to)
}

/** Takes them away again, in whatever version they are. */
export function removePackages({ packages = ['@portcullis/auth'], examples = [] }: Placed, from: string): void {
  const names = examples.map((name) => readManifest(join(root, 'examples', name, 'package.json')).name)
  for (const name of [...packages, ...names]) rmSync(join(from, 'node_modules', name), { recursive: true, force: true })
}

/** Beside the package that needs it only where another version is there already. */
function place(name: string, { from, to, within }: { from: string; to: string; within?: string }): void {
  const { version, dependencies = {} } = readManifest(join(from, name, 'package.json'))
  const there = join(to, name, 'package.json')
  const isTaken = existsSync(there)
  if (isTaken && readManifest(there).version === version) return
  const folder = join(isTaken && within !== undefined ? join(within, 'node_modules') : to, name)
  cpSync(join(from, name), folder, { recursive: true })
  for (const dependency of Object.keys(dependencies)) place(dependency, { from, to, within: folder })
}

/** What an example says belongs to it, packed, where it would be after an installation. */
function placeExample(source: string, to: string): void {
  const packed = workFolder('packed-example')
  run('npm', ['pack', '--silent', '--pack-destination', packed], { cwd: source, quiet: true })
  const [tarball = ''] = globSync('*.tgz', { cwd: packed })
  const { name } = readManifest(join(source, 'package.json'))
  const folder = join(to, 'node_modules', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  run('tar', ['-xzf', join(packed, tarball), '--strip-components=1', '-C', folder], { cwd: to, quiet: true })
}
