import { type Group, groups } from './case.ts'
import type { Outcome } from './play.ts'

/** What a framework answered. */
export interface Played {
  name: string
  /** Of Portcullis, in its server. */
  lines: number
  outcomes: readonly Outcome[]
}

/** Frameworks across, groups of cases down: how many answers were equal, of how many. */
export function formatTable(played: readonly Played[]): string {
  const first = Object.values(groups).reduce((most, text) => Math.max(most, text.length), 0)
  const width = played.reduce((most, { name }) => Math.max(most, name.length, 7), 0) + 2
  const row = (title: string, cells: readonly string[]) =>
    title.padEnd(first) + cells.map((cell) => cell.padStart(width)).join('')
  const tried = (Object.keys(groups) as Group[]).filter((group) =>
    played.some(({ outcomes }) => outcomes.some((outcome) => outcome.case.group === group)),
  ) // the keys of an object of ours
  const all = (outcomes: readonly Outcome[]) =>
    `${outcomes.filter(({ difference }) => difference === undefined).length}/${outcomes.length}`
  return [
    row(
      '',
      played.map(({ name }) => name),
    ),
    ...tried.map((group) =>
      row(
        groups[group],
        played.map(({ outcomes }) => all(outcomes.filter((outcome) => outcome.case.group === group))),
      ),
    ),
    row(
      'all',
      played.map(({ outcomes }) => all(outcomes)),
    ),
    row(
      'lines of Portcullis',
      played.map(({ lines }) => String(lines)),
    ),
    '',
  ].join('\n')
}

export function formatDifferences(played: readonly Played[]): string {
  return played
    .flatMap(({ name, outcomes }) =>
      outcomes
        .filter(({ difference }) => difference !== undefined)
        .map(({ case: { name: title }, difference }) => `FAILED ${name}: ${title}\n       ${difference}\n`),
    )
    .join('')
}
