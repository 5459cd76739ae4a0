import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startTap, type Tap, type TapRecord } from './tap.ts'

/** What a gateway stands in front of: how it is told of that, and what was said behind it. */
export interface Behind {
  /** On the command line of `portcullis serve`. */
  args: readonly string[]
  /** What is added to its configuration. */
  configuration: string
  /** Where clients find each MCP server, by how it is called; where there is one alone, its name is empty. */
  paths: Readonly<Record<string, string>>
  record: Pick<Tap, 'mark' | 'passed'>
  close(): Promise<void>
}

/** One MCP server at a port on 127.0.0.1. `path`: where it is there. */
export async function behindPort(port: number, path = '/mcp'): Promise<Behind> {
  const tap = await startTap(port)
  return {
    args: ['--upstream', `http://127.0.0.1:${tap.port}${path}`],
    configuration: '',
    paths: { '': '/mcp' },
    record: tap,
    close: tap.close,
  }
}

/** Several MCP servers, each with a port and settings (YAML) of its own, at `/NAME/mcp`. */
export async function behindPorts(
  servers: Readonly<Record<string, { port: number; settings: string }>>,
): Promise<Behind> {
  const record: TapRecord = { connections: 0, chunks: [] }
  const taps: Tap[] = []
  const tables: string[] = []
  for (const [name, { port, settings }] of Object.entries(servers)) {
    const tap = await startTap(port, record)
    taps.push(tap)
    const table = `upstream: http://127.0.0.1:${tap.port}/mcp\n${settings}`
    tables.push(`  ${name}:\n${table.replace(/^(?=.)/gm, '    ')}`)
  }
  const [tap] = taps
  if (tap === undefined) throw new Error('There is no server')
  return {
    args: [],
    configuration: `servers:\n${tables.join('\n')}`,
    paths: Object.fromEntries(Object.keys(servers).map((name) => [name, `/${name}/mcp`])),
    record: tap,
    close: async () => void (await Promise.all(taps.map((each) => each.close()))),
  }
}

/** A program that speaks over its standard streams, and that keeps what each of its processes is given in a file of `folder`, which is emptied first. */
export async function behindStreams(command: string, folder: string): Promise<Behind> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  return {
    args: ['--stdio', command],
    configuration: '',
    paths: { '': '/mcp' },
    record: {
      mark: () => 0,
      passed: () => ({
        sent: readdirSync(folder)
          .map((name) => readFileSync(join(folder, name), 'latin1'))
          .join('\n'),
        received: '',
      }),
    },
    close: async () => {},
  }
}
