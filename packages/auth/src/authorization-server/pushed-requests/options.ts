/** Pushed authorization requests (RFC 9126). */
export interface PushedRequestOptions {
  /**
   * Whether every authorization request must be pushed (§5). Default: false; then only those of clients that registered
   * `require_pushed_authorization_requests` must.
   */
  required?: boolean
  /** Seconds in which the browser must arrive with the request; the person then has an hour. Default 60; 5 to 600 (§2.2). */
  lifetime?: number
}

export type ResolvedPushedRequestOptions = Required<PushedRequestOptions>

/** Throws `TypeError` for an option that cannot stand. */
export function resolvePushedRequests(
  options: PushedRequestOptions | undefined,
): ResolvedPushedRequestOptions | undefined {
  if (options === undefined) return undefined
  const { required = false, lifetime = 60 } = options
  if (!Number.isInteger(lifetime) || lifetime < 5 || lifetime > 600)
    throw new TypeError(`"pushedRequests.lifetime" must be a whole number from 5 to 600, but is ${lifetime}`)
  return Object.freeze({ required, lifetime })
}
