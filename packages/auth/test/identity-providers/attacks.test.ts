import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { createIdentityProviders } from '@portcullis/auth/identity-providers'
import { createBrowser } from './browser.ts'
import { type Faults, type PlayedProvider, playProvider } from './played-provider.ts'
import { asConfigured, origin, refused, secrets, signedIn, signInWorld } from './world.ts'

test('mix-up: a code of one identity provider comes to nothing at the callback of another (RFC 9700 §4.4)', async (t) => {
  const other = await playProvider()
  t.after(other.close)
  const { browser, provider } = await signInWorld(t, { also: [asConfigured(other, { id: 'evil' })] })

  const callback = await browser.follow(await browser.begin('corp'))
  const { reason } = refused(await browser.arrive('evil', callback.replace('/callback/corp', '/callback/evil')))

  assert.equal(reason, 'mixed_up')
  assert.ok(!other.asked.some(({ path }) => path === '/token'))
  assert.ok(!provider.asked.some(({ path }) => path === '/token'))
})

test('mix-up: an answer that came to the address of another callback is not taken, whoever hands it in', async (t) => {
  const { browser } = await signInWorld(t)

  const callback = await browser.follow(await browser.begin('corp'))
  const { reason } = refused(await browser.arrive('corp', callback.replace('/callback/corp', '/callback/evil')))

  assert.equal(reason, 'mixed_up')
})

test('mix-up: an answer that names another issuer is refused before its code goes anywhere (RFC 9207)', async (t) => {
  const { browser, provider } = await signInWorld(t)
  provider.faults.callback = { code: '<code>', state: '<state>', iss: 'https://evil.example' }

  const { reason } = refused(await browser.signIn('corp'))

  assert.equal(reason, 'mixed_up')
  assert.ok(!provider.asked.some(({ path }) => path === '/token'))
})

test('mix-up: an answer without an issuer is refused where the metadata says that one comes', async (t) => {
  const { browser, provider } = await signInWorld(t)
  provider.faults.callback = { code: '<code>', state: '<state>' }

  const { reason } = refused(await browser.signIn('corp'))

  assert.equal(reason, 'mixed_up')
})

test('login CSRF: a callback that this browser did not begin is nothing, with no cookie and with somebody else’s sign-in under way', async (t) => {
  const { browser: attacker, identityProviders } = await signInWorld(t)
  const victim = createBrowser(identityProviders)
  const callback = await attacker.follow(await attacker.begin('corp'))

  const withoutCookie = refused(await victim.arrive('corp', callback))
  const location = await victim.begin('corp')
  const withForeignCookie = refused(await victim.arrive('corp', callback))
  const own = await victim.arrive('corp', await victim.follow(location))

  assert.equal(withoutCookie.reason, 'no_transaction')
  assert.equal(withForeignCookie.reason, 'no_transaction')
  assert.equal(own.kind, 'signed_in') // and the attempt did not end it
})

test('login CSRF: a callback whose state names this browser’s sign-in and does not know its secret is nothing, and ends nothing', async (t) => {
  const { browser } = await signInWorld(t)
  const callback = new URL(await browser.follow(await browser.begin('corp')))
  const state = callback.searchParams.get('state') ?? ''
  const guessed = new URL(callback)
  guessed.searchParams.set('state', `${state.slice(0, -4)}AAAA`)

  const { reason } = refused(await browser.arrive('corp', guessed.href))
  const own = await browser.arrive('corp', callback.href)

  assert.equal(reason, 'no_transaction')
  assert.equal(own.kind, 'signed_in')
})

test('a callback counts once: the browser has nothing left, and who kept the cookie is refused by the identity provider', async (t) => {
  const { browser } = await signInWorld(t)
  const callback = await browser.follow(await browser.begin('corp'))
  const kept = new Map(browser.cookies)
  signedIn(await browser.arrive('corp', callback))

  const again = refused(await browser.arrive('corp', callback))
  for (const [name, value] of kept) browser.cookies.set(name, value)
  const replayed = refused(await browser.arrive('corp', callback))

  assert.deepEqual([again.reason, replayed.reason], ['no_transaction', 'code_refused'])
})

