import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseBasicCredentials } from './basic-credentials.ts'

const read: [header: string, credentials: object | undefined][] = [
  [`Basic ${btoa('client:secret')}`, { clientId: 'client', secret: 'secret' }],
  [`bAsIc  ${btoa('client:secret')} `, { clientId: 'client', secret: 'secret' }],
  [`Basic ${btoa('a%3Ab+c:d:e')}`, { clientId: 'a:b c', secret: 'd:e' }],
  [`Basic ${btoa('client:')}`, { clientId: 'client', secret: '' }],
  [`Basic ${btoa('client')}`, undefined],
  [`Basic ${btoa('client:%zz')}`, undefined],
  ['Basic', undefined],
  ['Basic a', undefined],
  [`Basic ${btoa('a:b')}, Basic ${btoa('c:d')}`, undefined],
  [`Bearer ${btoa('client:secret')}`, undefined],
]
for (const [header, credentials] of read)
  test(`"${header}" is ${credentials === undefined ? 'no Basic credentials' : JSON.stringify(credentials)}`, () => {
    assert.deepEqual(parseBasicCredentials(header), credentials)
  })

test('whatever a client is called and has for a secret is read as it was written (RFC 6749 §2.3.1)', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (clientId, secret) => {
      const encoded = [clientId, secret].map((half) => new URLSearchParams([['', half]]).toString().slice(1))

      assert.deepEqual(parseBasicCredentials(`Basic ${btoa(encoded.join(':'))}`), { clientId, secret })
    }),
  )
})

test('nothing that stands in the header makes it throw', () => {
  const encoded = fc.string({ unit: 'binary-ascii' }).map((text) => `Basic ${btoa(text)}`)
  const almost = fc.string({ unit: fc.constantFrom('Basic', ' ', '=', 'QQ', ':', '%', 'é') })
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), encoded, almost), (header) => {
      const credentials = parseBasicCredentials(header)

      assert.ok(credentials === undefined || /^basic /i.test(header))
    }),
  )
})
