import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIdentityProviders } from '@portcullis/auth/identity-providers'
import { createBrowser } from './browser.ts'
import { playProvider } from './played-provider.ts'
import { asConfigured, refused, secrets, signedIn, signInWorld } from './world.ts'

test('mix-up: a code of one identity provider comes to nothing at the callback of another (RFC 9700 §4.4)', async (t) => {
  const other = await playProvider()
  t.after(other.close)
  const { browser, provider } = await signInWorld(t, { also: [asConfigured(other, { id: 'evil' })] })
  for (const { faults } of [provider, other]) {
    faults.metadata = { authorization_response_iss_parameter_supported: false } // so that nothing else can tell
    faults.callback = { code: '<code>', state: '<state>' }
  }

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
