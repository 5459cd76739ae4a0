import type { Diagnosis } from '../diagnosis.ts'
import { hasMark } from '../evidence/hidden-target.ts'
import type { Finding } from '../findings/finding.ts'
import { textOf } from '../findings/finding-texts.ts'
import { severityOf } from '../findings/severity.ts'
import { causeBlocks, hiddenBlock } from './cause-lines.ts'
import { caveatLines } from './caveat-lines.ts'
import { egressLine } from './egress-line.ts'
import { groupLines } from './group-lines.ts'
import { harmless } from './harmless.ts'
import { headline, isUnreachable } from './headline.ts'
import { seenIn } from './seen.ts'
import type { Style } from './style.ts'
import { wrap } from './wrap.ts'

export interface TextOptions {
  style: Style
  /** Columns. */
  width: number
  /** Whether each finding shows the bytes it was seen in, and notes are told. */
  isVerbose: boolean
  /** Whether it was all seen before, and nothing asked now. Default: false. */
  isRecorded?: boolean
}

/** A diagnosis for a person: what it comes to, how far each client gets, what to mend, and the rest. */
export function renderText(diagnosis: Diagnosis, options: TextOptions): string {
  const shown = harmless(diagnosis)
  const blocks = [
    headline(shown, options),
    isUnreachable(shown.clients) ? '' : groupLines(shown.clients, options),
    ...causeBlocks(shown, options),
    hiddenBlock(shown, options),
    othersBlock(shown, options),
    footer(shown, options),
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

/** What stops nobody and is good to know: what was seen of the server, and what some clients will do. */
function othersBlock(diagnosis: Diagnosis, options: TextOptions): string {
  const { style, width, isVerbose } = options
  const told = new Set<Finding>(
    [...diagnosis.causes, ...diagnosis.hidden].flatMap(({ finding, symptoms }) => [finding, ...symptoms]),
  )
  const others = diagnosis.findings.filter((finding) => !told.has(finding))
  const wanted = others.filter((finding) => isVerbose || severityOf(finding) !== 'notes')
  const firewall = egressLine(diagnosis)
  const lines = [
    ...wanted.flatMap((finding) => {
      const mark = severityOf(finding) === 'notes' ? style.faint('·') : style.unsure('!')
      return [
        wrap(textOf(finding).plain, { width, indent: '    ', first: `  ${mark} ` }),
        ...(isVerbose ? [style.faint(wrap(textOf(finding).exact, { width, indent: '    ' }))] : []),
        ...(isVerbose ? seenIn(finding, diagnosis.exchanges, { most: 3 }) : []).map((line) =>
          style.faint(wrap(`Seen: ${line}`, { width, indent: '      ', first: '    ' })),
        ),
      ]
    }),
    ...caveatLines(diagnosis.clients, options),
    ...(isVerbose && firewall !== ''
      ? [wrap(firewall, { width, indent: '    ', first: `  ${style.faint('·')} ` })]
      : []),
  ]
  return lines.length === 0 ? '' : [style.strong('Also worth knowing'), ...new Set(lines)].join('\n')
}

function footer(diagnosis: Diagnosis, { style, width, isVerbose, isRecorded = false }: TextOptions): string {
  const { target, requests, milliseconds, at } = diagnosis
  const effort = isRecorded
    ? `Judged anew from what ${requests} requests had shown on ${at.slice(0, 16).replace('T', ' ')} UTC; nothing was asked now.`
    : `${requests} ${requests === 1 ? 'request' : 'requests'} in ${(milliseconds / 1000).toFixed(1)} s. Nobody signed in, and nothing was asked for that creates anything: what comes after the browser opens was not tried.`
  const hidden = hasMark(target)
    ? ' Where ~hidden1~ or the like stands, a secret of the URL was left out: put it back in what you paste.'
    : ''
  const more = isVerbose ? '' : ' --verbose shows all that was seen.'
  return style.faint(wrap(`${effort}${whatIsMissing(diagnosis)}${hidden}${more}`, { width }))
}

function whatIsMissing({ requests, notAsked }: Diagnosis): string {
  if (notAsked === 0) return ''
  const those = notAsked === 1 ? '1 more request was' : `${notAsked} more requests were`
  return ` ${those} wanted and not sent, since ${requests} is the most: what would have been seen is missing here.`
}
