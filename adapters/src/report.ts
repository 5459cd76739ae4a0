import { type Asked, mostLines } from './ask-framework.ts'
import type { AskedPeer } from './ask-peer.ts'
import { groups } from './case.ts'
import { formatProbes } from './probe-table.ts'
import { formatColumns, formatLegend } from './table.ts'

/** All that was found, for people: what is wrong first, then how each framework answered, then the probes of all. */
export function formatReport(asked: readonly Asked[], peers: readonly AskedPeer[]): string {
  const hasCases = asked.some(({ outcomes }) => outcomes.length > 0)
  return [asked.flatMap(faultsOf).join('\n'), ...(hasCases ? [formatCases(asked)] : []), formatProbes(asked, peers)]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** A row for each framework: of how many cases of each group the answers were as expected; and what each column is. */
function formatCases(asked: readonly Asked[]): string {
  const columns: readonly (readonly [title: string, cellOf: (asked: Asked) => string])[] = [
    ...Object.keys(groups).map((group) => [group, (one: Asked) => equalOf(one, group)] as const),
    ['all', (one) => equalOf(one)],
    ['odd', ({ oddPaths: { tried, strays } }) => `${tried - strays.length}/${tried}`],
  ]
  const rows = [
    ['', ...columns.map(([title]) => title)],
    ...asked.map((one) => [one.framework, ...columns.map(([, cellOf]) => cellOf(one))]),
  ]
  const legend = [
    ...Object.entries(groups),
    ['odd', 'paths that nobody would write: without a token, the MCP server answers at none'] as const,
  ]
  return `${formatColumns(rows)}\n\n${formatLegend(legend)}`
}

function equalOf({ outcomes }: Asked, group?: string): string {
  const tried = outcomes.filter((outcome) => group === undefined || outcome.case.group === group)
  return `${tried.filter(({ difference }) => difference === undefined).length}/${tried.length}`
}

/** What is not as it must be, each with what came instead; empty where all is. */
function faultsOf({ framework, lines, outcomes, probes, oddPaths }: Asked): readonly string[] {
  const found: (readonly [name: string, fault: string | undefined])[] = [
    ...outcomes.map(({ case: { name }, difference }) => [name, difference] as const),
    ...probes.map(({ probe, problem }) => [`probe: ${probe}`, problem] as const),
    ...oddPaths.strays.map((path) => [`POST ${path} without a token`, 'the MCP server answered'] as const),
    ['lines of Portcullis', lines > mostLines ? `${lines}, but ${mostLines} must do` : undefined],
  ]
  return found.flatMap(([name, fault]) =>
    fault === undefined ? [] : [`FAILED ${framework}: ${name}\n       ${fault}`],
  )
}

export function toJson(asked: readonly Asked[], peers: readonly AskedPeer[]) {
  const frameworks = asked.map(({ framework, lines, outcomes, probes, oddPaths }) => {
    const cases = outcomes.map(({ case: { name, group }, difference }) => ({ name, group, difference }))
    return { framework, lines, cases, probes, oddPaths }
  })
  return { frameworks, peers }
}
