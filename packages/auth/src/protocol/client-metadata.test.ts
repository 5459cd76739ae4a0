import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ClientMetadata, parseClientMetadata } from './client-metadata.ts'
import { OAuthError } from './oauth-error.ts'
import { isScopeToken } from './scope.ts'

const redirect_uris = ['https://client.example/cb']

test('AS-10 the least that a client may say, and what it is then taken for (RFC 7591 §2)', () => {
  assert.deepEqual(parseClientMetadata({ redirect_uris }), {
    redirectUris: redirect_uris,
    authenticationMethod: 'client_secret_basic',
    grantTypes: ['authorization_code', 'refresh_token'],
    applicationType: 'web',
  })
})

const [web, claimed, loopback, secureLoopback, privateUse] = [
  'https://client.example/cb',
  'https://vscode.dev/redirect',
  'http://127.0.0.1/cb',
  'https://localhost/cb',
  'cursor://anysphere/cb',
]
const types: [asked: string | undefined, given: string[], accepted: string[], type: string][] = [
  ['web', [web, loopback, privateUse, secureLoopback], [web], 'web'],
  ['native', [claimed, loopback, privateUse], [claimed, loopback, privateUse], 'native'],
  [undefined, [web, claimed], [web, claimed], 'web'],
  [undefined, [web, loopback], [web, loopback], 'native'],
  [undefined, [privateUse], [privateUse], 'native'],
  ['service', [loopback], [loopback], 'native'],
]
for (const [asked, given, accepted, type] of types)
  test(`AS-27 the application type ${asked} has ${accepted.join(' and ')} of ${given.join(', ')}`, () => {
    const { redirectUris, applicationType } = parseClientMetadata({ redirect_uris: given, application_type: asked })

    assert.deepEqual([redirectUris, applicationType], [accepted, type])
  })

for (const uri of [loopback, secureLoopback, privateUse])
  test(`AS-27 a web application with ${uri} alone is invalid_redirect_uri, and is told what it should be`, () => {
    assert.throws(() => parseClientMetadata({ redirect_uris: [uri], application_type: 'web' }), {
      code: 'invalid_redirect_uri',
      message: /register as 'native'/,
    })
  })

test('AS-01 AS-10 everything that a client may say', () => {
  const body = {
    redirect_uris: ['http://127.0.0.1:8976/cb', 'cursor://anysphere/cb'],
    token_endpoint_auth_method: 'none',
    grant_types: ['refresh_token', 'authorization_code', 'implicit'],
    response_types: ['code'],
    scope: 'notes:read notes:write notes:read',
    client_name: 'Desk Agent',
    client_uri: 'https://client.example',
    logo_uri: 'https://client.example/logo.png',
    policy_uri: 'https://client.example/policy',
    tos_uri: 'https://client.example/terms',
    contacts: ['help@client.example'],
    software_id: 'desk-agent',
    software_version: '2.1',
    application_type: 'native',
    'client_name#de': 'Schreibtisch',
    something_else: { nested: true },
  }

  assert.deepEqual(parseClientMetadata(body), {
    redirectUris: body.redirect_uris,
    authenticationMethod: 'none',
    grantTypes: ['authorization_code', 'refresh_token'],
    scope: ['notes:read', 'notes:write'],
    clientName: 'Desk Agent',
    clientUri: 'https://client.example',
    logoUri: 'https://client.example/logo.png',
    policyUri: 'https://client.example/policy',
    tosUri: 'https://client.example/terms',
    contacts: ['help@client.example'],
    softwareId: 'desk-agent',
    softwareVersion: '2.1',
    applicationType: 'native',
  } satisfies ClientMetadata)
})

const refusedUris: [what: string, redirectUris: unknown][] = [
  ['none', undefined],
  ['null', null],
  ['an empty list', []],
  ['a text', 'https://client.example/cb'],
  ['a number in the list', ['https://client.example/cb', 7]],
  ['only unsupported ones', ['http://client.example/cb', 'https://client.example/cb#x']],
  ['one that runs script beside a good one', ['https://client.example/cb', 'javascript:alert(1)']],
  ['one that a browser would read as script', ['https://client.example/cb', 'java\nscript:alert(1)']],
  ['more than 20', Array.from({ length: 21 }, (_, at) => `https://client.example/${at}`)],
  ['one that is too long alone', [`https://client.example/${'x'.repeat(2048)}`]],
]
for (const [what, uris] of refusedUris) {
  test(`AS-10 law 4: a registration with redirect URIs of ${what} is invalid_redirect_uri`, () => {
    assert.throws(() => parseClientMetadata({ redirect_uris: uris }), { code: 'invalid_redirect_uri' })
  })
}

test('law 4: what is not supported is dropped, what is left stands, each once', () => {
  const uris = ['http://client.example/cb', 'https://client.example/cb', `https://client.example/${'x'.repeat(2048)}`]

  assert.deepEqual(parseClientMetadata({ redirect_uris: [...uris, ...uris] }).redirectUris, [
    'https://client.example/cb',
  ])
})

