import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Place, Running } from './scene.ts'
import { startServer } from './stacks/start-script.ts'

const repository = join(import.meta.dirname, '..', '..')

/** A server that is not made of pieces: one of `servers/`, or the gateway itself. */
export interface WholeServer {
  /** A script of `servers/`; a folder there is a Go program. */
  program: string
  /** What it is told beside its place. */
  args?: readonly string[]
  /** Which packages are of this repository, from source. */
  isOurs?: boolean
}

export function startWhole(
  { program, args = [], isOurs = false }: WholeServer,
  place: Place,
  folder: string,
): Promise<Running> {
  const { port, origin, target, path } = place
  const env = { ORIGIN: origin, TARGET: target, MCP_PATH: path, BETTER_AUTH_TELEMETRY: '0' }
  const at = join(import.meta.dirname, 'servers', program)
  if (/\.m?[jt]s$/.test(program)) {
    const source = isOurs ? ['--conditions=source'] : []
    return startServer({ command: [process.execPath, ...source, at, ...args], folder, port, env })
  }
  const binary = join(folder, program)
  const { status, stderr } = spawnSync('go', ['build', '-o', binary, '.'], { cwd: at, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} cannot be built: ${stderr}`)
  return startServer({ command: [binary, ...args], folder, port, env })
}

/** `portcullis serve --dev` in front of the example server, as the README starts it. */
export const gatewayInFrontOfNotes: WholeServer = { program: 'portcullis-serve.ts', isOurs: true, args: [repository] }
