import { opinionsOf, reasonNotCounted } from './alarms.ts'
import type { Judged, JudgedAnswer } from './judge.ts'
import type { Said } from './tool.ts'

/** The result for people. */
export function pageOf(answers: readonly JudgedAnswer[]): { summary: string; whole(date: string): string } {
  const names = answers[0]?.byTool.map(({ tool }) => tool) ?? []
  const summary = summaryOf(answers, names)
  const whole = (date: string) => `# Our doctor and other tools at the same servers, ${date}

Read this before the figures. **Most scenes were written beside our own finding codes**, by those who wrote the doctor, and it was mended until it
named all of them: that it does is no measure of it, and what it cannot see is in none of them. The blind ones are somebody else's, who wrote them
to find faults in the doctor; what counts as naming their cause was written from the servers, before any tool was run at them, and only ever widened
afterwards, where one of the other tools names it in words that were not foreseen. scenes/README.md says what each other tool does better, and what each run was.

A cause counts as **named** when a person who reads the tool's text would know where to look (src/peers/naming.ts); the sentence that counted stands
below, so that everybody can check. Of ours no code counts, only sentences. A **false alarm** is what a tool itself calls an error, of a server that
is well; what is not counted stands below, with the reason (src/peers/alarms.ts). One rule for all tools, ours among them. Requests were counted on
the wire, and are those of a tool's longest run, as is the time; the machine was busy with other things, so that the times compare, and no more.

${summary}

## What each says of servers that are well, and is not counted

${notCounted(answers, names)}

## Scene by scene

| Scene | What is wrong | ${names.join(' | ')} |
|---|---|${names.map(() => '---').join('|')}|
${answers.map((answer) => `| ${answer.scene} | ${inTable(answer.isSound ? '' : answer.wrong)} | ${answer.byTool.map(inShort).join(' | ')} |`).join('\n')}

## The sentences that counted

${answers.map(sentences).filter(Boolean).join('\n\n')}
`
  return { summary, whole }
}

function summaryOf(answers: readonly JudgedAnswer[], names: readonly string[]): string {
  const ours = answers.filter(({ isSound, isBlind }) => !isSound && !isBlind)
  const blind = answers.filter(({ isSound, isBlind }) => !isSound && isBlind)
  const sound = answers.filter(({ isSound }) => isSound)
  const rows = names.map((name) => {
    const all = of(name, answers)
    const cells = [
      name,
      count(of(name, blind), 'found', blind.length),
      count(of(name, ours), 'found', ours.length),
      count(of(name, sound), 'false', sound.length),
      all.filter(({ verdict }) => verdict === 'no report').length,
      median(all.flatMap(({ requests }) => requests ?? [])),
      Math.max(0, ...all.map(({ requests = 0 }) => requests)),
      median(all.map(({ milliseconds }) => milliseconds)),
    ]
    return `| ${cells.join(' | ')} |`
  })
  return `| Tool | Named, of the blind scenes | Named, of ours | False alarms, of the sound servers | No report | Requests, median | most | ms, median |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}`
}

function of(name: string, answers: readonly JudgedAnswer[]): readonly Judged[] {
  return answers.flatMap(({ byTool }) => byTool.filter(({ tool }) => tool === name))
}

function count(told: readonly Judged[], verdict: Judged['verdict'], among: number): string {
  const all = told.filter((each) => each.verdict === verdict).length
  return verdict === 'found' ? `${all} of ${among}, missed ${among - all}` : `${all} of ${among}`
}

function median(values: readonly number[]): number | string {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? ''
}

function notCounted(answers: readonly JudgedAnswer[], names: readonly string[]): string {
  const sound = answers.filter(({ isSound }) => isSound)
  const rows = names.flatMap((name) => {
    const opinions = opinionsOf(name, answers)
    const left = sound.flatMap((answer) => {
      const { said = [] } = answer.byTool.find(({ tool }) => tool === name) ?? {}
      return said
        .filter(({ severity }) => severity === 'error')
        .map((each) => ({ code: each.code, because: reasonNotCounted(each, { scene: answer.scene, opinions }) }))
    })
    const counted = Map.groupBy(
      left.filter(({ because }) => because !== undefined),
      ({ code, because }) => `${code} | ${because}`,
    )
    return [...counted].map(([what, times]) => `| ${name} | ${what} | ${times.length} |`)
  })
  return `| Tool | What it calls an error | Why it does not count | Times |\n|---|---|---|---|\n${rows.join('\n')}`
}

function inShort({ verdict, because = [] }: Judged): string {
  if (verdict === 'false') return `**false**: ${because.map(({ code }) => code).join(', ')}`
  return verdict === 'found' ? 'named' : verdict
}

function sentences({ scene, isSound, byTool }: JudgedAnswer): string {
  const lines = byTool
    .filter(({ because = [] }) => because.length > 0)
    .map(({ tool, because = [] }) => `- ${tool}: ${because.map(quoted).join('; ')}`)
  return lines.length === 0 ? '' : `**${scene}**${isSound ? ', which is well' : ''}\n\n${lines.join('\n')}`
}

function quoted({ code, text }: Said): string {
  const line = text.length > 220 ? `${text.slice(0, 220)}…` : text
  return `\`${code}\` ${line.replaceAll('<', '&lt;').replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('_', '\\_')}`
}

function inTable(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
}
