import type { TokenVerdict } from '../jwt/verify-access-token.ts'
import { type AccessToken, accessTokenOf } from './access-token.ts'
import type { ResolvedResourceServer } from './config.ts'

/** A token that was verified. */
export interface KnownToken {
  accessToken: AccessToken
  verifiedAt: number
  /** Seconds after which it is verified anew. */
  freshFor: number
}

/** Verified anew as often as keys are read anew: a key that its issuer took back must not live on in what was verified with it. */
export function isFresh({ accessToken, verifiedAt, freshFor }: KnownToken, now: () => number): boolean {
  return now() < accessToken.expiresAt && Math.abs(now() - verifiedAt) < freshFor
}

/** The access token that a verdict is of, by what is known of its issuer. */
export function knownOf(verdict: TokenVerdict & { kind: 'valid' }, options: ResolvedResourceServer): AccessToken {
  const trusted = options.authorizationServers.find(({ issuer }) => issuer === verdict.issuer)
  if (trusted === undefined) throw new Error('A token was verified by rules of nobody') // a bug of ours
  return accessTokenOf(verdict, trusted, options)
}
