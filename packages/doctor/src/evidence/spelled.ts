/**
 * The source of a regular expression for a text in every spelling that servers repeat it in: as it is, percent-encoded once or again, with
 * the escapes of JSON, with the references of HTML. Letters and digits are spelled one way alone.
 */
export function spelled(text: string): string {
  return [...text].map((character) => (/[A-Za-z0-9]/.test(character) ? character : anyOf(character))).join('')
}

/** The source of a regular expression for a text as it stands. */
export function inLetters(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}

/** Bounded throughout: what stands before a secret is a server's, and must not be read again and again. */
function anyOf(character: string): string {
  const point = character.codePointAt(0) ?? 0
  const named = names.get(character)
  const spellings = [
    inLetters(character),
    `\\\\{1,8}${inLetters(character)}`,
    [...new TextEncoder().encode(character)].map((byte) => `%(?:25){0,4}${anyCase(byte.toString(16), 2)}`).join(''),
    Array.from(
      { length: character.length },
      (_, at) => `\\\\{1,8}u${anyCase(character.charCodeAt(at).toString(16), 4)}`,
    ).join(''),
    `&#(?:0{0,4}${point}|[xX]0{0,4}${anyCase(point.toString(16), 1)});`,
    ...(named === undefined ? [] : [`&${named};`]),
    ...(character === ' ' ? ['\\+'] : []),
  ]
  return `(?:${spellings.join('|')})`
}

function anyCase(hex: string, digits: number): string {
  return hex.padStart(digits, '0').replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)
}

const names: ReadonlyMap<string, string> = new Map([
  ['&', 'amp'],
  ['<', 'lt'],
  ['>', 'gt'],
  ['"', 'quot'],
  ["'", 'apos'],
])
