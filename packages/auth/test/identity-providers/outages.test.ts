import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIdentityProviders } from '@portcullis/auth/identity-providers'
import { createBrowser } from './browser.ts'
import type { PlayedProvider } from './played-provider.ts'
import { asConfigured, origin, refused, secrets, signedIn, signInWorld } from './world.ts'

const metadataPath = '/.well-known/openid-configuration'

test('metadata and keys are read once for many, and again after an hour, behind the sign-in', async (t) => {
  const { browser, provider, clock } = await signInWorld(t)
  await Promise.all(Array.from({ length: 5 }, () => browser.begin('corp')))
  signedIn(await browser.signIn('corp'))
  signedIn(await browser.signIn('corp'))
  const before = [reads(provider, metadataPath), reads(provider, '/jwks')]

  clock.ahead += 3600
  await browser.begin('corp')
  await browser.begin('corp')

  assert.deepEqual(before, [1, 1])
  assert.equal(reads(provider, metadataPath), 2)
})

test('an identity provider that was down answers once it is up, and is not asked at each request meanwhile', async (t) => {
  const { identityProviders, provider, clock } = await signInWorld(t)
  provider.faults.answers = { [metadataPath]: { status: 503, body: 'maintenance' } }

  const first = await identityProviders.begin('corp', { returnTo: '/' })
  const second = await identityProviders.begin('corp', { returnTo: '/' })
  provider.faults.answers = {}
  clock.ahead += 5
  const third = await identityProviders.begin('corp', { returnTo: '/' })

  assert.deepEqual([first.kind, second.kind, third.kind], ['unavailable', 'unavailable', 'redirect'])
  assert.equal(reads(provider, metadataPath), 2)
})

test('metadata that are held are held on while they cannot be read', async (t) => {
  const { browser, provider, clock } = await signInWorld(t)
  signedIn(await browser.signIn('corp'))
  provider.faults.answers = { [metadataPath]: { status: 503 } }
  clock.ahead += 7200
  provider.faults.claims = { iat: provider.clock.now() + 7200, exp: provider.clock.now() + 7500 }

  const completed = await browser.signIn('corp')

  assert.equal(completed.kind, 'signed_in')
})

test('an identity provider that goes down in the middle is told so, and the person begins again', async (t) => {
  const { browser, provider } = await signInWorld(t)
  const callback = await browser.follow(await browser.begin('corp', { returnTo: '/back', purpose: 'link' }))
  provider.faults.answers = { '/token': { status: 502, body: '<h1>Bad gateway</h1>' } }
  const down = await browser.arrive('corp', callback)
  provider.faults.answers = {}

  const again = await browser.signIn('corp')

  assert.ok(down.kind === 'unavailable')
  assert.deepEqual([down.returnTo, down.purpose], ['/back', 'link'])
  assert.equal(again.kind, 'signed_in')
})

test('nobody listens: an outage, not an error of ours', async (t) => {
  const { provider } = await signInWorld(t)
  const identityProviders = createIdentityProviders({
    origin,
    secrets,
    identityProviders: [asConfigured(provider, { issuer: 'http://127.0.0.1:1' })],
  })

  const began = await identityProviders.begin('corp', { returnTo: '/' })

  assert.ok(began.kind === 'unavailable')
  assert.match(began.detail, /127\.0\.0\.1:1 cannot be asked/)
})

test('keys that follow one another at the identity provider are found when the first token needs them', async (t) => {
  const { browser, provider, clock } = await signInWorld(t)
  signedIn(await browser.signIn('corp'))

  await provider.rotate('b')
  clock.ahead += 3 // the rest between two reads is over, so that the test does not wait
  provider.faults.claims = { iat: provider.clock.now() }
  const completed = await browser.signIn('corp')

  assert.equal(completed.kind, 'signed_in')
  assert.equal(reads(provider, '/jwks'), 2)
})

test('a token whose key the identity provider never had is refused', async (t) => {
  const { browser, provider, clock } = await signInWorld(t)
  signedIn(await browser.signIn('corp'))
  clock.ahead += 3
  provider.faults.header = { kid: 'nobody-knows' }

  const { reason } = refused(await browser.signIn('corp'))

  assert.equal(reason, 'token_refused')
})

test('keys that cannot be read are an outage, and never a bad token', async (t) => {
  const { browser, provider } = await signInWorld(t)
  provider.faults.answers = { '/jwks': { status: 500 } }

  const completed = await browser.signIn('corp')

  assert.equal(completed.kind, 'unavailable')
})

