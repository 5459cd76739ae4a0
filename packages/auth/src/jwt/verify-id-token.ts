import * as errors from 'jose/errors'
import { compactVerify } from 'jose/jws/compact/verify'
import { type KeySet, KeysUnavailableError } from './key-set.ts'
import { isAsymmetric } from './signature-algorithm.ts'

/** Facts about the signature of an ID token. */
export type IdTokenVerdict =
  | { kind: 'valid'; claims: Readonly<Record<string, unknown>> }
  | { kind: 'invalid'; detail: string }
  /** The keys of the identity provider cannot be had, or used, now. */
  | { kind: 'unavailable'; cause: unknown }

/** Verifies who signed an ID token. What it claims is asked elsewhere, of the claims that this returns. */
export async function verifyIdTokenSignature(
  token: string,
  { keys, algorithms }: { keys: KeySet; algorithms: readonly string[] },
): Promise<IdTokenVerdict> {
  const allowed = algorithms.filter(isAsymmetric)
  try {
    const { payload, protectedHeader } = await compactVerify(token, keys.get, { algorithms: allowed })
    // Whatever else the same keys sign has a type of its own (RFC 8725 §3.11).
    if (!/^(application\/)?jwt$/i.test(protectedHeader.typ ?? 'JWT'))
      return { kind: 'invalid', detail: 'it is no ID token' }
    return { kind: 'valid', claims: JSON.parse(new TextDecoder().decode(payload)) }
  } catch (error) {
    if (error instanceof KeysUnavailableError) return { kind: 'unavailable', cause: error.cause ?? error }
    if (error instanceof errors.JOSEError) return { kind: 'invalid', detail: error.message }
    throw error
  }
}
