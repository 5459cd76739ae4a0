/** Signature algorithms that anybody may be told to accept (RFC 7518 §3.1, RFC 8037): asymmetric ones alone (law 9), so that no secret and no identifier is ever a key. */
export type SignatureAlgorithm = (typeof asymmetric)[number]

const asymmetric = [
  'ES256',
  'ES384',
  'ES512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'EdDSA',
  'Ed25519',
] as const

export function isAsymmetric(algorithm: string): algorithm is SignatureAlgorithm {
  return asymmetric.some((each) => each === algorithm)
}
