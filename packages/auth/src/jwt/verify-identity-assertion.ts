import type { JWTPayload } from 'jose'
import * as errors from 'jose/errors'
import { decodeJwt } from 'jose/jwt/decode'
import { jwtVerify } from 'jose/jwt/verify'
import { type KeySet, KeysUnavailableError } from './key-set.ts'
import { clientAssertionAlgorithms } from './verify-client-assertion.ts'

export interface IdentityAssertionOptions {
  /** Who signed it. */
  issuer: string
  /** The identifiers that this authorization server goes by: its issuer, with and without the slash of an origin. */
  audiences: readonly string[]
  /** The client that presents it. */
  clientId: string
  keys: KeySet
  /** Seconds since the epoch. */
  now: number
}

/** Facts about an identity assertion. */
export type IdentityAssertionVerdict =
  | {
      kind: 'valid'
      claims: JWTPayload & { sub: string; jti: string } /** Until when its `jti` counts. */
      expiresAt: number
    }
  | { kind: 'invalid'; detail: string }
  /** The keys of the issuer cannot be had, or used, now. */
  | { kind: 'unavailable'; cause: unknown }

const longest = 16_384
const longestLifetime = 3600 // seconds; it is remembered so long, that nobody sends it again
const clockTolerance = 30

/**
 * Verifies an Identity Assertion JWT Authorization Grant (draft-ietf-oauth-identity-assertion-authz-grant, "ID-JAG"; RFC 7523 §3). Whether it was
 * used before, and what it allows, is asked elsewhere.
 */
export async function verifyIdentityAssertion(
  assertion: string,
  { issuer, audiences, clientId, keys, now }: IdentityAssertionOptions,
): Promise<IdentityAssertionVerdict> {
  try {
    const { payload } = await jwtVerify(assertion, keys.get, {
      typ: 'oauth-id-jag+jwt',
      algorithms: [...clientAssertionAlgorithms],
      issuer,
      audience: [...audiences],
      clockTolerance,
      currentDate: new Date(now * 1000),
      requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'client_id'],
    })
    const { sub, aud, jti, exp = 0, iat = 0 } = payload
    if (typeof sub !== 'string' || sub === '') return invalid('its "sub" is no text')
    if (typeof jti !== 'string' || jti === '' || jti.length > 512) return invalid('its "jti" is no text')
    if (Array.isArray(aud) && aud.length !== 1) return invalid('it is for more than this server')
    if (payload.client_id !== clientId) return invalid('it was issued to another client')
    if (iat > now + clockTolerance) return invalid('its "iat" is in the future')
    if (exp > now + longestLifetime) return invalid(`it lives longer than ${longestLifetime} seconds`)
    return { kind: 'valid', claims: { ...payload, sub, jti }, expiresAt: exp + clockTolerance }
  } catch (error) {
    if (error instanceof KeysUnavailableError) return { kind: 'unavailable', cause: error.cause ?? error }
    if (error instanceof errors.JOSEError) return invalid(error.message)
    throw error
  }
}

/** Whom an assertion says it is from, before anything of it is verified: to know whose keys to ask. */
export function unverifiedIssuer(assertion: string): string | undefined {
  try {
    const { iss } = decodeJwt(assertion.length > longest ? '' : assertion)
    return typeof iss === 'string' && iss !== '' ? iss : undefined
  } catch {
    return undefined
  }
}

function invalid(detail: string): IdentityAssertionVerdict {
  return { kind: 'invalid', detail }
}
