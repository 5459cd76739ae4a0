import { copyFileSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installTarballs } from '../../scripts/check-packages.ts'
import { freePort } from '../../scripts/free-port.ts'
import { packAll } from '../../scripts/pack.ts'
import { type Program, startProgram, untilReady } from './program.ts'

/** Portcullis as it is tested: how to start each of its two forms. */
export interface Portcullis {
  /** The gateway in front of `upstream`, a URL or the words of a command, known to clients as `publicUrl`. `isReady` once it can take requests at `port`. */
  startGateway(options: { upstream: string | readonly string[]; publicUrl: string; folder: string }): Promise<Running>
  /** The authorization server as a library, at `http://127.0.0.1:PORT`. */
  startLibrary(): Promise<Running>
}

export interface Running {
  port: number
  program: Program
}

/** From the sources of this repository. */
export function fromSource(): Portcullis {
  const program = fileURLToPath(new URL('../../packages/portcullis/src/cli.ts', import.meta.url))
  return portcullis({ program: ['--conditions=source', program], library: ['--conditions=source', librarySource] })
}

/** From tarballs, installed in a folder below `folder` that knows nothing of this repository. */
export function fromTarballs(folder: string): Portcullis {
  const installed = mkdtempSync(join(folder, 'installed-'))
  installTarballs(installed, packAll())
  const library = join(installed, 'library-server.ts')
  copyFileSync(librarySource, library)
  return portcullis({ program: [join(installed, 'node_modules', 'portcullis', 'dist', 'cli.js')], library: [library] })
}

const librarySource = fileURLToPath(new URL('library-server.ts', import.meta.url))

function portcullis(command: { program: readonly string[]; library: readonly string[] }): Portcullis {
  return {
    async startGateway({ upstream, publicUrl, folder }) {
      const port = await freePort()
      const behind =
        typeof upstream === 'string'
          ? ['--upstream', upstream]
          : ['--stdio', upstream.map((word) => `"${word}"`).join(' ')]
      const where = [...behind, '--public-url', publicUrl, '--port', String(port)]
      const program = startProgram([...command.program, 'serve', ...where, '--database', 'portcullis.db', '--dev'], {
        folder,
      })
      await untilReady(`http://127.0.0.1:${port}/readyz`, program)
      return { port, program }
    },
    async startLibrary() {
      const port = await freePort()
      const program = startProgram([...command.library, String(port)])
      await untilReady(`http://127.0.0.1:${port}/.well-known/oauth-authorization-server`, program)
      return { port, program }
    },
  }
}
