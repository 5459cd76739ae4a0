import { toBase64url } from '#base64url'
import {
  generateSigningKey,
  importSigningKey,
  type JWK,
  type SigningAlgorithm,
  type SigningKey,
} from '../../jwt/sign.ts'
import type { SigningKeyRecord } from '../records.ts'
import { fromBase64url, randomId } from '../tokens/base64url.ts'
import type { DerivedKeys } from '../tokens/derived-keys.ts'

/** The signing key in the store is encrypted with a secret that is not among those configured: whoever configures it must bring it back. */
export class MissingSecretError extends Error {
  override readonly name = 'MissingSecretError'
}

/** Makes a key whose private half is encrypted with the current secret. */
export async function makeKey(
  derived: DerivedKeys,
  { algorithm, createdAt }: { algorithm: SigningAlgorithm; createdAt: number },
): Promise<SigningKeyRecord> {
  const { publicJwk, privateJwk } = await generateSigningKey(algorithm)
  const kid = randomId().slice(0, 12) // it is typed at a command line
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const key = await derived.current('signing key encryption')
  const plaintext = new TextEncoder().encode(JSON.stringify(privateJwk))
  const ciphertext = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: associated(kid) },
    key,
    plaintext,
  )
  return {
    kid,
    alg: algorithm,
    createdAt,
    publicJwk,
    encryptedPrivateKey: `${derived.currentId}.${toBase64url(iv)}.${toBase64url(new Uint8Array(ciphertext))}`,
  }
}

/** The key of a record, ready to sign. Throws `MissingSecretError` where it cannot be decrypted. */
export async function openKey(record: SigningKeyRecord, derived: DerivedKeys): Promise<SigningKey> {
  return importSigningKey(record.kid, record.alg, await decrypt(record, derived))
}

/** The secret that a private half is encrypted with. */
export function secretIdOf({ encryptedPrivateKey }: SigningKeyRecord): string {
  return encryptedPrivateKey.split('.', 1)[0] ?? ''
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
