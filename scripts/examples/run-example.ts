import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Daemon, startDaemon } from '../../interop/src/daemon.ts'
import { freePort } from '../free-port.ts'
import { startPostgres, whyNoPostgres } from '../postgres-cluster.ts'
import { installFolder, root, toolPath } from '../tools.ts'
import { cleanFolder, environment } from './clean-folder.ts'
import { type Command, type Example, filledIn, portsIn } from './description.ts'

export interface Part {
  /** What was looked at. */
  name: string
  state: 'passed' | 'FAILED' | 'SKIPPED'
  seconds: number
}

export interface RunOptions {
  /** Where the packed packages are installed. */
  installed: string
  /** Fewer clients, and no pages. */
  isShort: boolean
  /** Where screenshots of pages go. */
  shots: string
}

/** Installs an example in a clean folder, runs its own tests, starts it, and lets the doctor, clients and a browser at it. */
export async function runExample(described: Example, options: RunOptions): Promise<readonly Part[]> {
  const wantsPostgres = JSON.stringify(described).includes('{postgres}')
  const cluster = wantsPostgres && !whyNoPostgres() ? await startPostgres({ isDurable: false }) : undefined
  try {
    return await runOver(described, cluster?.createDatabase() ?? '', options)
  } finally {
    await cluster?.close()
  }
}

async function runOver(described: Example, postgres: string, options: RunOptions): Promise<readonly Part[]> {
  const missing = (described.needs ?? []).filter((program) => spawnSync(program, ['version']).error !== undefined)
  if (missing.length > 0) return [{ name: `there is no ${missing.join(', ')}`, state: 'SKIPPED', seconds: 0 }]
  const ports = portsIn(described)
  const free = await Promise.all(ports.map(async (name) => [name, String(await freePort())] as const))
  const example = filledIn(described, { ...Object.fromEntries(free), ...described.person, postgres })
  const parts: Part[] = []
  const daemons: Daemon[] = []
  const part = async (name: string, act: () => Promise<void> | void) => {
    const began = performance.now()
    try {
      await act()
      parts.push({ name, state: 'passed', seconds: secondsSince(began) })
    } catch (error) {
      console.error(error instanceof Error ? error.message : error)
      parts.push({ name, state: 'FAILED', seconds: secondsSince(began) })
    }
  }

  const here = join(root, example.folder)
  if (existsSync(join(here, 'package-lock.json'))) installFolder(here, example.folder)
  // Types of packages as they are published are only where they are placed: one that is held to those looks at its types there.
  const looksItself = example.prepare.some(({ command }) => command.includes('typecheck'))
  if (existsSync(join(here, 'tsconfig.json')) && !looksItself)
    await part('types', () => ran([process.execPath, toolPath('tsc'), '--noEmit', '-p', here], root))
  const folder = cleanFolder(example, options.installed)
  for (const command of example.prepare) await part(command.command.join(' '), () => perform(command, folder, options))
  if (parts.some(({ state }) => state === 'FAILED')) return parts
  try {
    await part('starts', async () => {
      for (const each of example.start) daemons.push(await started({ ...each, mcp: example.mcp }, folder, options))
      for (const command of example.seed ?? []) await perform(command, folder, options)
    })
    if (parts.some(({ state }) => state === 'FAILED')) return parts
    for (const check of example.checks ?? []) await part(check.command.join(' '), () => perform(check, folder, options))
    const pictures = options.isShort ? {} : { pictures: join(options.shots, example.name) }
    const about = { ...example, folder, isShort: options.isShort, ...pictures }
    for (const { at, ...rest } of [{ at: '', mcp: example.mcp }, ...(example.alsoAt ?? []).map(furtherAddress)]) {
      await part(`real clients${at}`, () => suite('interop', 'example.ts', { ...about, ...rest }, {}))
      await part(`the doctor${at}`, () => ran([programIn(options), 'doctor', rest.mcp], folder))
    }
    if (!options.isShort && example.pages !== undefined)
      await part('pages in a browser', () =>
        suite('e2e', 'example.ts', about, { E2E_SHOTS: join(options.shots, example.name) }),
      )
  } finally {
    for (const daemon of daemons.reverse()) await daemon.stop(10)
  }
  return parts
}

/** More is asked of none there: how clients come to more scope depends on the transport. */
function furtherAddress({ mcp, clients }: { mcp: string; clients: readonly string[] }) {
  const { host, pathname } = new URL(mcp)
  return { at: ` at ${host}${pathname}`, mcp, clients, stepUp: undefined }
}

function perform({ command, env = {}, stdin = '' }: Command, folder: string, options: RunOptions): Promise<void> {
  return ran(commandOf(command, options), folder, { env: { E2E_SHOTS: options.shots, ...env }, stdin })
}

/** Not `spawnSync`: what runs beside it would wait for somebody who reads what it writes. */
async function ran(
  command: readonly string[],
  folder: string,
  { env = {}, stdin = '' }: Pick<Command, 'env' | 'stdin'> = {},
): Promise<void> {
  const [file = '', ...words] = command
  const child = spawn(file, words, { cwd: folder, env: environment(env) })
  const ended = once(child, 'close')
  child.stdin.end(stdin)
  const [written, complained] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = await ended
  if (code !== 0) throw new Error(`${command.join(' ')} failed (${code})\n${written}${complained}`)
}

async function started(
  { name, command, env = {}, ready, mcp }: Example['start'][number] & Pick<Example, 'mcp'>,
  folder: string,
  options: RunOptions,
): Promise<Daemon> {
  const logs = join(root, '.work', 'examples')
  mkdirSync(logs, { recursive: true })
  const daemon = startDaemon(commandOf(command, options), { name, folder, logs, env: environment(env) })
  if (ready === undefined) await answered(mcp, name)
  else await daemon.until(() => (daemon.stdout() + daemon.stderr()).includes(ready) || undefined, startLimit)
  return daemon
}

/** For what says nothing when it starts. */
async function answered(url: string, name: string): Promise<void> {
  for (let tries = 0; tries < 900; tries++) {
    const response = await fetch(url).catch(() => undefined)
    if (response !== undefined) return
    await sleep(100)
  }
  throw new Error(`${name} does not answer at ${url}`)
}

/** `portcullis` is the packed program. */
function commandOf([file = '', ...words]: readonly string[], options: RunOptions): readonly string[] {
  return [file === 'portcullis' ? programIn(options) : file, ...words]
}

function programIn({ installed }: RunOptions): string {
  return join(installed, 'node_modules', '.bin', 'portcullis')
}

/** A file of another suite, in a process of its own with what that suite has installed. */
function suite(name: string, file: string, about: object, env: Record<string, string>): Promise<void> {
  installFolder(join(root, name), `${name}/`)
  return new Promise((resolve, reject) => {
    const script = join(root, name, 'src', file)
    const child = spawn(process.execPath, [script, JSON.stringify(about)], { env: environment(env), stdio: 'inherit' })
    child.once('error', reject)
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${name}/src/${file} ended with ${code}`))))
  })
}

/** Seconds. Some have a Keycloak to start, beside all else that a machine does. */
const startLimit = 180

function secondsSince(began: number): number {
  return Math.round((performance.now() - began) / 1000)
}
