import type { AccessToken } from '../resource-server/access-token.ts'
import type { RequestHead } from '../resource-server/resource-server.ts'

/** Calls other servers for whoever calls this one, with tokens of its own (RFC 8693). */
export interface TokenExchange {
  /**
   * A token for the other server, on behalf of the caller whose access token this is: one that is at hand, or a new one of the authorization server.
   * Rejects with `TokenExchangeError`.
   */
  exchange(accessToken: AccessToken): Promise<DownstreamToken>

  /**
   * What to answer where `exchange` rejected, outside of tools: 401 that makes clients sign in anew, 503 in an outage, 500 where the operator has to look.
   * Throws everything else again that is given to it.
   */
  refusal(error: unknown, request: RequestHead): Response
}

/** A token to call the other server with. Secret: it is for the `Authorization` header there, and for no log. */
export interface DownstreamToken {
  accessToken: string
  /** Seconds since the epoch; never behind the end of the caller's own. */
  expiresAt: number
  /** What was granted, where the authorization server says so. */
  scope: readonly string[] | undefined
}
