import type { HeaderReader, Messages } from './message.ts'

/**
 * The era of the protocol that a request belongs to: `legacy` up to 2025-11-25, `modern` from 2026-07-28, or `invalid` with
 * what a server answers. A gateway passes `invalid` on like the others: these codes are for the server alone to use.
 */
export type Era =
  | { readonly era: 'legacy' }
  | { readonly era: 'modern'; readonly revision: string }
  | { readonly era: 'invalid'; readonly status: 400; readonly code: -32020 | -32600 | -32602; readonly message: string }

/**
 * Tells the era: the body decides, `MCP-Protocol-Version` only has to agree with it (2026-07-28, versioning).
 * `messages`: what a POST says; `undefined` for GET, DELETE and all else, which modern servers do not have.
 */
export function eraOf(messages: Messages | undefined, headers: HeaderReader): Era {
  const [message, another] = messages?.messages ?? []
  if (messages === undefined || message === undefined) return legacy
  if (messages.isBatch || another !== undefined) return eraOfBatch(messages)
  if (message.kind === 'response') return legacy
  const version = headers.get('mcp-protocol-version')?.replace(/^[ \t]+|[ \t]+$/g, '')
  const saysModern = version !== undefined && isModern(version)
  const meta = metaOf(message.params)
  const claim = meta?.[protocolVersionKey]
  const isHandshake = message.kind === 'request' && message.method === 'initialize'
  if (isHandshake && !(typeof claim === 'string' && isModern(claim) && isObject(meta?.[capabilitiesKey])))
    return saysModern ? invalid(-32020, 'initialize does not belong to the protocol version in the header') : legacy
  if (meta !== undefined && Object.hasOwn(meta, protocolVersionKey)) {
    if (typeof claim !== 'string') return invalid(-32602, `"${protocolVersionKey}" must be a string`)
    if (message.kind === 'request' && !isObject(meta[capabilitiesKey]))
      return invalid(-32602, `"${capabilitiesKey}" is missing in _meta, or not an object`)
    if (version !== undefined && version !== claim)
      return invalid(-32020, 'MCP-Protocol-Version does not name the protocol version in the body')
    return { era: 'modern', revision: claim }
  }
  if (!saysModern) return legacy
  // Notifications make no claim of their own, so for them the header decides.
  if (message.kind === 'notification') return { era: 'modern', revision: version }
  return invalid(-32602, `"${protocolVersionKey}" is missing in _meta`)
}

const legacy: Era = { era: 'legacy' }
const protocolVersionKey = 'io.modelcontextprotocol/protocolVersion'
const capabilitiesKey = 'io.modelcontextprotocol/clientCapabilities'

function eraOfBatch({ messages }: Messages): Era {
  const isMixed = messages.some((message) => {
    const meta = message.kind === 'response' ? undefined : metaOf(message.params)
    return meta !== undefined && Object.hasOwn(meta, protocolVersionKey)
  })
  return isMixed ? invalid(-32600, 'From 2026-07-28 on a message must not stand in an array') : legacy
}

function isModern(version: string): boolean {
  return version >= '2026-07-28' // revisions are dates
}

function metaOf(params: Readonly<Record<string, unknown>> | undefined): Readonly<Record<string, unknown>> | undefined {
  const meta = params?._meta
  return isObject(meta) ? meta : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(code: -32020 | -32600 | -32602, message: string): Era {
  return { era: 'invalid', status: 400, code, message }
}
