import { stripVTControlCharacters } from 'node:util'

export interface WrapOptions {
  /** Columns. */
  width: number
  /** What stands before each line. */
  indent?: string
  /** What stands before the first line in its place. */
  first?: string
}

/** `text` in lines of at most `width` columns; colours take none. A word that is longer than a line keeps one to itself. */
export function wrap(text: string, { width, indent = '', first = indent }: WrapOptions): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    const room = width - columnsOf(lines.length === 0 ? first : indent)
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > room) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  if (line !== '') lines.push(line)
  return lines.map((each, at) => (at === 0 ? first : indent) + each).join('\n')
}

function columnsOf(text: string): number {
  return stripVTControlCharacters(text).length
}
