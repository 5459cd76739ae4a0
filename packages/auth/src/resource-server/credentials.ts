import type { InvalidReason } from '../protocol/events.ts'
import type { RequestHead } from './resource-server.ts'

/** What a request shows: a token, nothing that counts as one, or a malformed request (RFC 6750 §2 and §3.1). */
export type Credentials =
  | { kind: 'token'; token: string }
  | { kind: 'missing'; reason?: InvalidReason }
  | { kind: 'malformed'; reason: InvalidReason }

const bearer = /^bearer +([A-Za-z0-9\-._~+/]+=*) *$/i

/** Reads the access token from the `Authorization` header, the only place where one counts (RS-36: never the query). */
export function credentialsOf({ url, headers }: RequestHead): Credentials {
  const header = headers.get('authorization')
  const inQuery = hasQueryToken(url)
  if (header === null) return inQuery ? { kind: 'missing', reason: 'token_in_query' } : { kind: 'missing' }
  const [, token] = bearer.exec(header) ?? []
  if (token !== undefined) return inQuery ? { kind: 'malformed', reason: 'two_tokens' } : { kind: 'token', token }
  // Joined by an adapter or a proxy: more than one header, or a list where one credential belongs.
  if (/^bearer .*,/i.test(header) || /, *bearer /i.test(header)) return { kind: 'malformed', reason: 'two_tokens' }
  if (/^bearer( |$)/i.test(header)) return { kind: 'malformed', reason: 'malformed_request' }
  return { kind: 'missing', reason: 'wrong_scheme' } // RFC 6750 §3.1: another method is as good as none
}

function hasQueryToken(url: string): boolean {
  const at = url.indexOf('?')
  return at !== -1 && new URLSearchParams(url.slice(at)).has('access_token') // its name may be percent-encoded
}
