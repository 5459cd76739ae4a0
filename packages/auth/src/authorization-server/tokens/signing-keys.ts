import type { JSONWebKeySet } from '../../jwt/key-set.ts'
import { generateSigningKey, importSigningKey, type JWK, publishedJwk, type SigningKey } from '../../jwt/sign.ts'
import type { AuthorizationServerKinds, KeyRingRecord, RetiredKeyRecord, SigningKeyRecord } from '../records.ts'
import type { Store } from '../store.ts'
import { fromBase64url, randomText, toBase64url } from './base64url.ts'
import type { DerivedKeys } from './derived-keys.ts'

/**
 * Seconds that a key is published after another took its place: a day in which to restart each process that still signs with it, and the
 * longest that an access token may live. It ends sooner where the secret of the key is configured no more.
 */
const overlap = 2 * 24 * 3600

/** The signing key in the store is encrypted with a secret that is not among those configured: whoever configures it must bring it back. */
export class MissingSecretError extends Error {
  override readonly name = 'MissingSecretError'
}

/**
 * The key to sign with: made at first start, and made anew at the first start with another current secret, so that an older copy of the store
 * and an older secret make nothing that is trusted for long. Throws `MissingSecretError` where the key in the store cannot be decrypted.
 */
export async function loadSigningKey(
  store: Store<AuthorizationServerKinds>,
  derived: DerivedKeys,
  now: () => number,
): Promise<SigningKey> {
  for (;;) {
    const entry = await store.get('keyRing', 'ring')
    const ring = await upToDate(entry?.value, derived, now())
    const isKept =
      ring === entry?.value ||
      (await store.commit([{ kind: 'keyRing', id: 'ring', version: entry?.version ?? 'absent', value: ring }]))
    if (isKept) return importSigningKey(newestOf(ring).kid, await decrypt(newestOf(ring), derived))
  }
}

/** The key set to publish (RFC 7517 §5), as it stands in the store: another process may have a newer key than this one signs with. */
export async function publishedKeys(store: Store<AuthorizationServerKinds>, now: number): Promise<JSONWebKeySet> {
  const ring = (await store.get('keyRing', 'ring'))?.value
  const retired = ring?.retired?.filter(({ publishedUntil }) => now < publishedUntil) ?? []
  return { keys: [...(ring?.keys ?? []), ...retired].map(({ kid, publicJwk }) => publishedJwk(kid, publicJwk)) }
}

async function upToDate(ring: KeyRingRecord | undefined, derived: DerivedKeys, now: number): Promise<KeyRingRecord> {
  if (ring === undefined) return { keys: [await makeRecord(derived, now)] }
  const before = ring.retired ?? []
  const retired = before.filter(
    ({ secretId, publishedUntil }) => now < publishedUntil && derived.byId(secretId, 'signing key encryption'),
  )
  const newest = newestOf(ring)
  if (secretIdOf(newest) === derived.currentId)
    return retired.length === before.length ? ring : { keys: ring.keys, retired }
  await decrypt(newest, derived) // a secret that is lost or mistyped is said so, and not replaced
  return { keys: [await makeRecord(derived, now)], retired: [retiredFrom(newest, now), ...retired] }
}

function newestOf({ keys: [newest] }: KeyRingRecord): SigningKeyRecord {
  if (newest === undefined) throw new Error('The store holds a key ring without a key')
  return newest
}

function retiredFrom(key: SigningKeyRecord, now: number): RetiredKeyRecord {
  const { kid, alg, createdAt, publicJwk } = key // all but the private half
  return { kid, alg, createdAt, publicJwk, secretId: secretIdOf(key), publishedUntil: now + overlap }
}

function secretIdOf({ encryptedPrivateKey }: SigningKeyRecord): string {
  return encryptedPrivateKey.split('.', 1)[0] ?? ''
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
    throw new MissingSecretError(
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
    throw new MissingSecretError(
      `The signing keys cannot be decrypted with the secret "${secretId}": it is not the one they were encrypted with`,
      { cause },
    )
  }
}

function associated(kid: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`portcullis signing key ${kid}`)
}
