import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type CheckIssuerOptions,
  type ClientNeeds,
  checkIssuer,
  clientNeedsOf,
  entra,
  keycloak,
  okta,
} from '@portcullis/auth/issuers'
import { profiles } from '@portcullis/clients'

const issuer = 'https://sso.example/realms/staff'
const keys = { keys: [{ kty: 'RSA', kid: '1', use: 'sig', alg: 'RS256', n: 'x', e: 'AQAB' }] }
const whole = {
  issuer,
  jwks_uri: `${issuer}/certs`,
  registration_endpoint: `${issuer}/register`,
  client_id_metadata_document_supported: true,
  code_challenge_methods_supported: ['S256'],
  scopes_supported: ['notes:read'],
}
const byDocument: ClientNeeds = {
  name: 'Documented',
  registersBy: ['client_metadata_document'],
  needsS256: 'always',
  sendsResource: true,
}
const byRegistration: ClientNeeds = {
  name: 'Registering',
  registersBy: ['dynamic', 'static'],
  needsS256: 'if_present',
  looksAt: ['oauth_inserted'],
}
const knownClients = [byDocument, byRegistration]

test('an issuer that has all that clients want is told nothing about', async () => {
  assert.deepEqual(await found({}), [])
})

for (const [what, change, expected] of [
  [
    'neither registers nor takes documents',
    { registration_endpoint: undefined, client_id_metadata_document_supported: undefined },
    /neither registers clients nor takes client metadata documents: Documented cannot connect, and people have to type a client ID into Registering/,
  ],
  [
    'takes documents alone',
    { registration_endpoint: undefined },
    /by client metadata document alone: people have to type a client ID into Registering/,
  ],
  ['registers alone', { client_id_metadata_document_supported: false }, /by dynamic alone: Documented cannot connect/],
  [
    'says nothing of PKCE',
    { code_challenge_methods_supported: undefined },
    /do not offer S256 \(PKCE\), without which Documented stop/,
  ],
  ['offers plain alone', { code_challenge_methods_supported: ['plain'] }, /without which Documented, Registering stop/],
  ['has keys that nobody can use', { jwks_uri: `${issuer}/symmetric` }, /None of the keys/],
  ['has keys where there are none', { jwks_uri: `${issuer}/nothing` }, /cannot be had: .*404/],
  ['names no keys', { jwks_uri: undefined }, /its metadata name none/],
  ['does not know the scope', { scopes_supported: ['openid'] }, /do not name the scope notes:read/],
  [
    'is another',
    { issuer: 'https://other.example' },
    /of the issuer "https:\/\/other\.example", and configured is "https:\/\/sso\.example\/realms\/staff"/,
  ],
  ['names no issuer', { issuer: undefined }, /of the issuer "undefined"/],
] as const)
  test(`an issuer that ${what} is told of, with the clients that it stops and what to do`, async () => {
    const [finding, ...others] = await found(change)

    assert.deepEqual(others, [])
    assert.match(finding?.message ?? '', expected)
    assert.notEqual(finding?.fix, '')
  })

