/** Names to the left, cells to the right; the first row is the head. */
export function formatColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  return rows
    .map(([name = '', ...cells]) =>
      [name.padEnd(widths[0] ?? 0), ...cells.map((cell, at) => cell.padStart(widths[at + 1] ?? 0))].join('  '),
    )
    .join('\n')
}

/** What each title means. */
export function formatLegend(entries: readonly (readonly [title: string, meaning: string])[]): string {
  const longest = Math.max(...entries.map(([title]) => title.length))
  return entries.map(([title, meaning]) => `${title.padEnd(longest)}  ${meaning}`).join('\n')
}
