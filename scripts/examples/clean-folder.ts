import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from '../tools.ts'
import { readManifest } from '../workspace.ts'
import type { Example } from './description.ts'

/** An example that is installed, as somebody has it who copied its folder: outside of the repository, with what is published, as it is installed in a folder, in place of what stands here. */
export function cleanFolder({ name, folder, packages = ['@portcullis/auth'] }: Example, installed: string): string {
  const copy = mkdtempSync(join(tmpdir(), `example-${name}-`))
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }))
  const files = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '.'], {
    cwd: join(root, folder),
    encoding: 'utf8',
  })
  const all = files.stdout.split('\0').filter((each) => each !== '')
  // An example within an example's folder is one of its own.
  const others = all.filter((each) => each.endsWith('/example.json')).map((each) => `${dirname(each)}/`)
  const own = all.filter((each) => !others.some((other) => each.startsWith(other)))
  for (const file of own) cpSync(join(root, folder, file), join(copy, file), { recursive: true })
  const modules = join(root, folder, 'node_modules')
  if (existsSync(modules)) cpSync(modules, join(copy, 'node_modules'), { recursive: true, verbatimSymlinks: true })
  for (const each of packages) place(each, copy, installed)
  return copy
}

/** Puts an installed package, and what it depends on, where `npm install` would have put them, without asking anybody about all the others. */
function place(name: string, copy: string, installed: string): void {
  const to = join(copy, 'node_modules', name)
  if (existsSync(to)) return
  cpSync(join(installed, 'node_modules', name), to, { recursive: true })
  for (const dependency of Object.keys(readManifest(join(to, 'package.json')).dependencies ?? {}))
    place(dependency, copy, installed)
}

/** The Node of the repository first, and nothing that tells of the repository. */
export function environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { HOME = '', PATH = '', TMPDIR, CI, CHROMIUM } = process.env
  const kept = Object.entries({ HOME, TMPDIR, CI, CHROMIUM }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return { ...Object.fromEntries(kept), PATH: `${dirname(process.execPath)}:${PATH}`, ...more }
}
