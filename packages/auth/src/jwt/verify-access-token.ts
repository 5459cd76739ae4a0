import type { JWTPayload } from 'jose'
import { decodeProtectedHeader } from 'jose/decode/protected_header'
import * as errors from 'jose/errors'
import { decodeJwt } from 'jose/jwt/decode'
import { jwtVerify } from 'jose/jwt/verify'
import type { InvalidReason } from '../protocol/events.ts'
import { printable } from '../protocol/parameters.ts'
import { sameIdentifier } from '../protocol/resource.ts'
import { type KeySet, KeysUnavailableError } from './key-set.ts'

/** What is known of an issuer's access tokens. */
export interface TokenRules {
  issuer: string
  algorithms: readonly string[]
  tokenType: 'at+jwt' | 'any'
  keys: KeySet
  /** Default: its tokens name a resource as their audience. */
  audience?: AudienceRules
}

/** What an issuer writes for an audience, where it is not the resource. */
export interface AudienceRules {
  /** What else its tokens may name for this server. */
  also: readonly string[]
  /** What says nothing of what a token is for. */
  shared: string | undefined
  /** Whether a token that names no audience is let in all the same (law 2). */
  isTrustedWithout: (claims: JWTPayload) => boolean
  /** What an operator does so that tokens name the right one. */
  advice: string | undefined
}

export interface VerifyOptions {
  /** The rules for the issuer that the token names; `undefined` when it is not trusted. */
  rulesOf: (issuer: string) => TokenRules | undefined
  /** Identifiers of this resource; the audience must be one of them. */
  audiences: readonly string[]
  maxTokenAge: number | undefined
  clockTolerance: number
  now: () => number
}

/** Facts about a presented token; what they mean for the answer is decided elsewhere. */
export type TokenVerdict =
  | { kind: 'valid'; issuer: string; audience: string; claims: JWTPayload }
  | { kind: 'invalid'; reason: InvalidReason; detail?: string }
  | { kind: 'unavailable'; cause: unknown }

const longestToken = 16_384

/** Verifies a JWT access token: signature, issuer, audience, type and times (RFC 9068 §4, RFC 8725). Rejects on our own bugs alone. */
export async function verifyAccessToken(token: string, options: VerifyOptions): Promise<TokenVerdict> {
  const issuer = unverifiedIssuer(token)
  if (issuer === undefined) return invalid('malformed_token')
  const rules = options.rulesOf(issuer)
  if (rules === undefined) return invalid('unknown_issuer', `issued by "${printable(issuer)}"`)
  if (!hasType(token, rules.tokenType)) return invalid('wrong_type')
  try {
    const { payload } = await jwtVerify(token, rules.keys.get, {
      algorithms: [...rules.algorithms],
      clockTolerance: options.clockTolerance,
      currentDate: new Date(options.now() * 1000),
      requiredClaims: ['iss', 'exp', 'sub'],
      ...(options.maxTokenAge !== undefined && { maxTokenAge: options.maxTokenAge }),
    })
    return judgeClaims(payload, rules, options.audiences)
  } catch (error) {
    return verdictOf(error)
  }
}

/** What the claims of a token say that is signed, or that its issuer was asked about: whose it is, and whether it is for this resource. */
export function judgeClaims(
  claims: JWTPayload,
  rules: Pick<TokenRules, 'issuer' | 'tokenType' | 'audience'>,
  audiences: readonly string[],
): TokenVerdict {
  if (rules.tokenType === 'any' && isOtherToken(claims)) return invalid('wrong_type')
  if (typeof claims.sub !== 'string' || claims.sub === '') return invalid('missing_claim', '"sub" is no text')
  const audience = audienceOf(claims, rules, audiences)
  if (audience === undefined) return invalid('wrong_audience', wrongAudience(claims, rules, audiences))
  return { kind: 'valid', issuer: rules.issuer, audience, claims }
}

