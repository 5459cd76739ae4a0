import { EventEmitter, once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { isLoopbackHost, protectedResourceMetadataUrl } from '@portcullis/auth/protocol'
import type { Io } from '../io.ts'
import { untilTold } from '../operations/shutdown.ts'
import type { Settings } from './lines.ts'
import type { Project } from './project.ts'
import { type RunningScript, startScript } from './running-script.ts'

/** Where `portcullis dev` is, when it is not told otherwise. */
export const devIssuer = 'http://127.0.0.1:7090'

/** Whether the doctor can be asked now, or why not, in words that go on from "The doctor was not asked:". */
export type Checkable =
  | { kind: 'url'; url: string }
  | { kind: 'script'; script: string; url: string }
  | { kind: 'not'; why: string; needsPackage?: boolean }

export async function howToCheck(
  { folder, manifest, packageManager }: Project,
  { resource }: Pick<Settings, 'resource'>,
  { url }: { url: string | undefined },
): Promise<Checkable> {
  if (url !== undefined) return { kind: 'url', url }
  if (!isInstalled(folder)) return { kind: 'not', why: '@portcullis/auth is not installed yet', needsPackage: true }
  const script = ['dev', 'start'].find((name) => manifest?.scripts[name] !== undefined)
  if (script === undefined) return { kind: 'not', why: 'package.json has no script "start" or "dev"' }
  const { hostname, port, protocol } = new URL(resource)
  if (!isLoopbackHost(hostname) || protocol !== 'http:')
    return { kind: 'not', why: `${resource} is not on this machine` }
  if (await isOpen(hostname, Number(port || 80)))
    return { kind: 'not', why: `something listens at port ${port || 80} already, and may be the server as it was` }
  return { kind: 'script', script: runScript(packageManager, script), url: resource }
}

/** How a script of `package.json` is run. */
export function runScript(packageManager: Project['packageManager'], script: string): string {
  return packageManager === 'deno' ? `deno task ${script}` : `${packageManager} run ${script}`
}

/** Asks the doctor, with the server running for as long, and a test authorization server beside it where the server trusts that one. Resolves to its exit code. */
export async function askDoctor(
  checkable: Exclude<Checkable, { kind: 'not' }>,
  { folder, issuer, io, isJson }: { folder: string; issuer: string; io: Io; isJson: boolean },
): Promise<number> {
  const { run } = await import('@portcullis/doctor')
  const ask = (more: readonly string[] = []) => run([checkable.url, ...more, ...(isJson ? ['--json'] : [])], io)
  if (checkable.kind === 'url') return ask()
  const server = startScript(checkable.script, folder)
  const forget = endWhenTold(server, io)
  try {
    const endDev = await startDevIssuer(issuer, checkable.url, io)
    try {
      await listening(new URL(checkable.url), server)
      await firstAnswers(checkable.url)
      return await ask(['--timeout', String(patience)])
    } finally {
      await endDev()
    }
  } finally {
    await server.end()
    forget()
  }
}

/** Told to stop, it ends what it started before it ends itself; told again, both at once. Returns what has it listen no more. */
function endWhenTold(server: RunningScript, io: Io): () => void {
  const told = new EventEmitter()
  const listeners = (['SIGINT', 'SIGTERM'] as const).map((signal) => ({ signal, tell: () => told.emit(signal) }))
  for (const { signal, tell } of listeners) io.signals.on(signal, tell)
  const close = async () => {
    io.stderr.write('Ending the server that was started. Ctrl+C once more ends it at once.\n')
    await server.end()
    io.exit(interrupted)
  }
  const abort = () => {
    server.kill()
    io.exit(interrupted)
  }
  untilTold(told, { close, abort }).catch(() => io.exit(interrupted))
  return () => {
    for (const { signal, tell } of listeners) io.signals.off(signal, tell)
  }
}

/** As shells say of what Ctrl+C ended. */
const interrupted = 130

/** Seconds that a server may take to start. */
const patience = 60

async function listening({ hostname, port }: URL, { endedWith, printed }: RunningScript): Promise<void> {
  for (let tries = 0; tries < patience * 5; tries++) {
    const end = endedWith()
    if (end !== undefined) throw new ServerDidNotStart(`it ended with ${end}`, printed())
    if (await isOpen(hostname, Number(port || 80))) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new ServerDidNotStart(`nothing listens at port ${port || 80} after ${patience} s`, printed())
}

/** What was written stands all the same. */
export class ServerDidNotStart extends Error {
  override readonly name = 'ServerDidNotStart'
  readonly printed: string

  constructor(why: string, printed: string) {
    super(why)
    this.printed = printed
  }
}

/** Resolves to what ends it. Nothing starts where the server trusts another issuer, or one runs there already. */
async function startDevIssuer(issuer: string, resource: string, io: Io): Promise<() => Promise<void>> {
  const { hostname, port } = new URL(devIssuer)
  if (issuer !== devIssuer || (await isOpen(hostname, Number(port)))) return async () => {}
  const { runDev } = await import('../dev/run-dev.ts')
  const signals = new EventEmitter()
  const started = new EventEmitter()
  const settings = {
    resource,
    port: Number(port),
    scopes: ['mcp'],
    faults: [],
    approve: false,
    loopbackDocuments: [],
    json: true,
  }
  const write = () => started.emit('line')
  const done = runDev(settings, { ...io, stdout: { write }, stderr: { write }, signals, exit: () => {} })
  await Promise.race([once(started, 'line'), done])
  return async () => {
    signals.emit('SIGTERM')
    await done
  }
}

/** Next.js and others compile a route when it is first asked for, which may take longer than the doctor waits. What they answer is the doctor's to judge. */
async function firstAnswers(resource: string): Promise<void> {
  for (const url of [resource, protectedResourceMetadataUrl(resource)])
    try {
      const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(patience * 1000) })
      await answer.body?.cancel()
    } catch {
      // It does not answer: the doctor says so too.
    }
}

function isInstalled(folder: string): boolean {
  const above = join(folder, '..')
  return existsSync(join(folder, 'node_modules', '@portcullis', 'auth')) || (above !== folder && isInstalled(above))
}

function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host.replace(/^\[|\]$/g, ''))
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
