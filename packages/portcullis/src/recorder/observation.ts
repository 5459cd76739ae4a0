import { createHash } from 'node:crypto'
import type { Step } from './attempt.ts'

/** One request and what came of it, as far as it matters to somebody who wants to connect: what attempts are made of. */
export interface Observation {
  /** When the request came, in milliseconds since the epoch. */
  at: number
  took: number
  requestId: string
  method: string
  /** Without its query. */
  path: string
  /** 0: whoever asked left before the answer. */
  status: number
  side: 'client' | 'person'
  agent?: string
  address?: string
  /** Whether its headers are those of an MCP client. */
  speaksMcp: boolean
  /** Where the client's own requests come from (`networkOf`); of a person's browser too. */
  network: string
  /** A hash that stands for a person's browser. */
  browser?: string
  /** A hash that stands for one authorization request, wherever it is sent on. */
  request?: string
  clientId?: string
  grantId?: string
  subject?: string
  resource?: string
  /** Of several MCP servers the one that it is for, by its URL, where that can be told. */
  server?: string
  clientName?: string
  redirectUris?: readonly string[]
  steps: readonly Step[]
}

/** The browser of a person, as well as address and name tell one from another. */
export function browserKey(address: string | undefined, agent: string | undefined): string {
  return hashed(`browser ${address ?? ''} ${agent ?? ''}`)
}

/**
 * What in the query of `/authorize`, or of a page that leads back there, names the authorization request: its challenge, which every request has anew
 * and which is sent along from page to page. Kept as a hash alone.
 */
export function requestIn(query: URLSearchParams): { request?: string; clientId?: string } {
  const back = query.get('return_to')
  const at = back?.indexOf('?') ?? -1
  const asked = back === null ? query : new URLSearchParams(at === -1 ? '' : back.slice(at + 1))
  const challenge = asked.get('code_challenge') ?? asked.get('request_uri')
  const clientId = asked.get('client_id')
  return {
    ...(challenge !== null && { request: hashed(`request ${clientId ?? ''} ${challenge}`) }),
    ...(clientId !== null && { clientId }),
  }
}

function hashed(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16)
}
