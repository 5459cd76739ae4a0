import assert from 'node:assert/strict'
import test from 'node:test'
import * as node from '../adapters/hmac.node.ts'
import * as web from './hmac.ts'

test('every runtime makes the same MAC, that of RFC 4231', async () => {
  const key = new TextEncoder().encode('Jefe')
  const text = 'what do ya want for nothing?'

  const macs = [node.macOf(node.macKey(key), text), await web.macOf(web.macKey(key), text)]

  const expected = Buffer.from('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843', 'hex')
  assert.deepEqual(macs, [expected.toString('base64url'), expected.toString('base64url')])
})
