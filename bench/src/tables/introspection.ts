import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench, BenchContext, BenchResult } from '../bench.ts'
import { codesOf, codesOfFloor } from '../codes.ts'
import { type Contender, inTurn } from '../in-turn.ts'
import { startLoad } from '../load/load.ts'
import { requestBytes } from '../load/request.ts'
import { figure, table } from '../markdown.ts'
import { exchange, registerClient } from '../oauth-client.ts'
import { type Server, startServer } from '../program.ts'
import { ratios, summarize } from '../statistics.ts'
import { versionOf } from '../versions.ts'

/** What a resource server waits for that asks about opaque tokens: CPU time of the authorization server per introspection. */
export const introspection: Bench = { name: 'introspection', title: 'Introspection of opaque access tokens', run }

const scopes = ['notes:read', 'notes:write']
const resource = 'https://mcp.example/mcp'
const reader = { id: 'reader', secret: 'of-the-one-resource-server-that-asks' }
const connections = 16
const tokensHeld = 32

const contenders = ['floor', 'Portcullis', 'oidc-provider'] as const
type Name = (typeof contenders)[number]

interface Sample {
  /** Microseconds of CPU per introspection. */
  cpu: number
  perSecond: number
}

async function run({ commands, folder, isSmoke, rounds: wanted, say }: BenchContext): Promise<BenchResult> {
  const rounds = wanted ?? (isSmoke ? 1 : 15)
  const batch = isSmoke ? 64 : 2000
  const scripts: Record<Name, readonly string[]> = {
    floor: commands.peer('authorization-server-floor'),
    Portcullis: commands.ours('portcullis-authorization-server'),
    'oidc-provider': commands.peer('oidc-provider'),
  }
  const load = startLoad()
  const servers: Server[] = []
  try {
    const turns: Contender<Sample>[] = []
    for (const name of contenders) {
      const settings = { folder: mkdtempSync(join(folder, 'database-')), resource, scopes, reader }
      const server = await startServer({ name, script: [...scripts[name], JSON.stringify(settings)] })
      servers.push(server)
      const { path, tokens } = await tokensOf(name, server)
      await load.run({ kind: 'keep', name, requests: tokens.map((token) => requestOf(name, server.port, path, token)) })
      turns.push({
        name,
        async round() {
          const before = server.cpu()
          const { operations, seconds, statuses } = await load.run({
            kind: 'send',
            name,
            port: server.port,
            connections,
            stop: { requests: batch },
          })
          if (statuses[200] !== operations) throw new Error(`${name} answered ${JSON.stringify(statuses)}`)
          return { cpu: (server.cpu() - before) / operations, perSecond: operations / seconds }
        },
      })
    }
    say(`${rounds} rounds of ${contenders.length} × ${batch} introspections`)
    return report(await inTurn(turns, { rounds, warmUp: isSmoke ? 1 : 4 }), { rounds, batch })
  } finally {
    load.stop()
    await Promise.all(servers.map((server) => server.stop()))
  }
}

/** Opaque access tokens of people who signed in, and the path at which they are introspected; each is seen to be active. */
async function tokensOf(name: Name, server: Server): Promise<{ path: string; tokens: readonly string[] }> {
  if (name === 'floor') return { path: '/introspect', tokens: await codesOfFloor(server)(tokensHeld) }
  const origin = `http://127.0.0.1:${server.port}`
  const client = await registerClient(origin, { resource, scope: scopes.join(' ') })
  const codes = await codesOf(client)(tokensHeld)
  const tokens = await Promise.all(codes.map(async (code) => (await exchange(client, code)).access_token))
  const metadata = await (await fetch(`${origin}/.well-known/openid-configuration`)).json()
  const path = new URL(metadata.introspection_endpoint).pathname
  const body = new URLSearchParams({ token: tokens[0] ?? '' })
  const headers = { authorization: authorizationOf(name) }
  const answer = await (await fetch(origin + path, { method: 'POST', headers, body })).json()
  if (answer.active !== true) throw new Error(`${name} answered ${JSON.stringify(answer)}`)
  return { path, tokens }
}

function authorizationOf(name: Name): string {
  if (name === 'Portcullis') return `Bearer ${reader.secret}`
  return `Basic ${Buffer.from(`${reader.id}:${reader.secret}`).toString('base64')}`
}

function requestOf(name: Name, port: number, path: string, token: string): Buffer {
  const headers = {
    Host: `127.0.0.1:${port}`,
    'Content-Type': 'application/x-www-form-urlencoded',
    Authorization: authorizationOf(name),
  }
  return requestBytes({ method: 'POST', path, headers, body: new URLSearchParams({ token }).toString() })
}

function report(
  samples: ReadonlyMap<string, readonly Sample[]>,
  { rounds, batch }: { rounds: number; batch: number },
): BenchResult {
  const cpuOf = (name: Name) => (samples.get(name) ?? []).map(({ cpu }) => cpu)
  const rows = contenders.map((name) => [
    name,
    figure(summarize(cpuOf(name))),
    name === 'floor' ? '' : figure(summarize(ratios(cpuOf(name), cpuOf('floor'))), 2),
    figure(summarize((samples.get(name) ?? []).map(({ perSecond }) => perSecond))),
  ])
  return {
    tables: [table(['', 'CPU µs', '× floor', 'per second'], rows)],
    goals: [],
    remarks: [
      `${rounds} rounds of ${batch} introspections each in turn, ${connections} connections, ${tokensHeld} tokens; figures are medians with quartiles, ratios are taken round by round`,
      'floor: HTTP and one read of SQLite; no check at all. Portcullis verifies what it made and reads the grant; oidc-provider reads the token, its grant and its client',
      'better-auth is not among them: it introspects for other clients than these',
      `versions: ${versionOf('oidc-provider')}`,
    ],
  }
}
