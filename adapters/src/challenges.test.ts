import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challengesIn } from './challenges.ts'

test('a challenge is its scheme and its parameters, without their quotes', () => {
  const [challenge, ...more] = challengesIn(
    'Bearer error="invalid_token", error_description="a \\"b\\", c", scope="x y"',
  )

  assert.deepEqual(challenge, {
    scheme: 'bearer',
    parameters: { error: 'invalid_token', error_description: 'a "b", c', scope: 'x y' },
    bare: [],
  })
  assert.deepEqual(more, [])
})

test('several challenges stand in one header, with parameters and without', () => {
  const found = challengesIn('DPoP algs="ES256 RS256", Bearer, Basic realm=x')

  assert.ok(typeof found !== 'string')
  assert.deepEqual(
    found.map(({ scheme, parameters, bare }) => [scheme, parameters, bare]),
    [
      ['dpop', { algs: 'ES256 RS256' }, []],
      ['bearer', {}, []],
      ['basic', { realm: 'x' }, ['realm']],
    ],
  )
})

for (const value of [
  'Bearer error_description=""exp" claim timestamp check failed"',
  'Bearer resource_metadata=http://localhost/.well-known/x',
  'Bearer error="unended',
])
  test(`nobody can read ${value}`, () => {
    assert.equal(typeof challengesIn(value), 'string')
  })
