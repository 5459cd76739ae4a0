import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { OAuthError } from './oauth-error.ts'
import { parseParameters, printable, readParameters, requireParameter } from './parameters.ts'

const cases: [what: string, text: string, single: Record<string, string>, resource?: string[]][] = [
  ['nothing', '', {}],
  ['one parameter', 'a=b', { a: 'b' }],
  ['several', 'a=b&c=d', { a: 'b', c: 'd' }],
  ['separators without anything between them', '&&a=b&', { a: 'b' }],
  ['a value with an equals sign', 'a=b=c', { a: 'b=c' }],
  ['an empty value, which counts as omitted', 'a=&b', {}],
  ['an empty value beside a full one', 'a=&a=b', { a: 'b' }],
  ['a plus, which is a space', 'a=b+c', { a: 'b c' }],
  ['an encoded plus', 'a=b%2Bc', { a: 'b+c' }],
  ['an encoded name', '%61=b', { a: 'b' }],
  ['UTF-8', 'a=%E2%82%AC', { a: '€' }],
  ['names that every object has', '__proto__=a&constructor=b', { ['__proto__']: 'a', constructor: 'b' }],
  ['a resource', 'resource=x', {}, ['x']],
  ['several resources, each once', 'resource=x&resource=y&resource=x', {}, ['x', 'y']],
  ['an empty resource, which counts as omitted', 'resource=', {}, []],
]
for (const [what, text, single, resource = []] of cases) {
  test(`parameters are read: ${what}`, () => {
    const parameters = parseParameters(text)

    assert.deepEqual([...parameters.single], Object.entries(single))
    assert.deepEqual(parameters.resource, resource)
  })
}

test('RS-16 a repeated parameter is refused, also when both have one value (RFC 6749 §3.1)', () => {
  for (const text of ['a=b&a=c', 'a=b&a=b', 'a=b&%61=c', 'a=b&x=y&a=c'])
    assert.throws(() => parseParameters(text), isInvalidRequest)
})

test('where repetition is judged later, the first value is kept and the name told', () => {
  const { single, repeated } = readParameters('a=1&b=2&a=3')

  assert.deepEqual(
    [...single],
    [
      ['a', '1'],
      ['b', '2'],
    ],
  )
  assert.deepEqual(repeated, ['a'])
})

test('what is no percent-encoded UTF-8 is refused', () => {
  for (const text of ['a=%', 'a=%zz', 'a=%ff', 'a=%C3', 'a=%ED%A0%80', '%=a'])
    assert.throws(() => parseParameters(text), isInvalidRequest)
})

test('a missing parameter is refused by name', () => {
  const { single } = parseParameters('a=b')

  assert.equal(requireParameter(single, 'a'), 'b')
  assert.throws(() => requireParameter(single, 'code'), { code: 'invalid_request', message: /code/ })
})

test('what is written as a form is read as it was, whatever the text', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 })
  const form = fc.uniqueArray(fc.tuple(text, text), { selector: ([name]) => name })

  fc.assert(
    fc.property(form, (pairs) => {
      const wellFormed = pairs.filter(([name]) => name !== 'resource')

      assert.deepEqual([...parseParameters(String(new URLSearchParams(wellFormed))).single], wellFormed)
    }),
  )
})

test('any text is read or refused as invalid_request, and an answer names nothing that a header cannot hold', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'a=&%+éÿ0"\\\r\n') }), (text) => {
      try {
        parseParameters(text)
      } catch (error) {
        assert.ok(isInvalidRequest(error) && /^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/.test(error.message))
      }
    }),
    { numRuns: 1000 },
  )
})

test('what is printed of hostile text is short, visible, and has neither quotes nor backslashes (RFC 6749 §5.2)', () => {
  assert.equal(printable('a"b\\c\r\nd\u202Ee'), 'a?b?c??d?e')
  assert.equal(printable('x'.repeat(61)).length, 60)
  fc.assert(fc.property(fc.string(), (text) => assert.match(printable(text), /^[\x20-\x21\x23-\x5B\x5D-\x7E]{0,60}$/)))
})

function isInvalidRequest(error: unknown): error is OAuthError {
  return error instanceof OAuthError && error.code === 'invalid_request'
}
