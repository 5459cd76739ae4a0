import type { Bench, BenchContext, BenchResult } from '../bench.ts'
import { type Contender, inTurn } from '../in-turn.ts'
import { type Load, startLoad } from '../load/load.ts'
import { requestBytes } from '../load/request.ts'
import { figure, table, verdict } from '../markdown.ts'
import { legacyCall, type McpRequest, modernCall } from '../mcp-requests.ts'
import { type Server, startServer } from '../program.ts'
import { differences, ratios, summarize } from '../statistics.ts'
import { createTokenIssuer } from '../tokens.ts'
import { versionOf } from '../versions.ts'

/** What it costs that a request is authenticated: CPU time of the server per request, beside no check at all and beside peers. */
export const resourceServer: Bench = { name: 'resource-server', title: 'Resource server', run }

const settings = { issuer: 'https://auth.example', resource: 'https://mcp.example/mcp', scope: 'notes:read' }
const connections = 16

/** Every server, and under which load. A floor is what a row's added cost is counted from. */
const rows = [
  { name: 'node:http, no check (floor)', server: 'floor', tokens: 'one', floor: undefined },
  { name: 'Portcullis, cache hit', server: 'portcullis', tokens: 'one', floor: 'floor' },
  { name: 'Portcullis, cold', server: 'portcullis', tokens: 'many', floor: 'floor' },
  { name: 'jose by hand', server: 'jose', tokens: 'many', floor: 'floor' },
  { name: 'Express, no check (floor)', server: 'express', tokens: 'one', floor: undefined },
  { name: 'SDK 1.x requireBearerAuth + jose', server: 'sdk-1', tokens: 'many', floor: 'express' },
  { name: 'SDK 2.x requireBearerAuth + jose', server: 'sdk-2', tokens: 'many', floor: 'express' },
  { name: 'Portcullis, 64 at once with one new token', server: 'portcullis', tokens: 'shared', floor: 'floor' },
  { name: 'jose by hand, the same', server: 'jose', tokens: 'shared', floor: 'floor' },
  { name: 'SDK 2.x MCP server, no check (floor)', server: 'sdk-server', tokens: 'one, modern', floor: undefined },
  { name: 'Portcullis before it, cache hit', server: 'portcullis-sdk', tokens: 'one, modern', floor: 'sdk-server' },
] as const

const floors = {
  floor: 'node:http, no check (floor)',
  express: 'Express, no check (floor)',
  'sdk-server': 'SDK 2.x MCP server, no check (floor)',
} as const

type ServerName = (typeof rows)[number]['server']

interface Sample {
  /** Microseconds of CPU per request. */
  cpu: number
  perSecond: number
}

async function run(context: BenchContext): Promise<BenchResult> {
  const { isSmoke, say } = context
  const rounds = context.rounds ?? (isSmoke ? 1 : 21)
  const seconds = isSmoke ? 0.2 : 1
  const load = startLoad()
  const servers = new Map<ServerName, Server>()
  try {
    const issuer = await createTokenIssuer(settings)
    await keepRequests(load, issuer, isSmoke)
    await startServers(servers, JSON.stringify({ ...settings, jwks: issuer.jwks }), context)
    say(`${rounds} rounds of ${rows.length} × ${seconds} s`)
    const samples = await inTurn(
      rows.map((row): Contender<Sample> => ({ name: row.name, round: () => measure(row, servers, load, seconds) })),
      { rounds },
    )
    return report(samples, { rounds, seconds })
  } finally {
    load.stop()
    await Promise.all([...servers.values()].map((server) => server.stop()))
  }
}

/** More tokens than the cache holds, in a circle: each has been forgotten when its turn comes again. */
async function keepRequests(load: Load, issuer: Awaited<ReturnType<typeof createTokenIssuer>>, isSmoke: boolean) {
  const tokens = await issuer.issue(isSmoke ? 200 : 20_000)
  const shared = await issuer.issue(isSmoke ? 10 : 15_000)
  const [token = ''] = tokens
  await load.run({ kind: 'keep', name: 'one', requests: [requestWith(token)] })
  await load.run({ kind: 'keep', name: 'one, modern', requests: [requestWith(token, modernCall)] })
  for (const server of ['portcullis', 'jose', 'sdk-1', 'sdk-2'])
    await load.run({ kind: 'keep', name: `many ${server}`, requests: tokens.map((each) => requestWith(each)) })
  for (const server of ['portcullis', 'jose'])
    await load.run({
      kind: 'keep',
      name: `shared ${server}`,
      requests: shared.flatMap((token) => Array<Buffer>(64).fill(requestWith(token))),
    })
}

