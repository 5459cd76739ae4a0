import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packAll } from '../../scripts/pack.ts'
import { run } from '../../scripts/run.ts'
import { repository, workFolder } from './folders.ts'

/** A way to have the program `portcullis`. */
export interface Program {
  /** In one or two words, for the report. */
  from: string
  /** The command that runs it. */
  command: readonly string[]
}

/** Packs the packages and installs them in an empty folder: what users get. */
export function packedProgram(folder: string = join(workFolder, 'packed')): Program {
  const dependencies = Object.fromEntries(packAll().map(({ manifest, path }) => [manifest.name, `file:${path}`]))
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }))
  run('npm', ['install', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    quiet: true,
  })
  return { from: 'packed packages', command: [join(folder, 'node_modules', '.bin', 'portcullis')] }
}

/** The program as it stands in the repository, not built. */
export function sourceProgram(): Program {
  const cli = join(repository, 'packages', 'portcullis', 'src', 'cli.ts')
  return { from: 'source', command: [process.execPath, '--conditions=source', cli] }
}
