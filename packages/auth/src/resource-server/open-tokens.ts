import type { AccessToken } from './access-token.ts'

/**
 * Introspected tokens behind answers that stay open, where no feed tells of their end (law 14): those that somebody asks about are introspected anew
 * when ends are read.
 */
export interface OpenTokens {
  /** Remembers which token that was, for as long as somebody holds what is known of it. */
  know(accessToken: AccessToken, token: string): void
  /** Whether it has ended, as far as was seen; and that somebody wants to know. */
  hasEnded(accessToken: AccessToken): boolean
  /** Asks about all that somebody wanted to know of since the last time. Rejects where one could not be asked about. */
  refresh(): Promise<void>
}

const atOnce = 20
const mostWanted = 100_000 // by a host that never reads ends

/** `isActive` introspects, whatever was seen before; it rejects in an outage. */
export function createOpenTokens(isActive: (token: string) => Promise<boolean>): OpenTokens {
  // By its claims, which stay the same object in every copy that hosts make of an access token.
  const tokens = new WeakMap<AccessToken['claims'], string>()
  const ended = new WeakSet<AccessToken['claims']>()
  const wanted = new Set<AccessToken['claims']>()

  async function refreshOne(claims: AccessToken['claims']): Promise<void> {
    const token = tokens.get(claims)
    if (token !== undefined && !(await isActive(token))) ended.add(claims)
  }

  return {
    know: ({ claims }, token) => tokens.set(claims, token),
    hasEnded({ claims }) {
      if (tokens.has(claims) && !ended.has(claims) && wanted.size < mostWanted) wanted.add(claims)
      return ended.has(claims)
    },
    async refresh() {
      const all = [...wanted]
      wanted.clear()
      for (let at = 0; at < all.length; at += atOnce) await Promise.all(all.slice(at, at + atOnce).map(refreshOne))
    },
  }
}
