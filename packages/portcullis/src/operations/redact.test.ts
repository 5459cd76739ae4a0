import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { redactTarget } from './redact.ts'

test('law 11: of a query only what is known to be harmless is shown', () => {
  const cases: [string, string][] = [
    ['/mcp', '/mcp'],
    ['/account/welcome?token=abc', '/account/welcome?token=[redacted]'],
    ['/cb?code=abc&state=def&iss=x', '/cb?code=[redacted]&state=[redacted]&iss=[redacted]'],
    [
      '/authorize?client_id=c1&response_type=code&code_challenge=x',
      '/authorize?client_id=c1&response_type=code&code_challenge=[redacted]',
    ],
    [
      '/authorize?redirect_uri=http%3A%2F%2Flocalhost%2Fcb%3Fkey%3Dabc',
      '/authorize?redirect_uri=http%3A%2F%2Flocalhost%2Fcb?[redacted]',
    ],
    ['/account/sign-in?return_to=%2Fauthorize%3Fstate%3Dx&again=1', '/account/sign-in?return_to=[redacted]&again=1'],
    ['/mcp?eyJhbGciOi', '/mcp?[redacted]'],
    ['/mcp?sEcReT9=1', '/mcp?[redacted]=[redacted]'],
    ['/mcp?a=b?code=c', '/mcp?a=[redacted]'],
    ['cursor://x/cb?token=abc', 'cursor://x/cb?token=[redacted]'],
  ]

  for (const [target, shown] of cases) assert.equal(redactTarget(target), shown)
})

test('law 11: the value of a parameter that is not known never shows', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{8,20}$/), fc.stringMatching(/^[A-Z0-9%&=]{8,20}$/), (name, value) => {
      fc.pre(!['client_id', 'resource', 'grant_type', 'response_type', 'response_mode', 'redirect_uri'].includes(name))
      const secret = value.replace(/[%&=]/g, 'Q')
      assert.ok(!redactTarget(`/x?${name}=${secret}`).includes(secret))
    }),
  )
})
