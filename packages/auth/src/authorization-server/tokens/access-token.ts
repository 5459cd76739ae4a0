import { signJwt } from '../../jwt/sign.ts'
import type { Actor } from '../../protocol/actor.ts'
import { formatScope } from '../../protocol/scope.ts'
import type { ServerContext } from '../context.ts'
import { findTarget } from '../grants/target.ts'
import type { GrantRecord } from '../records.ts'
import type { ExtraClaims } from './claims.ts'
import { formatOpaqueToken } from './opaque-token.ts'

/** What an access token says. */
export interface AccessTokenFacts {
  grantId: string
  grant: GrantRecord
  /** Whom it was issued to; the grant's client, or one that exchanged a token of it. */
  clientId: string
  /** What it is for. */
  resource: string
  actor?: Actor
  /** Grants of the clients that exchanged it, under which they did: it ends with each of them. Absent where none did. */
  exchangedUnder?: readonly string[]
  scope: readonly string[]
  /** Seconds since the epoch. */
  issuedAt: number
  /** Seconds since the epoch. */
  expiresAt: number
  tokenId: string
  /** Of the host; none of them is one that is set here. */
  extraClaims: ExtraClaims
}

/** The claims of an access token of ours (RFC 9068 §2.2), as a JWT carries them and introspection tells them (RFC 7662 §2.2). */
export interface AccessTokenClaims {
  iss: string
  sub: string
  preferred_username?: string
  aud: string
  client_id: string
  scope: string
  act?: Actor
  iat: number
  exp: number
  auth_time?: number
  jti: string
  /** Names the grant, so that its end can be told (law 14). */
  grant_id: string
  /** Names the grants under which clients exchanged it (RFC 8693), which end with those clients. */
  exchanged_under?: readonly string[]
}

export function claimsOf(issuer: string, facts: AccessTokenFacts): AccessTokenClaims {
  const { grantId, grant, clientId, resource, actor, scope, issuedAt, expiresAt, tokenId, extraClaims } = facts
  const { exchangedUnder } = facts
  return {
    ...extraClaims,
    iss: issuer,
    sub: grant.subject,
    ...(grant.displayName !== undefined && { preferred_username: grant.displayName }),
    aud: resource,
    client_id: clientId,
    scope: formatScope(scope),
    ...(actor !== undefined && { act: actor }),
    iat: issuedAt,
    exp: expiresAt,
    ...(grant.authTime !== undefined && { auth_time: grant.authTime }),
    jti: tokenId,
    grant_id: grantId,
    ...(exchangedUnder !== undefined && { exchanged_under: exchangedUnder }),
  }
}

/** Makes the access token in the form that its resource wants. */
export async function issueAccessToken(
  facts: AccessTokenFacts,
  { options, derivedKeys, signingKey }: ServerContext,
): Promise<string> {
  const format = findTarget(facts.resource, options.resources)?.resource.accessTokenFormat
  if (format === 'opaque') return formatOpaqueToken(facts, derivedKeys)
  return signJwt(await signingKey(), 'at+jwt', { ...claimsOf(options.issuer, facts) })
}
