import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import type { Faults, PlayedProvider } from './played-provider.ts'
import { refused, signedIn, signInWorld } from './world.ts'

type IdToken = NonNullable<Faults['idToken']>

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** What forges or misdirects an ID token, and why it is refused. */
const forgeries: readonly (readonly [string, (provider: PlayedProvider) => IdToken, 'token_refused' | 'clock'])[] = [
  [
    'has no signature (alg none)',
    () => (claims) => `${base64url({ alg: 'none' })}.${base64url(claims)}.`,
    'token_refused',
  ],
  ['is signed with the client’s secret (HS256)', () => (claims) => hmacSigned(claims, 'hush'), 'token_refused'],
  ['is signed with the client’s id (HS256)', () => (claims) => hmacSigned(claims, 'portcullis'), 'token_refused'],
  [
    'has another signature',
    (provider) => async (claims) =>
      `${(await provider.sign(claims)).split('.').slice(0, 2).join('.')}.${'A'.repeat(342)}`,
    'token_refused',
  ],
  [
    'says more than was signed',
    (provider) => async (claims) => {
      const [header, , signature] = (await provider.sign(claims)).split('.')
      return `${header}.${base64url({ ...claims, groups: ['admins'] })}.${signature}`
    },
    'token_refused',
  ],
  [
    'is for another client',
    (provider) => (claims) => provider.sign({ ...claims, aud: 'somebody-else' }),
    'token_refused',
  ],
  [
    'is for more clients, and does not say who asked',
    (provider) => (claims) => provider.sign({ ...claims, aud: ['portcullis', 'somebody-else'] }),
    'token_refused',
  ],
  [
    'is for more clients, and another one asked',
    (provider) => (claims) => provider.sign({ ...claims, aud: ['portcullis', 'somebody-else'], azp: 'somebody-else' }),
    'token_refused',
  ],
  [
    'was asked for by another client',
    (provider) => (claims) => provider.sign({ ...claims, azp: 'somebody-else' }),
    'token_refused',
  ],
  [
    'is of another issuer',
    (provider) => (claims) => provider.sign({ ...claims, iss: 'https://evil.example' }),
    'token_refused',
  ],
  [
    'is of the issuer with a slash',
    (provider) => (claims) => provider.sign({ ...claims, iss: `${provider.issuer}/` }),
    'token_refused',
  ],
  [
    'is of another sign-in (nonce)',
    (provider) => (claims) => provider.sign({ ...claims, nonce: 'of-another' }),
    'token_refused',
  ],
  [
    'is of no sign-in (no nonce)',
    (provider) => (claims) => provider.sign({ ...claims, nonce: undefined }),
    'token_refused',
  ],
  ['names nobody', (provider) => (claims) => provider.sign({ ...claims, sub: undefined }), 'token_refused'],
  ['names nobody in particular', (provider) => (claims) => provider.sign({ ...claims, sub: '' }), 'token_refused'],
  ['does not end', (provider) => (claims) => provider.sign({ ...claims, exp: undefined }), 'token_refused'],
  ['has expired', (provider) => (claims) => provider.sign({ ...claims, exp: provider.clock.now() - 31 }), 'clock'],
  ['is of the future', (provider) => (claims) => provider.sign({ ...claims, iat: provider.clock.now() + 90 }), 'clock'],
  [
    'is no ID token but an access token',
    (provider) => {
      provider.faults.header = { typ: 'at+jwt' }
      return provider.sign
    },
    'token_refused',
  ],
  ['is none', () => () => 'nonsense', 'token_refused'],
]

for (const [name, forge, expected] of forgeries)
  test(`an ID token is refused that ${name}`, async (t) => {
    const { browser, provider } = await signInWorld(t)
    provider.faults.idToken = forge(provider)

    const { reason, detail } = refused(await browser.signIn('corp'))

    assert.equal(reason, expected)
    assert.doesNotMatch(detail, /eyJ|hush/)
  })

function hmacSigned(claims: unknown, secret: string): string {
  const input = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

test('an algorithm counts only if it is asymmetric, whatever the metadata offers', async (t) => {
  const { browser, provider } = await signInWorld(t)
  provider.faults.metadata = { id_token_signing_alg_values_supported: ['none', 'HS256'] }
  provider.faults.idToken = (claims) => hmacSigned(claims, 'hush')

  const { reason } = refused(await browser.signIn('corp'))

  assert.equal(reason, 'token_refused')
})

test('an answer without an ID token is no sign-in', async (t) => {
  const { browser, provider } = await signInWorld(t)
  provider.faults.answers = { '/token': { body: { access_token: 'at', token_type: 'Bearer' } } }

  const { reason } = refused(await browser.signIn('corp'))

  assert.equal(reason, 'token_refused')
})

test('userinfo of somebody else is refused, and cannot say what the ID token alone may', async (t) => {
  const { browser, provider } = await signInWorld(t)
  provider.faults.userinfo = { ...provider.person, sub: 'somebody-else' }
  const other = refused(await browser.signIn('corp'))
  provider.faults.userinfo = {
    ...provider.person,
    iss: 'https://evil.example',
    auth_time: 4_000_000_000,
    groups: ['admins'],
    dept: 'R&D',
  }

  const { identity } = signedIn(await browser.signIn('corp'))

  assert.equal(other.reason, 'token_refused')
  assert.deepEqual(
    [identity.issuer, identity.groups, identity.claims.dept],
    [provider.issuer, ['staff', 'engineering'], 'R&D'],
  )
  assert.ok(identity.authTime < 4_000_000_000)
})

for (const [what, proved, told, isVerified] of [
  ['the ID token says another', { email: 'a@corp.example' }, { email: 'b@corp.example', email_verified: true }, false],
  ['the ID token denies it', { email: 'a@corp.example', email_verified: false }, { email_verified: true }, false],
  ['userinfo says it', { email_verified: true }, { email: 'a@corp.example' }, false],
  ['both say it', { email: 'a@corp.example' }, { email: 'a@corp.example', email_verified: true }, true],
] as const)
  test(`an address that one answer verifies where ${what} is ${isVerified ? '' : 'not '}verified: neither verifies what the other says`, async (t) => {
    const { browser, provider } = await signInWorld(t)
    const { email: _, email_verified: __, ...person } = provider.person
    provider.faults.idToken = ({ email: _, email_verified: __, ...claims }) => provider.sign({ ...claims, ...proved })
    provider.faults.userinfo = { ...person, ...told }

    const { identity } = signedIn(await browser.signIn('corp'))

    assert.deepEqual(identity.email, { address: 'a@corp.example', isVerified })
  })
