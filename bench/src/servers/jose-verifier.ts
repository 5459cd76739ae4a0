import { createLocalJWKSet, type JWTPayload, jwtVerify } from 'jose'
import type { ResourceSettings } from './settings.ts'

/** Verifies an access token with jose and keys at hand, by the rules of RFC 9068 §4 that jose has options for. */
export function createJoseVerifier({
  issuer,
  resource,
  jwks,
}: ResourceSettings): (token: string) => Promise<JWTPayload> {
  const keys = createLocalJWKSet(jwks)
  const rules = { issuer, audience: resource, typ: 'at+jwt', algorithms: ['ES256'], requiredClaims: ['exp', 'sub'] }
  return async (token) => (await jwtVerify(token, keys, rules)).payload
}
