import assert from 'node:assert/strict'
import test from 'node:test'
import * as node from '../adapters/sha256.node.ts'
import * as web from './sha256.ts'

test('every runtime makes the same hash, that of RFC 7636 appendix B', async () => {
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'

  const hashes = [node.sha256(verifier), await web.sha256(verifier)]

  const expected = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
  assert.deepEqual(hashes, [expected, expected])
})
