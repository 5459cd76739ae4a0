import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { clientIdOf, parseReturnAddress, returnAddresses } from './return-address.ts'

const origin = 'https://mcp.example'

test('an authorization request, the page for devices and the account page are gone back to, as they were', () => {
  for (const address of ['/authorize?client_id=c1&state=%26', '/authorize', '/device?user_code=BCDF-GHJK', '/account'])
    assert.equal(parseReturnAddress(address, origin), address)
})

test('none of the addresses that are gone back to is one of those that do something by being sent', () => {
  for (const address of [
    '/account/sign-out',
    '/account/sign-in',
    '/account/confirm',
    '/account/grants/end',
    '/account/passkeys/name',
  ])
    assert.ok(!returnAddresses.includes(address), address)
})

test('everything else leads to the account page', () => {
  const others = [
    undefined,
    '',
    'authorize',
    'https://evil.example/authorize',
    '//evil.example/authorize',
    '/\\evil.example/authorize',
    '/token',
    '/authorize/x',
    '/device/x',
    '/device_authorization',
    '/account/sign-out',
    `/authorize?${'x'.repeat(20_000)}`,
  ]

  for (const address of others) assert.equal(parseReturnAddress(address, origin), '/account', address)
})

test('whatever the text is, it leads to one of our own pages', () => {
  const piece = fc.constantFrom(
    '/',
    '\\',
    '//',
    'authorize',
    'account',
    'device',
    '..',
    '.',
    '?',
    '#',
    ':',
    '@',
    'https:',
    'evil.example',
    '%2f',
    '%5c',
    '\t',
    '\n',
    ' ',
    '\u0000',
    'javascript:',
  )
  const text = fc.oneof(
    fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
    fc.string({ unit: 'binary' }),
    fc.webUrl(),
  )

  fc.assert(
    fc.property(text, (address) => {
      const url = new URL(parseReturnAddress(address, origin), origin)
      assert.equal(url.origin, origin)
      assert.ok(returnAddresses.includes(url.pathname), url.pathname)
    }),
    { numRuns: 2000 },
  )
})

test('the client of an authorization request is read from it, and from nothing else', () => {
  assert.equal(clientIdOf('/authorize?client_id=c1', origin), 'c1')
  assert.equal(clientIdOf('/authorize', origin), undefined)
  assert.equal(clientIdOf('/account?client_id=c1', origin), undefined)
})
