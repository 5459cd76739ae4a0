import type { Era } from './clients/client.ts'
import { requestsIn, tokenIn } from './requests.ts'

/** What an MCP server was sent, as far as its headers tell of the protocol. */
export interface Spoken {
  /** As their headers name them, in order; empty when no request named one. */
  revisions: readonly string[]
  /** Whether a request belonged to a session. */
  hasSessions: boolean
}

export function spokenIn(sent: string): Spoken {
  const revisions = [...sent.matchAll(/^mcp-protocol-version: *(\S+)/gim)].map(([, revision = '']) => revision)
  return { revisions: [...new Set(revisions)].sort(), hasSessions: /^mcp-session-id: *\S/im.test(sent) }
}

/** Of requests those alone that show an access token: before it has one, a client may speak as it likes. */
export function signedInOf(sent: string): string {
  return requestsIn(sent)
    .filter((request) => tokenIn(request) !== undefined)
    .join('')
}

/** What is wrong when a client spoke another form of the protocol than it must; `undefined` when nothing is. */
export function whyNotEra(era: Era, { revisions, hasSessions }: Spoken): string | undefined {
  const spoken = revisions.join(', ')
  if (hasSessions !== (era === 'sessions'))
    return `It must be of the era of ${era}, but spoke ${spoken} ${hasSessions ? 'in' : 'without'} a session`
  if (era === 'stateless' && revisions.some((revision) => revision < '2026-07-28'))
    return `It must need no session, but spoke ${spoken}`
  return undefined
}