/** The resource that a token is for; `undefined` where it is for none of ours. */
function audienceOf(
  claims: JWTPayload,
  { audience: rules }: Pick<TokenRules, 'audience'>,
  audiences: readonly string[],
): string | undefined {
  const presented = presentedAudiences(claims).filter((aud) => aud !== rules?.shared)
  const named = audiences.find((own) => presented.some((aud) => typeof aud === 'string' && sameIdentifier(aud, own)))
  if (named !== undefined || rules === undefined) return named
  const [resource] = audiences
  if (presented.length > 0) return presented.some((aud) => rules.also.some((own) => own === aud)) ? resource : undefined
  return rules.isTrustedWithout(claims) ? resource : undefined
}

function presentedAudiences({ aud }: JWTPayload): readonly unknown[] {
  return aud === undefined ? [] : Array.isArray(aud) ? aud : [aud]
}

function wrongAudience(
  claims: JWTPayload,
  { audience: rules }: Pick<TokenRules, 'audience'>,
  audiences: readonly string[],
): string {
  const presented = presentedAudiences(claims).slice(0, 5).map(quoted).join(', ') || 'missing'
  const advice = rules?.advice === undefined ? '' : `. ${rules.advice}`
  return `the audience is ${presented}, this resource is "${audiences[0]}"${advice}`
}

function quoted(value: unknown): string {
  return `"${printable(String(value))}"`
}

/** Who a JWT says issued it, read before the signature is checked: to choose the rules alone. `undefined` for any other token, which has to be asked about. */
export function unverifiedIssuer(token: string): string | undefined {
  try {
    const { iss } = decodeJwt(token.length > longestToken ? '' : token)
    return typeof iss === 'string' ? iss : undefined
  } catch {
    return undefined
  }
}

function hasType(token: string, wanted: 'at+jwt' | 'any'): boolean {
  const type = typeOf(token)
  if (type === 'at+jwt') return true
  return wanted === 'any' && (type === undefined || type === 'jwt')
}

function typeOf(token: string): string | undefined {
  try {
    const { typ } = decodeProtectedHeader(token)
    if (typ === undefined) return undefined
    return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : 'not text'
  } catch {
    return 'malformed'
  }
}

/** Tokens of other kinds that issuers write with the type `JWT`: Keycloak names the kind in a claim, ID tokens have a `nonce` or a hash. */
function isOtherToken(claims: JWTPayload): boolean {
  const kind = claims.typ
  if (typeof kind === 'string' && ['ID', 'Refresh', 'Offline', 'Logout'].includes(kind)) return true
  return ['nonce', 'at_hash', 'c_hash', 's_hash'].some((name) => Object.hasOwn(claims, name))
}

function verdictOf(error: unknown): TokenVerdict {
  if (error instanceof KeysUnavailableError) return { kind: 'unavailable', cause: error.cause ?? error }
  if (error instanceof errors.JWTExpired) return error.claim === 'iat' ? invalid('too_old') : invalid('expired')
  if (error instanceof errors.JWTClaimValidationFailed) return invalid(reasonOfClaim(error), error.message)
  if (error instanceof errors.JWKSNoMatchingKey) return invalid('unknown_key')
  if (error instanceof errors.JWKSMultipleMatchingKeys) return invalid('unknown_key', 'several keys match')
  if (error instanceof errors.JWSSignatureVerificationFailed) return invalid('bad_signature')
  if (error instanceof errors.JOSEAlgNotAllowed) return invalid('wrong_algorithm')
  if (error instanceof errors.JOSEError) return invalid('malformed_token', error.code)
  throw error
}

function reasonOfClaim(error: errors.JWTClaimValidationFailed): InvalidReason {
  if (error.reason === 'missing') return 'missing_claim'
  if (error.claim === 'nbf' || error.claim === 'iat') return 'not_yet_valid'
  return 'malformed_token'
}

function invalid(reason: InvalidReason, detail?: string): TokenVerdict {
  return detail === undefined ? { kind: 'invalid', reason } : { kind: 'invalid', reason, detail }
}
