import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installTarballs } from '../../scripts/check-packages.ts'
import { packAll, type Tarball } from '../../scripts/pack.ts'

/** Where things of this repository stand, and what to put on Node's command line to run them. */
export interface Portcullis {
  /** A script of `servers/` that uses `@portcullis/auth`. */
  server(name: string): readonly string[]
  /** The command `portcullis`. */
  program: readonly string[]
  /** The packed packages; `undefined` when run from source. */
  tarballs: readonly Tarball[] | undefined
}

/** As users get it: packed, and installed in a folder below `folder` that knows nothing of this repository. */
export function fromTarballs(folder: string): Portcullis {
  const tarballs = packAll()
  const installed = join(folder, 'installed')
  rmSync(installed, { recursive: true, force: true })
  mkdirSync(installed, { recursive: true })
  installTarballs(installed, tarballs)
  cpSync(servers, join(installed, 'servers'), { recursive: true })
  return {
    server: (name) => [join(installed, 'servers', `${name}.ts`)],
    program: [join(installed, 'node_modules', 'portcullis', 'dist', 'cli.js')],
    tarballs,
  }
}

/** From the sources of this repository: quicker to try, and not what is reported. */
export function fromSource(): Portcullis {
  const source = '--conditions=source'
  return {
    server: (name) => [source, join(servers, `${name}.ts`)],
    program: [source, fileURLToPath(new URL('../../packages/portcullis/src/cli.ts', import.meta.url))],
    tarballs: undefined,
  }
}

/** A script of `servers/` that is not ours. */
export function peerServer(name: string): readonly string[] {
  return [join(servers, `${name}.ts`)]
}

const servers = fileURLToPath(new URL('servers', import.meta.url))
