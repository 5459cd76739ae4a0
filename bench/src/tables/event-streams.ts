import { setTimeout as wait } from 'node:timers/promises'
import type { Bench, BenchContext, BenchResult } from '../bench.ts'
import { type Front, startFronts } from '../fronts.ts'
import { type Contender, inTurn } from '../in-turn.ts'
import { type Load, startLoad } from '../load/load.ts'
import { requestBytes } from '../load/request.ts'
import { figure, table, verdict } from '../markdown.ts'
import { nginxVersion } from '../nginx.ts'
import { ratios, type Summary, summarize } from '../statistics.ts'

/** What event streams cost on their way through the gateway, beside nginx: at a steady pace, as many as go through, and open ones that say nothing. */
export const eventStreams: Bench = { name: 'event-streams', title: 'Event streams through the gateway', run }

interface Sample {
  eventsPerSecond: number
  /** Microseconds of CPU per event, of whatever stands in front. */
  cpu: number
}

type Samples = ReadonlyMap<string, readonly Sample[]>

const paced = { streams: 64, every: 16 }
const flooded = { streams: 16 }

async function run(context: BenchContext): Promise<BenchResult> {
  const { isSmoke, say } = context
  const rounds = context.rounds ?? (isSmoke ? 1 : 11)
  const seconds = isSmoke ? 0.3 : 2
  const open = isSmoke ? 100 : 2000
  const load = startLoad()
  const { fronts, stop } = await startFronts({ upstreamScript: 'upstream-fast', peers: [], context })
  try {
    say(`${rounds} rounds of ${fronts.length} × 2 × ${seconds} s, then ${open} open streams`)
    const atPace = await flow(fronts, load, { query: `every=${paced.every}`, streams: paced.streams, seconds, rounds })
    const inFlood = await flow(fronts, load, { query: 'flood', streams: flooded.streams, seconds, rounds })
    const memory = new Map<string, number>()
    for (const front of fronts) memory.set(front.name, await memoryPerStream(front, load, open))
    return report({ atPace, inFlood, memory }, { rounds, seconds, open })
  } finally {
    load.stop()
    await stop()
  }
}

async function flow(
  fronts: readonly Front[],
  load: Load,
  { query, streams, seconds, rounds }: { query: string; streams: number; seconds: number; rounds: number },
): Promise<Samples> {
  return inTurn(
    fronts.map(
      (front): Contender<Sample> => ({
        name: front.name,
        async round() {
          const { name, server } = front
          await load.run({ kind: 'open', name, port: server.port, request: streamRequest(front, query), streams })
          const before = server.cpu()
          const outcome = await load.run({ kind: 'count', name, seconds })
          const cpu = server.cpu() - before
          await load.run({ kind: 'close', name })
          return { eventsPerSecond: outcome.operations / outcome.seconds, cpu: cpu / outcome.operations }
        },
      }),
    ),
    { rounds },
  )
}

/** KiB that each open stream takes, of those that have had one event and wait. */
async function memoryPerStream(front: Front, load: Load, streams: number): Promise<number> {
  const { name, server } = front
  await wait(1000)
  const before = server.memory()
  await load.run({ kind: 'open', name, port: server.port, request: streamRequest(front, ''), streams })
  await wait(1000)
  const taken = server.memory() - before
  await load.run({ kind: 'close', name })
  return taken / streams / 1024
}

function streamRequest({ headers }: Front, query: string): Buffer {
  return requestBytes({
    method: 'GET',
    path: `/mcp${query === '' ? '' : `?${query}`}`,
    headers: { ...headers, Accept: 'text/event-stream', 'MCP-Protocol-Version': '2025-11-25' },
  })
}

interface Results {
  atPace: Samples
  inFlood: Samples
  /** KiB per open stream. */
  memory: ReadonlyMap<string, number>
}

function report(
  { atPace, inFlood, memory }: Results,
  { rounds, seconds, open }: { rounds: number; seconds: number; open: number },
): BenchResult {
  const cpu = (samples: Samples, name: string) => (samples.get(name) ?? []).map((sample) => sample.cpu)
  const perSecond = (samples: Samples, name: string) =>
    (samples.get(name) ?? []).map((sample) => sample.eventsPerSecond)
  const besideNginx = (samples: Samples, of: typeof cpu): Summary =>
    summarize(ratios(of(samples, 'Portcullis'), of(samples, 'nginx')))
  const rows = [...memory].map(([name, kibibytes]) => [
    name,
    figure(summarize(cpu(atPace, name)), 1),
    figure(summarize(perSecond(inFlood, name))),
    figure(summarize(cpu(inFlood, name)), 1),
    kibibytes.toFixed(0),
  ])
  const atPaceCpu = besideNginx(atPace, cpu)
  const flood = besideNginx(inFlood, perSecond)
  const ours = memory.get('Portcullis') ?? Number.NaN
  const hasNginx = atPace.has('nginx')
  return {
    tables: [
      table(
        ['', 'CPU µs an event, at a pace', 'events/s, flood', 'CPU µs an event, flood', 'KiB per open stream'],
        rows,
      ),
    ],
    goals: [
      ...(hasNginx
        ? [
            verdict(`≤ 1.5 × nginx's CPU per event, seen ${figure(atPaceCpu, 2)}`, atPaceCpu.median <= 1.5),
            verdict(`≥ 0.9 of nginx's events/s, seen ${figure(flood, 2)}`, flood.median >= 0.9),
          ]
        : []),
      verdict(`≤ 40 KiB per open stream, seen ${ours.toFixed(0)}`, ours <= 40),
    ],
    remarks: [
      `${rounds} rounds of ${seconds} s each in turn; figures are medians with quartiles, ratios are taken round by round`,
      `at a pace: ${paced.streams} streams, an event each every ${paced.every} ms; flood: ${flooded.streams} streams, each event a write of its own, as many as are taken`,
      `open streams: resident memory before and after ${open} of them, once, after the load above`,
      `direct: the upstream itself, a raw node:http server; nginx ${nginxVersion() ?? 'SKIPPED: it is missing (apt-get install nginx-light)'}`,
    ],
  }
}
