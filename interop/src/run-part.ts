import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { createPerson } from './browser.ts'
import type { ClientKind } from './clients/client.ts'
import { spokenIn, whyNotEra } from './era.ts'
import { workFolder } from './folders.ts'
import { messageOf } from './message.ts'
import type { Part } from './options.ts'
import type { Program } from './program-under-test.ts'
import type { ClientReport, PartReport } from './report.ts'
import { examineSecrecy, type Secrecy } from './secrecy.ts'
import { runSteps } from './steps.ts'
import { type System, startSystem } from './system.ts'
import type { PreparedUpstream } from './upstreams/upstream.ts'
import { within } from './within.ts'

/** Seconds: with the tolerance for clocks it is long enough for a client to start and to use it, and short enough to wait for its end. */
const accessTokenLifetime = 5

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
    const report = { upstream: name, version: undefined, clients: [], secrecy: undefined, problem: messageOf(cause) }
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
    const system = await startSystem({ program, kind, upstream, browser, accessTokenLifetime })
    try {
      for (const client of clients) reports.push(await runClient(client, { system, browser, upstream: kind.name }))
    } finally {
      await system.stop()
    }
    return { upstream: kind.name, version, clients: reports, secrecy: examined(system), problem: undefined }
  } catch (cause) {
    return { upstream: kind.name, version, clients: reports, secrecy: undefined, problem: messageOf(cause) }
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
    problem: undefined,
  }
}

interface ClientOptions {
  system: System
  browser: Browser
  upstream: string
}

async function runClient(kind: ClientKind, { system, browser, upstream }: ClientOptions): Promise<ClientReport> {
  const version = kind.version()
  if (version === undefined) return skipped(kind, 'it is not installed')
  const name = `${kind.name}-at-${upstream}`
  const folder = join(workFolder, name)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const { username, password, gateway, knownClients } = system
  const mark = gateway.back.mark()
  const spoken = () => spokenIn(gateway.back.passed(mark).sent)
  const person = await createPerson({
    browser,
    username,
    password,
    failures: { folder: join(workFolder, 'failures'), name },
  })
  try {
    const client = await kind.create({ url: gateway.url, knownClients, folder, person })
    try {
      const onStep = (step: string) => console.error(`${name}: ${step}`)
      const steps = await runSteps({ kind, client, person, system, onStep })
      return { client: kind.name, version, spoken: spoken(), steps, problem: whyNotEra(kind.era, spoken()) }
    } finally {
      await within(10, client.close())
    }
  } catch (cause) {
    return { client: kind.name, version, spoken: spoken(), steps: [], problem: messageOf(cause) }
  } finally {
    await within(10, person.close())
  }
}

function skipped({ name }: ClientKind, reason: string): ClientReport {
  return { client: name, version: undefined, spoken: undefined, steps: [], problem: reason }
}

function examined({ gateway, directory }: System): Secrecy {
  try {
    // Where people sign in elsewhere, Portcullis sees no password.
    return examineSecrecy(gateway, { absent: directory === undefined ? [] : ['password'] })
  } catch (cause) {
    return { sought: 'nothing', violations: [messageOf(cause)] }
  }
}
