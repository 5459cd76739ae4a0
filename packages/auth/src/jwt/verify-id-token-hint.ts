import * as errors from 'jose/errors'
import { compactVerify } from 'jose/jws/compact/verify'
import type { KeySet } from './key-set.ts'
import { signingAlgorithms } from './sign.ts'

const longest = 16_384

/**
 * Whom an ID token names that its issuer gets back as a hint; `undefined` where it did not issue it to this client. It may have expired long ago: the
 * hint is about a session of the past too (OpenID Connect Core §3.1.2.1).
 */
export async function verifyIdTokenHint(
  token: string,
  { issuer, clientId, keys }: { issuer: string; clientId: string; keys: KeySet },
): Promise<string | undefined> {
  if (token.length > longest) return undefined
  try {
    const { payload, protectedHeader } = await compactVerify(token, keys.get, { algorithms: [...signingAlgorithms] })
    if (protectedHeader.typ !== 'JWT') return undefined // whatever else the same keys sign has a type of its own
    const { iss, aud, sub }: Record<string, unknown> = JSON.parse(new TextDecoder().decode(payload))
    return iss === issuer && aud === clientId && typeof sub === 'string' ? sub : undefined
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}
