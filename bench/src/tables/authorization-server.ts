import type { Bench, BenchContext, BenchResult } from '../bench.ts'
import { type Contender, inTurn } from '../in-turn.ts'
import { connections, measure, type Operation, operations, type Sample } from '../issuing.ts'
import { startLoad } from '../load/load.ts'
import { figure, table, verdict } from '../markdown.ts'
import type { Server } from '../program.ts'
import { ratios, summarize } from '../statistics.ts'
import { contenders, type Name, startSubjects } from '../subjects.ts'
import { versionOf } from '../versions.ts'

/** What issuing costs: CPU time of the authorization server per operation, beside the floor, oidc-provider and better-auth, all on durable SQLite. */
export const authorizationServer: Bench = { name: 'authorization-server', title: 'Authorization server', run }

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
    return report(samples, { rounds, batch })
  } finally {
    load.stop()
    await Promise.all(servers.map((server) => server.stop()))
  }
}

const goals: Record<Operation, { floor: number; peer: number | undefined }> = {
  registration: { floor: 2, peer: 0.5 },
  'code exchange': { floor: 1.8, peer: 0.5 },
  refresh: { floor: 1.6, peer: 0.6 },
  metadata: { floor: 1.2, peer: undefined },
}

function report(
  samples: ReadonlyMap<string, readonly Sample[]>,
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
      `versions: ${versionOf('oidc-provider')}, ${versionOf('better-auth')}; better-auth writes as it does by itself, each write in a transaction of its own`,
    ],
  }
}
