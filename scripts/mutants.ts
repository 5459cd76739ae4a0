import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Mutant } from '../mutants/mutant.ts'
import { mutants } from '../mutants/mutants.ts'
import { record } from './mutants-record.ts'
import { isInShareOf, isTouchedBy } from './mutants-share.ts'
import { addedLines, changedFiles, headCommit } from './recent-changes.ts'
import { runTestFile, type TestRun } from './test-run.ts'
import { root } from './tools.ts'
import { copyWorkspace } from './workspace.ts'

/**
 * `npm run mutants`: takes each named guard away in turn, in a copy, and demands that a named test turns red which is green
 * with the guard in place. `-- TEXT` tries those alone whose name, law or file contains the text. `-- --short` tries the share of this commit
 * and what changed of late, and looks whether all stand where they are taken away; `-- --record` keeps what the whole found in `mutants/results/`.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean', default: false }, record: { type: 'boolean', default: false } },
})
if (values.record && (values.short || positionals.length > 0)) throw new TypeError('Only the whole is recorded')
if (values.short && positionals.length > 0) throw new TypeError('Either a text or --short chooses')

/** Of how many commits what they touched is tried whatever the share. */
const recent = 5
const workers = 2
const limit = 40_000

interface Verdict {
  mutant: Mutant
  /** Why the guard counts as unproved; `undefined` where the test turned red. */
  problem: string | undefined
  milliseconds: number
}

const chosen = values.short ? chooseShort() : chooseWith(positionals[0] ?? '')
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

function chooseWith(text: string): readonly Mutant[] {
  return mutants.filter((mutant) => [mutant.name, mutant.law, mutant.file].some((of) => of.includes(text)))
}

function chooseShort(): readonly Mutant[] {
  const commit = headCommit()
  const changed = changedFiles({ commits: recent })
  const changes = { ...changed, addedToMutants: addedLines('mutants', changed.since) }
  const share = mutants.filter((mutant) => isInShareOf(commit, mutant))
  const touched = mutants.filter((mutant) => !share.includes(mutant) && isTouchedBy(changes, mutant))
  const misplaced = mutants.filter((mutant) => whyMisplaced(mutant) !== undefined)
  console.log(
    `The share of ${commit.slice(0, 12)} (the hash of commit and name, one in four): ${share.length} of ${mutants.length} guards`,
  )
  console.log(
    `Changed since ${changes.since.slice(0, 12)}, in text, source or test, and not of the share: ${touched.length}`,
  )
  console.log(
    `All ${mutants.length} were looked for in the source: ${misplaced.length} are not where they are taken away`,
  )
  console.log('The whole: npm run mutants\n')
  const all = new Set([...share, ...touched, ...misplaced])
  return mutants.filter((mutant) => all.has(mutant))
}

function whyMisplaced({ file, find, test }: Mutant): string | undefined {
  if (!existsSync(join(root, file))) return `there is no ${file}: the guard has moved`
  const count = readFileSync(join(root, file), 'utf8').split(find).length - 1
  if (count !== 1) return `what it replaces stands ${count} times in ${file}: the guard has moved`
  return existsSync(join(root, test.file)) ? undefined : `there is no ${test.file}: the test has moved`
}

/** What is wrong before anything is taken away. */
function whyUnproved(mutant: Mutant): string | undefined {
  const misplaced = whyMisplaced(mutant)
  if (misplaced !== undefined) return misplaced
  const { test } = mutant
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
  const unnoticed = verdicts.filter(({ problem }) => problem !== undefined)
  const tried = verdicts.length
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  console.log(
    `${tried} guards removed in turn, ${tried - unnoticed.length} noticed, ${unnoticed.length} not (${seconds} s)`,
  )
  if (values.record)
    record({ tried, unnoticed: unnoticed.map(({ mutant, problem }) => `${mutant.name}: ${problem}`), seconds })
  if (unnoticed.length > 0 || tried === 0) process.exitCode = 1
}
