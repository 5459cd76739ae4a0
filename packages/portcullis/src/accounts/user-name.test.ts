import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { userNameKey, whyNotUserName } from './user-name.ts'

const rest = 'abcXYZ019._@+-'
const userName = fc
  .tuple(fc.constantFrom(...'aZ0'), fc.string({ unit: fc.constantFrom(...rest), minLength: 1, maxLength: 63 }))
  .map((parts) => parts.join(''))
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', 'A', '.', ' ', '\n', '\u200b', '\u202e', 'а', 'ſ', 'K', '\0') }),
)

test('letters, digits and a few signs are a user name, the same however its letters and the spaces around are', () => {
  fc.assert(
    fc.property(userName, (name) => {
      assert.equal(whyNotUserName(name), undefined)
      for (const written of [name.toUpperCase(), name.toLowerCase(), ` ${name}\t`])
        assert.equal(userNameKey(written), userNameKey(name))
    }),
  )
})

test('two user names are one person exactly where they differ in case alone', () => {
  fc.assert(
    fc.property(userName, userName, (one, other) => {
      assert.equal(userNameKey(one) === userNameKey(other), one.toLowerCase() === other.toLowerCase())
    }),
  )
})

test('whatever else is typed is refused with a reason, or is a name that looks like itself alone', () => {
  fc.assert(
    fc.property(hostile, (typed) => {
      const why = whyNotUserName(typed)

      if (why === undefined) assert.match(typed, /^[A-Za-z0-9][\x21-\x7E]{1,63}$/)
      else assert.match(why, /^(must|may) /)
      assert.equal(userNameKey(userNameKey(typed)), userNameKey(typed))
    }),
  )
})
