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
  output.write(`${jsonText(value, 2)}\n`)
}

/** The same value as JSON, in which nothing writes over a terminal: of what it need not escape, JSON leaves some as it is. */
export function jsonText(value: unknown, indentation?: number): string {
  return JSON.stringify(value, undefined, indentation).replace(/[\u007f-\u009f\p{Cf}]/gu, escaped)
}

/** `2026-07-28 09:30`, in UTC. */
export function formatTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')
}

/** Names that clients claim may hold characters that write over a terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '?')
}

/** As JSON writes it, a half at a time where it is beyond the first plane. */
function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('')
}