function requestWith(token: string, { headers, body }: McpRequest = legacyCall): Buffer {
  const all = { Host: 'mcp.example', ...headers, Authorization: `Bearer ${token}` }
  return requestBytes({ method: 'POST', path: '/mcp', headers: all, body })
}

async function startServers(servers: Map<ServerName, Server>, argument: string, { commands }: BenchContext) {
  const scripts: Record<ServerName, readonly string[]> = {
    floor: commands.peer('floor'),
    portcullis: commands.ours('portcullis-resource-server'),
    jose: commands.peer('jose'),
    express: commands.peer('express-floor'),
    'sdk-1': commands.peer('sdk-1'),
    'sdk-2': commands.peer('sdk-2'),
    'sdk-server': commands.peer('upstream-sdk'),
    'portcullis-sdk': commands.ours('portcullis-sdk-server'),
  }
  for (const [name, script] of Object.entries(scripts) as [ServerName, readonly string[]][])
    servers.set(name, await startServer({ name, script: [...script, argument] }))
}

async function measure(
  { server: name, tokens }: (typeof rows)[number],
  servers: ReadonlyMap<ServerName, Server>,
  load: Load,
  seconds: number,
): Promise<Sample> {
  const server = servers.get(name)
  if (server === undefined) throw new Error(`There is no server "${name}"`)
  const before = server.cpu()
  const outcome = await load.run({
    kind: 'send',
    name: tokens === 'many' || tokens === 'shared' ? `${tokens} ${name}` : tokens,
    port: server.port,
    connections: tokens === 'shared' ? 64 : connections,
    stop: { seconds },
  })
  return {
    cpu: (server.cpu() - before) / outcome.operations,
    perSecond: outcome.operations / outcome.seconds,
  }
}

function report(
  samples: ReadonlyMap<string, readonly Sample[]>,
  { rounds, seconds }: { rounds: number; seconds: number },
): BenchResult {
  const cpuOf = (name: string) => (samples.get(name) ?? []).map(({ cpu }) => cpu)
  const floorOf = (floor: keyof typeof floors) => cpuOf(floors[floor])
  const added = (name: string, floor: keyof typeof floors) => differences(cpuOf(name), floorOf(floor))

  const body = rows.map(({ name, floor }) => [
    name,
    figure(summarize(cpuOf(name))),
    floor === undefined ? '' : figure(summarize(added(name, floor))),
    floor === undefined ? '' : figure(summarize(ratios(cpuOf(name), floorOf(floor))), 2),
    figure(summarize((samples.get(name) ?? []).map(({ perSecond }) => perSecond))),
  ])
  const hit = summarize(ratios(cpuOf('Portcullis, cache hit'), floorOf('floor')))
  const real = summarize(ratios(cpuOf('Portcullis before it, cache hit'), floorOf('sdk-server')))
  const cold = summarize(ratios(added('Portcullis, cold', 'floor'), added('jose by hand', 'floor')))
  return {
    tables: [table(['', 'CPU µs a request', 'added µs', '× floor', 'requests/s'], body)],
    goals: [
      verdict(`cache hit ≤ 1.10 × a bare node:http server, seen ${figure(hit, 2)}`, hit.median <= 1.1),
      verdict(`cache hit ≤ 1.10 × a real MCP server, seen ${figure(real, 2)}`, real.median <= 1.1),
      verdict(`cold, added ≤ 1.15 × jose's, seen ${figure(cold, 2)}`, cold.median <= 1.15),
    ],
    remarks: [
      `${rounds} rounds of ${seconds} s each in turn, ${connections} connections; figures are medians with quartiles, ratios are taken round by round`,
      `cold: every request has another token, and more of them than the cache holds`,
      `versions: ${['jose', 'express', '@modelcontextprotocol/sdk', '@modelcontextprotocol/express', '@modelcontextprotocol/server'].map(versionOf).join(', ')}`,
    ],
  }
}
