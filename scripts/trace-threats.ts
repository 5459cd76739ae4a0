import type { Mutant } from '../mutants/mutant.ts'
import type { TestTitle } from './test-titles.ts'
import type { Threat } from './threat-model-page.ts'

/** What is wrong with docs/threat-model.md: rows without a test, tests that there are not, and words that fit any. */
export function problemsOfThreats(threats: readonly Threat[], titles: readonly TestTitle[]): readonly string[] {
  const missing = threats.flatMap(({ tests, threat }) =>
    tests
      .filter((words) => testsWith(words, titles).length === 0)
      .map((words) => `docs/threat-model.md: no test has "${words}" in its title (${threat})`),
  )
  const vague = threats.flatMap(({ tests, threat }) =>
    tests
      .filter((words) => new Set(testsWith(words, titles).map(({ file }) => file)).size > 2)
      .map((words) => `docs/threat-model.md: "${words}" fits tests of more than two files, and names none (${threat})`),
  )
  const without = threats.filter(({ tests }) => tests.length === 0)
  return [...missing, ...vague, ...without.map(({ threat }) => `docs/threat-model.md names no test: ${threat}`)]
}

export function testsWith(words: string, titles: readonly TestTitle[]): readonly TestTitle[] {
  return titles.filter(({ title }) => title.includes(words))
}

/** The laws in the table of docs/architecture.md that no title of a test names, or no mutant. */
export function problemsOfLaws(
  page: string,
  { titles, mutants }: { titles: readonly TestTitle[]; mutants: readonly Mutant[] },
): readonly string[] {
  const laws = [...page.matchAll(/^\| (\d+)\. /gm)].map(([, number]) => `law ${number}`)
  if (laws.length === 0) return ['docs/architecture.md has no table of laws']
  return laws.flatMap((law) => [
    ...(titles.some(({ title }) => new RegExp(`\\b${law}\\b`).test(title)) ? [] : [`${law}: no test names it`]),
    ...(mutants.some((mutant) => mutant.law === law) ? [] : [`${law}: no mutant stands for it`]),
  ])
}
