import type { Scope } from '../protocol/scope.ts'

/** A verified access token: what the MCP server may know of the caller. The token itself is not in it. */
export interface AccessToken {
  issuer: string
  /** The resource owner, or the client itself where it acts for itself (RFC 9068 §2.2). */
  subject: string
  /** The client that the token was issued to. */
  clientId: string | undefined
  /** What was granted, with all that it implies (RS-20). */
  scope: Scope
  /** The resource of this server that the token names. */
  resource: string
  /** Seconds since the epoch. */
  expiresAt: number
  /** Names the grant behind the token; the revocation feed speaks of it. */
  grantId: string | undefined
  /** All claims of the token. */
  claims: Readonly<Record<string, unknown>>
}
