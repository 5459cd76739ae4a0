import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench, BenchContext, BenchResult } from '../bench.ts'
import { type Gateway, startGateway } from '../gateway.ts'
import { type Contender, inTurn } from '../in-turn.ts'
import { type Load, startLoad } from '../load/load.ts'
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

/** With, without, without, with: what changes steadily meanwhile is in both. */
const turns = [true, false, false, true] as const

async function run({ commands, folder, isSmoke, rounds: wanted, say }: BenchContext): Promise<BenchResult> {
  const rounds = wanted ?? (isSmoke ? 1 : 41)
  const batch = isSmoke ? 200 : 3000
  const load = startLoad()
  const servers: Server[] = []
  try {
    const upstream = await startServer({ name: 'upstream', script: commands.peer('upstream-fast') })
    servers.push(upstream)
    const start = async (hasRecorder: boolean) => {
      const own = mkdtempSync(join(folder, 'portcullis-'))
      const url = `http://127.0.0.1:${upstream.port}/mcp`
      const gateway = await startGateway({ commands, upstream: url, folder: own, hasRecorder })
      servers.push(gateway)
      return gateway
    }
    const having = await start(true)
    const lacking = await start(false)
    const samples = new Map<Kind, Sample>()
    // One kind after another: what a challenge leaves to write is not in the way of a call.
    for (const kind of kindNames) {
      say(`${kind}: ${rounds} rounds of ${turns.length} × ${batch} requests`)
      const contenders: Contender<number>[] = []
      for (const [nth, hasRecorder] of turns.entries())
        contenders.push(await contenderOf(kind, hasRecorder ? having : lacking, { nth, load, batch }))
      samples.set(kind, paired(await inTurn(contenders, { rounds, warmUp: isSmoke ? 1 : 6 })))
    }
    return report(samples, { rounds, batch })
  } finally {
    load.stop()
    await Promise.all(servers.map((server) => server.stop()))
  }
}

/** Microseconds of CPU per request, round by round. */
interface Sample {
  having: readonly number[]
  lacking: readonly number[]
}

async function contenderOf(
  kind: Kind,
  gateway: Gateway,
  { nth, load, batch }: { nth: number; load: Load; batch: number },
): Promise<Contender<number>> {
  const name = String(nth)
  const kept = `${kind} ${name}`
  const { status, requestOf } = kinds[kind]
  await load.run({ kind: 'keep', name: kept, requests: [requestOf(gateway)] })
  return {
    name,
    async round() {
      const before = gateway.cpu()
      const { operations, statuses } = await load.run(
        { kind: 'send', name: kept, port: gateway.port, connections, stop: { requests: batch } },
        { awaited: status },
      )
      if (statuses[status] !== operations) throw new Error(`${kept} answered ${JSON.stringify(statuses)}`)
      return (gateway.cpu() - before) / operations
    },
  }
}

/** The two turns of each in one round are one figure. */
function paired(samples: ReadonlyMap<string, readonly number[]>): Sample {
  const mean = (hasRecorder: boolean) => {
    const [first = [], second = []] = turns.flatMap((each, nth) =>
      each === hasRecorder ? [samples.get(String(nth)) ?? []] : [],
    )
    return first.map((value, round) => (value + (second[round] ?? Number.NaN)) / 2)
  }
  return { having: mean(true), lacking: mean(false) }
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

function report(samples: ReadonlyMap<Kind, Sample>, { rounds, batch }: { rounds: number; batch: number }): BenchResult {
  const sampleOf = (kind: Kind) => samples.get(kind) ?? { having: [], lacking: [] }
  const ratioOf = (kind: Kind) => summarize(ratios(sampleOf(kind).having, sampleOf(kind).lacking))
  const rows = kindNames.map((kind) => [
    kind,
    figure(summarize(sampleOf(kind).lacking), 1),
    figure(summarize(sampleOf(kind).having), 1),
    figure(ratioOf(kind), 3),
  ])
  const calls = ratioOf('authorised call')
  return {
    tables: [table(['', 'CPU µs without', 'CPU µs with', 'with / without'], rows)],
    goals: [verdict(`an authorised call costs at most 1.02 × with it, seen ${figure(calls, 3)}`, calls.median <= 1.02)],
    remarks: [
      `${rounds} rounds of two times ${batch} requests each (with, without, without, with), ${connections} connections, in front of a fast upstream; figures are medians with quartiles, ratios are taken round by round`,
      'challenges and metadata are what one client that asks again and again costs: an attempt to connect has some ten such requests altogether',
    ],
  }
}
