import type { AccessToken } from './access-token.ts'

/**
 * Signing keys that were taken back end an era of their issuer: what was verified in an earlier one may be the work of whoever stole a key. Answers
 * that are open are judged by it.
 */
export interface KeyEras {
  /** Keys of the issuer were taken back. */
  end(issuer: string): void
  /** Begins a verification. What is returned takes what came of it, which is of this era unless that ended meanwhile. */
  begin(): (accessToken: AccessToken) => void
  /** Whether it was verified before keys of its issuer were taken back. */
  isPast(accessToken: AccessToken): boolean
}

export function createKeyEras(): KeyEras {
  // By its claims, which stay the same object in every copy that hosts make of an access token. An issuer stands here once an era of it has ended.
  const verifiedIn = new Map<string, WeakSet<AccessToken['claims']>>()
  return {
    end: (issuer) => void verifiedIn.set(issuer, new WeakSet()),
    begin() {
      const before = new Map(verifiedIn)
      return ({ issuer, claims }) => {
        const era = verifiedIn.get(issuer)
        if (era === before.get(issuer)) era?.add(claims)
      }
    },
    isPast: ({ issuer, claims }) => verifiedIn.get(issuer)?.has(claims) === false,
  }
}
