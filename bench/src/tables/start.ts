import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { installTarballs } from '../../../scripts/check-packages.ts'
import type { Bench, BenchContext, BenchResult } from '../bench.ts'
import { freePort } from '../free-port.ts'
import { type Contender, inTurn } from '../in-turn.ts'
import { figure, table, verdict } from '../markdown.ts'
import { type Program, startProgram } from '../program.ts'
import { ratios, type Summary, summarize } from '../statistics.ts'
import { versionOf } from '../versions.ts'

/** From the start of the process to its first answer, what it holds then, and what an installation weighs. */
export const start: Bench = { name: 'start', title: 'Start, memory and size', run }

interface Sample {
  milliseconds: number
  /** CPU time until then. */
  cpu: number
  /** MiB, two seconds later. */
  idle: number
}

/** Something that starts and then answers at `path`. */
interface Subject {
  name: string
  path: string
  /** The command that makes it listen on `port`; scripts of ours read it from the environment. */
  command(port: number): readonly string[]
}

async function run(context: BenchContext): Promise<BenchResult> {
  const { isSmoke, say } = context
  const rounds = context.rounds ?? (isSmoke ? 1 : 11)
  const idleFor = isSmoke ? 0.2 : 2
  const subjects = subjectsOf(context)
  say(`${rounds} rounds of ${subjects.length} starts`)
  const samples = await inTurn(
    subjects.map((subject): Contender<Sample> => {
      const folder = mkdtempSync(join(context.folder, 'start-'))
      return { name: subject.name, round: () => startOnce(subject, folder, idleFor) }
    }),
    { rounds },
  )
  return report(samples, installedSizes(context), { rounds, idleFor })
}

function subjectsOf({ commands }: BenchContext): readonly Subject[] {
  const metadata = '/.well-known/openid-configuration'
  const settings = JSON.stringify({ folder: '.', resource: 'https://mcp.example/mcp', scopes: ['notes:read'] })
  const script = (name: string, command: readonly string[]): Subject => ({
    name,
    path: metadata,
    command: () => [...command, settings],
  })
  return [
    script('floor', commands.peer('authorization-server-floor')),
    script('library', commands.ours('portcullis-authorization-server')),
    {
      name: 'portcullis serve',
      path: metadata,
      command: (port) => [...commands.program, 'serve', '--upstream', 'http://127.0.0.1:9/mcp', '--port', String(port)],
    },
    script('oidc-provider', commands.peer('oidc-provider')),
    script('better-auth', commands.peer('better-auth')),
  ]
}

async function startOnce({ name, path, command }: Subject, folder: string, idleFor: number): Promise<Sample> {
  const port = await freePort()
  const startedAt = performance.now()
  const program = startProgram({
    name,
    folder,
    command: [process.execPath, ...command(port)],
    env: { PORT: String(port) },
  })
  try {
    await untilAnswered(port, path, program)
    const milliseconds = performance.now() - startedAt
    const cpu = program.cpu() / 1000
    await wait(idleFor * 1000)
    return { milliseconds, cpu, idle: program.memory() / 2 ** 20 }
  } finally {
    await program.stop()
  }
}

/** Asks every two milliseconds, over raw sockets, which cost next to nothing while nobody listens. */
async function untilAnswered(port: number, path: string, program: Program): Promise<void> {
  for (const since = performance.now(); performance.now() - since < 20_000; ) {
    if (await isAnswered(port, path)) return
    await wait(2)
  }
  throw new Error(`${program.name} never answered:\n${program.output()}`)
}

function isAnswered(port: number, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`),
    )
    socket.once('data', (chunk: Buffer) => {
      socket.destroy()
      resolve(chunk.toString('latin1', 0, 12).endsWith(' 200'))
    })
    socket.once('error', () => resolve(false))
    socket.once('end', () => resolve(false))
  })
}

interface Installed {
  name: string
  mebibytes: number
  packages: number
}

/** The packed packages, each installed by itself in an empty folder; nothing when run from source. */
function installedSizes({ commands, folder }: BenchContext): readonly Installed[] {
  const { tarballs = [] } = commands
  const library = tarballs.filter(({ manifest }) => manifest.name === '@portcullis/auth')
  return [
    { name: 'library', needs: library },
    { name: 'portcullis', needs: tarballs },
  ].flatMap(({ name, needs }) => {
    if (needs.length === 0) return []
    const target = join(folder, `installed-${name}`)
    mkdirSync(target)
    installTarballs(target, needs)
    const lockfile = JSON.parse(readFileSync(join(target, 'node_modules', '.package-lock.json'), 'utf8')) as {
      packages: Record<string, unknown>
    } // npm's own format
    const modules = join(target, 'node_modules')
    return [{ name, mebibytes: sizeOf(modules) / 2 ** 20, packages: Object.keys(lockfile.packages).length }]
  })
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((total, { parentPath, name }) => total + statSync(join(parentPath, name)).size, 0)
}

function report(
  samples: ReadonlyMap<string, readonly Sample[]>,
  installed: readonly Installed[],
  { rounds, idleFor }: { rounds: number; idleFor: number },
): BenchResult {
  const of = (name: string, what: keyof Sample) => (samples.get(name) ?? []).map((sample) => sample[what])
  const overFloor = (name: string): Summary => summarize(ratios(of(name, 'milliseconds'), of('floor', 'milliseconds')))
  const idle = (name: string) => summarize(of(name, 'idle'))
  const rows = [...samples.keys()].map((name) => [
    name,
    figure(summarize(of(name, 'milliseconds'))),
    figure(overFloor(name), 2),
    figure(summarize(of(name, 'cpu'))),
    figure(idle(name)),
  ])
  const sizes = installed.map(({ name, mebibytes, packages }) => [name, mebibytes.toFixed(2), String(packages)])
  const [library, program] = installed
  return {
    tables: [
      table(['', 'start to first answer, ms', '× floor', 'CPU ms until then', 'idle MiB'], rows),
      ...(sizes.length === 0 ? [] : [table(['installed', 'MiB', 'packages'], sizes)]),
    ],
    goals: [
      verdict(
        `library starts in ≤ 1.5 × floor, seen ${figure(overFloor('library'), 2)}`,
        overFloor('library').median <= 1.5,
      ),
      verdict(
        `portcullis serve starts in ≤ 2.5 × floor, seen ${figure(overFloor('portcullis serve'), 2)}`,
        overFloor('portcullis serve').median <= 2.5,
      ),
      verdict(`library idle ≤ 75 MiB, seen ${figure(idle('library'))}`, idle('library').median <= 75),
      verdict(
        `portcullis serve idle ≤ 90 MiB, seen ${figure(idle('portcullis serve'))}`,
        idle('portcullis serve').median <= 90,
      ),
      ...(library === undefined || program === undefined
        ? []
        : [
            verdict('library ≤ 1.5 MiB and 3 packages', library.mebibytes <= 1.5 && library.packages <= 3),
            verdict('portcullis ≤ 15 MiB', program.mebibytes <= 15),
          ]),
    ],
    remarks: [
      `${rounds} starts of each in turn, on a database that exists; figures are medians with quartiles, ratios are taken round by round`,
      `idle: resident memory ${idleFor} s after the first answer; size: the files of node_modules, without development dependencies`,
      `library: its authorization server on node:http and SQLite; versions: ${versionOf('oidc-provider')}, ${versionOf('better-auth')}`,
    ],
  }
}
