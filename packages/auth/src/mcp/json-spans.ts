import { closingQuote } from './json-string.ts'

/** Where something stands in a JSON text: from `start` up to `end`. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A member of an object: its key, and where its value stands. */
export interface Member extends Span {
  readonly key: string
}

/** The members of the object that begins at `at`, in their order; none where there is no object. `text` must be valid JSON. */
export function membersAt(text: string, at: number): readonly Member[] {
  if (text[at] !== '{') return []
  const members: Member[] = []
  for (const item of itemsAt(text, at)) {
    const keyEnd = closingQuote(text, item.start) + 1
    const key = text.slice(item.start + 1, keyEnd - 1)
    members.push({ key: unescaped(key), start: skipSpace(text, skipSpace(text, keyEnd) + 1), end: item.end })
  }
  return members
}

/** The elements of the array that begins at `at`, in their order; none where there is no array. `text` must be valid JSON. */
export function elementsAt(text: string, at: number): readonly Span[] {
  return text[at] === '[' ? itemsAt(text, at) : []
}

export function skipSpace(text: string, from: number): number {
  let at = from
  while (isSpace(text.charCodeAt(at))) at++
  return at
}

/** What stands between the commas of the object or array that begins at `at`, without the space around it. */
function itemsAt(text: string, at: number): Span[] {
  const items: Span[] = []
  let depth = 0
  let start = skipSpace(text, at + 1)
  let end = start
  for (let next = start; next < text.length; next++) {
    const character = text.charCodeAt(next)
    const closes = character === closingBrace || character === closingBracket
    if (depth === 0 && (closes || character === comma)) {
      if (end > start) items.push({ start, end })
      if (closes) return items
      start = end = skipSpace(text, next + 1)
      next = start - 1
      continue
    }
    if (character === quote) next = closingQuote(text, next)
    else if (character === openingBrace || character === openingBracket) depth++
    else if (closes) depth--
    if (!isSpace(character)) end = next + 1
  }
  return items
}

function unescaped(key: string): string {
  return key.includes('\\') ? JSON.parse(`"${key}"`) : key
}

function isSpace(character: number): boolean {
  return character === 0x20 || character === 0x0a || character === 0x0d || character === 0x09
}

const quote = 0x22
const comma = 0x2c
const openingBracket = 0x5b
const closingBracket = 0x5d
const openingBrace = 0x7b
const closingBrace = 0x7d
