import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench, BenchContext, BenchResult } from '../bench.ts'
import { type Gateway, startGateway } from '../gateway.ts'
import { type Contender, inTurn } from '../in-turn.ts'
import { startLoad } from '../load/load.ts'
import { requestBytes } from '../load/request.ts'
import { figure, table, verdict } from '../markdown.ts'
import { legacyCall } from '../mcp-requests.ts'
import { type Server, startServer } from '../program.ts'
import { ratios, summarize } from '../statistics.ts'

/** What the flight recorder costs: requests of `portcullis serve` with it and without. */
export const recorder: Bench = { name: 'recorder', title: 'The flight recorder', run }

const connections = 16

/** What is sent, and what it is answered with. */
const kinds = {
  'authorised call': { status: 200, requestOf: (gateway: Gateway) => callOf(gateway, gateway.accessToken) },
  'challenge (no token)': { status: 401, requestOf: (gateway: Gateway) => callOf(gateway, undefined) },
  'metadata of the MCP server': { status: 200, requestOf: metadataOf },
} as const
type Kind = keyof typeof kinds

const kindNames = Object.keys(kinds) as Kind[] // it has no other keys

async function run({ commands, folder, isSmoke, rounds: wanted, say }: BenchContext): Promise<BenchResult> {
  const rounds = wanted ?? (isSmoke ? 1 : 31)
  const batch = isSmoke ? 200 : 8000
  const load = startLoad()
  const servers: Server[] = []
  try {
    const upstream = await startServer({ name: 'upstream', script: commands.peer('upstream-fast') })
    servers.push(upstream)
    const turns: Contender<number>[] = []
    for (const hasRecorder of [true, false]) {
      const own = mkdtempSync(join(folder, 'portcullis-'))
      const url = `http://127.0.0.1:${upstream.port}/mcp`
      const gateway = await startGateway({ commands, upstream: url, folder: own, hasRecorder })
      servers.push(gateway)
      for (const kind of kindNames) {
        const name = nameOf(kind, hasRecorder)
        const { status, requestOf } = kinds[kind]
        await load.run({ kind: 'keep', name, requests: [requestOf(gateway)] })
        turns.push({
          name,
          async round() {
            const before = gateway.cpu()
            const stop = { requests: batch }
            const { operations, statuses } = await load.run(
              { kind: 'send', name, port: gateway.port, connections, stop },
              { awaited: status },
            )
            if (statuses[status] !== operations) throw new Error(`${name} answered ${JSON.stringify(statuses)}`)
            return (gateway.cpu() - before) / operations
          },
        })
      }
    }
    say(`${rounds} rounds of ${turns.length} × ${batch} requests`)
    // The two of a kind stand beside each other, and the machine swings less between them.
    const inPairs = kindNames.flatMap((kind) => turns.filter(({ name }) => name.startsWith(kind)))
    return report(await inTurn(inPairs, { rounds, warmUp: isSmoke ? 1 : 4 }), { rounds, batch })
  } finally {
    load.stop()
    await Promise.all(servers.map((server) => server.stop()))
  }
}

function callOf({ port }: Gateway, accessToken: string | undefined): Buffer {
  const headers = {
    Host: `localhost:${port}`,
    ...legacyCall.headers,
    ...(accessToken !== undefined && { Authorization: `Bearer ${accessToken}` }),
  }
  return requestBytes({ method: 'POST', path: '/mcp', headers, body: legacyCall.body })
}

function metadataOf({ port }: Gateway): Buffer {
  const headers = { Host: `localhost:${port}`, 'User-Agent': 'bench/1', 'MCP-Protocol-Version': '2025-11-25' }
  return requestBytes({ method: 'GET', path: '/.well-known/oauth-protected-resource/mcp', headers })
}

function nameOf(kind: Kind, hasRecorder: boolean): string {
  return `${kind}, ${hasRecorder ? 'with' : 'without'}`
}

function report(
  samples: ReadonlyMap<string, readonly number[]>,
  { rounds, batch }: { rounds: number; batch: number },
): BenchResult {
  const cpu = (kind: Kind, hasRecorder: boolean) => samples.get(nameOf(kind, hasRecorder)) ?? []
  const ratioOf = (kind: Kind) => summarize(ratios(cpu(kind, true), cpu(kind, false)))
  const rows = kindNames.map((kind) => [
    kind,
    figure(summarize(cpu(kind, false)), 1),
    figure(summarize(cpu(kind, true)), 1),
    figure(ratioOf(kind), 3),
  ])
  const calls = ratioOf('authorised call')
  return {
    tables: [table(['', 'CPU µs without', 'CPU µs with', 'with / without'], rows)],
    goals: [verdict(`an authorised call costs at most 1.02 × with it, seen ${figure(calls, 3)}`, calls.median <= 1.02)],
    remarks: [
      `${rounds} rounds of ${batch} requests each in turn, ${connections} connections, in front of a fast upstream; figures are medians with quartiles, ratios are taken round by round`,
      'challenges and metadata are what one client that asks again and again costs: an attempt to connect has some ten such requests altogether',
    ],
  }
}
