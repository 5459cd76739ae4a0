import type { AuthorizationResult } from './authorization.ts'
import type { Compared, Verdict } from './comparison.ts'
import { beyondEverything, type Leg, otherOverSse, otherOverStdio } from './scenarios.ts'
import type { StdioResult } from './stdio-servers.ts'

export interface Report {
  server: readonly Leg[]
  /** Real servers over their standard streams, used through the gateway. */
  stdio: readonly StdioResult[]
  authorization: readonly { of: string; scenarios: readonly AuthorizationResult[] }[]
}

/** Every reason for which the run has failed. */
export function problemsOf({ server, stdio, authorization }: Report): readonly string[] {
  return [
    ...server.flatMap((leg) => [
      ...(leg.scenarios.length === 0 ? [`${nameOf(leg)}: no scenario ran`] : []),
      ...leg.scenarios
        .filter(({ scenario }) => !isOtherwise(leg, scenario))
        .flatMap((compared) => problemsWith(compared).map((problem) => `${nameOf(leg)}: ${problem}`)),
    ]),
    ...stdio.flatMap(({ of, problems }) => problems.map((problem) => `${of}: ${problem}`)),
    ...authorization.flatMap(({ of, scenarios }) => [
      ...(scenarios.length === 2 ? [] : [`${of}: ${scenarios.length} scenarios of 2 ran`]),
      ...scenarios
        .filter(({ verdict }) => verdict !== 'passed')
        .map(({ scenario, verdict, remarks }) => `${of}: ${scenario} ${verdict}: ${remarks.join('; ')}`),
    ]),
  ]
}

/** What is done otherwise on purpose. */
function isOtherwise({ over }: Leg, scenario: string): boolean {
  return (over === 'stdio' && otherOverStdio.test(scenario)) || (over === 'HTTP+SSE' && otherOverSse.test(scenario))
}

function problemsWith({ scenario, direct, through, worse }: Compared): readonly string[] {
  const lost = worse.map((check) => `${scenario} loses ${check}`)
  if (ranks.indexOf(through) < ranks.indexOf(direct))
    return [`${scenario} is ${direct} directly and ${through} through the gateway`, ...lost]
  if (direct === 'failed' && !beyondEverything.test(scenario))
    return [`${scenario} fails without Portcullis: nothing can be learned from it`, ...lost]
  return lost
}

/** From worst to best. */
const ranks: readonly Verdict[] = ['missing', 'failed', 'inconclusive', 'passed']

/** The tables that people read. */
export function formatReport(report: Report): string {
  const tables = [
    ...report.server.map((leg) =>
      formatTable(
        `Server scenarios of ${nameOf(leg)}`,
        ['scenario', 'direct', 'through the gateway'],
        leg.scenarios.map(rowOf),
      ),
    ),
    formatTable(
      'Servers over their standard streams, behind the gateway',
      ['server, client', 'result'],
      report.stdio.map(({ of, problems }) => [of, problems.length === 0 ? 'passed' : problems.join('; ')]),
    ),
    ...report.authorization.map(({ of, scenarios }) =>
      formatTable(
        `Authorization server scenarios, ${of}`,
        ['scenario', 'result', 'remarks'],
        scenarios.map(({ scenario, verdict, remarks }) => [scenario, verdict, remarks.join('; ')]),
      ),
    ),
  ]
  return [...tables, formatProblems(problemsOf(report))].join('\n\n')
}

function nameOf({ over, release, revision }: Leg): string {
  return `${release}, ${revision}, over ${over}`
}

function rowOf({ scenario, direct, through, worse }: Compared): readonly string[] {
  return [scenario, direct, worse.length === 0 ? through : `${through}, loses ${worse.length}`]
}

function formatTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [title, line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

function formatProblems(problems: readonly string[]): string {
  if (problems.length === 0) return 'Nothing that passes without Portcullis fails with it.'
  return [`${problems.length} problems:`, ...problems.map((problem) => `  ${problem}`)].join('\n')
}
