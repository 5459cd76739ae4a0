import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installTarballs } from '../../scripts/check-packages.ts'
import { packAll, type Tarball } from '../../scripts/pack.ts'

/** What is put on Node's command line to run what is measured. */
export interface Commands {
  /** A script of `servers/` that uses `@portcullis/auth`. */
  ours(script: string): readonly string[]
  /** A script of `servers/` that does not. */
  peer(script: string): readonly string[]
  /** The command `portcullis`. */
  program: readonly string[]
  /** The packed packages; `undefined` when run from source. */
  tarballs: readonly Tarball[] | undefined
}

/** Portcullis as users get it: packed, and installed in a folder below `folder` that knows nothing of this repository. */
export function fromTarballs(folder: string): Commands {
  const scripts = writeScripts(folder)
  const tarballs = packAll()
  const installed = join(folder, 'installed')
  mkdirSync(installed)
  installTarballs(installed, tarballs)
  cpSync(scripts, join(installed, 'servers'), { recursive: true })
  return {
    ours: (script) => [join(installed, 'servers', `${script}.js`)],
    peer: (script) => [join(scripts, `${script}.js`)],
    program: [join(installed, 'node_modules', 'portcullis', 'dist', 'cli.js')],
    tarballs,
  }
}

/** Portcullis from the sources of this repository: quicker to try, and not what is recorded. */
export function fromSource(folder: string): Commands {
  const scripts = writeScripts(folder)
  const source = '--conditions=source'
  return {
    ours: (script) => [source, join(scripts, `${script}.js`)],
    peer: (script) => [join(scripts, `${script}.js`)],
    program: [source, fileURLToPath(new URL('../../packages/portcullis/src/cli.ts', import.meta.url))],
    tarballs: undefined,
  }
}

/** The scripts as JavaScript: that Node strips types takes time and memory that are nobody's under test. */
function writeScripts(folder: string): string {
  const source = fileURLToPath(new URL('servers', import.meta.url))
  const target = join(folder, 'servers')
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target)
  writeFileSync(join(target, 'package.json'), '{"type":"module"}')
  for (const file of readdirSync(source)) {
    const code = stripTypeScriptTypes(readFileSync(join(source, file), 'utf8'))
    writeFileSync(join(target, file.replace(/\.ts$/, '.js')), code.replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'"))
  }
  return target
}
