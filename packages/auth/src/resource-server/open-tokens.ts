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
/** Seconds: somebody looks each second, and sees the answer a second later, so that an end is seen within five (law 14). */
const longestRemembered = 2

/**
 * `isActive` introspects, whatever was seen before; it rejects in an outage. Its answer counts for `rememberFor` seconds, and two at most, for all
 * open answers of a token together.
 */
export function createOpenTokens(
  isActive: (token: string) => Promise<boolean>,
  { rememberFor, now }: { rememberFor: number; now: () => number },
): OpenTokens {
  // By its claims, which stay the same object in every copy that hosts make of an access token. A token that is introspected again has others.
  const tokens = new WeakMap<AccessToken['claims'], string>()
  const ended = new WeakSet<AccessToken['claims']>()
  const wanted = new Set<AccessToken['claims']>()
  const activeAt = new Map<string, number>() // when each was asked about that was active then
  const every = Math.min(rememberFor, longestRemembered)

  function takeWanted(): [string, AccessToken['claims'][]][] {
    const byToken = new Map<string, AccessToken['claims'][]>()
    for (const claims of wanted) {
      const token = tokens.get(claims)
      const others = token === undefined ? undefined : byToken.get(token)
      if (others !== undefined) others.push(claims)
      else if (token !== undefined) byToken.set(token, [claims])
    }
    wanted.clear()
    return [...byToken]
  }

  async function refreshOne(token: string, all: readonly AccessToken['claims'][]): Promise<void> {
    if (activeAt.has(token)) return
    const askedAt = now() // what ends after this instant may be missing from the answer
    if (await isActive(token)) activeAt.set(token, askedAt)
    else for (const claims of all) ended.add(claims)
  }

  return {
    know: ({ claims }, token) => tokens.set(claims, token),
    hasEnded({ claims }) {
      if (tokens.has(claims) && !ended.has(claims) && wanted.size < mostWanted) wanted.add(claims)
      return ended.has(claims)
    },
    async refresh() {
      for (const [token, at] of activeAt) if (Math.abs(now() - at) >= every) activeAt.delete(token)
      const all = takeWanted()
      const asked: PromiseSettledResult<void>[] = []
      // One that cannot be asked about keeps no end of the others unseen.
      for (let at = 0; at < all.length; at += atOnce)
        asked.push(...(await Promise.allSettled(all.slice(at, at + atOnce).map((each) => refreshOne(...each)))))
      const failed = asked.find((each) => each.status === 'rejected')
      if (failed !== undefined) throw failed.reason
    },
  }
}
