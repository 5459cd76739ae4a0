import { type Call, type HeaderReader, nameKeyOf } from './message.ts'

/**
 * How `Mcp-Method` or `Mcp-Name`, where they are present, contradict the calls in the body, as a sentence; `undefined` when they agree (P-14, SEP-2243).
 * That one is absent, and whether `MCP-Protocol-Version` and `Mcp-Param-*` agree with the body, is for the server to say: nothing is decided by them here.
 */
export function findMismatch(calls: readonly Call[], headers: HeaderReader): string | undefined {
  const method = headers.get('mcp-method')
  const name = headers.get('mcp-name')
  if (method === null && name === null) return undefined
  if (calls.length === 0) return 'The headers name a call, but the body has none'
  const methodSaid = method === null ? undefined : decodeHeaderValue(method)
  const nameSaid = name === null ? undefined : decodeHeaderValue(name)
  for (const call of calls) {
    if (method !== null && methodSaid !== call.method) return 'Mcp-Method does not name the method in the body'
    if (name !== null && nameKeyOf(call.method) !== undefined && nameSaid !== call.name)
      return 'Mcp-Name does not name what is named in the body'
  }
  return undefined
}

/** The text of a header value that may be written as `=?base64?…?=` (2026-07-28, value encoding); `undefined` where that is not base64 of UTF-8. */
export function decodeHeaderValue(value: string): string | undefined {
  const bare = withoutOuterSpace(value)
  if (!bare.startsWith(prefix) || !bare.endsWith(suffix)) return bare
  const encoded = bare.slice(prefix.length, -suffix.length)
  try {
    const bytes = atob(encoded)
    if (btoa(bytes) !== encoded) return undefined // atob is lenient; two spellings of one name are one too many
    return utf8.decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)))
  } catch {
    return undefined
  }
}

/** By index: a pattern that ends in white space takes time by the square of what stands before the last character. */
function withoutOuterSpace(value: string): string {
  let start = 0
  let end = value.length
  while (start < end && isSpace(value[start])) start++
  while (start < end && isSpace(value[end - 1])) end--
  return value.slice(start, end)
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}

const prefix = '=?base64?'
const suffix = '?='
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
