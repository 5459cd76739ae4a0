/** Where a value stands in a text. */
interface Span {
  readonly start: number
  readonly end: number
}

/**
 * Where the value at `path` stands in a JSON text, or in the value that begins at `start`; of equal keys the last, as `JSON.parse` has it. The text
 * must be valid JSON. Messages are changed where they stand, since one that is written anew would lose what JavaScript's numbers cannot hold.
 */
function spanAt(text: string, path: readonly string[], start = 0): Span | undefined {
  const at = skipSpace(text, start)
  const [key, ...rest] = path
  if (key === undefined) return { start: at, end: endOfValue(text, at) }
  if (text[at] !== '{') return undefined
  let found: number | undefined
  for (const [name, value] of entriesFrom(text, at)) if (name === key) found = value
  return found === undefined ? undefined : spanAt(text, rest, found)
}

/** The text at `path`, as it was written. */
export function textAt(text: string, path: readonly string[]): string | undefined {
  const span = spanAt(text, path)
  return span === undefined ? undefined : text.slice(span.start, span.end)
}

/** Each element of a JSON array as it was written. */
export function elementsOf(text: string): string[] {
  const elements: string[] = []
  let at = skipSpace(text, 0) + 1
  for (;;) {
    at = skipSpace(text, at)
    if (at >= text.length || text[at] === ']') return elements
    const end = endOfValue(text, at)
    elements.push(text.slice(at, end))
    at = skipSpace(text, end)
    if (text[at] === ',') at++
  }
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

/** The keys of an object and where their values begin. */
function* entriesFrom(text: string, open: number): Generator<[key: string, value: number]> {
  let at = open + 1
  for (;;) {
    at = skipSpace(text, at)
    if (at >= text.length || text[at] === '}') return
    const keyEnd = endOfValue(text, at)
    const literal = text.slice(at, keyEnd)
    const value = skipSpace(text, skipSpace(text, keyEnd) + 1) // behind the colon
    yield [literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1), value]
    at = skipSpace(text, endOfValue(text, value))
    if (text[at] === ',') at++
  }
}

function endOfValue(text: string, start: number): number {
  const first = text[start]
  if (first === '"') return endOfString(text, start)
  if (first !== '{' && first !== '[') return endOfWord(text, start)
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (character === '"') at = endOfString(text, at) - 1
    else if (character === '{' || character === '[') depth++
    else if ((character === '}' || character === ']') && --depth === 0) return at + 1
  }
  return text.length
}

function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0
    while (text[at - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return at + 1
  }
  return text.length
}

/** A number, or a word such as `true`. */
function endOfWord(text: string, start: number): number {
  let at = start
  while (at < text.length && !/[\s,\]}]/.test(text[at] ?? '')) at++
  return at
}

function skipSpace(text: string, start: number): number {
  let at = start
  while (at < text.length && /\s/.test(text[at] ?? '')) at++
  return at
}
