import { type Asked, mostLines } from './ask-framework.ts'
import { groups } from './case.ts'

/** A row for each framework: of how many cases of each group, and of how many probes, the answers were as expected; and what each column is. */
export function formatTable(asked: readonly Asked[]): string {
  const columns: readonly (readonly [title: string, cellOf: (asked: Asked) => string])[] = [
    ...Object.keys(groups).map((group) => [group, (one: Asked) => equalOf(one, group)] as const),
    ['all', (one) => equalOf(one)],
    ['probes', ({ probes }) => share(probes.map(({ problem }) => problem))],
    ['odd', ({ oddPaths: { tried, strays } }) => `${tried - strays.length}/${tried}`],
    ['lines', ({ lines }) => String(lines)],
  ]
  const rows = [
    ['', ...columns.map(([title]) => title)],
    ...asked.map((one) => [one.framework, ...columns.map(([, cellOf]) => cellOf(one))]),
  ]
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at + 1]?.length ?? 0)))
  const first = Math.max(...rows.map(([name = '']) => name.length))
  const table = rows.map(([name = '', ...cells]) =>
    [name.padEnd(first), ...cells.map((cell, at) => cell.padStart(widths[at] ?? 0))].join('  '),
  )
  const legend = [
    ...Object.entries(groups),
    ['probes', (asked[0]?.probes ?? []).map(({ probe }) => probe).join('; ')],
    ['odd', 'paths that nobody would write: without a token, the MCP server answers at none'],
    ['lines', `of Portcullis in the server, ${mostLines} at most`],
  ]
  const longest = Math.max(...legend.map(([name = '']) => name.length))
  return [...table, '', ...legend.map(([name = '', meaning]) => `${name.padEnd(longest)}  ${meaning}`)].join('\n')
}

function equalOf({ outcomes }: Asked, group?: string): string {
  const tried = outcomes.filter((outcome) => group === undefined || outcome.case.group === group)
  return share(tried.map(({ difference }) => difference))
}

function share(faults: readonly (string | undefined)[]): string {
  return `${faults.filter((fault) => fault === undefined).length}/${faults.length}`
}

/** What is not as it must be, each with what came instead; empty where all is. */
export function formatFaults(asked: readonly Asked[]): string {
  return asked.flatMap(faultsOf).join('')
}

function faultsOf({ framework, lines, outcomes, probes, oddPaths }: Asked): readonly string[] {
  const found: (readonly [name: string, fault: string | undefined])[] = [
    ...outcomes.map(({ case: { name }, difference }) => [name, difference] as const),
    ...probes.map(({ probe, problem }) => [`probe: ${probe}`, problem] as const),
    ...oddPaths.strays.map((path) => [`POST ${path} without a token`, 'the MCP server answered'] as const),
    ['lines of Portcullis', lines > mostLines ? `${lines}, but ${mostLines} must do` : undefined],
  ]
  return found.flatMap(([name, fault]) =>
    fault === undefined ? [] : [`FAILED ${framework}: ${name}\n       ${fault}\n`],
  )
}

export function toJson({ framework, lines, outcomes, probes, oddPaths }: Asked) {
  const cases = outcomes.map(({ case: { name, group }, difference }) => ({ name, group, difference }))
  return { framework, lines, cases, probes, oddPaths }
}
