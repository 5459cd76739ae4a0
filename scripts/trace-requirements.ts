import type { Conformance } from './conformance-page.ts'
import type { TestTitle } from './test-titles.ts'

/** What is wrong with a row of docs/conformance.md. */
export function problemsOfRequirement(
  { id, state, remark }: Conformance,
  titles: readonly TestTitle[],
): readonly string[] {
  if (state === 'done' && testsOf(id, titles).length === 0) return [`${id} is done, but no test has it in its title`]
  if (state === 'later' && !id.startsWith('C-'))
    return [`${id} is later: what a server or proxy owes has a test, or the page says why it is not ours`]
  if (state !== 'done' && remark === '') return [`${id} is ${state}, but nothing says why`]
  return []
}

/** The tests that carry the id in their titles. */
export function testsOf(id: string, titles: readonly TestTitle[]): readonly TestTitle[] {
  return titles.filter(({ title }) => new RegExp(`\\b${id}\\b`).test(title))
}
