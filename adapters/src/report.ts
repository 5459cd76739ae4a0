import { type Asked, mostLines } from './ask-framework.ts'
import { groups } from './case.ts'

/** Frameworks across; down: groups of cases (how many answers were as expected, of how many), probes, and the lines that it takes. */
export function formatTable(asked: readonly Asked[]): string {
  const rows: (readonly [title: string, cellOf: (asked: Asked) => string])[] = [
    ['', ({ framework }) => framework],
    ...Object.entries(groups).map(([group, title]) => [title, (one: Asked) => equalOf(one, group)] as const),
    ['all cases', (one) => equalOf(one)],
    ...(asked[0]?.probes ?? []).map(({ probe }) => [`probe: ${probe}`, (one: Asked) => verdictOn(one, probe)] as const),
    [`lines of Portcullis (${mostLines} at most)`, ({ lines }) => String(lines)],
  ]
  const first = Math.max(...rows.map(([title]) => title.length))
  const width = Math.max(7, ...asked.map(({ framework }) => framework.length)) + 2
  return rows
    .map(([title, cellOf]) => title.padEnd(first) + asked.map((one) => cellOf(one).padStart(width)).join(''))
    .join('\n')
}

function equalOf({ outcomes }: Asked, group?: string): string {
  const tried = outcomes.filter((outcome) => group === undefined || outcome.case.group === group)
  return `${tried.filter(({ difference }) => difference === undefined).length}/${tried.length}`
}

function verdictOn({ probes }: Asked, name: string): string {
  return probes.some(({ probe, problem }) => probe === name && problem === undefined) ? 'ok' : 'FAILED'
}

/** What is not as it must be, each with what came instead; empty where all is. */
export function formatFaults(asked: readonly Asked[]): string {
  return asked
    .flatMap(({ framework, lines, outcomes, probes }) =>
      [
        ...outcomes.map(({ case: { name }, difference }) => [name, difference] as const),
        ...probes.map(({ probe, problem }) => [`probe: ${probe}`, problem] as const),
        ['lines of Portcullis', lines > mostLines ? `${lines}, but ${mostLines} must do` : undefined] as const,
      ].map(([name, fault]) => (fault === undefined ? '' : `FAILED ${framework}: ${name}\n       ${fault}\n`)),
    )
    .join('')
}

export function toJson({ framework, lines, outcomes, probes }: Asked) {
  const cases = outcomes.map(({ case: { name, group }, difference }) => ({ name, group, difference }))
  return { framework, lines, cases, probes }
}
