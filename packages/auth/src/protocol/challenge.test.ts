import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Challenge, formatChallenge, parseChallenge } from './challenge.ts'

const formatted: [challenge: Challenge, value: string][] = [
  [{}, 'Bearer'],
  [{ resourceMetadata: 'https://h/m', scope: 'a b' }, 'Bearer resource_metadata="https://h/m", scope="a b"'],
  [
    { scope: 's', resourceMetadata: 'https://h/m', errorDescription: 'It has expired', error: 'invalid_token' },
    'Bearer error="invalid_token", error_description="It has expired", resource_metadata="https://h/m", scope="s"',
  ],
  [{ errorDescription: 'say "no" \\ never' }, 'Bearer error_description="say \\"no\\" \\\\ never"'],
  [{ errorDescription: 'a\r\nSet-Cookie: b=c€' }, 'Bearer error_description="a??Set-Cookie: b=c?"'],
  [{ scope: '' }, 'Bearer scope=""'],
  [{ scope: 's', further: { realm: 'R', hint: 'https://h' } }, 'Bearer scope="s", realm="R", hint="https://h"'],
]
for (const [challenge, value] of formatted) {
  test(`RS-05 a challenge is written ${value}`, () => {
    assert.equal(formatChallenge(challenge), value)
  })
}

const parsed: [value: string, challenge: Challenge | undefined][] = [
  ['', undefined],
  ['Basic realm="x"', undefined],
  ['Bearer', {}],
  ['bearer', {}],
  ['BEARER SCOPE="a"', { scope: 'a' }],
  ['Bearer error=invalid_token', { error: 'invalid_token' }],
  ['Bearer error = "invalid_token" , scope = "a b"', { error: 'invalid_token', scope: 'a b' }],
  ['Bearer scope="a",, scope="b"', { scope: 'a' }],
  ['Bearer realm="x", resource_metadata="https://h/m"', { resourceMetadata: 'https://h/m' }],
  ['Basic realm="a, Bearer scope=b", Bearer scope="c"', { scope: 'c' }],
  ['Negotiate a1b2==, Bearer scope="a"', { scope: 'a' }],
  ['DPoP algs="ES256", Bearer error="insufficient_scope"', { error: 'insufficient_scope' }],
  ['Bearer scope="a", Bearer scope="b"', { scope: 'a' }],
  ['Bearer scope="a", Basic realm="x"', { scope: 'a' }],
  ['Bearer error_description="say \\"no\\""', { errorDescription: 'say "no"' }],
  ['Bearer error="something_else"', {}],
  ['Bearer __proto__="x", scope="a"', { scope: 'a' }],
  ['Bearer scope="a', undefined],
  ['Bearer scope="a"x', undefined],
  ['Bearer scope="a" error="b"', undefined],
  ['scope="a"', undefined],
  ['Bearer scope=', {}], // RFC 9110 §11.2: that is a token68
  ['Bearer (', undefined],
]
for (const [value, challenge] of parsed) {
  test(`${JSON.stringify(value)} is read as ${challenge === undefined ? 'no Bearer challenge' : JSON.stringify(challenge)}`, () => {
    assert.deepEqual(parseChallenge(value), challenge)
  })
}

const text = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) })
const challenges: fc.Arbitrary<Challenge> = fc.record(
  {
    error: fc.constantFrom('invalid_request', 'invalid_token', 'insufficient_scope'),
    errorDescription: text,
    resourceMetadata: text,
    scope: text,
  },
  { requiredKeys: [] },
)

test('RS-05 a challenge that is written and read again is the same', () => {
  fc.assert(
    fc.property(challenges, (challenge) =>
      assert.deepEqual({ ...parseChallenge(formatChallenge(challenge)) }, { ...challenge }),
    ),
  )
})

test('whatever stands in a challenge, it stays one header line of visible ASCII', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) =>
      assert.match(formatChallenge({ errorDescription: value, scope: value }), /^[\x20-\x7E]*$/),
    ),
  )
})

test('any header value is read in time that grows with its length alone', () => {
  const hostile = fc.string({ unit: fc.constantFrom(...'Bearer =,"\\ \tx+/~'), maxLength: 300 })
  fc.assert(fc.property(hostile, (value) => void parseChallenge(value)))
  const long = [
    ' ,'.repeat(50_000),
    `Bearer ${'a='.repeat(50_000)}`,
    `Bearer a="${'\\"'.repeat(50_000)}`,
    'x '.repeat(50_000),
  ]

  const startedAt = performance.now()
  for (const value of long) parseChallenge(value)

  assert.ok(performance.now() - startedAt < 2000)
})
