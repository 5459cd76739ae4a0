import { styleText } from 'node:util'
import type { AttemptView, Party, TimelineEntry } from '../administration/attempts.ts'

/** One attempt as a timeline for a terminal. */
export function formatAttempt(view: AttemptView, { colors }: { colors: boolean }): string {
  const paint = (format: Parameters<typeof styleText>[0], text: string) =>
    colors ? styleText(format, text, { validateStream: false }) : text
  const { client, verdict, person, next, server } = view
  const lines = [
    `${paint('bold', client.name)}${sureness(view)}${person === undefined ? '' : ` for ${person.userName ?? person.subject}`}${server === undefined ? '' : ` to ${server.name}`}`,
    `${paint('gray', `attempt ${view.id}, began ${timeOf(view.startedAt)} UTC`)}`,
    '',
    `${paint(colorOf[verdict.party], verdict.words.toUpperCase())}${verdict.riddle === undefined ? '' : `: ${verdict.riddle.title} (${verdict.riddle.code})`}`,
    ...wrapped(verdict.sentence),
    ...verdict.evidence.flatMap((sentence) => wrapped(sentence, '  - ')),
    ...(verdict.nextStep === undefined ? [] : ['', ...wrapped(`What to do: ${verdict.nextStep}`)]),
    ...verdict.remarks.flatMap((remark) => wrapped(`By the way: ${remark}`)),
    '',
    ...view.timeline.flatMap((entry, nth) => [
      ...(view.omitted > 0 && nth === 20 ? [paint('gray', `         (${view.omitted} requests left out)`)] : []),
      ...entryLines(entry, view.startedAt, paint),
    ]),
    ...(next === undefined
      ? []
      : wrapped(
          `${next.isOverdue ? 'This did not come' : 'Next'}: ${next.what} (waited ${next.waited} s of ${next.within} s)`,
          paint(next.isOverdue ? 'red' : 'yellow', '     …   '),
        )),
    ...(view.doubts.length === 0 ? [] : ['', ...view.doubts.flatMap((doubt) => wrapped(doubt, 'Not certain: '))]),
    ...(view.follows === undefined ? [] : ['', `The attempt before it: portcullis attempts show ${view.follows}`]),
  ]
  return `${lines.map(printable).join('\n')}\n`
}

const colorOf: Readonly<Record<Party, Parameters<typeof styleText>[0]>> = {
  connected: 'green',
  your_server: 'red',
  your_edge: 'red',
  your_identity_provider: 'red',
  the_client: 'magenta',
  the_person: 'cyan',
  still_waiting: 'yellow',
}

function entryLines(
  { at, side, request, status, meaning, repeats, agent, requestId }: TimelineEntry,
  startedAt: number,
  paint: (format: Parameters<typeof styleText>[0], text: string) => string,
): string[] {
  const after = `+${((at - startedAt) / 1000).toFixed(1)}s`.padStart(8)
  const times = repeats === undefined ? '' : ` (${repeats + 1} times)`
  const who = side === 'person' ? 'browser' : 'client '
  return [
    `${after} ${who} ${request} ${paint('gray', `→ ${status === 0 ? 'left before the answer' : status}${times}`)}`,
    ...meaning.flatMap((sentence) => wrapped(sentence, '                 ')),
    paint('gray', `                 #${requestId}${agent === undefined || side === 'person' ? '' : `  ${agent}`}`),
  ]
}

function sureness({ client }: AttemptView): string {
  switch (client.sureness) {
    case 'proved':
      return ''
    case 'likely':
      return ' (likely)'
    case 'guess':
      return ' (a guess)'
    case 'unknown':
      return client.others.length === 0 ? '' : ` (${client.others.slice(0, 4).join(', ')}, or another)`
    default:
      return client.sureness satisfies never
  }
}

const width = 100

function wrapped(text: string, lead = ''): string[] {
  // Colours take no room.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are made of
  const leadWidth = lead.replace(/\x1b\[\d+m/g, '').length
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`
    if (lines.length > 0 && longer.length <= width - leadWidth) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines.map((each, nth) => `${nth === 0 ? lead : ' '.repeat(leadWidth)}${each}`)
}

/** `2026-07-28 09:30:01`, in UTC. */
export function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')
}

/** Outsiders write some of it, and must not write over the terminal; our own colours may stand. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  return text.replace(/(\x1b\[\d{1,2}m)|[\p{Cc}\p{Cf}]/gu, (_, own: string | undefined) => own ?? '?')
}
