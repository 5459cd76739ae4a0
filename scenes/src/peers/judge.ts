import { hasNamed, isAlarm } from './naming.ts'
import type { Told } from './tools.ts'

/** What every tool said of one scene. */
export interface Answer {
  scene: string
  /** `undefined` for a server that is well. */
  cause?: string | undefined
  byTool: readonly Told[]
}

type Verdict = 'found' | 'missed' | 'quiet' | 'false' | 'no report'

/** Two tables: what each tool found, missed and invented; and scene by scene. */
export function judge(answers: readonly Answer[]): { summary: string; details: string } {
  const names = answers[0]?.byTool.map(({ tool }) => tool) ?? []
  const details = [
    `| Scene | Cause | ${names.join(' | ')} |`,
    `|---|---|${names.map(() => '---').join('|')}|`,
    ...answers.map((answer) => {
      const cells = answer.byTool.map((told) => cell(verdictOf(answer, told), told))
      return `| ${answer.scene} | ${answer.cause ?? ''} | ${cells.join(' | ')} |`
    }),
  ]
  const summary = [
    '| Tool | Named the cause | Missed it | False alarms | No report | ms, median |',
    '|---|---|---|---|---|---|',
    ...names.map((name) => line(name, answers)),
  ]
  return { summary: summary.join('\n'), details: details.join('\n') }
}

function verdictOf({ cause }: Answer, { said }: Told): Verdict {
  if (said === undefined) return 'no report'
  if (cause !== undefined) return hasNamed(cause, said) ? 'found' : 'missed'
  return said.some(isAlarm) ? 'false' : 'quiet'
}

function cell(verdict: Verdict, { said = [] }: Told): string {
  const codes = said.map(({ code }) => code).join(', ')
  return codes === '' ? verdict : `${verdict}: ${codes}`
}

function line(name: string, answers: readonly Answer[]): string {
  const ofTool = answers.flatMap((answer) =>
    answer.byTool.filter(({ tool }) => tool === name).map((told) => ({ told, verdict: verdictOf(answer, told) })),
  )
  const count = (verdict: Verdict) => ofTool.filter((each) => each.verdict === verdict).length
  const times = ofTool.map(({ told }) => told.milliseconds).toSorted((a, b) => a - b)
  const broken = count('found') + count('missed')
  const well = count('quiet') + count('false')
  const cells = [
    name,
    `${count('found')} of ${broken}`,
    count('missed'),
    `${count('false')} of ${well}`,
    count('no report'),
    times[Math.floor(times.length / 2)] ?? '',
  ]
  return `| ${cells.join(' | ')} |`
}
