import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose'

export interface TokenIssuer {
  jwks: JSONWebKeySet
  /** So many access tokens of the form of RFC 9068, each another. */
  issue(count: number): Promise<readonly string[]>
}

export async function createTokenIssuer({
  issuer,
  resource,
  scope,
}: Record<'issuer' | 'resource' | 'scope', string>): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const kid = 'bench'
  const now = Math.floor(Date.now() / 1000)
  const issueOne = () =>
    new SignJWT({ client_id: randomUUID(), scope, grant_id: randomUUID(), auth_time: now })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
      .setIssuer(issuer)
      .setAudience(resource)
      .setSubject('alice')
      .setIssuedAt(now)
      .setExpirationTime(now + 12 * 3600)
      .setJti(randomUUID())
      .sign(privateKey)
  return {
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }] },
    issue: (count) => Promise.all(Array.from({ length: count }, issueOne)),
  }
}
