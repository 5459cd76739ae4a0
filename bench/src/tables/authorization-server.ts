import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench, BenchContext, BenchResult } from '../bench.ts'
import { type Codes, codesOf, codesOfFloor } from '../codes.ts'
import { type Contender, inTurn } from '../in-turn.ts'
import type { Job, Outcome } from '../load/jobs.ts'
import { type Load, startLoad } from '../load/load.ts'
import { requestBytes, requestHead } from '../load/request.ts'
import { figure, table, verdict } from '../markdown.ts'
import { clientMetadata, exchange, exchangeBody, type OAuthClient, registerClient } from '../oauth-client.ts'
import { type Server, startServer } from '../program.ts'
import { ratios, summarize } from '../statistics.ts'
import { versionOf } from '../versions.ts'

/** What issuing costs: CPU time of the authorization server per operation, beside the floor, oidc-provider and better-auth, all on durable SQLite. */
export const authorizationServer: Bench = { name: 'authorization-server', title: 'Authorization server', run }

const scopes = ['notes:read', 'notes:write']
const resource = 'https://mcp.example/mcp'
const connections = 16
const operations = ['registration', 'code exchange', 'refresh', 'metadata'] as const
type Operation = (typeof operations)[number]

const contenders = ['floor', 'Portcullis', 'oidc-provider', 'better-auth'] as const
type Name = (typeof contenders)[number]

interface Sample {
  /** Microseconds of CPU per operation. */
  cpu: number
  perSecond: number
}

/** A server under test, and a client that has registered with it and signed in. */
interface Subject {
  name: Name
  server: Server
  client: OAuthClient
  /** So many codes that were not exchanged yet. */
  codes: Codes
}

async function run(context: BenchContext): Promise<BenchResult> {
  const { isSmoke, say } = context
  const rounds = context.rounds ?? (isSmoke ? 1 : 15)
  const batch = isSmoke ? 16 : 480
  const load = startLoad()
  const servers: Server[] = []
  try {
    const subjects = await startSubjects(context, servers)
    say(`${rounds} rounds of ${subjects.length} × ${operations.length} × ${batch} operations`)
    const samples = await inTurn(
      operations.flatMap((operation) =>
        subjects.map(
          (subject): Contender<Sample> => ({
            name: `${subject.name} ${operation}`,
            round: () => measure(operation, subject, { load, batch }),
          }),
        ),
      ),
      { rounds, warmUp: isSmoke ? 1 : 6 },
    )
    const memory = new Map(subjects.map(({ name, server }) => [name, server.peakMemory() / 2 ** 20]))
    return report(samples, memory, { rounds, batch })
  } finally {
    load.stop()
    await Promise.all(servers.map((server) => server.stop()))
  }
}

async function startSubjects({ commands, folder }: BenchContext, servers: Server[]): Promise<readonly Subject[]> {
  const scripts: Record<Name, readonly string[]> = {
    floor: commands.peer('authorization-server-floor'),
    Portcullis: commands.ours('portcullis-authorization-server'),
    'oidc-provider': commands.peer('oidc-provider'),
    'better-auth': commands.peer('better-auth'),
  }
  const subjects: Subject[] = []
  for (const name of contenders) {
    const settings = JSON.stringify({ folder: mkdtempSync(join(folder, 'database-')), resource, scopes })
    const server = await startServer({ name, script: [...scripts[name], settings] })
    servers.push(server)
    const client = await registerClient(`http://127.0.0.1:${server.port}`, {
      resource,
      scope: [...scopes, ...(name === 'better-auth' ? ['offline_access'] : [])].join(' '), // its condition for refresh tokens
    })
    subjects.push({ name, server, client, codes: name === 'floor' ? codesOfFloor(server) : codesOf(client) })
  }
  return subjects
}

async function measure(
  operation: Operation,
  subject: Subject,
  { load, batch }: { load: Load; batch: number },
): Promise<Sample> {
  const { server } = subject
  const job = await prepare(operation, subject, { load, batch })
  const before = server.cpu()
  const outcome: Outcome = await load.run(job)
  return { cpu: (server.cpu() - before) / outcome.operations, perSecond: outcome.operations / outcome.seconds }
}

