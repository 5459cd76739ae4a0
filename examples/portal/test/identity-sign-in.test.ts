import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Browser } from './browser.ts'
import { callTool, registerClient, type Tokens } from './client.ts'
import { type PlayedPerson, playIdentityProviders } from './played-identity-providers.ts'
import { startPortal } from './scene.ts'

const client = { clientId: 'folio', clientSecret: 'of-no-worth', offlineAccess: false }
const identityProviders = [
  { id: 'google', preset: 'google', ...client },
  { id: 'github', preset: 'github', ...client },
] as const

for (const [id, name] of [
  ['google', 'Google'],
  ['github', 'GitHub'],
] as const)
  test(`a client is let in by somebody who signs in with ${name}, who is the same person each time`, async (t) => {
    const played = playIdentityProviders()
    const { origin } = await startPortal(t, () => ({ identityProviders, fetch: played.fetch }))
    const grace: PlayedPerson = { subject: '4711', userName: 'grace' }
    const browser = new Browser(origin)
    const registered = await registerClient(origin)

    const toSignIn = await browser.get(registered.authorizationUrl())
    const page = await (await browser.get(toSignIn.headers.get('location') ?? '')).text()
    const [, link = ''] = new RegExp(`href="(/sign-in/${id}[^"]*)">Sign in with ${name}`).exec(page) ?? []
    const out = await browser.get(link.replaceAll('&amp;', '&'))
    const back = await browser.get(played.answer(out.headers.get('location') ?? '', grace))
    const landed = await browser.allow(back.headers.get('location') ?? '')
    const tokens = (await (await registered.redeem(landed.searchParams.get('code') ?? '')).json()) as Tokens
    const called = await callTool(`${origin}/mcp`, {
      name: 'whoami',
      headers: { authorization: `Bearer ${tokens.access_token}` },
    })
    const later = new Browser(origin)
    const again = await later.get(`/sign-in/${id}?to=%2Fapplications`)
    const here = await later.get(played.answer(again.headers.get('location') ?? '', grace))

    assert.match(await called.text(), /You are grace/)
    assert.equal(here.headers.get('location'), '/applications')
    assert.match(await (await later.get('/applications')).text(), /portfolio:read/)
  })

test('whoever calls themselves as somebody here does elsewhere is another person', async (t) => {
  const played = playIdentityProviders()
  const { origin } = await startPortal(t, () => ({ identityProviders, fetch: played.fetch }))
  const browser = new Browser(origin)

  const out = await browser.get('/sign-in/google')
  await browser.get(played.answer(out.headers.get('location') ?? '', { subject: '666', userName: 'ada' }))
  const page = await (await browser.get('/')).text()

  assert.match(page, /Signed in as <bdi>ada-2<\/bdi>/)
  assert.match(page, /You hold nothing yet/)
})

test('an answer counts in the browser alone that began, and once', async (t) => {
  const played = playIdentityProviders()
  const { origin } = await startPortal(t, () => ({ identityProviders, fetch: played.fetch }))
  const [attacker, victim] = [new Browser(origin), new Browser(origin)]
  const out = await attacker.get('/sign-in/google')
  const callback = played.answer(out.headers.get('location') ?? '', { subject: '666', userName: 'mallory' })

  const elsewhere = await victim.get(callback)
  const inTheirs = await attacker.get(callback)
  const twice = await attacker.get(callback)

  assert.equal(elsewhere.status, 403)
  assert.equal(victim.cookie, '')
  assert.deepEqual([inTheirs.status, twice.status], [303, 403])
})

test('where an identity provider is down people read so, and may sign in otherwise', async (t) => {
  const { origin } = await startPortal(t, () => ({
    identityProviders,
    fetch: async () => new Response(undefined, { status: 500 }),
  }))

  const answer = await new Browser(origin).get('/sign-in/google')

  assert.equal(answer.status, 503)
  assert.match(await answer.text(), /does not answer|Back to sign-in/)
})