test('clocks may be half a minute apart, either way, and no more', async (t) => {
  const kinds: string[] = []

  for (const ahead of [-25, 320, -40, 340]) {
    const { browser, provider, clock } = await signInWorld(t)
    clock.ahead = ahead
    provider.faults.claims = { auth_time: undefined }
    const completed = await browser.signIn('corp')
    kinds.push(completed.kind === 'refused' ? completed.reason : completed.kind)
  }

  assert.deepEqual(kinds, ['signed_in', 'signed_in', 'clock', 'clock'])
})

test('what was sealed with a secret that rotated out of first place still opens, and with one that is gone does not', async (t) => {
  const { browser, provider } = await signInWorld(t)
  const { upstream = '' } = signedIn(await browser.signIn('corp'))
  const next = { id: 's2', secret: new Uint8Array(32).fill(7) }
  const at = (each: typeof secrets) =>
    createIdentityProviders({ origin, secrets: each, identityProviders: [asConfigured(provider)] })

  const gone = await at([next]).recheck('corp', upstream)
  const rotated = await at([next, ...secrets]).recheck('corp', upstream)

  assert.deepEqual([gone.kind, rotated.kind], ['ended', 'active'])
  assert.ok(rotated.kind === 'active' && rotated.upstream.startsWith('s2.'))
})

test('what was kept of one identity provider is nothing to another', async (t) => {
  const { browser, provider } = await signInWorld(t)
  const { upstream = '' } = signedIn(await browser.signIn('corp'))
  const other = createIdentityProviders({
    origin,
    secrets,
    identityProviders: [asConfigured(provider, { id: 'other' })],
  })

  const rechecked = await other.recheck('other', upstream)

  assert.equal(rechecked.kind, 'ended')
})

test('asked again, an identity provider that answers for somebody else ends it', async (t) => {
  const { browser, provider, identityProviders } = await signInWorld(t)
  const { upstream = '' } = signedIn(await browser.signIn('corp'))
  Object.assign(provider.person, { sub: 'somebody-else' })

  const rechecked = await identityProviders.recheck('corp', upstream)

  assert.equal(rechecked.kind, 'ended')
})

test('asked again, a client that is refused ends nobody: its operator has to look', async (t) => {
  const { browser, provider, identityProviders } = await signInWorld(t)
  const { upstream = '' } = signedIn(await browser.signIn('corp'))
  const kinds: string[] = []

  for (const error of ['invalid_client', 'unauthorized_client', 'server_error', 'invalid_grant']) {
    provider.faults.refreshError = error
    kinds.push((await identityProviders.recheck('corp', upstream)).kind)
  }

  assert.deepEqual(kinds, ['unavailable', 'unavailable', 'unavailable', 'ended'])
})

test('an outage after the refresh token was used loses nobody: what to ask by next is given all the same', async (t) => {
  const { browser, provider, identityProviders } = await signInWorld(t)
  const { upstream = '' } = signedIn(await browser.signIn('corp'))
  provider.faults.answers = { '/userinfo': { status: 503 } }

  const during = await identityProviders.recheck('corp', upstream)
  delete provider.faults.answers
  const next = during.kind === 'unavailable' ? during.upstream : undefined
  const after = await identityProviders.recheck('corp', next ?? upstream)

  assert.equal(during.kind, 'unavailable')
  assert.equal(after.kind, 'active')
})

test('no refresh token, nothing to ask again with', async (t) => {
  const { browser, provider } = await signInWorld(t, { identityProvider: { offlineAccess: false } })
  provider.faults.withoutRefreshToken = true

  const location = await browser.begin('corp')
  const { upstream } = signedIn(await browser.arrive('corp', await browser.follow(location)))

  assert.equal(location.searchParams.get('scope'), 'openid profile email')
  assert.equal(upstream, undefined)
})

test('a sign-in can begin in one process and come back to another', async (t) => {
  const { browser, provider } = await signInWorld(t)
  const callback = await browser.follow(await browser.begin('corp'))
  const elsewhere = createBrowser(
    createIdentityProviders({ origin, secrets, identityProviders: [asConfigured(provider)] }),
  )
  for (const [name, value] of browser.cookies) elsewhere.cookies.set(name, value)

  const completed = await elsewhere.arrive('corp', callback)

  assert.equal(completed.kind, 'signed_in')
})

function reads({ asked }: PlayedProvider, path: string): number {
  return asked.filter((each) => each.path === path).length
}
