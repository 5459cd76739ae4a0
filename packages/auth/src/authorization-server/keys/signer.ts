import { type PublicJwk, publishedJwk, type SigningAlgorithm, signingAlgorithms, signsFor } from '../../jwt/sign.ts'
import type { ResolvedOptions } from '../config.ts'
import { emptyRing, publishedAt, settle, withoutSigning } from './key-ring.ts'
import { ringEvents } from './ring-events.ts'
import type { SigningKeys } from './signing-keys.ts'

/** A public key that tokens are verified with. */
export interface VerificationKey {
  /** ES256, RS256 or EdDSA. */
  alg: SigningAlgorithm
  /** Names the key in the header of tokens: no two keys may have the same (RFC 7517 §4.5). */
  kid: string
  /** The public half, as a JSON Web Key (RFC 7517). */
  publicJwk: PublicJwk
}

/**
 * A key that is held elsewhere, in a KMS or an HSM: what this server signs with in place of keys of its own.
 * It is changed by giving another one at the next start, and never broken by it where the next one stood in `alsoPublished` a day before, and
 * the one before stands there two days longer.
 */
export interface Signer extends VerificationKey {
  /**
   * Signs; the signature as JWS has it (RFC 7518 §3.4): for ES256 the two numbers of 32 bytes each behind one another, where most KMS give
   * ASN.1. It is asked once for each token, and limits its own time. Where it rejects, the request is answered `server_error`, and `onEvent` told.
   */
  sign(bytes: Uint8Array): Promise<Uint8Array>
  /** Further keys that are published: the one before, the next one. Default: none. */
  alsoPublished?: readonly VerificationKey[]
}

const keyTypeOf = { ES256: 'EC', RS256: 'RSA', EdDSA: 'OKP' } as const

/** Throws `TypeError` for a signer that cannot stand. */
export function requireSigner(signer: Signer): void {
  const keys = [signer, ...(signer.alsoPublished ?? [])]
  for (const { alg, kid, publicJwk } of keys) {
    if (!signingAlgorithms.includes(alg))
      throw new TypeError(`"signer.alg" must be one of ${signingAlgorithms.join(', ')}`)
    if (kid === '') throw new TypeError('"signer.kid" must not be empty')
    if (publicJwk.kty !== keyTypeOf[alg]) throw new TypeError(`"signer.publicJwk" is no key of ${alg}`)
    if (Object.hasOwn(publicJwk, 'd')) throw new TypeError('"signer.publicJwk" must not have the private half')
  }
  if (new Set(keys.map(({ kid }) => kid)).size !== keys.length)
    throw new TypeError('two keys of "signer" have the same "kid"')
}

/** A signer as the keys of the server. What stood in the store before signs no more, and is published while its tokens live. */
export function createSignerKeys(
  signer: Signer,
  { store, now, onEvent }: Pick<ResolvedOptions, 'store' | 'now' | 'onEvent'>,
): SigningKeys {
  const { alg, kid, publicJwk, alsoPublished = [] } = signer
  const key = { alg, kid, sign: (bytes: Uint8Array<ArrayBuffer>) => signer.sign(bytes) }
  let starting: Promise<void> | undefined

  async function start(): Promise<void> {
    if (!(await signsFor(key, publicJwk)))
      throw new Error(`What "signer" signs does not verify with its "publicJwk" as ${alg} of JWS (RFC 7518 §3)`)
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
      return { keys: [...[signer, ...alsoPublished].map(publishedJwk), ...stored.keys] }
    },
    algorithms: async () => [alg],
  }
}
