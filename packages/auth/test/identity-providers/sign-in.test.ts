import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signedIn, signInWorld } from './world.ts'

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
