import type { ClientVerdict } from '../simulation/verdict.ts'
import { isReportedOnly, namesOf, reportMark } from './client-names.ts'
import { type Ending, type Group, groupsOf } from './ending.ts'
import { margin, pictureFor } from './picture.ts'
import { nameOfStep } from './step-names.ts'
import type { TextOptions } from './text.ts'
import { wrap } from './wrap.ts'

/** How far each client comes: those that end alike together, with the picture of their way. */
export function groupLines(clients: readonly ClientVerdict[], options: TextOptions): string {
  const { style, width } = options
  const picture = pictureFor(width, style)
  return [
    ...(picture.heading === '' ? [] : [picture.heading]),
    ...groupsOf(clients).flatMap((group) => [picture.wayOf(group), ...linesOf(group, options)]),
    ...(clients.some(isReportedOnly)
      ? [style.faint(wrap(`${reportMark} nobody has watched these: known from reports alone`, within(width)))]
      : []),
  ].join('\n')
}

function linesOf(group: Group, options: TextOptions): readonly string[] {
  const { style, width } = options
  const { clients } = group
  const whys = new Set(clients.map(({ why }) => why))
  const [why] = whys
  // A reason that they share stands behind their names, reasons of their own below.
  const shared = whys.size === 1 && why !== undefined ? `. ${why}.` : ''
  const head = wrap(`${style.strong(headOf(group))} ${namesOf(clients)}${shared}`, within(width))
  return [
    head,
    ...(shared === ''
      ? sayings(
          clients,
          ({ why: reason }) => reason,
          () => ':',
          options,
        )
      : []),
    ...sayings(
      clients,
      ({ words }) => words && `“${words}”`,
      (count) => (count === 1 ? ' shows' : ' show'),
      options,
    ),
  ]
}

function headOf({ ending, step, clients }: Group): string {
  const count = clients.length
  const s = count === 1 ? 's' : ''
  const at = step === undefined ? '' : nameOfStep(step)
  const heads: { readonly [ending in Ending]: string } = {
    stops: `${count} stop${s} at ${at}:`,
    cannot_tell: `${count} may or may not get past ${at}:`,
    as_nobody: `${count} get${s} in as nobody, without signing in:`,
    once_public: `${count} connect${s} once the server has a public https address:`,
    once_entered: `${count} connect${s} once you make an identifier at the sign-in server and enter it there:`,
    open: `${count} connect${s} without signing in:`,
    connects: `${count} connect${s}:`,
  }
  return heads[ending]
}

/** What some of a group say apart from the others, those that say the same together; the most common first. */
function sayings(
  clients: readonly ClientVerdict[],
  sayingOf: (verdict: ClientVerdict) => string | undefined,
  between: (count: number) => string,
  { style, width, isVerbose }: TextOptions,
): readonly string[] {
  const groups = new Map<string, ClientVerdict[]>()
  for (const verdict of clients) {
    const saying = sayingOf(verdict)
    if (saying !== undefined) groups.set(saying, [...(groups.get(saying) ?? []), verdict])
  }
  const lines = [...groups]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(
      ([saying, those]) =>
        `${namesOf(those, { most: 3 }).replaceAll(reportMark, '')}${between(those.length)} ${cut(saying)}`,
    )
  const shown = isVerbose ? lines : lines.slice(0, 2)
  return shown.map((line) => style.faint(wrap(line, { ...within(width), indent: ' '.repeat(margin + 2) })))
}

function cut(text: string): string {
  return text.length > 150 ? `${text.slice(0, 147)}…` : text
}

function within(width: number): { width: number; indent: string } {
  return { width, indent: ' '.repeat(margin) }
}
