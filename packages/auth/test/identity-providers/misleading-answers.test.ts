import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIdentityProviders } from '@portcullis/auth/identity-providers'
import { playProvider } from './played-provider.ts'
import { asConfigured, origin, secrets, signInWorld } from './world.ts'

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

test('answers without end are read to a bound, and those that do not come are not waited for', {
  timeout: 30_000,
}, async (t) => {
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