/** Makes what the operation consumes, which is not measured. */
async function prepare(
  operation: Operation,
  { name: subject, server: { port }, client, codes }: Subject,
  { load, batch }: { load: Load; batch: number },
): Promise<Job> {
  const name = `${subject} ${operation}`
  const stop = { requests: batch }
  if (operation === 'refresh') {
    const tokens = await Promise.all((await codes(connections)).map((code) => exchange(client, code)))
    return {
      kind: 'refresh',
      name: `${name} ${performance.now()}`,
      port,
      head: requestHead({ method: 'POST', path: pathOf(client.tokenEndpoint), headers: formHeaders(port) }),
      clientId: client.clientId,
      tokens: tokens.map(({ refresh_token }) => refresh_token),
      stop,
    }
  }
  const requests =
    operation === 'code exchange' ? exchanges(client, port, await codes(batch)) : [simple[operation](client, port)]
  await load.run({ kind: 'keep', name, requests })
  return { kind: 'send', name, port, connections, stop }
}

function exchanges(client: OAuthClient, port: number, codes: readonly string[]): readonly Buffer[] {
  const headers = formHeaders(port)
  return codes.map((code) =>
    requestBytes({ method: 'POST', path: pathOf(client.tokenEndpoint), headers, body: exchangeBody(client, code) }),
  )
}

const simple = {
  registration: (client: OAuthClient, port: number) =>
    requestBytes({
      method: 'POST',
      path: pathOf(client.registrationEndpoint),
      headers: { Host: `127.0.0.1:${port}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(clientMetadata),
    }),
  metadata: (_: OAuthClient, port: number) =>
    requestBytes({
      method: 'GET',
      path: '/.well-known/openid-configuration',
      headers: { Host: `127.0.0.1:${port}` },
    }),
} as const

function formHeaders(port: number) {
  return { Host: `127.0.0.1:${port}`, 'Content-Type': 'application/x-www-form-urlencoded' }
}

function pathOf(endpoint: string): string {
  return new URL(endpoint).pathname
}

const goals: Record<Operation, { floor: number; peer: number | undefined }> = {
  registration: { floor: 2, peer: 0.5 },
  'code exchange': { floor: 1.8, peer: 0.5 },
  refresh: { floor: 1.6, peer: 0.6 },
  metadata: { floor: 1.2, peer: undefined },
}

function report(
  samples: ReadonlyMap<string, readonly Sample[]>,
  memory: ReadonlyMap<Name, number>,
  { rounds, batch }: { rounds: number; batch: number },
): BenchResult {
  const of = (name: Name, operation: Operation) => samples.get(`${name} ${operation}`) ?? []
  const cpuOf = (name: Name, operation: Operation) => of(name, operation).map(({ cpu }) => cpu)
  const overFloor = (name: Name, operation: Operation) =>
    summarize(ratios(cpuOf(name, operation), cpuOf('floor', operation)))

  const rows = operations.flatMap((operation) =>
    contenders.map((name) => [
      operation,
      name,
      figure(summarize(cpuOf(name, operation))),
      name === 'floor' ? '' : figure(overFloor(name, operation), 2),
      figure(summarize(of(name, operation).map(({ perSecond }) => perSecond))),
    ]),
  )
  const reached = operations.flatMap((operation) => {
    const { floor, peer } = goals[operation]
    const seen = overFloor('Portcullis', operation)
    const besidePeer = summarize(ratios(cpuOf('Portcullis', operation), cpuOf('oidc-provider', operation)))
    return [
      verdict(`${operation} ≤ ${floor} × floor, seen ${figure(seen, 2)}`, seen.median <= floor),
      ...(peer === undefined
        ? []
        : [
            verdict(`${operation} ≤ ${peer} × oidc-provider, seen ${figure(besidePeer, 2)}`, besidePeer.median <= peer),
          ]),
    ]
  })
  return {
    tables: [table(['', '', 'CPU µs', '× floor', 'per second'], rows)],
    goals: reached,
    remarks: [
      `${rounds} rounds of ${batch} operations each in turn, ${connections} connections; figures are medians with quartiles, ratios are taken round by round`,
      'floor: HTTP, one ES256 signature, one durable SQLite write that shares its transaction with others; no check at all',
      `most memory held, MiB: ${[...memory].map(([name, mebibytes]) => `${name} ${mebibytes.toFixed(0)}`).join(', ')}`,
      `versions: ${versionOf('oidc-provider')}, ${versionOf('better-auth')}; better-auth writes as it does by itself, each write in a transaction of its own`,
    ],
  }
}
