import type { Bench, BenchContext, BenchResult } from '../bench.ts'
import { connections, measure, operations } from '../issuing.ts'
import { type Load, startLoad } from '../load/load.ts'
import { table, verdict } from '../markdown.ts'
import type { Server } from '../program.ts'
import { contenders, startSubjects } from '../subjects.ts'

/** The most memory that an authorization server holds under load, in MiB, on a heap as large as Node makes it here, and as small as in a small container. */
export const peakMemory: Bench = { name: 'peak-memory', title: 'Most memory held under load', run }

/** What Node gives a process that may have 512 MiB (its `heap_size_limit` there is 259 MiB). */
const smallHeap = '--max-heap-size=256'
const goal = 130

async function run(context: BenchContext): Promise<BenchResult> {
  const batches = context.rounds ?? (context.isSmoke ? 1 : 12)
  const batch = context.isSmoke ? 16 : 480
  const load = startLoad()
  try {
    const small = await peaks(context, { load, batches, batch, nodeOptions: [smallHeap] })
    const large = await peaks(context, { load, batches, batch, nodeOptions: [] })
    const rows = contenders.map((name) => [name, ...[small, large].map((peak) => (peak.get(name) ?? 0).toFixed(0))])
    const seen = small.get('Portcullis') ?? 0
    return {
      tables: [table(['', 'MiB on a heap of 256 MiB', 'MiB as Node starts here'], rows)],
      goals: [verdict(`on a heap of 256 MiB ≤ ${goal} MiB, seen ${seen.toFixed(0)}`, seen <= goal)],
      remarks: [
        `after ${batches} × ${batch} of ${operations.join(', ')} each, the codes signed in for, ${connections} connections`,
        `a heap of 256 MiB: by ${smallHeap}; Node's limit in a container of 512 MiB is 259, where what is beside the heap may differ`,
      ],
    }
  } finally {
    load.stop()
  }
}

async function peaks(
  context: BenchContext,
  { load, batches, batch, nodeOptions }: { load: Load; batches: number; batch: number; nodeOptions: readonly string[] },
): Promise<ReadonlyMap<string, number>> {
  const servers: Server[] = []
  try {
    const subjects = await startSubjects(context, servers, nodeOptions)
    context.say(
      `${nodeOptions.join(' ') || 'as Node starts here'}: ${batches} × ${operations.length} × ${batch} operations each`,
    )
    for (const subject of subjects)
      for (let nth = 0; nth < batches; nth += 1)
        for (const operation of operations) await measure(operation, subject, { load, batch })
    return new Map(subjects.map(({ name, server }) => [name, server.peakMemory() / 2 ** 20]))
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}
