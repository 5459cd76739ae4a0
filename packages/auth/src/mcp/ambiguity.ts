import { printable } from '../protocol/parameters.ts'
import { closingQuote } from './json-string.ts'

/**
 * What in `text` other parsers may read differently than `JSON.parse`, as a sentence; `undefined` when all read the same.
 * Looks where a message says what it does: its own keys, those of `params`, and those of what in them names something. `text` must be valid JSON.
 *
 * Of two equal keys JavaScript and Python take the last, others the first; Go and .NET also take `Name` for `name`; some
 * JavaScript takes `__proto__` for inheritance. Serialisers write none of these, so they are refused instead of repaired:
 * a body written anew would lose what JavaScript's numbers cannot hold.
 */
export function findAmbiguity(text: string): string | undefined {
  const levels: Level[] = []
  let level: Level | undefined
  let ignored = 0 // depth inside of values that say nothing about what the message does
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"': {
        const end = closingQuote(text, at)
        if (ignored === 0 && level?.expectsKey === true) {
          const finding = addKey(level, text.slice(at, end + 1))
          if (finding !== undefined) return finding
        }
        at = end
        break
      }
      case '{':
      case '[': {
        const role = ignored === 0 ? roleWithin(level, text[at]) : undefined
        if (role === undefined) ignored++
        else {
          level = { role, key: '', seen: new Set(), expectsKey: role !== 'batch' }
          levels.push(level)
        }
        break
      }
      case '}':
      case ']':
        if (ignored > 0) ignored--
        else {
          levels.pop()
          level = levels.at(-1)
        }
        break
      case ',':
        if (ignored === 0 && level !== undefined) level.expectsKey = level.role !== 'batch'
        break
    }
  }
  return undefined
}

type Role = 'batch' | 'message' | 'params' | Naming
type Naming = '_meta' | 'ref' | 'notifications'

interface Level {
  readonly role: Role
  /** The key whose value is being read. */
  key: string
  readonly seen: Set<string>
  expectsKey: boolean
}

/** Keys of which something hangs that is there or not, in the letters that they have. A name that is missing needs what any needs. */
const ownKeys: Partial<Record<Role, readonly string[]>> = {
  message: ['jsonrpc', 'id', 'method', 'params', 'result', 'error'],
  params: ['ref', 'notifications'],
  notifications: ['resourceSubscriptions'],
}

function addKey(level: Level, literal: string): string | undefined {
  const key: string = literal.includes('\\') ? JSON.parse(literal) : literal.slice(1, -1)
  const folded = fold(key)
  if (key === '__proto__') return 'The message has a key "__proto__"'
  if (level.seen.has(folded)) return `The key "${printable(key)}" is there twice, or once more in other letters`
  const meant = ownKeys[level.role]?.find((own) => own !== key && fold(own) === folded)
  if (meant !== undefined) return `The key "${printable(key)}" could be taken for "${meant}"`
  level.key = key
  level.seen.add(folded)
  level.expectsKey = false
  return undefined
}

/** `key` as parsers that ignore case compare it; upper case first, so that the letters ſ and K are folded too, as Go does. */
function fold(key: string): string {
  return key.toUpperCase().toLowerCase()
}

function roleWithin(level: Level | undefined, bracket: string | undefined): Role | undefined {
  if (level === undefined) return bracket === '[' ? 'batch' : 'message'
  if (bracket === '[') return undefined
  if (level.role === 'batch') return 'message'
  if (level.role === 'message' && level.key === 'params') return 'params'
  return level.role === 'params' ? naming.find((role) => role === level.key) : undefined
}

const naming: readonly Naming[] = ['_meta', 'ref', 'notifications']
