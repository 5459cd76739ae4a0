import { spawnSync } from 'node:child_process'
import { mkdtempSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench, BenchContext, BenchResult } from '../bench.ts'
import { codesOf } from '../codes.ts'
import { type Contender, inTurn } from '../in-turn.ts'
import { connections, measure, type Sample, type Subject } from '../issuing.ts'
import { startLoad } from '../load/load.ts'
import { figure, table, verdict } from '../markdown.ts'
import { registerClient } from '../oauth-client.ts'
import { type Server, startServer } from '../program.ts'
import { ratios, summarize } from '../statistics.ts'

/** Whether issuing stays as quick when the store is full: the same server over few grants and over many. */
export const storedGrants: Bench = { name: 'stored-grants', title: 'Grants in the store', run }

const scopes = ['notes:read', 'notes:write']
const resource = 'https://mcp.example/mcp'
const operations = ['code exchange', 'refresh'] as const

async function run(context: BenchContext): Promise<BenchResult> {
  const { isSmoke, say } = context
  const sizes = isSmoke ? [1000, 5000] : [1000, 1_000_000]
  const rounds = context.rounds ?? (isSmoke ? 1 : 15)
  const batch = isSmoke ? 16 : 480
  const load = startLoad()
  const servers: Server[] = []
  try {
    const subjects: Subject[] = []
    const mebibytes: string[] = []
    for (const grants of sizes) {
      say(`filling a database with ${grants.toLocaleString('en')} grants`)
      const { subject, database } = await startOver(grants, context)
      servers.push(subject.server)
      subjects.push(subject)
      mebibytes.push(`${subject.name} ${(statSync(database).size / 2 ** 20).toFixed(0)} MiB`)
    }
    const samples = await inTurn(
      operations.flatMap((operation) =>
        subjects.map(
          (subject): Contender<Sample> => ({
            name: `${operation} ${subject.name}`,
            round: () => measure(operation, subject, { load, batch }),
          }),
        ),
      ),
      { rounds, warmUp: isSmoke ? 1 : 4 },
    )
    return report(samples, subjects, { rounds, batch, mebibytes })
  } finally {
    load.stop()
    await Promise.all(servers.map((server) => server.stop()))
  }
}

async function startOver(
  grants: number,
  { commands, folder }: BenchContext,
): Promise<{ subject: Subject; database: string }> {
  const settings = { folder: mkdtempSync(join(folder, 'database-')), resource, scopes }
  const name = `over ${grants.toLocaleString('en')} grants`
  const fill = [...commands.ours('fill-grants'), JSON.stringify({ ...settings, grants })]
  const { status, stderr } = spawnSync(process.execPath, fill, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`The database could not be filled:\n${stderr}`)
  const server = await startServer({
    name,
    script: [...commands.ours('portcullis-authorization-server'), JSON.stringify(settings)],
  })
  const client = await registerClient(`http://127.0.0.1:${server.port}`, { resource, scope: scopes.join(' ') })
  return {
    subject: { name, server, client, codes: codesOf(client) },
    database: join(settings.folder, 'portcullis.db'),
  }
}

function report(
  samples: ReadonlyMap<string, readonly Sample[]>,
  [few, many]: readonly Subject[],
  { rounds, batch, mebibytes }: { rounds: number; batch: number; mebibytes: readonly string[] },
): BenchResult {
  const cpuOf = (operation: string, subject: Subject | undefined) =>
    (samples.get(`${operation} ${subject?.name}`) ?? []).map(({ cpu }) => cpu)
  const growth = operations.map((operation) => ({
    operation,
    times: summarize(ratios(cpuOf(operation, many), cpuOf(operation, few))),
  }))
  return {
    tables: [
      table(
        ['', `${few?.name}, CPU µs`, `${many?.name}, CPU µs`, '×'],
        growth.map(({ operation, times }) => [
          operation,
          figure(summarize(cpuOf(operation, few))),
          figure(summarize(cpuOf(operation, many))),
          figure(times, 2),
        ]),
      ),
    ],
    goals: growth.map(({ operation, times }) =>
      verdict(`${operation}, a thousand → a million ≤ 1.3 ×, seen ${figure(times, 2)}`, times.median <= 1.3),
    ),
    remarks: [
      `${rounds} rounds of ${batch} operations each in turn, ${connections} connections; figures are medians with quartiles, ratios are taken round by round`,
      `SQLite, durable; the databases: ${mebibytes.join(', ')}`,
    ],
  }
}
