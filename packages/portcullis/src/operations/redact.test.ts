import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { redactTarget, redactText } from './redact.ts'

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

test('law 11: what looks like a token is not shown, wherever it stands and wherever it was cut off', () => {
  const opaque = 'Zm9vYmFyLWZvb2Jhci1mb29iYXItZm9vYmFyLWZvb2I'
  const secrets = [
    opaque,
    `3fa9c2d1.refresh.AbCdEfGhIjKlMnOpQrStUv.12.${opaque}`,
    '3fa9c2d1.code.AbCdEfGhIjKlMnOpQrStUv.0.Zm9vYmFyLWZvb...',
    `eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhZGEifQ.${opaque}${opaque}`,
    'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0...',
  ]

  for (const secret of secrets)
    assert.match(redactText(`The grant type '${secret}' is not supported`), /^The grant type '\[redacted\]' is not/)
})

test('what people look for in a log is shown', () => {
  for (const text of [
    "The grant type 'password' is not supported",
    'mcp.internal.example.com:8443',
    "No resource 'https://mcp.example.com/mcp' is known here",
    'com.example.app://callback',
    '/.well-known/oauth-protected-resource/mcp',
    '0d5a3f0e-7f6e-4c4f-9a51-3a1a9c1c2f11',
  ])
    assert.equal(redactText(text), text)
})

test('no text takes long to redact', () => {
  fc.assert(
    fc.property(fc.constantFrom('a', '-', '.', 'eyJ', '.code.', 'a.refresh', '_'), (piece) => {
      const startedAt = performance.now()
      redactText(piece.repeat(100_000))
      assert.ok(performance.now() - startedAt < 1000)
    }),
  )
})
