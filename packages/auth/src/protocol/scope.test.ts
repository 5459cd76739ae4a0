import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { covers, expandScope, formatScope, intersectScope, isScopeToken, parseScope } from './scope.ts'

const tokens: [value: string, is: boolean][] = [
  ['notes:read', true],
  ['!', true],
  ['#x', true],
  ['[x]', true],
  ['~', true],
  ['', false],
  ['a b', false],
  ['a"b', false],
  ['a\\b', false],
  ['a\tb', false],
  ['é', false],
  ['a\u007f', false],
  ['a\n', false],
]
for (const [value, is] of tokens) {
  test(`${JSON.stringify(value)} ${is ? 'is' : 'is not'} a scope token (RFC 6749 Appendix A.4)`, () => {
    assert.equal(isScopeToken(value), is)
  })
}

const parsed: [text: string, scope: string[] | undefined][] = [
  ['', []],
  ['a', ['a']],
  ['b a', ['b', 'a']],
  ['a a b a', ['a', 'b']],
  ['  a   b ', ['a', 'b']],
  ['a\tb', undefined],
  ['a "b"', undefined],
]
for (const [text, scope] of parsed) {
  test(`the scope ${JSON.stringify(text)} is ${scope === undefined ? 'none' : `[${scope}]`} (RFC 6749 §3.3)`, () => {
    const result = parseScope(text)

    assert.deepEqual(result && [...result], scope)
  })
}

const token = fc.stringMatching(/^[!#-[\]-~]{1,12}$/)

test('a scope that is written and read again is the same', () => {
  fc.assert(
    fc.property(fc.uniqueArray(token), (scope) => assert.deepEqual([...(parseScope(formatScope(scope)) ?? [])], scope)),
  )
})

test('any text is either no scope or one whose tokens are all allowed', () => {
  fc.assert(fc.property(fc.string(), (text) => assert.ok([...(parseScope(text) ?? [])].every(isScopeToken))))
})

const hierarchy = { admin: ['write'], write: ['read'], loop: ['pool'], pool: ['loop'] }

test('RS-20 a broad scope brings the narrow ones, over several steps and in circles', () => {
  assert.deepEqual([...expandScope(['admin'], hierarchy)], ['admin', 'write', 'read'])
  assert.deepEqual([...expandScope(['loop'], hierarchy)], ['loop', 'pool'])
  assert.deepEqual([...expandScope(['other'], hierarchy)], ['other'])
})

test('RS-20 a narrow scope never brings the broad one', () => {
  assert.equal(expandScope(['read'], hierarchy).has('write'), false)
})

test('RS-20 a scope may be called like a property of every object', () => {
  assert.deepEqual([...expandScope(['constructor', '__proto__'], {})], ['constructor', '__proto__'])
})

test('RS-16 a scope covers another only when every token of it is there', () => {
  const granted = new Set(['a', 'b'])

  assert.equal(covers(granted, ['a', 'b']), true)
  assert.equal(covers(granted, []), true)
  assert.equal(covers(granted, ['a', 'c']), false)
  assert.equal(covers(new Set(), ['a']), false)
  assert.equal(covers(new Set(['A']), ['a']), false)
})

test('AS-40 what two scopes have in common is never more than either', () => {
  fc.assert(
    fc.property(fc.array(token), fc.array(token), (asked, allowed) => {
      const common = intersectScope(asked, new Set(allowed))

      assert.ok(covers(new Set(asked), common) && covers(new Set(allowed), common))
    }),
  )
})
