import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from '../tools.ts'
import type { Example } from './description.ts'
import { placePackages, removePackages } from './place-packages.ts'

/** An example that is installed, as somebody has it who copied its folder: outside of the repository, with what is published, as it is installed in a folder, in place of what stands here. */
export function cleanFolder(example: Example, installed: string): string {
  const { name, folder } = example
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
  removePackages(example, copy) // what was placed here by hand may be older
  placePackages(example, copy, installed)
  return copy
}

/** The Node of the repository first, and nothing that tells of the repository. */
export function environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { HOME = '', PATH = '', TMPDIR, CI, CHROMIUM } = process.env
  const kept = Object.entries({ HOME, TMPDIR, CI, CHROMIUM }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return { ...Object.fromEntries(kept), PATH: `${dirname(process.execPath)}:${PATH}`, ...more }
}
