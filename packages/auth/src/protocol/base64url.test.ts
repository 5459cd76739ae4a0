import assert from 'node:assert/strict'
import test from 'node:test'
import * as node from '../adapters/base64url.node.ts'
import * as web from './base64url.ts'

const runtimes = { Node: node, others: web }
for (const [name, { toBase64url, textToBase64url }] of Object.entries(runtimes)) {
  test(`on ${name}, bytes and text become the base64url of RFC 4648, a part of a buffer that part alone`, () => {
    const whole = new Uint8Array([1, 0x14, 0xfb, 0x9c, 0x03, 0xd9, 0x7e, 1])

    assert.equal(toBase64url(whole.subarray(1, 7)), 'FPucA9l-')
    assert.equal(toBase64url(new Uint8Array([0xff, 0xfe])), '__4')
    assert.equal(textToBase64url('é?>'), 'w6k_Pg')
    assert.equal(toBase64url(new Uint8Array()), '')
  })
}
