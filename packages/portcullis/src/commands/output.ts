import type { Output } from '../io.ts'

/** Columns, each as wide as its widest cell, under their names. */
export function formatTable(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [names, ...rows].map((row) => row.map(printable))
  const widths = names.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

export function printJson(output: Output, value: unknown): void {
  output.write(`${JSON.stringify(value, undefined, 2)}\n`)
}

/** `2026-07-28 09:30`, in UTC. */
export function formatTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')
}

/** Names that clients claim may hold characters that write over a terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '?')
}