const refused: [what: string, body: unknown][] = [
  ['no object', 'text'],
  ['null', null],
  ['a list', [{ redirect_uris }]],
  ['a client_name that is no text', { redirect_uris, client_name: 7 }],
  ['a client_name of 257 characters', { redirect_uris, client_name: 'x'.repeat(257) }],
  ['an authentication method that we lack', { redirect_uris, token_endpoint_auth_method: 'private_key_jwt' }],
  ['an authentication method that is no text', { redirect_uris, token_endpoint_auth_method: ['none'] }],
  ['grant types without authorization_code', { redirect_uris, grant_types: ['client_credentials'] }],
  ['no grant type', { redirect_uris, grant_types: [] }],
  ['grant types that are no list', { redirect_uris, grant_types: 'authorization_code' }],
  ['response types without code', { redirect_uris, response_types: ['token'] }],
  ['a scope that is no text', { redirect_uris, scope: ['a'] }],
  ['a scope with a character that no scope has', { redirect_uris, scope: 'a "b"' }],
  ['more than 100 scopes', { redirect_uris, scope: Array.from({ length: 101 }, (_, at) => `s${at}`).join(' ') }],
]
for (const [what, body] of refused) {
  test(`AS-10 a registration with ${what} is invalid_client_metadata`, () => {
    assert.throws(() => parseClientMetadata(body), { code: 'invalid_client_metadata' })
  })
}

const names: [what: string, name: string, shown: string | undefined][] = [
  ['a control', 'Desk\u0007 Agent', 'Desk Agent'],
  ['a directional override', 'Desk \u202Etnega', 'Desk tnega'],
  ['a zero-width space', 'De\u200Bsk', 'Desk'],
  ['a line separator', 'Desk\u2028Agent', 'DeskAgent'],
  ['half a surrogate pair', 'Desk\uD800', 'Desk'],
  ['nothing but what is taken out', ' \u202E\u200B ', undefined],
  ['nothing but a letter that shows nothing', '\u3164', undefined],
  ['nothing but a Braille pattern without dots', '\u2800', undefined],
  ['marks piled up over what stands around it', `a${'\u0301'.repeat(200)}`, `a${'\u0301'.repeat(3)}`],
  ['spaces that push away what follows', `Desk${'\u00A0'.repeat(200)}Agent`, 'Desk Agent'],
  ['nothing', '', undefined],
]
for (const [what, name, shown] of names) {
  test(`P-03 a client_name with ${what} is shown without it`, () => {
    assert.equal(parseClientMetadata({ redirect_uris, client_name: name }).clientName, shown)
  })
}

test('links that are no web addresses are left out, and what is null counts as omitted', () => {
  const { clientUri, logoUri, policyUri, tosUri, contacts, scope } = parseClientMetadata({
    redirect_uris,
    client_uri: 'javascript:alert(1)',
    logo_uri: 'data:image/png;base64,x',
    policy_uri: 'https://client.example/a b',
    tos_uri: `https://client.example/${'x'.repeat(2048)}`,
    contacts: ['x'.repeat(257)],
    scope: null,
    client_name: null,
  })

  assert.deepEqual([clientUri, logoUri, policyUri, tosUri, contacts, scope], Array(6).fill(undefined))
})

test('any JSON is either metadata whose every value is bounded and clean, or refused with one of two codes', () => {
  const uri = fc.oneof(fc.webUrl(), fc.string(), fc.constantFrom('javascript:x', 'http://localhost/cb', 'a:b'))
  const known = fc.record(
    {
      redirect_uris: fc.array(uri, { maxLength: 4 }),
      client_name: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
      scope: fc.oneof(fc.string(), fc.jsonValue()),
      grant_types: fc.oneof(fc.array(fc.constantFrom('authorization_code', 'refresh_token', 'x')), fc.jsonValue()),
      token_endpoint_auth_method: fc.oneof(fc.constantFrom('none', 'client_secret_post'), fc.jsonValue()),
      contacts: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )

  fc.assert(
    fc.property(fc.oneof(known, fc.jsonValue()), (body) => {
      try {
        const { redirectUris, clientName = '', scope = [], grantTypes } = parseClientMetadata(body)
        assert.ok(redirectUris.length > 0 && redirectUris.every((accepted) => /^[\x21-\x7E]+$/.test(accepted)))
        assert.doesNotMatch(clientName, /[\p{Cc}\p{Cf}\p{Cs}]/u)
        assert.ok(scope.every(isScopeToken) && grantTypes.includes('authorization_code'))
      } catch (error) {
        assert.ok(error instanceof OAuthError, String(error))
        assert.match(error.code, /^invalid_(redirect_uri|client_metadata)$/)
        assert.match(error.message, /^[\x20-\x7E]+$/)
      }
    }),
    { numRuns: 1000 },
  )
})
