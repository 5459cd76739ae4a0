import type { Spoken } from './era.ts'
import type { Secrecy } from './secrecy.ts'
import { stepNames } from './step-names.ts'
import type { StepResult } from './steps.ts'

/** One gateway in front of one MCP server. */
export interface PartReport {
  upstream: string
  /** Of the SDK it stands on, where that matters. */
  version: string | undefined
  clients: readonly ClientReport[]
  /** `undefined` when it was skipped, or did not end well. */
  secrecy: Secrecy | undefined
  /** What was seen of the whole, where there is something to see. */
  whole: string | undefined
  /** Why it did not end well. */
  problem: string | undefined
}

export interface ClientReport {
  client: string
  /** What the MCP server is called behind a gateway of several; else empty. */
  server: string
  /** `undefined` when it was skipped. */
  version: string | undefined
  spoken: Spoken | undefined
  steps: readonly StepResult[]
  /** Why it was skipped; or what was wrong as a whole. */
  problem: string | undefined
}

export interface Circumstances {
  /** Where Portcullis was from. */
  from: string
  browserVersion: string
  seconds: number
}

export type Verdict = 'passed' | 'skipped' | 'failed'

/** Failed where anything failed, skipped where anything was skipped. */
export function verdictOf(reports: readonly PartReport[]): Verdict {
  const verdicts = reports.flatMap(verdictsOf)
  return verdicts.includes('failed') ? 'failed' : verdicts.includes('skipped') ? 'skipped' : 'passed'
}

/** In Markdown that is aligned: client × step, one mark each, and below it what was seen. */
export function formatReport(reports: readonly PartReport[], { from, browserVersion, seconds }: Circumstances): string {
  const verdicts = reports.flatMap(verdictsOf)
  const count = (verdict: Verdict) => verdicts.filter((each) => each === verdict).length
  const skipped = count('skipped')
  return [
    `Portcullis from ${from || 'nowhere'}, Node ${process.versions.node}, Chromium ${browserVersion || 'missing'}, ${seconds} s`,
    '',
    ...tableOf(reports),
    '',
    '✓ as it must be, ✗ not, · not reached, – the client or the MCP server has no such thing',
    '',
    ...reports.flatMap(detailsOf),
    ...(skipped > 0 ? [`SKIPPED: ${skipped} of ${verdicts.length}; what was skipped is not proved`, ''] : []),
    `${count('passed')} passed, ${count('failed')} failed, ${skipped} skipped`,
  ].join('\n')
}

function tableOf(reports: readonly PartReport[]): string[] {
  const head = ['client', 'version', 'MCP server', 'revision', ...stepNames, 'seconds']
  const rows = reports.flatMap(({ upstream, version: upstreamVersion, clients }) =>
    clients.map(({ client, server, version, spoken, steps }) => [
      client,
      version ?? 'SKIPPED',
      [upstream, server === '' ? undefined : `/${server}`, upstreamVersion]
        .filter((each) => each !== undefined)
        .join(' '),
      revisionOf(spoken),
      ...stepNames.map((name) => marks[steps.find(({ step }) => step === name)?.state ?? 'not reached']),
      steps.reduce((total, { seconds }) => total + seconds, 0).toFixed(1),
    ]),
  )
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)))
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)]
}

function detailsOf({ upstream, clients, secrecy, whole, problem }: PartReport): string[] {
  const secrets =
    secrecy === undefined
      ? []
      : [
          secrecy.violations.length === 0
            ? `- ✓ no secret stands where it must not: sought ${secrecy.sought}`
            : `- ✗ sought ${secrecy.sought}`,
          ...secrecy.violations.map((violation) => `  - ✗ ${violation}`),
        ]
  return [
    `In front of ${upstream}:`,
    '',
    ...clients.flatMap(detailsOfClient),
    ...(whole === undefined ? [] : [`- ✓ ${whole}`]),
    ...secrets,
    ...(problem === undefined ? [] : [`- ✗ ${problem}`]),
    '',
  ]
}

function detailsOfClient({ client, server, version, spoken, steps, problem }: ClientReport): string[] {
  if (version === undefined) return [`- ${client}: SKIPPED, ${problem}`]
  const seen = steps.filter(({ state }) => state === 'passed' || state === 'failed')
  return [
    `- ${client} ${version}${server === '' ? '' : ` at /${server}`}, ${revisionOf(spoken)}`,
    ...(problem === undefined ? [] : [`  - ✗ ${problem}`]),
    ...seen.map(({ step, state, text }) => `  - ${marks[state]} ${step}: ${shortened(text)}`),
  ]
}

function revisionOf(spoken: Spoken | undefined): string {
  if (spoken === undefined) return ''
  return [...spoken.revisions, ...(spoken.hasSessions ? ['session'] : ['no session'])].join(', ')
}

/** Of each client, and one more where what concerns all of them is not as it must be. */
function verdictsOf({ clients, secrecy, problem }: PartReport): readonly Verdict[] {
  const isWrong = problem !== undefined || (secrecy?.violations.length ?? 0) > 0
  return [...clients.map(verdictOfClient), ...(isWrong ? (['failed'] as const) : [])]
}

function verdictOfClient({ version, steps, problem }: ClientReport): Verdict {
  if (version === undefined) return 'skipped'
  const allPassed = steps.every(({ state }) => state === 'passed' || state === 'not offered')
  return allPassed && problem === undefined ? 'passed' : 'failed'
}

const marks = { passed: '✓', failed: '✗', 'not reached': '·', 'not offered': '–' } as const

function shortened(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)} …` : text
}
