import { type Asked, mostLines } from './ask-framework.ts'
import type { AskedPeer } from './ask-peer.ts'
import { allProbes, type Probe, type Probed } from './probes.ts'
import { formatColumns, formatLegend } from './table.ts'

interface Row {
  name: string
  probes: readonly Probed[]
  lines: number
}

/** Ours on every framework, then others: which of the probes each passes, and how many lines it takes; then what each column is, and what others answer instead. */
export function formatProbes(asked: readonly Asked[], peers: readonly AskedPeer[]): string {
  const rows: readonly Row[] = [
    ...asked.map(({ framework, probes, lines }) => ({ name: `Portcullis, ${framework}`, probes, lines })),
    ...peers,
  ]
  const table = formatColumns([
    ['', ...allProbes.map(({ title }) => title), 'all', 'lines'],
    ...rows.map(({ name, probes, lines }) => [
      name,
      ...allProbes.map((probe) => cellOf(probe, probes)),
      `${probes.filter(({ problem }) => problem === undefined).length}/${probes.length}`,
      String(lines),
    ]),
  ])
  const legend = formatLegend([
    ...allProbes.map(({ title, name }) => [title, name] as const),
    ['lines', `about access tokens in the smallest server, of Portcullis ${mostLines} at most`],
  ])
  return [table, legend, peers.map(answersOf).join('\n')].filter((part) => part !== '').join('\n\n')
}

function cellOf({ name }: Probe, probes: readonly Probed[]): string {
  const found = probes.find(({ probe }) => probe === name)
  if (found === undefined) return '-'
  return found.problem === undefined ? 'ok' : 'no'
}

function answersOf({ name, probes }: AskedPeer): string {
  const wrong = probes.flatMap(({ probe, problem }) => (problem === undefined ? [] : [`  ${probe}: ${problem}`]))
  return [wrong.length === 0 ? `${name} passes all` : name, ...wrong].join('\n')
}
