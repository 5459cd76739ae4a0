import { type StepResult, stepNames } from './steps.ts'

export interface ClientReport {
  client: string
  /** `undefined` when the client could not be had on this machine. */
  version: string | undefined
  steps: readonly StepResult[]
}

/** Client × step, one mark each, and below it what was seen. */
export function formatReport(reports: readonly ClientReport[]): string {
  const head = ['client', 'version', ...stepNames, 'seconds']
  const rows = reports.map(({ client, version, steps }) => [
    client,
    version ?? 'SKIPPED',
    ...stepNames.map((name) => marks[steps.find(({ step }) => step === name)?.state ?? 'not reached']),
    sum(steps).toFixed(1),
  ])
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd()
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line), '', ...details(reports)].join(
    '\n',
  )
}

/** Whether every client went through every step it has. */
export function passed(reports: readonly ClientReport[]): boolean {
  return reports.every(
    ({ steps }) => steps.length > 0 && steps.every(({ state }) => state === 'passed' || state === 'not offered'),
  )
}

const marks = { passed: '✓', failed: '✗', 'not reached': '·', 'not offered': '–' } as const

function sum(steps: readonly StepResult[]): number {
  return steps.reduce((total, { seconds }) => total + seconds, 0)
}

function details(reports: readonly ClientReport[]): string[] {
  return reports.flatMap(({ client, version, steps }) => {
    if (version === undefined) return [`${client}: SKIPPED, it is not installed on this machine`, '']
    const seen = steps.filter(({ state }) => state === 'passed' || state === 'failed')
    return [
      `${client} ${version}`,
      ...seen.map(({ step, state, text }) => `  ${marks[state]} ${step}: ${shortened(text)}`),
      '',
    ]
  })
}

function shortened(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)} …` : text
}
