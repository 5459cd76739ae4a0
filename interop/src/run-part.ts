import { mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Browser } from 'playwright-core'
import { createPerson, type Person } from './browser.ts'
import type { ClientKind, InteropClient } from './clients/client.ts'
import { signedInOf, spokenIn, whyNotEra } from './era.ts'
import { workFolder } from './folders.ts'
import { messageOf } from './message.ts'
import type { Part } from './options.ts'
import type { Program } from './program-under-test.ts'
import type { ClientReport, PartReport } from './report.ts'
import { examineSecrecy, type Secrecy } from './secrecy.ts'
import { runSteps } from './steps.ts'
import { type Member, type System, startSystem } from './system.ts'
import type { PreparedUpstream, UpstreamKind } from './upstreams/upstream.ts'
import { within } from './within.ts'

/** Seconds: with the tolerance for clocks it is long enough for a client to start and to use it, and short enough to wait for its end. */
const shortLifetime = 5
/** Where nobody waits for its end. */
const longLifetime = 300

interface PartOptions {
  upstream: PreparedUpstream
  program: Program
  browser: Browser
}

/** What makes the MCP server of a part ready, or else the report that it cannot be. */
export async function preparePart(part: Part): Promise<PreparedUpstream | { report: PartReport }> {
  try {
    const upstream = await part.upstream.prepare()
    return 'missing' in upstream ? { report: skipPart(part, upstream.missing) } : upstream
  } catch (cause) {
    const { name } = part.upstream
    const report = {
      upstream: name,
      version: undefined,
      clients: [],
      secrecy: undefined,
      whole: undefined,
      problem: messageOf(cause),
    }
    return { report }
  }
}

/** Puts a gateway in front of an MCP server and lets each client go through all steps, one after the other. A failure is a result. */
export async function runPart(
  { upstream: kind, clients }: Part,
  { upstream, program, browser }: PartOptions,
): Promise<PartReport> {
  const reports: ClientReport[] = []
  const { version } = upstream
  try {
    const accessTokenLifetime = kind.hasLongTokens ? longLifetime : shortLifetime
    const system = await startSystem({ program, kind, upstream, browser, accessTokenLifetime })
    const { owner } = system
    let whole: string | undefined
    try {
      for (const client of clients)
        reports.push(...(await runClient(client, { system, browser, upstream: kind, member: owner })))
      if (kind.clientOfAnother !== undefined) {
        const member = await system.invite('bob')
        reports.push(...(await runClient(kind.clientOfAnother, { system, browser, upstream: kind, member })))
      }
      whole = kind.examine?.({ events: system.gateway.events(), sent: system.gateway.back.passed().sent })
    } finally {
      await system.stop()
    }
    return { upstream: kind.name, version, clients: reports, secrecy: examined(system), whole, problem: undefined }
  } catch (cause) {
    return {
      upstream: kind.name,
      version,
      clients: reports,
      secrecy: undefined,
      whole: undefined,
      problem: messageOf(cause),
    }
  }
}

/** The report of what could not be run. */
export function skipPart({ upstream, clients }: Part, reason: string): PartReport {
  const skippedClients = clients.map((kind) => skipped(kind, reason))
  return {
    upstream: upstream.name,
    version: undefined,
    clients: skippedClients,
    secrecy: undefined,
    whole: undefined,
    problem: undefined,
  }
}

interface ClientOptions {
  system: System
  browser: Browser
  upstream: UpstreamKind
  /** Whose client it is. */
  member: Member
}

/** One client, at each server of the gateway in turn. */
async function runClient(kind: ClientKind, options: ClientOptions): Promise<readonly ClientReport[]> {
  const { system, browser, upstream, member } = options
  const version = kind.version()
  if (version === undefined) return [skipped(kind, 'it is not installed')]
  const isOwner = member === system.owner
  const client = isOwner ? kind.name : `${kind.name} (${member.username})`
  const name = `${kind.name}-at-${upstream.name}${isOwner ? '' : `-of-${member.username}`}`
  const folder = join(workFolder, name)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const failures = { folder: join(workFolder, 'failures'), name }
  const person = await createPerson({ browser, ...member, failures })
  const clients: InteropClient[] = []
  const reports: ClientReport[] = []
  for (const [server, url] of Object.entries(system.gateway.urls)) {
    const report = await runAt(url, { ...options, kind, server, folder, person, clients })
    reports.push({ client, version, server, ...report })
  }
  for (const each of [...clients, person])
    await within(10, each.close()).catch((cause: unknown) =>
      reports.push({ client, version, server: '', spoken: undefined, steps: [], problem: messageOf(cause) }),
    )
  return reports
}

interface AtOptions extends ClientOptions {
  kind: ClientKind
  /** What the server is called; empty where there is one alone. */
  server: string
  folder: string
  person: Person
  /** The same client at the servers before; the new one is added. */
  clients: InteropClient[]
}

async function runAt(url: string, options: AtOptions): Promise<Pick<ClientReport, 'spoken' | 'steps' | 'problem'>> {
  const { kind, server, folder, person, clients, system, upstream, member } = options
  const { gateway, knownClients } = system
  const marks = { front: gateway.front.mark(), back: gateway.back.mark() }
  const spoken = () =>
    spokenIn(
      upstream.isTranslated ? signedInOf(gateway.front.passed(marks.front).sent) : gateway.back.passed(marks.back).sent,
    )
  try {
    const earlier = [...clients]
    const called = server === '' ? {} : { serverName: server }
    const client = await kind.create({ url, knownClients, folder, person, ...called })
    clients.push(client)
    const onStep = (step: string) => console.error(`${basename(folder)}: ${step}${server === '' ? '' : ` (${server})`}`)
    const steps = await runSteps({
      kind,
      client,
      earlier,
      person,
      member,
      system,
      url,
      upstream,
      mark: marks.front,
      onStep,
    })
    return { spoken: spoken(), steps, problem: whyNotEra(upstream.era ?? kind.era, spoken()) }
  } catch (cause) {
    return { spoken: spoken(), steps: [], problem: messageOf(cause) }
  }
}

function skipped({ name }: ClientKind, reason: string): ClientReport {
  return { client: name, server: '', version: undefined, spoken: undefined, steps: [], problem: reason }
}

function examined({ gateway, directory }: System): Secrecy {
  try {
    // Where people sign in elsewhere, Portcullis sees no password.
    return examineSecrecy(gateway, { absent: directory === undefined ? [] : ['password'] })
  } catch (cause) {
    return { sought: 'nothing', violations: [messageOf(cause)] }
  }
}
