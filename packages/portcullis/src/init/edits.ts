import type { Source } from './syntax.ts'

/** What comes in place of a part of a text; an insertion where `start` is `end`. */
export interface Edit {
  start: number
  end: number
  text: string
}

/** Edits at one place follow one another as they are given. Throws where two overlap, which is a fault of ours. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = ''
  let at = 0
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    if (edit.start < at) throw new Error(`two edits overlap at ${edit.start}`)
    result += text.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return result + text.slice(at)
}

export function insert(position: number, text: string): Edit {
  return { start: position, end: position, text }
}

/** How a file is written: what is added to it looks like the rest. */
export interface Style {
  quote: "'" | '"'
  /** `;` or nothing. */
  end: string
  /** One step of indentation. */
  indentation: string
  newline: string
}

export function styleOf({ text, program }: Pick<Source, 'text' | 'program'>): Style {
  const double = text.match(/"/g)?.length ?? 0
  const single = text.match(/'/g)?.length ?? 0
  const ends = program.body.filter(({ type }) => !/^(?:Function|Class|If|For|Block|Export)/.test(type))
  const closed = ends.filter(({ end }) => text[(end ?? 0) - 1] === ';')
  return {
    quote: double > single ? '"' : "'",
    end: closed.length * 2 > ends.length ? ';' : '',
    indentation: /^(\t| {2,8})\S/m.exec(text)?.[1] ?? '  ',
    newline: text.includes('\r\n') ? '\r\n' : '\n',
  }
}

/** What stands before the first word of the line on which a position is. */
export function indentationAt(text: string, position: number): string {
  const start = text.lastIndexOf('\n', position - 1) + 1
  return /^[ \t]*/.exec(text.slice(start))?.[0] ?? ''
}

/** Lines above a statement, indented as it is. */
export function insertAbove(
  source: Pick<Source, 'text' | 'program'>,
  statement: { start?: number | null },
  lines: readonly string[],
): Edit {
  const start = statement.start ?? 0
  const { newline } = styleOf(source)
  const indentation = indentationAt(source.text, start)
  const text = lines.map((line) => `${line}${newline}`).join(indentation)
  return insert(
    start,
    lines.length === 0
      ? ''
      : `${text}${indentation}`.replaceAll(new RegExp(`${newline}[ \\t]+${newline}`, 'g'), newline + newline),
  )
}
