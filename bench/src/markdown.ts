import type { Summary } from './statistics.ts'

/** A table with its columns aligned, so that it reads well on a terminal too. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => (row[at] ?? '').length)))
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n')
}

/** A median with its quartiles. */
export function figure({ median, low, high }: Summary, digits = 0): string {
  return `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`
}

/** What a goal asks for, and whether this run met it. */
export function verdict(goal: string, isMet: boolean): string {
  return `${goal}: ${isMet ? 'met' : 'NOT met'}`
}
