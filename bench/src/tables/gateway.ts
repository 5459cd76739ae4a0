import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench, BenchContext, BenchResult } from '../bench.ts'
import { startFronts } from '../fronts.ts'
import { type Contender, inTurn } from '../in-turn.ts'
import { hasWrk, wrk } from '../load/wrk.ts'
import { figure, table, verdict } from '../markdown.ts'
import { legacyCall, type McpRequest, modernCall } from '../mcp-requests.ts'
import { nginxVersion } from '../nginx.ts'
import { ratios, summarize } from '../statistics.ts'
import { versionOf } from '../versions.ts'

/** What the gateway lets through, beside nginx and Node's proxies, which check nothing; in front of a fast upstream and of a real one. */
export const gateway: Bench = { name: 'gateway', title: 'Gateway', run }

const connections = 16

interface Sample {
  perSecond: number
  /** Microseconds of CPU per request, of whatever stands in front. */
  cpu: number
  p50: number
  p99: number
}

type Samples = ReadonlyMap<string, readonly Sample[]>

async function run(context: BenchContext): Promise<BenchResult> {
  const { isSmoke, say } = context
  if (!hasWrk()) throw new Error('wrk is missing: apt-get install wrk')
  const nginx = nginxVersion()
  if (nginx === undefined) say('SKIPPED nginx, which is missing: apt-get install nginx-light')
  const length = { rounds: context.rounds ?? (isSmoke ? 1 : 11), seconds: isSmoke ? 1 : 3 }
  const fast = await compare('upstream-fast', legacyCall, context, length)
  const real = await compare('upstream-sdk', modernCall, context, length)
  return {
    tables: [
      `In front of a fast upstream (raw \`node:http\`, small JSON):\n\n${tableOf(fast)}`,
      `In front of a real MCP server (official SDK 2.x):\n\n${tableOf(real)}`,
    ],
    goals: [...goalsOf(fast), ...goalsOfReal(real)],
    remarks: [
      `${length.rounds} rounds of ${length.seconds} s each in turn, ${connections} connections (wrk, one thread); figures are medians with quartiles, ratios are taken round by round`,
      'Portcullis: `portcullis serve` with its defaults, one process, an access token that it has seen before; everything else checks nothing',
      `versions: nginx ${nginx ?? 'SKIPPED'} (one worker, proxy_buffering off), ${['http-proxy', 'http-proxy-3', '@fastify/http-proxy', '@modelcontextprotocol/server'].map(versionOf).join(', ')}`,
    ],
  }
}

async function compare(
  upstreamScript: string,
  request: McpRequest,
  context: BenchContext,
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<Samples> {
  const folder = mkdtempSync(join(context.folder, 'gateway-'))
  const { fronts, stop } = await startFronts({ upstreamScript, peers, context })
  try {
    context.say(`${upstreamScript}: ${rounds} rounds of ${fronts.length} × ${seconds} s`)
    return await inTurn(
      fronts.map(
        ({ name, server, headers }): Contender<Sample> => ({
          name,
          async round() {
            const before = server.cpu()
            const all = { ...request.headers, ...headers }
            const { port } = server
            const outcome = await wrk({
              port,
              path: '/mcp',
              headers: all,
              body: request.body,
              connections,
              seconds,
              folder,
            }).catch((cause: unknown) => {
              throw new Error(`${name} did not answer all`, { cause })
            })
            const cpu = (server.cpu() - before) / outcome.requests
            return { perSecond: outcome.requests / outcome.seconds, cpu, p50: outcome.p50, p99: outcome.p99 }
          },
        }),
      ),
      { rounds },
    )
  } finally {
    await stop()
  }
}

const peers = ['http-proxy', 'http-proxy-3', 'fastify-proxy']

function tableOf(samples: Samples): string {
  const rows = [...samples].map(([name, all]) => [
    name,
    figure(summarize(perSecond(samples, name))),
    samples.has('nginx')
      ? figure(summarize(ratios(perSecond(samples, name), perSecond(samples, 'nginx'))), 2)
      : 'SKIPPED',
    figure(summarize(ratios(perSecond(samples, name), perSecond(samples, 'direct'))), 2),
    figure(summarize(all.map(({ cpu }) => cpu))),
    figure(summarize(all.map(({ p50 }) => p50)), 2),
    figure(summarize(all.map(({ p99 }) => p99)), 2),
  ])
  return table(['', 'requests/s', '× nginx', '× direct', 'CPU µs a request', 'p50 ms', 'p99 ms'], rows)
}

function perSecond(samples: Samples, name: string): readonly number[] {
  return (samples.get(name) ?? []).map((sample) => sample.perSecond)
}

function goalsOf(samples: Samples): readonly string[] {
  const ours = perSecond(samples, 'Portcullis')
  const beside = (name: string) => summarize(ratios(ours, perSecond(samples, name)))
  const p99 = (name: string) => (samples.get(name) ?? []).map((sample) => sample.p99)
  const nginx = beside('nginx')
  const latency = summarize(ratios(p99('Portcullis'), p99('nginx')))
  return [
    ...(samples.has('nginx')
      ? [
          verdict(`≥ 0.6 of nginx's requests/s, seen ${figure(nginx, 2)}`, nginx.median >= 0.6),
          verdict(`p99 ≤ 2.5 × nginx's, seen ${figure(latency, 2)}`, latency.median <= 2.5),
        ]
      : []),
    ...peers.map((name) =>
      verdict(`ahead of ${name}, seen ${figure(beside(name), 2)} × its requests/s`, beside(name).median > 1),
    ),
  ]
}

function goalsOfReal(samples: Samples): readonly string[] {
  const seen = summarize(ratios(perSecond(samples, 'Portcullis'), perSecond(samples, 'direct')))
  return [verdict(`in front of a real server ≥ 0.95 of direct, seen ${figure(seen, 2)}`, seen.median >= 0.95)]
}
