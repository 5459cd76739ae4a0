import { type SigningKey, signJwt } from '../../jwt/sign.ts'
import { formatScope } from '../../protocol/scope.ts'
import type { GrantRecord } from '../records.ts'
import { randomText } from './base64url.ts'
import type { ExtraClaims } from './claims.ts'

/** Signs an access token of a grant (RFC 9068 §2.2), with the grant's id so that its end can be told (law 14). */
export function signAccessToken(
  key: SigningKey,
  token: {
    issuer: string
    grantId: string
    grant: GrantRecord
    scope: Iterable<string>
    /** None of them is one that is set here. */
    extraClaims: ExtraClaims
    issuedAt: number
    lifetime: number
  },
): Promise<string> {
  const { issuer, grantId, grant, scope, extraClaims, issuedAt, lifetime } = token
  return signJwt(key, 'at+jwt', {
    ...extraClaims,
    iss: issuer,
    sub: grant.subject,
    ...(grant.displayName !== undefined && { preferred_username: grant.displayName }),
    aud: grant.resource,
    client_id: grant.clientId,
    scope: formatScope(scope),
    iat: issuedAt,
    exp: issuedAt + lifetime,
    ...(grant.authTime !== undefined && { auth_time: grant.authTime }),
    jti: randomText(16),
    grant_id: grantId,
  })
}
