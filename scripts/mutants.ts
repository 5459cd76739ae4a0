import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Mutant } from '../mutants/mutant.ts'
import { mutants } from '../mutants/mutants.ts'
import { runTestFile, type TestRun } from './test-run.ts'
import { root } from './tools.ts'
import { copyWorkspace } from './workspace.ts'

/**
 * `npm run mutants`: takes each named guard away in turn, in a copy, and demands that a named test turns red which is green
 * with the guard in place. `npm run mutants -- TEXT` tries those alone whose name, law or file contains the text.
 */
const workers = 2
const limit = 40_000

interface Verdict {
  mutant: Mutant
  /** Why the guard counts as unproved; `undefined` where the test turned red. */
  problem: string | undefined
  milliseconds: number
}

const wanted = process.argv[2] ?? ''
const chosen = mutants.filter((mutant) => [mutant.name, mutant.law, mutant.file].some((text) => text.includes(wanted)))
const copies = Array.from({ length: workers }, (_, at) => copyWorkspace(`mutants-${at + 1}`))
const startedAt = performance.now()

const whole = new Map<string, TestRun>()
await inParallel([...new Set(chosen.map(({ test }) => test.file))], async (file, copy) => {
  whole.set(file, await runTestFile(file, { cwd: copy, limit: 5 * limit }))
})
const verdicts: Verdict[] = []
await inParallel(chosen, async (mutant, copy) => {
  const since = performance.now()
  const problem = whyUnproved(mutant) ?? (await whySurvived(mutant, copy))
  verdicts.push({ mutant, problem, milliseconds: performance.now() - since })
})
print()

/** What is wrong before anything is taken away. */
function whyUnproved({ file, find, test }: Mutant): string | undefined {
  const count = readFileSync(join(root, file), 'utf8').split(find).length - 1
  if (count !== 1) return `what it replaces stands ${count} times in ${file}: the guard has moved`
  const run = whole.get(test.file)
  if (run === undefined || run.outcomes.length === 0) return `${test.file} does not run with the guard in place`
  const matching = run.outcomes.filter(({ title }) => test.title.test(title))
  if (matching.length === 0) return `no test in ${test.file} matches ${test.title}`
  if (!matching.every(({ passed }) => passed)) return `the test is red with the guard in place`
  return undefined
}

async function whySurvived({ file, find, replace, test }: Mutant, copy: string): Promise<string | undefined> {
  const path = join(copy, file)
  const whole = readFileSync(path, 'utf8')
  writeFileSync(
    path,
    whole.replace(find, () => replace),
  )
  try {
    const { outcomes, timedOut, output } = await runTestFile(test.file, {
      cwd: copy,
      title: test.title,
      limit,
      stopsAtRed: true,
    })
    if (outcomes.some(({ title, passed }) => !passed && test.title.test(title))) return undefined
    if (timedOut) return 'the test does not end'
    if (!outcomes.some(({ title }) => test.title.test(title))) return `the file does not run:\n${output.slice(-1500)}`
    return 'SURVIVED: the test stays green without the guard'
  } finally {
    writeFileSync(path, whole)
  }
}

/** Each worker has a copy of its own, since a copy holds one mutant at a time. */
async function inParallel<Item>(items: readonly Item[], work: (item: Item, copy: string) => Promise<void>) {
  const queue = [...items]
  await Promise.all(
    copies.map(async (copy) => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item, copy)
    }),
  )
}

function print(): void {
  const order = (mutant: Mutant) => chosen.indexOf(mutant)
  verdicts.sort((a, b) => order(a.mutant) - order(b.mutant))
  for (const { mutant, problem, milliseconds } of verdicts) {
    const mark = problem === undefined ? 'killed ' : 'FAILED '
    console.log(`${mark} ${mutant.law.padEnd(12)} ${mutant.name} (${(milliseconds / 1000).toFixed(1)} s)`)
    if (problem !== undefined) console.log(`        ${mutant.file}, ${mutant.test.file}: ${problem}`)
  }
  const failed = verdicts.filter(({ problem }) => problem !== undefined).length
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
  console.log(
    `${verdicts.length} guards removed in turn, ${verdicts.length - failed} noticed, ${failed} not (${seconds} s)`,
  )
  if (failed > 0 || verdicts.length === 0) process.exitCode = 1
}
