import { createLocalKeys, type LocalKeys } from '../../jwt/local-keys.ts'
import { generateSigningKey, importSigningKey, type JWK, publishedJwk, type SigningKey } from '../../jwt/sign.ts'
import type { AuthorizationServerKinds, KeyRingRecord, SigningKeyRecord } from '../records.ts'
import type { Store } from '../store.ts'
import { fromBase64url, randomText, toBase64url } from './base64url.ts'
import type { DerivedKeys } from './derived-keys.ts'

/** The keys of an authorization server, ready to use. */
export interface SigningKeys {
  current: SigningKey
  /** The published key set, as bytes made once (RFC 7517 §5). */
  jwks: string
  /** Verifies what these keys signed. */
  local: LocalKeys
}

/** Loads the signing keys from the store, and makes the first at first start. Throws where they cannot be decrypted. */
export async function loadSigningKeys(
  store: Store<AuthorizationServerKinds>,
  derived: DerivedKeys,
  now: () => number,
): Promise<SigningKeys> {
  for (;;) {
    const ring = await store.get('keyRing', 'ring')
    if (ring !== undefined) return openRing(ring.value, derived)
    const first = await makeRecord(derived, now())
    await store.commit([{ kind: 'keyRing', id: 'ring', version: 'absent', value: { keys: [first] } }])
  }
}

async function openRing({ keys }: KeyRingRecord, derived: DerivedKeys): Promise<SigningKeys> {
  const [newest] = keys
  if (newest === undefined) throw new Error('The store holds a key ring without a key')
  const published = { keys: keys.map(({ kid, publicJwk }) => publishedJwk(kid, publicJwk)) }
  const privateJwk = await decrypt(newest, derived)
  return {
    current: await importSigningKey(newest.kid, privateJwk),
    jwks: JSON.stringify(published),
    local: createLocalKeys(published),
  }
}

async function makeRecord(derived: DerivedKeys, createdAt: number): Promise<SigningKeyRecord> {
  const { publicJwk, privateJwk } = await generateSigningKey()
  const kid = randomText(9)
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const key = await derived.current('signing key encryption')
  const plaintext = new TextEncoder().encode(JSON.stringify(privateJwk))
  const ciphertext = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: associated(kid) },
    key,
    plaintext,
  )
  const { kty, crv, x, y } = publicJwk
  return {
    kid,
    alg: 'ES256',
    createdAt,
    publicJwk: { kty, crv, x, y },
    encryptedPrivateKey: `${derived.currentId}.${toBase64url(iv)}.${toBase64url(new Uint8Array(ciphertext))}`,
  }
}

async function decrypt({ kid, encryptedPrivateKey }: SigningKeyRecord, derived: DerivedKeys): Promise<JWK> {
  const [secretId = '', iv = '', ciphertext = ''] = encryptedPrivateKey.split('.')
  const key = derived.byId(secretId, 'signing key encryption')
  if (key === undefined)
    throw new Error(
      `The signing keys are encrypted with the secret "${secretId}", which is not configured: restore it, or start with an empty store`,
    )
  try {
    const plaintext = await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv: fromBase64url(iv) ?? new Uint8Array(12), additionalData: associated(kid) },
      await key,
      fromBase64url(ciphertext) ?? new Uint8Array(),
    )
    return JSON.parse(new TextDecoder().decode(plaintext))
  } catch (cause) {
    throw new Error(
      `The signing keys cannot be decrypted with the secret "${secretId}": it is not the one they were encrypted with`,
      { cause },
    )
  }
}

function associated(kid: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`portcullis signing key ${kid}`)
}
