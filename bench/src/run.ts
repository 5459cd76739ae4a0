import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Bench } from './bench.ts'
import { installBench } from './install.ts'

/**
 * `npm run bench -- [TABLE …] [--smoke] [--record] [--rounds N] [--source]`: measures, and prints each table. Without a name: all of them.
 * `--smoke` takes seconds and shows that everything runs; its figures mean nothing. `--record` writes them into `results/`.
 */
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    smoke: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    source: { type: 'boolean', default: false },
    rounds: { type: 'string' },
  },
})
if (options.record && (options.smoke || options.source))
  throw new TypeError('Only a whole run of the packed packages is recorded')

installBench()
// Only now: what stands behind these needs what was just installed.
const [{ benches }, { fromSource, fromTarballs }, { describeLoad, describeMachine }, { record }] = await Promise.all([
  import('./benches.ts'),
  import('./commands.ts'),
  import('./machine.ts'),
  import('./record.ts'),
])
const unknown = positionals.find((name) => !benches.some((bench) => bench.name === name))
if (unknown !== undefined)
  throw new TypeError(`There is no table "${unknown}"; there are ${benches.map(({ name }) => name).join(', ')}`)

const parent = fileURLToPath(new URL('../.work', import.meta.url)) // on a disk, which temporary folders need not be
mkdirSync(parent, { recursive: true })
const work = mkdtempSync(join(parent, 'run-'))
try {
  const commands = options.source ? fromSource(work) : fromTarballs(work)
  for (const bench of benches.filter(({ name }) => positionals.length === 0 || positionals.includes(name)))
    await measure(bench, commands)
} finally {
  rmSync(work, { recursive: true, force: true })
}

async function measure(bench: Bench, commands: ReturnType<typeof fromSource>): Promise<void> {
  const say = (line: string) => console.error(`${bench.name}: ${line}`)
  const loadBefore = describeLoad()
  const startedAt = performance.now()
  const { tables, goals, remarks } = await bench.run({
    commands,
    isSmoke: options.smoke,
    rounds: options.rounds === undefined ? undefined : Number(options.rounds),
    folder: mkdtempSync(join(work, `${bench.name}-`)),
    say,
  })
  const took = ((performance.now() - startedAt) / 1000).toFixed(0)
  const all = [
    ...(options.smoke ? [] : goals),
    ...remarks,
    ...describeMachine(),
    `load of the machine before ${loadBefore}, after ${describeLoad()}; took ${took} s`,
  ]
  const section = [...tables, all.map((remark) => `- ${remark}`).join('\n')].join('\n\n')
  console.log(`\n## ${bench.title}${options.smoke ? ' (smoke: the figures mean nothing)' : ''}\n\n${section}`)
  if (options.record) say(`written to ${record(bench.title, section)}`)
}
