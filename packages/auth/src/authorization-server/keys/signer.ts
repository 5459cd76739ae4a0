import { type GivenJwk, publishedJwk, type SigningAlgorithm, signingAlgorithms } from '../../jwt/sign.ts'
import type { ResolvedOptions } from '../config.ts'
import { keyElsewhere } from './key-elsewhere.ts'
import { emptyRing, publishedAt, settle, withoutSigning } from './key-ring.ts'
import { ringEvents } from './ring-events.ts'
import type { SigningKeys } from './signing-keys.ts'

/** A public key that tokens are verified with. */
export interface VerificationKey {
  /** ES256, RS256 or EdDSA. */
  alg: SigningAlgorithm
  /**
   * Names the key in the header of tokens: no two keys may have the same (RFC 7517 §4.5), nor one key after another, since verifiers keep keys by
   * it. The thumbprint of the key (RFC 7638) never is another key's.
   */
  kid: string
  /** The public half, as a JSON Web Key (RFC 7517). */
  publicJwk: GivenJwk
}

/**
 * A key that is held elsewhere, in a KMS or an HSM: what this server signs with in place of keys of its own.
 * Its members are read once, at construction. It is changed by giving another one at the next start, and never broken by it where the next one
 * stood in `alsoPublished` a day before, and the one before stands there two days longer.
 */
export interface Signer extends VerificationKey {
  /**
   * Signs; the signature as JWS has it (RFC 7518 §3.4): for ES256 the two numbers of 32 bytes each behind one another, where most KMS give
   * ASN.1. It is asked once for each token, before anything is used up, and has `signerTimeout`. Each signature is verified before it leaves. Where
   * it rejects, is late, or signs with another key, the token request is answered 503 with `Retry-After`, and `onEvent` told why.
   */
  sign(bytes: Uint8Array): Promise<Uint8Array>
  /** Further keys that are published: the one before, the next one. Default: none. */
  alsoPublished?: readonly VerificationKey[]
}

/** A signer as it was at construction: what is published cannot change behind it. */
export type ResolvedSigner = Readonly<Required<Signer>>

const keyTypeOf = { ES256: 'EC', RS256: 'RSA', EdDSA: 'OKP' } as const
const curveOf = { ES256: 'P-256', RS256: undefined, EdDSA: 'Ed25519' } as const
const shortestModulus = 342 // base64url of 2048 bits (RFC 7518 §3.3)

/** Throws `TypeError` for a signer that cannot stand. */
export function resolveSigner(signer: Signer): ResolvedSigner {
  const keys = [signer, ...(signer.alsoPublished ?? [])]
  for (const { alg, kid, publicJwk } of keys) {
    if (!signingAlgorithms.includes(alg))
      throw new TypeError(`"signer.alg" must be one of ${signingAlgorithms.join(', ')}`)
    if (kid === '') throw new TypeError('"signer.kid" must not be empty')
    if (publicJwk.kty !== keyTypeOf[alg]) throw new TypeError(`"signer.publicJwk" is no key of ${alg}`)
    if (publicJwk.crv !== curveOf[alg]) throw new TypeError(`"signer.publicJwk" is on no curve of ${alg}`)
    if (alg === 'RS256' && (publicJwk.n ?? '').length < shortestModulus)
      throw new TypeError('"signer.publicJwk" must have at least 2048 bits')
    if (Object.hasOwn(publicJwk, 'd')) throw new TypeError('"signer.publicJwk" must not have the private half')
  }
  if (new Set(keys.map(({ kid }) => kid)).size !== keys.length)
    throw new TypeError('two keys of "signer" have the same "kid"')
  const [own, ...alsoPublished] = keys.map(({ alg, kid, publicJwk }) => ({ alg, kid, publicJwk: { ...publicJwk } }))
  return Object.freeze({ ...(own as VerificationKey), alsoPublished, sign: (bytes) => signer.sign(bytes) })
}

/** A signer as the keys of the server. What stood in the store before signs no more, and is published while its tokens live. */
export function createSignerKeys(
  signer: ResolvedSigner,
  { store, now, onEvent, signerTimeout }: Pick<ResolvedOptions, 'store' | 'now' | 'onEvent' | 'signerTimeout'>,
): SigningKeys {
  const key = keyElsewhere(signer, signerTimeout)
  let starting: Promise<void> | undefined

  async function start(): Promise<void> {
    await key.sign(new TextEncoder().encode('portcullis signer'))
    for (;;) {
      const entry = await store.get('keyRing', 'ring')
      const before = entry?.value ?? emptyRing
      const isElsewhere = before.keys.length === 0 && before.next === undefined
      const ring = settle(isElsewhere ? before : withoutSigning(before, now()), now())
      // A ring without keys stands there even where there was none: it tells commands that keys are elsewhere.
      if (
        (ring !== before || entry === undefined) &&
        !(await store.commit([{ kind: 'keyRing', id: 'ring', version: entry?.version ?? 'absent', value: ring }]))
      )
        continue
      for (const event of ringEvents(before, ring, 'signer')) onEvent(event)
      return
    }
  }

  async function current() {
    starting ??= start().catch((error: unknown) => {
      starting = undefined // what was down may be up again
      throw error
    })
    await starting
    return key
  }

  return {
    current,
    async published() {
      const stored = publishedAt((await store.get('keyRing', 'ring'))?.value ?? emptyRing, now())
      return { keys: [...[signer, ...signer.alsoPublished].map(publishedJwk), ...stored.keys] }
    },
    algorithms: async () => [signer.alg],
  }
}
