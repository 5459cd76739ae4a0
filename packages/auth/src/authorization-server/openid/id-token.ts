import { leftHalfHash, type SigningKey, signJwt } from '../../jwt/sign.ts'
import type { GrantRecord } from '../records.ts'

/**
 * Signs an ID token (OpenID Connect Core §2): for the client alone, who signed in and when. It passes as an access token nowhere: it has another
 * type and another audience, and `at_hash`, by which even a verifier that looks at neither tells it apart.
 */
export async function signIdToken(
  key: SigningKey,
  token: {
    issuer: string
    grant: GrantRecord
    nonce: string | undefined
    accessToken: string
    issuedAt: number
    lifetime: number
  },
): Promise<string> {
  const { issuer, grant, nonce, accessToken, issuedAt, lifetime } = token
  return signJwt(key, 'JWT', {
    iss: issuer,
    sub: grant.subject,
    aud: grant.clientId,
    iat: issuedAt,
    exp: issuedAt + lifetime,
    ...(grant.authTime !== undefined && { auth_time: grant.authTime }),
    ...(nonce !== undefined && { nonce }),
    at_hash: await leftHalfHash(key.alg, accessToken),
  })
}
