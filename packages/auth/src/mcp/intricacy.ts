import { closingQuote } from './json-string.ts'

const deepest = 100
const mostParts = 50_000

/**
 * Whether reading `text` as JSON would hold up everybody else, as a sentence; `undefined` when it would not. `text` may be anything.
 * What JSON costs is not its length but its arrays, objects and keys: a few megabytes of these take a second.
 */
export function findIntricacy(text: string): string | undefined {
  let depth = 0
  let parts = 0
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"':
        at = closingQuote(text, at)
        break
      case '{':
      case '[':
        depth++
        parts++
        if (depth > deepest) return `The message is nested more than ${deepest} levels deep`
        break
      case '}':
      case ']':
        depth--
        break
      case ':':
        parts++
        break
    }
    if (parts > mostParts) return `The message has more than ${mostParts} arrays, objects and keys`
  }
  return undefined
}
