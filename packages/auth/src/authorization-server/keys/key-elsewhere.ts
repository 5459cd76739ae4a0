import { type SigningKey, signatureVerifier } from '../../jwt/sign.ts'
import { within } from '../within.ts'
import type { ResolvedSigner } from './signer.ts'

/** A key held elsewhere does not sign: it cannot be reached, is late, or signs otherwise than is published. It may again in a while. */
export class SignerError extends Error {
  override readonly name = 'SignerError'
}

/**
 * The key of a signer, which answers in time and with a signature that verifies, or rejects with `SignerError`: what it is behind may hang, and
 * may come to sign with another key than the one whose tokens everybody else can verify.
 */
export function keyElsewhere(signer: ResolvedSigner, seconds: number): SigningKey {
  const { alg, kid } = signer
  const isBy = signatureVerifier(signer)
  const late = () => new SignerError(`"signer" has not signed within ${seconds} seconds`)

  async function ask(bytes: Uint8Array): Promise<Uint8Array> {
    try {
      return await signer.sign(bytes)
    } catch (cause) {
      throw new SignerError('"signer" did not sign', { cause })
    }
  }

  return {
    alg,
    kid,
    async sign(bytes) {
      // Copies, both: it may transfer what it is given to a worker, and use again what it gave.
      const given = await within(seconds, ask(bytes.slice()), late)
      const signature = ArrayBuffer.isView(given) ? new Uint8Array(given) : new Uint8Array()
      if (await isBy(signature, bytes)) return signature
      throw new SignerError(`What "signer" signs does not verify with its "publicJwk" as ${alg} of JWS (RFC 7518 §3)`)
    },
  }
}
