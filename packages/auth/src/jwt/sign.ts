import type { JWK } from 'jose'
import { textToBase64url, toBase64url } from '#base64url'

export type { JWK } from 'jose'

/** What the server may sign with (RFC 7518 §3.1, RFC 8037 §3.1). `EdDSA` is Ed25519 under the name that verifiers know today, not yet that of RFC 9864. */
export const signingAlgorithms = ['ES256', 'RS256', 'EdDSA'] as const
export type SigningAlgorithm = (typeof signingAlgorithms)[number]

/** A key to sign tokens with, wherever it is. */
export interface SigningKey {
  kid: string
  alg: SigningAlgorithm
  /** The signature of JWS (RFC 7518 §3): of ES256 the two numbers of 32 bytes each, not ASN.1. */
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array>
}

/** The public half of a key, as it stands in a key set (RFC 7517 §4): of EC `crv`, `x`, `y`; of RSA `n`, `e`; of Ed25519 `crv`, `x`. */
export interface PublicJwk {
  kty: string
  crv?: string
  x?: string
  y?: string
  n?: string
  e?: string
}

/** The same as a host has it: what `KeyObject.export` and `exportKey` of Web Crypto give is one. */
export type GivenJwk = { readonly [Member in keyof PublicJwk]?: PublicJwk[Member] | undefined }

/** As Web Crypto makes and reads keys, and as it signs with them. */
const algorithms = {
  ES256: { key: { name: 'ECDSA', namedCurve: 'P-256' }, signature: { name: 'ECDSA', hash: 'SHA-256' } },
  RS256: {
    key: {
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-256',
      modulusLength: 3072, // as good as ES256 (NIST SP 800-57 part 1, table 2)
      publicExponent: new Uint8Array([1, 0, 1]),
    },
    signature: { name: 'RSASSA-PKCS1-v1_5' },
  },
  EdDSA: { key: { name: 'Ed25519' }, signature: { name: 'Ed25519' } },
} as const

/** Makes a key pair; both halves as JWK. */
export async function generateSigningKey(alg: SigningAlgorithm): Promise<{ publicJwk: PublicJwk; privateJwk: JWK }> {
  const pair = (await crypto.subtle.generateKey(algorithms[alg].key, true, ['sign', 'verify'])) as CryptoKeyPair // of two halves, as all of these
  const { key_ops: _, ext: __, alg: ___, ...privateJwk } = await crypto.subtle.exportKey('jwk', pair.privateKey)
  return { publicJwk: publicPart(privateJwk), privateJwk: privateJwk as JWK }
}

/** The key behind a private JWK. Rejects where it is none. */
export async function importSigningKey(kid: string, alg: SigningAlgorithm, privateJwk: JWK): Promise<SigningKey> {
  const privateKey = await importKey(privateJwk, alg, 'sign')
  return {
    kid,
    alg,
    sign: async (bytes) => new Uint8Array(await crypto.subtle.sign(algorithms[alg].signature, privateKey, bytes)),
  }
}

/** An entry of a published key set: the public members alone, whatever else `jwk` has. */
export function publishedJwk({
  kid,
  alg,
  publicJwk,
}: {
  kid: string
  alg: SigningAlgorithm
  publicJwk: GivenJwk
}): JWK {
  return { ...publicPart(publicJwk), kid, alg, use: 'sig' }
}

function publicPart(jwk: GivenJwk): PublicJwk {
  const members = (['crv', 'x', 'y', 'n', 'e'] as const).flatMap((name) =>
    jwk[name] === undefined ? [] : [[name, jwk[name]]],
  )
  return { kty: jwk.kty ?? '', ...Object.fromEntries(members) }
}

/** Tells whether a signature of JWS (RFC 7518 §3) over bytes was made by the key with this public half. Rejects where that is no key. */
export function signatureVerifier(
  key: Parameters<typeof publishedJwk>[0],
): (signature: Uint8Array<ArrayBuffer>, bytes: Uint8Array<ArrayBuffer>) => Promise<boolean> {
  let publicKey: Promise<CryptoKey> | undefined
  return async (signature, bytes) => {
    publicKey ??= importKey(publicPart(key.publicJwk), key.alg, 'verify')
    return crypto.subtle.verify(algorithms[key.alg].signature, await publicKey, signature, bytes)
  }
}

function importKey(jwk: JWK | PublicJwk, alg: SigningAlgorithm, usage: 'sign' | 'verify'): Promise<CryptoKey> {
  return crypto.subtle.importKey('jwk', jwk as JsonWebKey, algorithms[alg].key, false, [usage])
}

const heads = new WeakMap<SigningKey, Map<string, string>>()

/** The head of tokens of a type, made once for each key. */
function headOf(key: SigningKey, type: string): string {
  const ofKey = heads.get(key) ?? new Map<string, string>()
  heads.set(key, ofKey)
  const head = ofKey.get(type) ?? textToBase64url(JSON.stringify({ alg: key.alg, typ: type, kid: key.kid }))
  ofKey.set(type, head)
  return head
}

/** Signs claims as a JWT of the given type (RFC 7515 §5.1; RFC 9068 §2.1 for access tokens). */
export async function signJwt(key: SigningKey, type: string, claims: Record<string, unknown>): Promise<string> {
  const input = `${headOf(key, type)}.${textToBase64url(JSON.stringify(claims))}`
  return `${input}.${toBase64url(await key.sign(new TextEncoder().encode(input)))}`
}

/** The left half of the hash of a token, by the algorithm of the ID token in which it stands (OpenID Connect Core §3.1.3.6): `at_hash`. */
export async function leftHalfHash(alg: SigningAlgorithm, token: string): Promise<string> {
  const hash = alg === 'EdDSA' ? 'SHA-512' : 'SHA-256' // RFC 8032 §5.1: Ed25519 hashes with SHA-512
  const digest = new Uint8Array(await crypto.subtle.digest(hash, new TextEncoder().encode(token)))
  return toBase64url(digest.subarray(0, digest.length / 2))
}
