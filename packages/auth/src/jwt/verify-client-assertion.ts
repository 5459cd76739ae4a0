import * as errors from 'jose/errors'
import { decodeJwt } from 'jose/jwt/decode'
import { jwtVerify } from 'jose/jwt/verify'
import { type KeySet, KeysUnavailableError } from './key-set.ts'

export interface ClientAssertionOptions {
  clientId: string
  /** What the assertion may be for: the issuer, or the endpoint that it is sent to (RFC 7523 §3). */
  audiences: readonly string[]
  keys: KeySet
  /** Seconds since the epoch. */
  now: number
}

/** Facts about a client assertion. */
export type ClientAssertionVerdict =
  | { kind: 'valid'; jwtId: string; expiresAt: number }
  | { kind: 'invalid'; detail: string }
  /** The keys of the client cannot be had, or used, now. */
  | { kind: 'unavailable'; cause: unknown }

/** Asymmetric ones alone (law 9). */
export const clientAssertionAlgorithms: readonly string[] = ['ES256', 'RS256', 'PS256', 'EdDSA']

const longest = 16_384
const longestLifetime = 3600 // seconds; it is remembered so long, that nobody sends it again
const clockTolerance = 30

/** Verifies the assertion by which a client authenticates (`private_key_jwt`; RFC 7523 §3, OpenID Connect Core §9). Whether it was used before is asked elsewhere. */
export async function verifyClientAssertion(
  assertion: string,
  { clientId, audiences, keys, now }: ClientAssertionOptions,
): Promise<ClientAssertionVerdict> {
  if (assertion.length > longest) return invalid('it is too long')
  try {
    const { payload } = await jwtVerify(assertion, keys.get, {
      algorithms: [...clientAssertionAlgorithms],
      issuer: clientId,
      subject: clientId,
      audience: [...audiences],
      clockTolerance,
      currentDate: new Date(now * 1000),
      requiredClaims: ['iss', 'sub', 'aud', 'exp', 'jti'],
    })
    const { jti, exp = 0, aud } = payload
    // What is for others too is theirs to send on to us (RFC 7523bis §4).
    if (typeof aud !== 'string') return invalid('its "aud" must be one text, this server alone')
    if (typeof jti !== 'string' || jti === '' || jti.length > 512) return invalid('its "jti" is no text')
    if (exp > now + longestLifetime) return invalid(`it lives longer than ${longestLifetime} seconds`)
    return { kind: 'valid', jwtId: jti, expiresAt: exp + clockTolerance }
  } catch (error) {
    if (error instanceof KeysUnavailableError) return { kind: 'unavailable', cause: error.cause ?? error }
    if (error instanceof errors.JOSEError) return invalid(error.message)
    throw error
  }
}

/** Whom an assertion says it is of, before anything of it is verified: to know whose keys to ask. */
export function unverifiedSubject(assertion: string): string | undefined {
  try {
    const { sub } = decodeJwt(assertion.length > longest ? '' : assertion)
    return typeof sub === 'string' && sub !== '' ? sub : undefined
  } catch {
    return undefined
  }
}

function invalid(detail: string): ClientAssertionVerdict {
  return { kind: 'invalid', detail }
}
