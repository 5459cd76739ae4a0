import type { ToldCall, ToldCalls } from '../protocol/events.ts'
import { printable } from '../protocol/parameters.ts'
import { callsOf, type HeaderReader, type Messages, nameKeyOf } from './message.ts'
import { decodeHeaderValue } from './mirrored-headers.ts'

/** What events tell of the calls in a body. */
export function callsToTell(messages: Messages): ToldCalls {
  const calls = callsOf(messages)
  if (calls.length === 0) return {}
  const told = calls.slice(0, mostCalls).map(({ method, name }) => callToTell(method, name))
  return calls.length > mostCalls ? { calls: told, furtherCalls: calls.length - mostCalls } : { calls: told }
}

/** What events tell of a call by its headers `Mcp-Method` and `Mcp-Name` alone, where nobody reads the body. */
export function claimToTell(headers: HeaderReader): ToldCalls {
  const method = headers.get('mcp-method')
  if (method === null) return {}
  const name = headers.get('mcp-name') ?? undefined
  return { claimedCall: callToTell(decodeHeaderValue(method) ?? '?', name && (decodeHeaderValue(name) ?? '?')) }
}

const mostCalls = 20
const longest = 128 // characters of a name: so many may the name of a tool have (2025-11-25, tool names)

function callToTell(method: string, name: string | undefined): ToldCall {
  const shown = name === undefined ? undefined : nameToTell(method, name)
  return { method: printable(method), ...(shown !== undefined && { name: printable(shown, longest) }) }
}

/** Whoever knows the id of a task may have what it gives, and a URI may carry a secret in its query or before its host (law 11). */
function nameToTell(method: string, name: string): string | undefined {
  switch (nameKeyOf(method)) {
    case 'name':
      return name
    case 'uri':
      return name.replace(/[?#].*$/s, '').replace(/^([^/]*\/\/)[^/]*@/, '$1')
    default:
      return undefined
  }
}
