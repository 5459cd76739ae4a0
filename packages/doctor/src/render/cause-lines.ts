import type { Cause } from '../causes/causes.ts'
import type { Diagnosis } from '../diagnosis.ts'
import type { FindingCode } from '../findings/finding.ts'
import { textOf } from '../findings/finding-texts.ts'
import { egressLine } from './egress-line.ts'
import { endingOf } from './ending.ts'
import { fixLines, fixTitle } from './fix-lines.ts'
import { requirementLine } from './requirement-line.ts'
import { seenIn } from './seen.ts'
import type { TextOptions } from './text.ts'
import { wrap } from './wrap.ts'

/** What is wrong, each with its fix. Of all but the first the lines are kept back: mended one after the other, the next may be gone by then. */
export function causeBlocks(diagnosis: Diagnosis, options: TextOptions): readonly string[] {
  return diagnosis.causes.map((cause, at) => causeBlock(cause, at, diagnosis, options))
}

/** What comes to light later: told now, so that nobody is surprised. */
export function hiddenBlock({ hidden, exchanges }: Diagnosis, options: TextOptions): string {
  if (hidden.length === 0) return ''
  const { style, width, isVerbose } = options
  return [
    style.strong('Behind it: stops nobody yet, since clients do not come so far'),
    ...hidden.flatMap(({ finding, fix }) => {
      const { plain, exact } = textOf(finding)
      const seen = isVerbose ? seenIn(finding, exchanges, { most: 3 }).map((line) => `Seen: ${line}`) : []
      return [
        wrap(plain, { width, indent: '  ' }),
        ...[exact, ...seen].map((text) => style.faint(wrap(text, { width, indent: '    ', first: '  ' }))),
        ...(fix === undefined ? [] : isVerbose ? ['', fixLines(fix, options)] : [fixTitle(fix.title, options)]),
      ]
    }),
  ].join('\n')
}

function causeBlock(cause: Cause, at: number, diagnosis: Diagnosis, options: TextOptions): string {
  const { style, width, isVerbose } = options
  const { finding, fix } = cause
  const { plain, exact } = textOf(finding)
  const measure = requirementLine(finding.code)
  const faint = (text: string) => style.faint(wrap(text, { width, indent: '    ', first: '  ' }))
  return [
    style.bad(style.strong(title(cause, at, diagnosis))),
    wrap(plain, { width, indent: '  ' }),
    faint(`${exact}${measure === '' ? '' : ` (${measure})`}`),
    ...(isVerbose
      ? seenIn(finding, diagnosis.exchanges, { most: 5 }).map((line) => faint(`Seen: ${line}`))
      : seenIn(finding, diagnosis.exchanges, { most: at === 0 ? 1 : 0 }).map((line) =>
          faint(`Seen: ${line.length > 130 ? `${line.slice(0, 129)}…` : line}`),
        )),
    ...(isOfTheWay.has(finding.code) ? firewallLines(diagnosis, width) : []),
    ...(fix === undefined ? [] : at === 0 || isVerbose ? ['', fixLines(fix, options)] : [fixTitle(fix.title, options)]),
    ...(at > 0 && at === diagnosis.causes.length - 1 && !isVerbose
      ? [faint('Mend the first and check again; --verbose has the lines for all of them.')]
      : []),
  ].join('\n')
}

/** What stands between clients and the server. */
const isOfTheWay: ReadonlySet<FindingCode> = new Set(['unreachable', 'user_agent_blocked', 'blocked_at_the_edge'])

function firewallLines(diagnosis: Diagnosis, width: number): readonly string[] {
  const line = egressLine(diagnosis)
  return line === '' ? [] : [wrap(line, { width, indent: '    ', first: '  ' })]
}

function title({ finding, stops }: Cause, at: number, { causes, clients }: Diagnosis): string {
  const what = causes.length === 1 ? 'What is wrong' : `What is wrong, ${at + 1} of ${causes.length}`
  const nobodies = clients.filter((verdict) => endingOf(verdict) === 'as_nobody').length
  if (finding.code === 'everybody_let_in' && nobodies > 0)
    return `${what}: ${nobodies} of ${clients.length} get in as nobody`
  if (stops.length === clients.length) return `${what}: stops ${stops.length === 1 ? 'it' : 'all of them'}`
  if (stops.length > 0) return `${what}: stops ${stops.length} of ${clients.length}`
  return clients.some(({ kind }) => kind === 'cannot_tell')
    ? `${what}: those that nobody has watched may stop at it`
    : `${what}: none of these stops at it`
}
