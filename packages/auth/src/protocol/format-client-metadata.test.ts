import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseClientMetadata } from './client-metadata.ts'
import { formatClientMetadata } from './format-client-metadata.ts'

const uri = fc.constantFrom('https://a.example/cb', 'http://127.0.0.1:1/cb', 'cursor://cb', 'http://a.example/cb')
const text = fc.string({ maxLength: 40 })

const bodies = fc.record(
  {
    redirect_uris: fc.array(uri, { minLength: 1, maxLength: 4 }).map((uris) => ['https://b.example/cb', ...uris]),
    token_endpoint_auth_method: fc.constantFrom('none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'),
    jwks_uri: fc.constant('https://a.example/jwks'),
    grant_types: fc.constantFrom(['authorization_code'], ['refresh_token', 'authorization_code', 'password']),
    scope: fc.constantFrom('', 'notes:read', 'a b a'),
    application_type: fc.constantFrom('web', 'native', 'service'),
    contacts: fc.array(text, { maxLength: 7 }),
    client_name: text,
    client_uri: fc.constantFrom('https://a.example', 'no url'),
    software_id: text,
    software_version: text,
  },
  { requiredKeys: ['redirect_uris', 'jwks_uri'] },
)

test('AS-10 what a client is told that it registered, registered again is the same', () => {
  fc.assert(
    fc.property(bodies, (body) => {
      const metadata = parseClientMetadata(body)

      assert.deepEqual(parseClientMetadata(formatClientMetadata(metadata)), metadata)
    }),
  )
})
