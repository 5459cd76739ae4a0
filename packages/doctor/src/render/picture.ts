import type { ClientVerdict } from '../simulation/verdict.ts'
import { steps } from './step-names.ts'
import type { Style } from './style.ts'

const gap = 8 // columns from one step to the next

/** One line per client: the way it comes, and where it stops. Those that stop stand first. */
export function picture(clients: readonly ClientVerdict[], style: Style): string {
  const nameWidth = Math.max(...clients.map(({ client }) => client.name.length), 8) + 2
  const heading = ' '.repeat(nameWidth + 2) + steps.map(({ column }) => column.padEnd(gap)).join('')
  const lines = sorted(clients).map((verdict) => row(verdict, nameWidth, style))
  return [style.faint(heading.trimEnd()), ...lines].join('\n')
}

function sorted(clients: readonly ClientVerdict[]): readonly ClientVerdict[] {
  return [...clients].sort((a, b) => rank(a) - rank(b))
}

function rank({ kind, step }: ClientVerdict): number {
  const way = step === undefined ? steps.length : steps.findIndex((each) => each.step === step)
  return { stops: 0, cannot_tell: 100, connects_with_caveat: 200, connects: 300 }[kind] + way
}

function row({ client, kind, step, walk }: ClientVerdict, nameWidth: number, style: Style): string {
  const end = step === undefined ? steps.length : steps.findIndex((each) => each.step === step)
  const needsNoSignIn = walk.end.kind === 'needs_no_sign_in'
  const cells = steps.map((_, at) => {
    const isLast = at === steps.length - 1
    if (needsNoSignIn) return at === 0 ? style.good(mark('●', { isLast, reaches: false })) : blank(isLast)
    if (at < end) return style.good(mark('●', { isLast, reaches: at + 1 <= end }))
    if (at > end) return blank(isLast)
    return kind === 'stops'
      ? style.bad(mark('✗', { isLast, reaches: false }))
      : style.unsure(mark('?', { isLast, reaches: false }))
  })
  return `${lead(kind, style)} ${client.name.padEnd(nameWidth)}${cells.join('')}`.trimEnd()
}

function mark(symbol: string, { isLast, reaches }: { isLast: boolean; reaches: boolean }): string {
  if (isLast) return symbol
  return reaches ? `${symbol}${'─'.repeat(gap - 1)}` : symbol.padEnd(gap)
}

function blank(isLast: boolean): string {
  return isLast ? '' : '·'.padEnd(gap)
}

function lead(kind: ClientVerdict['kind'], style: Style): string {
  switch (kind) {
    case 'connects':
      return style.good('✓')
    case 'connects_with_caveat':
      return style.good('✓')
    case 'stops':
      return style.bad('✗')
    case 'cannot_tell':
      return style.unsure('?')
    default:
      return kind satisfies never
  }
}