test('two tabs do not disturb each other, and what one began the other cannot end', async (t) => {
  const { browser } = await signInWorld(t)

  const first = await browser.begin('corp', { returnTo: '/first' })
  const second = await browser.begin('corp', { returnTo: '/second' })
  const late = signedIn(await browser.arrive('corp', await browser.follow(second)))
  const early = signedIn(await browser.arrive('corp', await browser.follow(first)))

  assert.deepEqual([late.returnTo, early.returnTo], ['/second', '/first'])
})

test('code injection: a code of one sign-in is worth nothing in another, by PKCE', async (t) => {
  const { browser, identityProviders } = await signInWorld(t)
  const attacker = createBrowser(identityProviders)
  const stolen = new URL(await attacker.follow(await attacker.begin('corp'))).searchParams.get('code') ?? ''
  const callback = new URL(await browser.follow(await browser.begin('corp')))
  callback.searchParams.set('code', stolen)

  const { reason } = refused(await browser.arrive('corp', callback.href))

  assert.equal(reason, 'code_refused')
})

test('a transaction cookie that was changed, made elsewhere, or made for another site opens nothing', async (t) => {
  const { browser, provider } = await signInWorld(t)
  const foreign = createBrowser(
    createIdentityProviders({ origin: 'https://other.example', secrets, identityProviders: [asConfigured(provider)] }),
  )
  const reasons: string[] = []

  for (const change of [
    (value: string) => `${value.slice(0, -3)}${value.endsWith('AAA') ? 'BBB' : 'AAA'}`,
    (value: string) => value.replace(/^[^.]+/, 'nokey'),
    () => 'nonsense',
    () => '',
  ]) {
    const callback = await browser.follow(await browser.begin('corp'))
    for (const [name, value] of browser.cookies) browser.cookies.set(name, change(value))
    reasons.push(refused(await browser.arrive('corp', callback)).reason)
    browser.cookies.clear()
  }
  const callback = await foreign.follow(await foreign.begin('corp'))
  for (const [name, value] of foreign.cookies) browser.cookies.set(name, value)
  reasons.push(refused(await browser.arrive('corp', callback)).reason)

  assert.deepEqual(reasons, Array(5).fill('no_transaction'))
})

test('a sign-in that takes longer than ten minutes has expired, however long the browser keeps its cookie', async (t) => {
  const { browser, clock } = await signInWorld(t)
  const callback = await browser.follow(await browser.begin('corp'))
  clock.ahead += 600

  const { reason } = refused(await browser.arrive('corp', callback))

  assert.equal(reason, 'expired')
})

test('a browser holds a bounded number of sign-ins: the oldest make room', async (t) => {
  const { browser } = await signInWorld(t)
  const locations: URL[] = []

  for (let count = 0; count < 8; count += 1) locations.push(await browser.begin('corp', { returnTo: `/${count}` }))
  const [oldest, newest] = [locations.at(0), locations.at(-1)]
  assert.ok(oldest !== undefined && newest !== undefined)

  assert.equal(browser.cookies.size, 5)
  assert.equal(signedIn(await browser.arrive('corp', await browser.follow(newest))).returnTo, '/7')
  assert.equal(refused(await browser.arrive('corp', await browser.follow(oldest))).reason, 'no_transaction')
})

test('long requests make more room, and one that no cookie holds is told so', async (t) => {
  const { browser, identityProviders } = await signInWorld(t)

  for (let count = 0; count < 4; count += 1) await browser.begin('corp', { returnTo: `/${'x'.repeat(2200)}` })
  const tooLong = await identityProviders.begin('corp', { returnTo: `/${'x'.repeat(4000)}` })

  const characters = [...browser.cookies].reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  assert.ok(characters <= 8192, String(characters))
  assert.equal(tooLong.kind, 'unavailable')
})

