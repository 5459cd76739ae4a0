import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromKeyText, toKeyText } from './key-text.ts'

/** Any string, lone surrogates and NULs included, and often the units at the borders. */
const anyString = fc
  .array(fc.oneof(fc.constantFrom(0, 1, 2, 0x4000, 0xd7fe, 0xd7ff, 0xd800, 0xdc00, 0xe000, 0xffff), fc.nat(0xffff)), {
    maxLength: 6,
  })
  .map((units) => String.fromCharCode(...units))

test('a key text is read back as the text it was made of', () => {
  fc.assert(fc.property(anyString, (text) => fromKeyText(toKeyText(text)) === text))
})

test('key texts sort as bytes of UTF-8 as their texts do in code units', () => {
  fc.assert(
    fc.property(anyString, anyString, (a, b) => {
      const bytes = Buffer.compare(Buffer.from(toKeyText(a)), Buffer.from(toKeyText(b)))
      assert.equal(Math.sign(bytes), a === b ? 0 : a < b ? -1 : 1)
    }),
  )
})

test('a key text has neither a NUL nor half a surrogate pair', () => {
  fc.assert(
    fc.property(anyString, (text) => {
      const keyText = toKeyText(text)
      assert.equal(Buffer.from(keyText).toString(), keyText)
      assert.ok(!keyText.includes('\0'))
    }),
  )
})

test('an ordinary id stands as it is, so that a person can read the table', () => {
  for (const text of ['', 'grant-1', 'https://client.example/a?b=c#d', 'Grüße', '日本'])
    assert.equal(toKeyText(text), text)
})
