import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'

const key = createPrivateKey(readFileSync(process.argv[2] ?? ''))
process.send?.(createPublicKey(key).export({ format: 'jwk' }))
process.on('message', ({ id, bytes }: { id: number; bytes: Uint8Array }) => {
  // JWS has the two numbers of an ECDSA signature one behind the other (RFC 7518 §3.4).
  sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, (_, signature) => process.send?.({ id, signature }))
})
