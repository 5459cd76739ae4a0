import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'

export type { JWK } from 'jose'

/** A key pair to sign access tokens with. */
export interface SigningKey {
  kid: string
  alg: 'ES256'
  privateKey: CryptoKey
}

/** The public half of an ES256 key, as it stands in a key set (RFC 7517 §4, RFC 7518 §6.2). */
export interface PublicJwk {
  kty: string
  crv: string
  x: string
  y: string
}

/** Makes a key pair; both halves as JWK. */
export async function generateSigningKey(): Promise<{ publicJwk: PublicJwk; privateJwk: JWK }> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  return { publicJwk: (await exportJWK(publicKey)) as PublicJwk, privateJwk: await exportJWK(privateKey) } // ES256 keys have just these members
}

/** The key behind a private JWK. Throws jose's errors where it is none. */
export async function importSigningKey(kid: string, privateJwk: JWK): Promise<SigningKey> {
  return { kid, alg: 'ES256', privateKey: (await importJWK(privateJwk, 'ES256')) as CryptoKey } // an EC JWK is never bytes
}

/** An entry of a published key set. */
export function publishedJwk(kid: string, { kty, crv, x, y }: PublicJwk): JWK {
  return { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' }
}

/** Signs claims as a JWT of the given type (RFC 9068 §2.1 for access tokens). */
export function signJwt(key: SigningKey, type: string, claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: key.alg, typ: type, kid: key.kid }).sign(key.privateKey)
}
