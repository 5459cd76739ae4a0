import type { Cause } from '../causes/causes.ts'
import type { Diagnosis } from '../diagnosis.ts'
import type { Finding } from '../findings/finding.ts'
import { textOf } from '../findings/finding-texts.ts'
import { severityOf } from '../findings/severity.ts'
import type { ClientVerdict } from '../simulation/verdict.ts'
import { caveatLines } from './caveat-lines.ts'
import { fixLines } from './fix-lines.ts'
import { picture } from './picture.ts'
import { requirementLine } from './requirement-line.ts'
import { seenIn } from './seen.ts'
import { nameOfStep } from './step-names.ts'
import type { Style } from './style.ts'
import { wrap } from './wrap.ts'

export interface TextOptions {
  style: Style
  /** Columns. */
  width: number
  /** Whether each finding shows the bytes it was seen in, and notes are told. */
  isVerbose: boolean
}

/** A diagnosis for a person: what to mend first, then where each client stops, then the rest. */
export function renderText(diagnosis: Diagnosis, options: TextOptions): string {
  const { causes, clients } = diagnosis
  const blocks = [
    headline(diagnosis, options),
    ...causes.map((cause, at) =>
      causeBlock(cause, { number: causes.length > 1 ? at + 1 : undefined, diagnosis }, options),
    ),
    picture(clients, options.style),
    stopBlock(clients, options),
    caveatLines(clients, options),
    othersBlock(diagnosis, options),
    footer(diagnosis, options),
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

function headline({ target, clients }: Diagnosis, { style, width }: TextOptions): string {
  const count = (kind: ClientVerdict['kind']) => clients.filter((verdict) => verdict.kind === kind).length
  const stop = count('stops')
  const unsure = count('cannot_tell')
  const connect = clients.length - stop - unsure
  const parts = [
    connect > 0 && style.good(`${connect} will connect`),
    stop > 0 && style.bad(`${stop} will not`),
    unsure > 0 && style.unsure(`of ${unsure} nobody can tell`),
  ].filter((part) => part !== false)
  return `${style.strong(target)}\n${wrap(`Of ${clients.length} clients ${parts.join(', ')}, by its documents.`, { width: width + 40 })}`
}

function causeBlock(
  { finding, stops, fix }: Cause,
  { number, diagnosis }: { number: number | undefined; diagnosis: Diagnosis },
  options: TextOptions,
): string {
  const { style, width } = options
  const { plain, exact } = textOf(finding)
  const title = `${number === undefined ? 'What is wrong' : `What is wrong, ${number}`} (stops ${stops.length} ${stops.length === 1 ? 'client' : 'clients'})`
  const lines = [
    style.strong(style.bad(title)),
    wrap(plain, { width, indent: '  ' }),
    style.faint(wrap(exact, { width, indent: '  ' })),
    ...(requirementLine(finding.code) === ''
      ? []
      : [style.faint(wrap(requirementLine(finding.code), { width, indent: '  ' }))]),
    ...seenIn(finding, diagnosis.exchanges, { most: options.isVerbose ? 5 : 1 }).map((line) =>
      style.faint(`  seen: ${line}`),
    ),
  ]
  return fix === undefined ? lines.join('\n') : [...lines, '', fixLines(fix, options)].join('\n')
}

/** Where clients stop, in words, those that stop alike together. */
function stopBlock(clients: readonly ClientVerdict[], { style, width }: TextOptions): string {
  const groups = new Map<string, ClientVerdict[]>()
  for (const verdict of clients) {
    if (verdict.kind !== 'stops' && verdict.kind !== 'cannot_tell') continue
    const key = `${verdict.kind} ${verdict.step} ${verdict.words ?? ''} ${verdict.why ?? ''}`
    groups.set(key, [...(groups.get(key) ?? []), verdict])
  }
  return [...groups.values()]
    .map((group) => {
      const [first] = group
      if (first === undefined) return ''
      const names = group.map(({ client }) => client.name).join(', ')
      const at = first.step === undefined ? '' : nameOfStep(first.step)
      const sentence =
        first.kind === 'stops'
          ? `${style.bad('stop')} at ${at}${first.words === undefined ? '' : `, and show: “${first.words}”`}`
          : `${style.unsure('nobody can tell')}, from ${at} on: ${first.why ?? 'not observed'}`
      return wrap(`${names}: ${sentence}`, { width, indent: '  ' })
    })
    .join('\n')
}

function othersBlock(diagnosis: Diagnosis, options: TextOptions): string {
  const told = new Set<Finding>(diagnosis.causes.flatMap(({ finding, symptoms }) => [finding, ...symptoms]))
  const others = diagnosis.findings.filter((finding) => !told.has(finding))
  const wanted = others.filter((finding) => options.isVerbose || severityOf(finding) !== 'notes')
  if (wanted.length === 0) return ''
  const lines = wanted.flatMap((finding) => [
    wrap(`${severityOf(finding) === 'notes' ? '·' : '!'} ${textOf(finding).plain}`, {
      width: options.width,
      indent: '  ',
    }),
    ...(options.isVerbose
      ? seenIn(finding, diagnosis.exchanges, { most: 3 }).map((line) => options.style.faint(`      seen: ${line}`))
      : []),
  ])
  return [options.style.strong('Also seen'), ...lines].join('\n')
}

function footer({ requests, milliseconds }: Diagnosis, { style, isVerbose }: TextOptions): string {
  const seconds = (milliseconds / 1000).toFixed(1)
  const more = isVerbose ? '' : ' --verbose shows all that was seen.'
  return style.faint(
    `${requests} requests in ${seconds} s; nothing was created and nobody signed in, so what comes after the browser opens was not tried.${more}`,
  )
}
