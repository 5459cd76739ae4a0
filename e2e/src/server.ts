import { mkdirSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { startNotes } from '../../examples/notes/notes.ts'
import { behindPort } from '../../interop/src/behind.ts'
import { type Gateway, startGateway } from '../../interop/src/gateway.ts'
import { runProgram } from '../../interop/src/program.ts'
import { notes } from '../../interop/src/upstreams/notes.ts'
import { createClock } from './clock.ts'
import { workFolder } from './folders.ts'
import { programUnderTest } from './program.ts'

/** `portcullis serve` in front of the notes, in a folder of its own, on SQLite. */
export interface Server extends Gateway {
  /** Of the MCP URL. */
  origin: string
  /** Where it is on this machine. */
  port: number
  /** Runs the command line in the same folder, and resolves to what it prints as JSON. */
  command(...words: string[]): Promise<Record<string, unknown>>
  /** Lets time pass for it. */
  advance(seconds: number): void
}

export interface ServerOptions {
  /** The configuration of the example is left out. Default: it begins with it. */
  example?: 'none'
  /** What is added to it. Default: nothing. */
  configuration?: string
  /** Default: its own address on this machine. */
  publicUrl?: string
  env?: Readonly<Record<string, string>>
  /** Files that the configuration names, by their names. */
  files?: Readonly<Record<string, string>>
  /** What its clock shows until it is moved. Default: what this machine shows. */
  clockStoppedAt?: Date
}

export async function startServer({
  example,
  configuration = '',
  env = {},
  clockStoppedAt,
  ...options
}: ServerOptions = {}): Promise<Server> {
  const upstream = await startNotes({ port: 0 })
  mkdirSync(workFolder, { recursive: true })
  const folder = mkdtempSync(join(workFolder, 'server-'))
  const files = mkdtempSync(join(workFolder, 'clock-')) // the folder of the server is emptied when it starts
  const program = programUnderTest()
  const clock = createClock(files, clockStoppedAt)
  const gateway = await startGateway({
    program,
    folder,
    behind: await behindPort(Number(new URL(upstream.url).port)),
    configuration: `${example === 'none' ? '' : notes.configuration}\n${configuration}\n`,
    accessTokenLifetime: 300,
    env: { ...env, ...clock.env },
    ...options,
  })
  return {
    ...gateway,
    origin: new URL(gateway.url).origin,
    port: gateway.front.port,
    advance: clock.advance,
    async command(...words) {
      const { code, output } = await runProgram([...program.command, ...words, '--json'], {
        folder,
        env: { PATH: process.env.PATH ?? '', ...clock.env },
        limit: 30,
      })
      if (code !== 0) throw new Error(`portcullis ${words.join(' ')} failed: ${output}`)
      return JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1))
    },
    async stop() {
      await gateway.stop()
      await upstream.close()
    },
  }
}
