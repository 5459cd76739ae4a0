/**
 * What servers wrote may hold bytes that move the cursor, colour the screen, or turn the order of letters round. None of them reaches a terminal:
 * each is shown as the escape that stands for it. Line breaks and tabs become what they mean.
 */
export function harmless<Value>(value: Value): Value {
  // The shape stays as it is: only texts inside it are written anew.
  return walk(value, new Map()) as Value
}

/** JSON with all of those escaped, which reads back as the same value. */
export function harmlessJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(invisible, (mark) => (mark === '\n' ? mark : escaped(mark)))
}

/** Of what takes one line: with a break in it, it would pass for lines of the doctor. */
export function onOneLine(text: string): string {
  return text.replaceAll('\n', escaped)
}

/** What stands in two places stays one thing. */
function walk(value: unknown, known: Map<object, unknown>): unknown {
  if (typeof value === 'string')
    return value.replace(invisible, (mark) => (mark === '\n' ? mark : mark === '\t' ? ' ' : escaped(mark)))
  if (typeof value !== 'object' || value === null) return value
  const done = known.get(value)
  if (done !== undefined) return done
  const shown = Array.isArray(value)
    ? value.map((inner) => walk(inner, known))
    : Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner, known)]))
  known.set(value, shown)
  return shown
}

/** Control characters, marks of direction and other formats, line and paragraph separators, halves of characters. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

function escaped(mark: string): string {
  return Array.from({ length: mark.length }, (_, at) => `\\u${mark.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
    '',
  )
}
