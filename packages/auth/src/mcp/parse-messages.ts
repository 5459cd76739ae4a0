import { findAmbiguity } from './ambiguity.ts'
import { findIntricacy } from './intricacy.ts'
import { type Answer, type Call, callsOf, type HeaderReader, type Messages, nameKeyOf } from './message.ts'
import { findMismatch } from './mirrored-headers.ts'
import { type MessageRefusal, refuse } from './refusal.ts'

/**
 * The messages in the body of a POST, or why it must not be passed on. What is returned is what every parser of JSON reads in
 * these bytes, so whoever decides by it must pass on the same bytes.
 * Refuses: media types other than `application/json` in UTF-8, encoded content, text that takes long to read, is not JSON, or that parsers
 * read differently, messages that are not JSON-RPC 2.0, an empty array, and `Mcp-Method` or `Mcp-Name` that name another call (P-14).
 */
export function parseMessages(body: Uint8Array, headers: HeaderReader): Messages | MessageRefusal {
  if (!isJsonInUtf8(headers.get('content-type') ?? '') || !isIdentity(headers.get('content-encoding')))
    return refuse('unsupported_media_type', 'The body must be application/json in UTF-8, not encoded')
  const text = decodeUtf8(body)
  const intricacy = text === undefined ? undefined : findIntricacy(text)
  if (intricacy !== undefined) return refuse('intricate_json', intricacy)
  const value = text === undefined ? undefined : parseJson(text)
  if (text === undefined || value === undefined) return refuse('not_json', 'The body is not JSON in UTF-8')
  const ambiguity = findAmbiguity(text)
  if (ambiguity !== undefined) return refuse('ambiguous_json', ambiguity)
  const parsed = messagesIn(value)
  if (parsed.kind === 'refused') return parsed
  const mismatch = findMismatch(callsOf(parsed), headers)
  return mismatch === undefined ? parsed : refuse('header_mismatch', mismatch)
}

// Another charset, UTF-7 above all, would let the upstream read another name in the same bytes.
const jsonInUtf8 = /^application\/json[ \t]*(;[ \t]*charset=("?)utf-?8\2[ \t]*)?;?[ \t]*$/i
const longestMediaType = 256 // the pattern takes time by the square of its spaces
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
// Control characters end a string early in some languages, and half a surrogate pair gets lost in others.
const unreadable = /[\p{Cc}\p{Cs}]/u

function isJsonInUtf8(contentType: string): boolean {
  return contentType.length <= longestMediaType && jsonInUtf8.test(contentType)
}

function isIdentity(contentEncoding: string | null): boolean {
  return contentEncoding === null || contentEncoding.trim().toLowerCase() === 'identity'
}

function decodeUtf8(body: Uint8Array): string | undefined {
  try {
    return utf8.decode(body)
  } catch {
    return undefined
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // which JSON never means
  }
}

function messagesIn(value: unknown): Messages | MessageRefusal {
  const isBatch = Array.isArray(value)
  const elements: readonly unknown[] = isBatch ? value : [value]
  if (elements.length === 0) return refuse('not_json_rpc', 'The body is an empty array')
  const messages: (Call | Answer)[] = []
  for (const element of elements) {
    const message = messageIn(element)
    if (message.kind === 'refused') return message
    messages.push(message)
  }
  return { kind: 'messages', isBatch, messages }
}

function messageIn(value: unknown): Call | Answer | MessageRefusal {
  if (!isObject(value) || value.jsonrpc !== '2.0')
    return refuse('not_json_rpc', 'The body is not a JSON-RPC 2.0 message, nor an array of them')
  const { id, method } = value
  const isAnswer = Object.hasOwn(value, 'result') || Object.hasOwn(value, 'error')
  if (isAnswer === Object.hasOwn(value, 'method'))
    return refuse('not_json_rpc', 'A message has either "method", or "result" or "error"')
  if (isAnswer) return { kind: 'response' }
  if (typeof method !== 'string') return refuse('not_json_rpc', '"method" must be a string')
  if (Object.hasOwn(value, 'id') && typeof id !== 'string' && typeof id !== 'number')
    return refuse('not_json_rpc', '"id" must be a string or a number')
  const params = value.params ?? undefined // some serialisers write null for what is not there
  if (params !== undefined && !isObject(params)) return refuse('not_json_rpc', '"params" must be an object')
  const name = nameIn(method, params)
  if (unreadable.test(method) || unreadable.test(name ?? ''))
    return refuse('ambiguous_json', 'The method or the name has control characters or half of a surrogate pair')
  if (typeof id === 'string' || typeof id === 'number') return { kind: 'request', id, method, name, params }
  return { kind: 'notification', id: undefined, method, name, params }
}

function nameIn(method: string, params: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const key = nameKeyOf(method)
  const name = key === undefined ? undefined : params?.[key]
  return typeof name === 'string' ? name : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
