import type { Diagnosis } from '../diagnosis.ts'
import { shortName } from './client-names.ts'
import { type Ending, endingOf, endings } from './ending.ts'
import { onOneLine } from './harmless.ts'
import type { Style } from './style.ts'
import type { TextOptions } from './text.ts'
import { wrap } from './wrap.ts'

/** What it comes to, in one sentence, which says what it rests on. */
export function headline(diagnosis: Diagnosis, options: TextOptions): string {
  const { style, width } = options
  if (isUnreachable(diagnosis.clients))
    return [style.strong(onOneLine(diagnosis.target)), wrap(`${style.bad('No client can reach it.')}`, { width })].join(
      '\n',
    )
  return [
    style.strong(onOneLine(diagnosis.target)),
    wrap(`By its answers and documents, ${sentence(diagnosis, style)}`, { width }),
  ].join('\n')
}

function sentence({ clients }: Diagnosis, style: Style): string {
  const counts = new Map<Ending, number>()
  for (const verdict of clients) counts.set(endingOf(verdict), (counts.get(endingOf(verdict)) ?? 0) + 1)
  const [only] = clients
  if (only !== undefined && clients.length === 1) return `${shortName(only)} ${ofOne(endingOf(only), style)}.`
  const parts = endings
    .toReversed()
    .filter((ending) => counts.has(ending))
    .map((ending, at, those) => {
      // "13 will connect, 3 once …, 2 will not": the verb stands once.
      const hasVerb = those.slice(0, at).some((earlier) => earlier !== 'as_nobody')
      return ofMany(ending, counts.get(ending) ?? 0, { style, verb: hasVerb ? '' : ' connect' })
    })
  const [ending] = counts.size === 1 ? counts.keys() : []
  if (ending !== undefined) return `${ofAll(ending, clients.length, style)}.`
  return `of ${clients.length} clients ${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}.`
}

/** Whether there is nothing to draw: everybody stops where the way begins. */
export function isUnreachable(clients: Diagnosis['clients']): boolean {
  return clients.length > 0 && clients.every(({ kind, step }) => kind === 'stops' && step === 'reach')
}

function ofAll(ending: Ending, count: number, style: Style): string {
  if (ending === 'stops') return style.bad(`none of ${count} clients will connect`)
  if (ending === 'cannot_tell') return style.unsure(`nobody can tell of any of ${count} clients`)
  return `all ${count} clients ${ofOne(ending, style)}`
}

function ofMany(ending: Ending, count: number, { style, verb }: { style: Style; verb: string }): string {
  const will = verb === '' ? '' : ` will${verb}`
  switch (ending) {
    case 'connects':
      return style.good(`${count} will connect`)
    case 'open':
      return style.good(`${count} will connect without signing in`)
    case 'once_entered':
      return style.unsure(`${count}${will} once you enter an identifier by hand`)
    case 'once_public':
      return style.unsure(`${count}${will} once the server has a public https address`)
    case 'as_nobody':
      return style.unsure(`${count} will get in as nobody, without signing in`)
    case 'cannot_tell':
      return style.unsure(`${count} may or may not${verb}`)
    case 'stops':
      return style.bad(`${count} will not${verb}`)
    default:
      return ending satisfies never
  }
}

function ofOne(ending: Ending, style: Style): string {
  switch (ending) {
    case 'connects':
      return style.good('will connect')
    case 'open':
      return style.good('will connect without signing in')
    case 'once_entered':
      return style.unsure('will connect once you enter an identifier by hand')
    case 'once_public':
      return style.unsure('will connect once the server has a public https address')
    case 'as_nobody':
      return style.unsure('will get in as nobody, without signing in')
    case 'cannot_tell':
      return style.unsure('may or may not connect')
    case 'stops':
      return style.bad('will not connect')
    default:
      return ending satisfies never
  }
}
