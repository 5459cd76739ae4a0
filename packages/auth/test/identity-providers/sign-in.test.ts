import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIdentityProviders, type IdentityProviderOptions } from '@portcullis/auth/identity-providers'
import { createBrowser } from './browser.ts'
import { playProvider } from './played-provider.ts'
import { origin, secrets, signedIn, signInWorld } from './world.ts'

test('a person signs in by authorization code with PKCE S256, state and nonce, and comes back with what the sign-in was for', async (t) => {
  const { provider, browser } = await signInWorld(t)

  const location = await browser.begin('corp', {
    returnTo: '/authorize?client_id=c',
    purpose: 'link',
    loginHint: 'ada@corp.example',
  })
  const completed = signedIn(await browser.arrive('corp', await browser.follow(location)))

  const { searchParams: query } = location
  assert.equal(query.get('response_type'), 'code')
  assert.equal(query.get('code_challenge_method'), 'S256')
  assert.equal(query.get('redirect_uri'), 'https://gate.example/account/callback/corp')
  assert.equal(query.get('scope'), 'openid profile email offline_access')
  assert.equal(query.get('login_hint'), 'ada@corp.example')
  assert.ok(!query.has('resource'))
  const { identity, returnTo, purpose } = completed
  assert.deepEqual([returnTo, purpose], ['/authorize?client_id=c', 'link'])
  assert.deepEqual(
    [identity.issuer, identity.subject, identity.userName, identity.name, identity.email, identity.groups],
    [
      provider.issuer,
      'u-7',
      'ada',
      'Ada Lovelace',
      { address: 'ada@corp.example', isVerified: true },
      ['staff', 'engineering'],
    ],
  )
  assert.ok(identity.isAuthTimeProved)
  assert.equal(browser.cookies.size, 0)
})

test('an identity provider is asked again: groups that changed, then that the person is gone, then that it is down', async (t) => {
  const { provider, browser, identityProviders } = await signInWorld(t)
  const { upstream = '' } = signedIn(await browser.signIn('corp'))

  Object.assign(provider.person, { groups: ['staff'] })
  const changed = await identityProviders.recheck('corp', upstream)
  assert.equal(changed.kind, 'active')
  if (changed.kind !== 'active') return
  assert.deepEqual(changed.identity.groups, ['staff'])

  provider.faults.answers = { '/token': { status: 503, body: 'sorry' } }
  const down = await identityProviders.recheck('corp', changed.upstream)
  assert.equal(down.kind, 'unavailable')

  provider.faults.answers = {}
  provider.faults.refreshError = 'invalid_grant'
  const gone = await identityProviders.recheck('corp', changed.upstream)
  assert.equal(gone.kind, 'ended')
})

test('where an identity provider wants requests pushed, they are: the address has nothing that could be changed (RFC 9126)', async (t) => {
  const { provider, browser } = await signInWorld(t)
  const endpoint = `${provider.issuer}/par`
  provider.faults.metadata = {
    require_pushed_authorization_requests: true,
    pushed_authorization_request_endpoint: endpoint,
  }

  const location = await browser.begin('corp', { again: true })
  provider.faults.claims = { auth_time: provider.clock.now() }
  const completed = await browser.arrive('corp', await browser.follow(location))

  assert.deepEqual([...location.searchParams.keys()], ['client_id', 'request_uri'])
  assert.equal(provider.asked.find(({ path }) => path === '/par')?.body.get('prompt'), 'login')
  assert.equal(completed.kind, 'signed_in')
})

const secretWays: readonly (readonly [
  string,
  readonly string[] | undefined,
  Partial<IdentityProviderOptions>,
  unknown,
])[] = [
  ['by basic authentication where nothing is said', undefined, {}, [`Basic ${btoa('portcullis:hush')}`, null]],
  ['in the form where that alone is offered', ['client_secret_post'], {}, [undefined, 'hush']],
  ['as the options say', undefined, { clientAuthentication: 'client_secret_post' }, [undefined, 'hush']],
]

for (const [name, offered, options, expected] of secretWays)
  test(`the secret is shown ${name}`, async (t) => {
    const { provider, browser } = await signInWorld(t, { identityProvider: options })
    if (offered !== undefined) provider.faults.metadata = { token_endpoint_auth_methods_supported: offered }

    signedIn(await browser.signIn('corp'))

    const asked = provider.asked.find(({ path }) => path === '/token')
    assert.deepEqual([asked?.authorization, asked?.body.get('client_secret')], expected)
  })

test('a client without a secret is bound by PKCE alone', async (t) => {
  const provider = await playProvider()
  t.after(provider.close)
  const { issuer, clientId } = provider
  const identityProviders = createIdentityProviders({
    origin,
    secrets,
    identityProviders: [{ id: 'corp', preset: 'oidc', issuer, clientId }],
  })

  signedIn(await createBrowser(identityProviders).signIn('corp'))

  const asked = provider.asked.find(({ path }) => path === '/token')
  assert.deepEqual(
    [asked?.authorization, asked?.body.get('client_id'), asked?.body.has('client_secret')],
    [undefined, clientId, false],
  )
})
