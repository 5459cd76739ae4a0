import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SignJWT } from 'jose'
import { verifyIdTokenSignature } from './verify-id-token.ts'

test('law 9: no symmetric key verifies an ID token, though the issuer offers the algorithm and the key is at hand', async () => {
  const secret = new TextEncoder().encode('a client’s secret of thirty-two bytes')
  const token = await new SignJWT({ sub: 'u-7' }).setProtectedHeader({ alg: 'HS256' }).sign(secret)
  const keys = { ready: async () => {}, get: async () => secret, forget: () => {} }

  const verdict = await verifyIdTokenSignature(token, { keys, algorithms: ['HS256'] })

  assert.equal(verdict.kind, 'invalid')
})
