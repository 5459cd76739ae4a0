import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { freePort } from '../../scripts/free-port.ts'
import type { Behind } from './behind.ts'
import { startDaemon } from './daemon.ts'
import type { Program } from './program-under-test.ts'
import { startTap, type Tap } from './tap.ts'

export interface GatewayOptions {
  program: Program
  /** Where its configuration, its database and its keys are made: emptied first. */
  folder: string
  /** The MCP servers; they are closed with it. */
  behind: Behind
  /** The beginning of its `portcullis.yaml`; what a test needs is added. `{origin}` stands for that at which people and clients find it. */
  configuration: string
  /** Files that the configuration names, by their names. Default: none. */
  files?: Readonly<Record<string, string>>
  /** Where people and clients find it, where something stands in front of it. Default: the front tap. */
  publicUrl?: string
  /** What is added to its environment. Default: nothing. */
  env?: Readonly<Record<string, string>>
  /** Seconds. */
  accessTokenLifetime: number
}

/** Portcullis in a process of its own, of which is kept what passes on either side. */
export interface Gateway {
  /** The MCP URL, as a person would type it; of several servers that of the first. */
  url: string
  /** That of each server. */
  urls: Readonly<Record<string, string>>
  /** The one-time link that makes the first account. */
  ownerLink: string
  /** Between clients and browsers, and Portcullis. */
  front: Tap
  /** Between Portcullis and the MCP servers. */
  back: Behind['record']
  /** What it logged so far, from the line numbered `from` on. */
  events(from?: number): readonly LogLine[]
  /** The first such line, from the line numbered `from` on; rejects when there is none for 2 s. */
  logged(isMeant: (line: LogLine) => boolean, from?: number): Promise<LogLine>
  /** Everything it wrote. */
  log(): string
  /** The bytes of its database. */
  database(): string
  /** Lets it shut down in order. Rejects when it does not. */
  stop(): Promise<void>
}

/** A line of the log; which other fields there are follows from `event`. */
export interface LogLine {
  event?: string
  [field: string]: unknown
}

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { program, folder, behind, files = {}, env } = options
  const port = await freePort()
  const front = await startTap(port)
  const origin = `http://localhost:${front.port}`
  const [path = '', ...more] = Object.values(behind.paths)
  const publicUrl = options.publicUrl ?? (more.length === 0 ? `${origin}${path}` : origin)
  const urls = Object.fromEntries(Object.entries(behind.paths).map(([name, each]) => [name, `${origin}${each}`]))
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'portcullis.yaml'), configurationOf(options, { publicUrl, port }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { mode: 0o600 })

  const daemon = startDaemon([...program.command, 'serve', ...behind.args], {
    name: 'portcullis',
    folder,
    logs: folder,
    env: { PATH: [dirname(process.execPath), '/usr/bin', '/bin'].join(':'), ...env },
  })
  const linkFile = join(folder, 'portcullis.owner-link')
  const ownerLink = await daemon.until(
    () => (existsSync(linkFile) ? readFileSync(linkFile, 'utf8').trim() : undefined),
    30,
  )
  const events = (from = 0) => linesOf(daemon.stdout()).slice(from)
  return {
    url: more.length === 0 ? publicUrl : `${origin}${path}`,
    urls,
    ownerLink,
    front,
    back: behind.record,
    events,
    logged: (isMeant, from) => daemon.until(() => events(from).find(isMeant), 2),
    log: () => daemon.stdout() + daemon.stderr(),
    database: () => globSync(join(folder, 'portcullis.db*')).map(bytesOf).join(''),
    async stop() {
      const code = await daemon.stop(10)
      await Promise.all([front.close(), behind.close()])
      if (code !== 0) throw new Error(`Portcullis did not shut down in order (${code}): ${daemon.stderr()}`)
    },
  }
}

function configurationOf(
  { configuration, behind, accessTokenLifetime }: GatewayOptions,
  { publicUrl, port }: { publicUrl: string; port: number },
): string {
  return `${configuration.replaceAll('{origin}', new URL(publicUrl).origin)}
# For the test
${behind.configuration}
publicUrl: ${publicUrl}
listen: { port: ${port} }
lifetimes: { accessToken: ${accessTokenLifetime}s }
timeouts: { shutdown: 2s }
log: { level: debug, format: json }
`
}

function linesOf(log: string): readonly LogLine[] {
  return log
    .split('\n')
    .slice(0, -1) // the last one may still be on its way
    .map((line) => JSON.parse(line) as LogLine) // the log's format
}

function bytesOf(file: string): string {
  return readFileSync(file, 'latin1')
}
