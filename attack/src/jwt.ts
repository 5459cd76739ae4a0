import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** A key of a client of ours, with its public half as a JWK. */
export interface SigningKey {
  privateKey: KeyObject
  publicJwk: Readonly<Record<string, unknown>>
  publicPem: string
}

export function createSigningKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    privateKey,
    publicJwk: { ...publicKey.export({ format: 'jwk' }), kid: 'attack', alg: 'ES256', use: 'sig' },
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  }
}

type Claims = Readonly<Record<string, unknown>>

export function signedJwt(claims: Claims, { privateKey }: SigningKey, header: Claims = {}): string {
  const text = signingInput({ alg: 'ES256', kid: 'attack', typ: 'JWT', ...header }, claims)
  return `${text}.${sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

/** A JWT that nobody signed (`alg: none`). */
export function unsignedJwt(claims: Claims, header: Claims = {}): string {
  return `${signingInput({ alg: 'none', typ: 'JWT', ...header }, claims)}.`
}

/** A JWT whose secret is what everybody may read. */
export function hmacJwt(claims: Claims, secret: string, header: Claims = {}): string {
  const text = signingInput({ alg: 'HS256', typ: 'JWT', ...header }, claims)
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

/** What a JWT claims, unverified; `undefined` where it is none. */
export function claimsOf(jwt: string): Claims | undefined {
  return partOf(jwt, 1)
}

export function headerOf(jwt: string): Claims | undefined {
  return partOf(jwt, 0)
}

/** For whom an access token says it is; `undefined` where the token is opaque. */
export function audienceOf(accessToken: string): readonly string[] | undefined {
  const claims = claimsOf(accessToken)
  if (claims === undefined) return undefined
  return [claims.aud ?? []].flat().map(String)
}

function partOf(jwt: string, index: number): Claims | undefined {
  const parts = jwt.split('.')
  if (parts.length !== 3) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(parts[index] ?? '', 'base64url').toString())
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function signingInput(header: Claims, claims: Claims): string {
  return [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
}
