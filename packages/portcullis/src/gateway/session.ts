import type { AccessToken, RequestHead } from '@portcullis/auth'
import type { SessionBinding } from './session-binding.ts'

/** The session that a request belongs to, if any, and what follows from the era it was sent in. */
export interface Session {
  /** Whether the request is of 2026-07-28 or later, where sessions are gone and leaving is cancelling. Taken from the header: no access hangs on it. */
  readonly isModern: boolean
  /** The upstream's session id. */
  readonly upstreamId: string | undefined
  /** The session id that the client gets where the upstream names `upstreamId`; `undefined` where it gets none. */
  clientIdFor(upstreamId: string): string | undefined
}

/** The session of a request by `owner`; `undefined` where it names one that is not the owner's. */
export function sessionOf({ headers }: RequestHead, owner: AccessToken, binding: SessionBinding): Session | undefined {
  // Modern requests may carry a session id, but it means nothing: it neither goes on nor comes back (MCP 2026-07-28, transports).
  if (isModern(headers.get('mcp-protocol-version'))) return modern
  const presented = headers.get('mcp-session-id')
  const upstreamId = presented === null ? undefined : binding.resolve(presented, owner)
  if (presented !== null && upstreamId === undefined) return undefined
  return {
    isModern: false,
    upstreamId,
    clientIdFor: (id) => (presented !== null && id === upstreamId ? presented : binding.bind(id, owner)),
  }
}

const modern: Session = { isModern: true, upstreamId: undefined, clientIdFor: () => undefined }

function isModern(version: string | null): boolean {
  return version !== null && /^\d{4}-\d{2}-\d{2}$/.test(version) && version >= '2026-07-28' // revisions are dates
}
