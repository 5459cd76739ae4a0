import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Signer } from '@portcullis/auth/authorization-server'

const program = fileURLToPath(import.meta.url.replace('signing-process.', 'signing-process-child.'))

/** A key that another process alone can read; here it is a file of PEM. */
export async function signingProcess(keyFile: string): Promise<{ signer: Signer; end: () => Promise<void> }> {
  const child = fork(program, [keyFile], { serialization: 'advanced' })
  const ended = once(child, 'exit')
  const [publicJwk] = await once(child, 'message')
  const { crv, kty, x, y } = publicJwk
  const thumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })) // RFC 7638 §3: in this order
  const waiting = new Map<number, (signature: Uint8Array) => void>()
  child.on('message', ({ id, signature }: { id: number; signature: Uint8Array }) => {
    waiting.get(id)?.(signature)
    waiting.delete(id)
  })
  let asked = 0
  const signer: Signer = {
    alg: 'ES256',
    kid: thumbprint.digest('base64url'),
    publicJwk,
    sign: (bytes) =>
      new Promise((resolve, reject) => {
        const id = ++asked
        waiting.set(id, resolve)
        child.send({ id, bytes }, (error) => error && reject(error))
      }),
  }
  const end = async () => {
    child.kill()
    await ended
  }
  return { signer, end }
}
