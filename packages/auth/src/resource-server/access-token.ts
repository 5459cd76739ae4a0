import type { TokenVerdict } from '../jwt/verify-access-token.ts'
import { isReservedClaim } from '../protocol/reserved-claims.ts'
import type { Scope, ScopeHierarchy } from '../protocol/scope.ts'
import { clientIdIn, groupsIn, rolesIn, scopeIn } from './claims.ts'
import type { ResolvedIssuer } from './trusted-issuer.ts'

/** A verified access token: what the MCP server may know of the caller. The token itself is not in it. */
export interface AccessToken {
  issuer: string
  /** The resource owner, or the client itself where it acts for itself (RFC 9068 §2.2). */
  subject: string
  /** The client that the token was issued to. */
  clientId: string | undefined
  /** What was granted, with all that it implies (RS-20). */
  scope: Scope
  /** What the issuer says that the caller is: roles, as its preset or `roleClaims` finds them. Empty where it tells none. */
  roles: ReadonlySet<string>
  /** The claim `groups` (RFC 9068 §2.2.3.1). Empty where there is none. */
  groups: ReadonlySet<string>
  /** The resource of this server that the token is for. */
  resource: string
  /** Seconds since the epoch: its `exp`, or earlier where `maxTokenAge` ends it. */
  expiresAt: number
  /** Names the grant behind the token; the revocation feed speaks of it. */
  grantId: string | undefined
  /** The claims that the issuer added beside those that have a fixed meaning: with our authorization server, what its `claims` hook gave. */
  extraClaims: Readonly<Record<string, unknown>>
  /** All claims of the token. */
  claims: Readonly<Record<string, unknown>>
}

/** What the server may know of a token that was verified, by what is known of its issuer. */
export function accessTokenOf(
  { issuer, audience, claims }: TokenVerdict & { kind: 'valid' },
  trusted: Pick<ResolvedIssuer, 'clientIdClaims' | 'scopeClaims' | 'scopePrefix' | 'roleClaims'>,
  { scopeHierarchy, maxTokenAge }: { scopeHierarchy: ScopeHierarchy; maxTokenAge: number | undefined },
): AccessToken {
  const { exp = 0, iat } = claims
  const tooOldAt = maxTokenAge === undefined || iat === undefined ? exp : iat + maxTokenAge
  return Object.freeze({
    issuer,
    subject: claims.sub ?? '',
    clientId: clientIdIn(claims, trusted),
    scope: scopeIn(claims, trusted, scopeHierarchy),
    roles: rolesIn(claims, trusted),
    groups: groupsIn(claims),
    resource: audience,
    expiresAt: Math.min(exp, tooOldAt),
    grantId: text(claims.grant_id),
    extraClaims: Object.freeze(Object.fromEntries(Object.entries(claims).filter(([name]) => !isReservedClaim(name)))),
    claims: Object.freeze(claims),
  })
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Whether a grant behind the token has ended: its own or, where it was exchanged, one under which a client did that (law 14). */
export function isRevoked({ grantId, claims }: AccessToken, hasEnded: (grantId: string) => boolean): boolean {
  if (grantId !== undefined && hasEnded(grantId)) return true
  const { exchanged_under: exchanges } = claims
  return Array.isArray(exchanges) && exchanges.some(hasEnded)
}

/** What events say of a token. */
export function about({ clientId, subject, grantId }: AccessToken) {
  return { subject, ...(clientId !== undefined && { clientId }), ...(grantId !== undefined && { grantId }) }
}
