import { elementsAt, membersAt, type Span, skipSpace } from '@portcullis/auth/mcp'

/** The text at `path`, as it was written. */
export function textAt(text: string, path: readonly string[]): string | undefined {
  const span = spanAt(text, path)
  return span === undefined ? undefined : text.slice(span.start, span.end)
}

/** Each element of a JSON array as it was written. */
export function elementsOf(text: string): string[] {
  return elementsAt(text, skipSpace(text, 0)).map(({ start, end }) => text.slice(start, end))
}

/** A value to put in the place of the one at `path`. */
export type Edit = readonly [path: readonly string[], value: string]

/** The text with other values at these paths; where nothing stands at one of them, nothing is changed there. */
export function splice(text: string, edits: readonly Edit[]): string {
  const spans = edits
    .flatMap(([path, value]) => {
      const span = spanAt(text, path)
      return span === undefined ? [] : [{ ...span, value }]
    })
    .sort((one, other) => other.start - one.start)
  return spans.reduce((before, { start, end, value }) => before.slice(0, start) + value + before.slice(end), text)
}

/**
 * JSON on one line, for whatever somebody's reader takes for the end of one: that of Node.js ends lines at U+2028 as well. A break of ours can only be
 * space between the parts; those may stand in texts, where they are written otherwise.
 */
export function onOneLine(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\u0085\u2028\u2029]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .trim()
}

/**
 * Where the value at `path` stands in a JSON text; of equal keys the last, as `JSON.parse` has it. The text must be valid JSON. Messages are changed
 * where they stand, since one that is written anew would lose what JavaScript's numbers cannot hold.
 */
function spanAt(text: string, path: readonly string[]): Span | undefined {
  let span: Span | undefined = { start: skipSpace(text, 0), end: text.trimEnd().length }
  for (const key of path) span = span && membersAt(text, span.start).findLast((member) => member.key === key)
  return span
}
