import { refreshAfter } from '../jwt/key-set.ts'
import type { AccessToken } from './access-token.ts'
import type { ResolvedResourceServer } from './config.ts'
import type { EndedGrants } from './ended-grants.ts'
import { createIntrospector } from './introspection.ts'
import type { KeyEras } from './key-eras.ts'
import { type KnownToken, knownOf } from './known-token.ts'
import { createOpenTokens } from './open-tokens.ts'
import type { Verdict } from './refusals.ts'
import { VerifiedTokens } from './verified-tokens.ts'

/** The tokens that an issuer is asked about, what it said of each, and for how long that counts. */
export interface IntrospectedTokens {
  /** Whether the issuer is asked what a token is. */
  isAskedAbout(token: string): boolean
  /** Asks, and remembers the answer. */
  verify(key: string, token: string, known: KnownToken | undefined): Promise<Verdict>
  /** Whoever comes again and again with a token that is none does not have the issuer asked each time. */
  inactiveLately(key: string): Verdict | undefined
  /** Whether it has ended, as far as was seen; and that somebody wants to know. */
  hasEnded(accessToken: AccessToken): boolean
  /** Asks about all that somebody wanted to know of since the last time. Rejects where one could not be asked about. */
  refresh(): Promise<void>
  /** Resolves when it is known where to ask. */
  ready(): Promise<void>
}

/** What introspected tokens share with all others. */
export interface IntrospectionNeeds {
  verified: VerifiedTokens<KnownToken>
  endedGrants: EndedGrants
  keyEras: KeyEras
  /** Asks about a token, whatever was seen of it before. */
  verifyAnew(token: string): Promise<Verdict>
}

/** `undefined` where no issuer is asked. */
export function createIntrospectedTokens(
  options: ResolvedResourceServer,
  { verified, endedGrants, keyEras, verifyAnew }: IntrospectionNeeds,
): IntrospectedTokens | undefined {
  const introspector = createIntrospector(options)
  if (introspector === undefined) return undefined
  const { isAskedAbout, introspect, rememberFor, ready } = introspector
  const { now } = options
  const inactive = new VerifiedTokens<{ verdict: Verdict; askedAt: number }>(Math.min(options.cacheSize, 1000))
  const openTokens = createOpenTokens(isActive, { rememberFor, now })

  async function isActive(token: string): Promise<boolean> {
    const verdict = await verifyAnew(token)
    if (verdict.kind === 'unavailable') throw new Error(verdict.detail)
    return verdict.kind === 'valid'
  }

  return {
    isAskedAbout,
    ready,

    /** Law 14: while its issuer cannot be asked, a token that was verified before is served for a while, and no other. */
    async verify(key, token, known) {
      const askedAt = now() // what ends after this instant may be missing from the answer
      const verdict = await introspect(token)
      if (verdict.kind === 'unavailable') {
        const isServed = known !== undefined && now() < known.accessToken.expiresAt
        if (!isServed || Math.abs(now() - known.verifiedAt) > options.revocationGrace)
          return { kind: 'unavailable', reason: 'introspection', detail: String(verdict.cause) }
        verified.set(key, known)
        return endedGrants.judge(known.accessToken, { seenBefore: true })
      }
      if (verdict.kind === 'invalid') {
        verified.delete(key)
        inactive.set(key, { verdict, askedAt })
        return verdict
      }
      const accessToken = knownOf(verdict, options)
      const judged = endedGrants.judge(accessToken, { seenBefore: known !== undefined })
      const freshFor = endedGrants.isTold(accessToken) ? refreshAfter : rememberFor
      if (judged.kind === 'valid') {
        verified.set(key, { accessToken, verifiedAt: askedAt, freshFor })
        keyEras.begin()(accessToken)
      }
      if (freshFor < refreshAfter) openTokens.know(accessToken, token)
      return judged
    },

    inactiveLately(key) {
      const found = inactive.get(key)
      return found && Math.abs(now() - found.askedAt) < rememberFor ? found.verdict : undefined
    },

    hasEnded: openTokens.hasEnded,
    refresh: openTokens.refresh,
  }
}