test('an issuer that cannot be reached is told with what each place answered', async () => {
  const findings = await checkIssuer({
    issuer,
    fetch: () => Promise.reject(new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') })),
  })

  assert.deepEqual(
    findings.map(({ code, severity }) => [code, severity]),
    [['metadata_unreachable', 'error']],
  )
  assert.match(findings[0]?.message ?? '', /openid-configuration.*ECONNREFUSED/)
})

test('metadata that are where some clients do not look are told of by the names of these clients, unless the mirror shows them there', async () => {
  const lost: ClientNeeds = { name: 'Near', looksAt: ['oauth_at_mcp_host'] }
  const options = { knownClients: [lost, byRegistration], issuer }
  const appended = { [`${issuer}/.well-known/openid-configuration`]: whole }

  const [first] = await found({}, options, appended)
  const mirrored = await found({}, { ...options, mirrorMetadata: true }, appended)

  assert.deepEqual([first?.code, first?.clients], ['metadata_where_clients_do_not_look', ['Near', 'Registering']])
  assert.deepEqual(mirrored[0]?.clients, ['Registering'])
})

test('a registration endpoint that wants a token is none, where the preset says so, and the fix is the vendor’s', async () => {
  const name = 'https://corp.okta.com/oauth2/default'
  const [finding] = await found(
    { issuer: name, client_id_metadata_document_supported: false },
    { issuer: okta({ issuer: name }) },
  )

  assert.equal(finding?.code, 'no_registration')
  assert.match(finding?.fix ?? '', /Okta registers no clients that it does not know/)
})

test('of Keycloak it is said that the audience is a setting, and how it is set', async () => {
  const [finding] = await found({}, { issuer: keycloak({ issuer }) })

  assert.deepEqual([finding?.code, finding?.severity], ['resource_ignored', 'note'])
  assert.match(finding?.fix ?? '', /Mappers.*Audience/)
})

test('of Entra ID it is said which of the known clients stop there, and why', async () => {
  const tenant = '9122040d-6c67-4c5b-b112-36a304b66dad'
  const trusted = entra({ tenant, applicationId: '6e74172b-be56-4843-9ff4-e66a39bb12e3' })
  const metadata = {
    issuer: trusted.issuer,
    jwks_uri: `${trusted.issuer}/keys`,
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
  }
  const at = {
    [`${trusted.issuer}/.well-known/openid-configuration`]: metadata,
    [`${trusted.issuer}/keys`]: { keys: [{ kty: 'RSA', use: 'sig', kid: 'x' }] },
  }

  const findings = await found(undefined, { issuer: trusted, scopes: [], knownClients: clientNeedsOf(profiles) }, at)

  assert.deepEqual(
    findings.map(({ code }) => code),
    ['metadata_where_clients_do_not_look', 'no_registration', 'no_s256', 'resource_refused'],
  )
  const clientsOf = (code: string) => findings.find((finding) => finding.code === code)?.clients ?? []
  assert.ok(
    clientsOf('no_s256').some((name) => name.startsWith('ChatGPT')),
    'which refuses to go on without S256',
  )
  assert.ok(clientsOf('no_registration').includes('Claude Code'))
  assert.ok(clientsOf('resource_refused').includes('Visual Studio Code'))
})

test('an issuer that is introspected may have no keys', async () => {
  const introspection = { credentials: { secret: 'r'.repeat(40) } }

  assert.deepEqual(await found({ jwks_uri: undefined }, { issuer: { issuer, introspection } }), [])
})

test('what an issuer writes is shown as visible characters, and no more than some', async () => {
  const [finding] = await found({ issuer: `\u001b[31m${'x'.repeat(5000)}` })

  assert.ok((finding?.message.length ?? 0) < 600)
  assert.ok(!finding?.message.includes('\u001b'))
})

test('options that cannot stand are a TypeError', async () => {
  await assert.rejects(checkIssuer({ issuer: 'sso.example' }), TypeError)
  await assert.rejects(checkIssuer({ issuer, clients: [] } as CheckIssuerOptions), /"clients" is no option/)
})

/** What is found of an issuer whose metadata are whole save for `change`, or of what stands at these addresses. */
async function found(change: object = {}, options: Partial<CheckIssuerOptions> = {}, at: Record<string, object> = {}) {
  const trusted = options.issuer ?? issuer
  const name = typeof trusted === 'string' ? trusted : trusted.issuer
  const { origin, pathname } = new URL(name)
  const documents: Record<string, object> = {
    ...(Object.keys(at).length === 0 && {
      [`${origin}/.well-known/oauth-authorization-server${pathname}`]: { ...whole, ...change },
    }),
    [`${issuer}/certs`]: keys,
    [`${issuer}/symmetric`]: {
      keys: [
        { kty: 'oct', k: 'x' },
        { kty: 'RSA', use: 'enc' },
      ],
    },
    ...at,
  }
  return checkIssuer({
    issuer,
    scopes: ['notes:read'],
    knownClients,
    async fetch({ url }) {
      const document = documents[url]
      return document === undefined ? new Response('', { status: 404 }) : Response.json(document)
    },
    ...options,
  })
}
