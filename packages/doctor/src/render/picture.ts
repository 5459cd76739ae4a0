import type { Ending, Group } from './ending.ts'
import { orderOf, steps } from './step-names.ts'
import type { Style } from './style.ts'

/** What stands before each line of the picture. */
export const margin = 5

/** The ways that clients come, side by side. */
export interface Picture {
  /** Empty where the terminal is too narrow for it: the names of the steps stand beside the clients. */
  readonly heading: string
  /** The way of one group, from the left to where it ends. */
  wayOf(group: Group): string
}

export function pictureFor(width: number, style: Style): Picture {
  const gap = [10, 7].find((columns) => margin + columns * (steps.length - 1) + 7 <= width) ?? 5
  const head = (wordOf: (step: (typeof steps)[number]) => string) =>
    style.faint((' '.repeat(margin) + steps.map((step) => wordOf(step).padEnd(gap)).join('')).trimEnd())
  return {
    heading: headingOf(gap, head),
    wayOf: (group) => `  ${lead(group.ending, style)}  ${way(group, gap, style)}`,
  }
}

function headingOf(gap: number, head: (wordOf: (step: (typeof steps)[number]) => string) => string): string {
  switch (gap) {
    case 10:
      return `${head(({ column }) => column[0])}\n${head(({ column }) => column[1])}`
    case 7:
      return head(({ short }) => short)
    default:
      return ''
  }
}

/** The mark that a group is known by, which stands at the beginning of its line. */
function lead(ending: Ending, style: Style): string {
  switch (ending) {
    case 'stops':
      return style.bad('✗')
    case 'cannot_tell':
      return style.unsure('?')
    case 'as_nobody':
    case 'once_public':
    case 'once_entered':
      return style.unsure('!')
    case 'open':
    case 'connects':
      return style.good('✓')
    default:
      return ending satisfies never
  }
}

function way({ ending, step, isLetIn }: Group, gap: number, style: Style): string {
  const line = '─'.repeat(gap - 1)
  const passed = (count: number) => `●${line}`.repeat(count)
  const dashes = '╌'.repeat(gap - 1)
  const all = steps.length - 1
  switch (ending) {
    case 'stops':
      return style.good(passed(at(step))) + style.bad('✗')
    case 'cannot_tell':
      return style.good(passed(at(step))) + style.unsure('?')
    case 'as_nobody':
      return style.good('●') + style.unsure(`${dashes}○`)
    case 'open':
      return style.good(`●${dashes}○`)
    case 'once_public':
      return style.unsure('◌') + style.good(isLetIn ? `${dashes}○` : `${line}${passed(all - 1)}●`)
    case 'once_entered':
      return (
        style.good(passed(at('registration'))) +
        style.unsure('◌') +
        style.good(`${line}${passed(all - at('registration') - 1)}●`)
      )
    case 'connects':
      return style.good(`${passed(all)}●`)
    default:
      return ending satisfies never
  }
}

function at(step: Group['step']): number {
  return step === undefined ? 0 : orderOf(step)
}
