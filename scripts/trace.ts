import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mutants } from '../mutants/mutants.ts'
import { type Conformance, parseConformancePage } from './conformance-page.ts'
import { requirementIds } from './requirement-ids.ts'
import { testTitles } from './test-titles.ts'
import { parseThreatModelPage } from './threat-model-page.ts'
import { root } from './tools.ts'
import { problemsOfRequirement, testsOf } from './trace-requirements.ts'
import { problemsOfLaws, problemsOfThreats, testsWith } from './trace-threats.ts'

/**
 * `npm run trace`: every requirement is accounted for in docs/conformance.md, and what it calls done has a test; so has every threat of
 * docs/threat-model.md, and every law of docs/architecture.md, which has a mutant too. `-- --list` prints all.
 */
const pageOf = (name: string) => readFileSync(join(root, 'docs', name), 'utf8')
const page = parseConformancePage(pageOf('conformance.md'))
const threats = parseThreatModelPage(pageOf('threat-model.md'))
const titles = testTitles(root)

if (process.argv.includes('--list')) list()
const problems = [
  ...problemsOfPage(),
  ...page.flatMap((row) => problemsOfRequirement(row, titles)),
  ...strangers(),
  ...problemsOfThreats(threats, titles),
  ...problemsOfLaws(pageOf('architecture.md'), { titles, mutants }),
]
for (const problem of problems) console.error(problem)
console.log(summary())
if (problems.length > 0) process.exitCode = 1

function problemsOfPage(): readonly string[] {
  const ids = page.map(({ id }) => id)
  return [
    ...requirementIds.filter((id) => !ids.includes(id)).map((id) => `${id} is missing in docs/conformance.md`),
    ...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `${id} stands twice in docs/conformance.md`),
    ...ids.filter((id) => !requirementIds.includes(id)).map((id) => `${id} in docs/conformance.md is no requirement`),
  ]
}

/** Ids in titles that no requirement has: a slip of the pen proves nothing. */
function strangers(): readonly string[] {
  return titles.flatMap(({ file, title }) =>
    [...title.matchAll(/\b(?:RS|AS|P)-\d{2}\b/g)]
      .filter(([id]) => !requirementIds.includes(id))
      .map(([id]) => `${file}: no requirement has the id ${id}`),
  )
}

function list(): void {
  for (const { id, state, remark } of page) {
    console.log(`${id}  ${state}${remark === '' ? '' : `: ${remark}`}`)
    for (const { file, title } of testsOf(id, titles)) console.log(`       ${file}: ${title}`)
  }
  for (const { threat, tests } of threats) {
    console.log(threat)
    for (const { file, title } of tests.flatMap((words) => testsWith(words, titles)))
      console.log(`       ${file}: ${title}`)
  }
}

function summary(): string {
  const count = (state: Conformance['state']) => page.filter((entry) => entry.state === state).length
  return `${page.length} requirements: ${count('done')} done, ${count('later')} later, ${count('not ours')} not ours; ${threats.length} threats with tests`
}
