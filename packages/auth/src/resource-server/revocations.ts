/** A grant that has ended while access tokens of it may still live. */
export interface EndedGrant {
  grantId: string
  /** Seconds since the epoch after which no access token of the grant is valid any more. */
  expiresAt: number
}

/**
 * Where a resource server reads which grants have ended (law 14). No entry may become visible behind a position that was already given out.
 */
export interface RevocationFeed {
  /** What has ended since `position` (from the beginning, without it), whole, and the position to go on from. Rejects when it cannot be read. */
  read(position: string | undefined): Promise<{ ended: readonly EndedGrant[]; position: string }>
}