test('the cookie is the host’s alone, out of reach of scripts, and says nothing of what it holds', async (t) => {
  const { identityProviders } = await signInWorld(t)

  const began = await identityProviders.begin('corp', { returnTo: '/secret-place', purpose: 'link' })

  assert.ok(began.kind === 'redirect')
  const [cookie = ''] = began.setCookies
  assert.match(
    cookie,
    /^__Host-portcullis-sign-in-[\w-]{12}=[\w.-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
  )
  assert.ok(
    !`${cookie}${atob(
      cookie
        .replace(/^.*\.|;.*$/g, '')
        .replaceAll('-', '+')
        .replaceAll('_', '/'),
    )}`.includes('secret-place'),
  )
  assert.ok(!began.location.includes('secret-place'))
})

test('on loopback the cookie’s name has the port, since cookies do not tell ports apart', async (t) => {
  const { identityProviders } = await signInWorld(t, { origin: 'http://localhost:4711' })

  const began = await identityProviders.begin('corp', { returnTo: '/' })

  assert.ok(began.kind === 'redirect')
  assert.match(
    began.setCookies.join(),
    /^portcullis-sign-in-4711-[\w-]{12}=[\w.-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/,
  )
})

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

test('metadata of another issuer are not taken, though it differs by a slash alone', async (t) => {
  for (const issuer of ['https://evil.example', '<slash>']) {
    const { identityProviders, provider } = await signInWorld(t)
    provider.faults.metadata = { issuer: issuer === '<slash>' ? `${provider.issuer}/` : issuer }

    const began = await identityProviders.begin('corp', { returnTo: '/' })

    assert.ok(began.kind === 'unavailable')
    assert.match(began.cause ?? '', /configured is/)
  }
})

test('metadata that lead to an address without TLS elsewhere are not followed', async (t) => {
  for (const name of ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri']) {
    const { identityProviders, provider } = await signInWorld(t)
    provider.faults.metadata = { [name]: 'http://192.0.2.7/x' }

    const began = await identityProviders.begin('corp', { returnTo: '/' })

    assert.equal(began.kind, 'unavailable')
  }
})

test('an identity provider on the network does not lead to this machine', async (t) => {
  const played = await playProvider()
  t.after(played.close)
  const issuer = 'https://login.corp.example'
  const metadata = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${played.issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
  }
  const identityProviders = createIdentityProviders({
    origin,
    secrets,
    identityProviders: [asConfigured(played, { issuer })],
    fetch: async () => Response.json(metadata),
  })

  const began = await identityProviders.begin('corp', { returnTo: '/' })

  assert.equal(began.kind, 'unavailable')
})

test('a token endpoint that redirects is not followed: the code and the secret go nowhere else', async (t) => {
  const { browser, provider } = await signInWorld(t)
  const elsewhere = await playProvider()
  t.after(elsewhere.close)
  for (const status of [302, 307, 308]) {
    provider.faults.answers = { '/token': { status, headers: { location: `${elsewhere.issuer}/token` }, body: '' } }

    const completed = await browser.signIn('corp')

    assert.equal(completed.kind, 'unavailable')
  }
  assert.equal(elsewhere.asked.length, 0)
})

test('answers without end are read to a bound, and those that do not come are not waited for', async (t) => {
  const { browser, provider } = await signInWorld(t, { timeout: 0.3 })
  provider.faults.answers = {
    '/token': (response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) {}
      }
      response.on('drain', more)
      more()
    },
  }
  const endless = await browser.signIn('corp')
  provider.faults.answers = { '/token': () => {} }
  const silent = await browser.signIn('corp')
  provider.faults.answers = {
    '/token': (response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{'),
  }
  const dripping = await browser.signIn('corp')

  assert.deepEqual([endless.kind, silent.kind, dripping.kind], ['unavailable', 'unavailable', 'unavailable'])
  assert.ok(silent.kind === 'unavailable' && /in time/.test(silent.detail))
  assert.ok(endless.kind === 'unavailable' && /longer than/.test(endless.cause ?? ''), JSON.stringify(endless))
})

test('what an identity provider writes is harmless and short where it is shown, and never markup', async (t) => {
  const { browser, provider } = await signInWorld(t)
  const description = `no\u202e\u0000\r\nway <script>${'x'.repeat(5000)}`
  provider.faults.callback = {
    error: 'access_denied',
    error_description: description,
    state: '<state>',
    iss: provider.issuer,
  }

  const { reason, detail, cause = '', returnTo } = refused(await browser.signIn('corp', { returnTo: '/back' }))

  assert.deepEqual([reason, returnTo], ['denied', '/back'])
  for (const text of [detail, cause]) {
    assert.doesNotMatch(text, /[\p{Cc}\u202e]/u)
    assert.ok(text.length < 320, text)
  }
})

test('an error is heard only of the sign-in that this browser began', async (t) => {
  const { browser } = await signInWorld(t)

  const { reason, detail } = refused(
    await browser.arrive(
      'corp',
      `${origin}/account/callback/corp?error=access_denied&error_description=call+555&state=x.y`,
    ),
  )

  assert.equal(reason, 'no_transaction')
  assert.doesNotMatch(detail, /555/)
})

const errors: readonly (readonly [string, string])[] = [
  ['access_denied', 'denied'],
  ['login_required', 'sign_in_needed'],
  ['interaction_required', 'sign_in_needed'],
  ['consent_required', 'sign_in_needed'],
  ['account_selection_required', 'sign_in_needed'],
  ['invalid_scope', 'misconfigured'],
  ['unauthorized_client', 'misconfigured'],
  ['constructor', 'misconfigured'],
  ['server_error', 'unavailable'],
  ['temporarily_unavailable', 'unavailable'],
]

for (const [error, expected] of errors)
  test(`the error ${error} of an identity provider is told as ${expected}`, async (t) => {
    const { browser, provider } = await signInWorld(t)
    provider.faults.callback = { error, state: '<state>', iss: provider.issuer }

    const completed = await browser.signIn('corp')

    assert.equal(completed.kind === 'refused' ? completed.reason : completed.kind, expected)
  })

test('an answer that says one thing twice, or nothing, is malformed', async (t) => {
  const { browser } = await signInWorld(t)
  const reasons: string[] = []

  for (const change of [
    (url: URL) => url.searchParams.append('code', 'another'),
    (url: URL) => url.searchParams.append('iss', 'https://evil.example'),
    (url: URL) => url.searchParams.delete('code'),
    (url: URL) => url.searchParams.set('id_token', 'x'),
    (url: URL) => url.searchParams.set('response', 'x'),
  ]) {
    const url = new URL(await browser.follow(await browser.begin('corp')))
    change(url)
    reasons.push(refused(await browser.arrive('corp', url.href)).reason)
  }

  assert.deepEqual(reasons, Array(5).fill('malformed'))
})

test('a fresh sign-in that was asked for is one: prompt can be taken out of the request, auth_time not out of the answer', async (t) => {
  const { browser, provider } = await signInWorld(t)
  const location = await browser.begin('corp', { again: true })
  const { reason } = refused(await browser.arrive('corp', await browser.follow(location)))
  provider.faults.claims = { auth_time: provider.clock.now() }

  const { identity } = signedIn(await browser.signIn('corp', { again: true }))

  assert.deepEqual([location.searchParams.get('prompt'), location.searchParams.get('max_age')], ['login', '0'])
  assert.equal(reason, 'not_fresh')
  assert.ok(identity.isAuthTimeProved)
})

test('the client’s secret is refused: its operator is told, the person is not blamed', async (t) => {
  const { browser, provider } = await signInWorld(t)
  const challenge = { 'www-authenticate': 'Basic realm="x", error="invalid_client"' }
  provider.faults.answers = { '/token': { status: 401, headers: challenge, body: { error: 'invalid_client' } } }
  const challenged = refused(await browser.signIn('corp'))
  provider.faults.answers = {
    '/token': { status: 401, body: { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid secret' } },
  }
  const plain = refused(await browser.signIn('corp'))

  assert.deepEqual([challenged.reason, plain.reason], ['misconfigured', 'misconfigured'])
  assert.match(plain.cause ?? '', /AADSTS7000215/)
})

test('law 11: neither cookie, address nor outcome tells a code, a token or a secret', async (t) => {
  const { browser, provider } = await signInWorld(t)
  const location = await browser.begin('corp')
  const completed = signedIn(await browser.arrive('corp', await browser.follow(location)))

  const told = `${location.href} ${JSON.stringify(completed)}`
  for (const secret of [
    'hush',
    'at-1',
    'eyJ',
    ...provider.asked.flatMap(({ body }) => [body.get('code_verifier'), body.get('code')]),
  ])
    if (secret) assert.ok(!told.includes(secret), secret)
})
