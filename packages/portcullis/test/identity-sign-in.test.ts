import assert from 'node:assert/strict'
import { test } from 'node:test'
import { identitySite, password, post, wayOut } from './identity-site.ts'

test('whoever signs in for the first time has an account at once, and the same one ever after', async (t) => {
  const site = await identitySite(t)
  const ada = site.person()

  const page = await (await ada.open('/account/sign-in')).text()
  const first = await site.signIn(ada)
  const home = await (await ada.open('/account')).text()
  Object.assign(site.corp.person, { preferred_username: 'ada.new', email: 'new@corp.example' })
  const again = site.person()
  await site.signIn(again)

  assert.match(page, /Sign in with <bdi>Corp<\/bdi>/)
  assert.ok(page.indexOf('Corp') < page.indexOf('name="password"'))
  // Where no script runs, no heading stands without what it heads.
  assert.match(page, /data-passkey="get"[^>]* hidden><h2>Or with a passkey<\/h2>/)
  assert.equal(first.headers.get('location'), '/account/continue?return_to=%2Faccount')
  assert.match(home, /Hello, <bdi>ada<\/bdi>/)
  assert.match(await (await again.open('/account')).text(), /Hello, <bdi>ada<\/bdi>/)
  assert.deepEqual(await site.accountNames(), ['ada'])
  assert.deepEqual(
    site.events.map(({ type }) => type).filter((type) => type !== 'signing_key_published'),
    ['account_created', 'signed_in', 'signed_in'],
  )
})

test('the button leads on by a page, which Chromium holds against no policy of the form', async (t) => {
  const site = await identitySite(t)

  const answer = await site.press(site.person(), { login_hint: 'ada@corp.example', select: '1' })

  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('content-security-policy') ?? '', /form-action 'none'/)
  const { origin: at, searchParams } = await wayOut(answer)
  assert.equal(at, site.corp.issuer)
  assert.equal(searchParams.get('login_hint'), 'ada@corp.example')
  assert.equal(searchParams.get('prompt'), 'select_account')
})

test('a name that is taken gets a number, and nobody is called by an address that is not verified', async (t) => {
  const site = await identitySite(t)
  await site.withPassword('ada')
  const named = async (sub: string, claims: Record<string, unknown>) => {
    Object.assign(site.corp.person, {
      sub,
      preferred_username: undefined,
      email: undefined,
      name: undefined,
      ...claims,
    })
    await site.signIn(site.person())
  }

  await named('1', { preferred_username: 'Ada' })
  await named('2', { preferred_username: 'boss@corp.example', email: 'boss@corp.example', email_verified: false })
  await named('3', { email: 'eve@corp.example', email_verified: true })
  await named('4', { name: 'Grace  Hopper' })
  await named('5', { name: '王' })

  assert.deepEqual(await site.accountNames(), ['Ada-2', 'Grace.Hopper', 'ada', 'boss', 'eve@corp.example', 'user'])
})

test('whoever the rules do not let in reads which rule it was and whom to ask, and has no account', async (t) => {
  const site = await identitySite(t, {
    corp: { admission: { domains: ['corp.example'], groups: ['mcp users'] }, contact: 'it@corp.example' },
  })
  const ada = site.person()

  const answer = await site.signIn(ada, { return_to: '/device?user_code=BCDF-GHJK' })
  const page = await answer.text()

  assert.equal(answer.status, 403)
  assert.match(page, /Only people in the group &quot;mcp users&quot; may come in\./)
  assert.match(page, /<a href="mailto:it@corp\.example">/)
  assert.match(page, /Try another account with <bdi>Corp/)
  assert.match(page, /name="return_to" value="\/device\?user_code=BCDF-GHJK"/)
  assert.equal(ada.cookies, '')
  assert.deepEqual(await site.accountNames(), [])
  const [told] = site.told('identity_refused')
  assert.deepEqual(told, {
    type: 'identity_refused',
    identityProvider: 'corp',
    reason: 'not_admitted',
    detail: 'Only people in the group "mcp users" may come in.',
    issuer: site.corp.issuer,
    subject: 'u-7',
  })
})

test('whoever is let in no more is kept out at the next sign-in, account or not', async (t) => {
  const site = await identitySite(t, { corp: { admission: { groups: ['staff'] } } })
  await site.signIn(site.person())
  Object.assign(site.corp.person, { groups: [] })
  const ada = site.person()

  const answer = await site.signIn(ada)

  assert.equal(answer.status, 403)
  assert.equal(ada.cookies, '')
})

test('a disabled account stays shut for the identity that opens it', async (t) => {
  const site = await identitySite(t)
  await site.signIn(site.person())
  const account = await site.accountOf('ada')
  await site.store.commit([
    {
      kind: 'account',
      id: account.id,
      version: account.version,
      value: { ...account.value, disabledAt: 1 },
      index: { all: 'all' },
    },
  ])
  const ada = site.person()

  const answer = await site.signIn(ada)

  assert.equal(answer.status, 403)
  assert.match(await answer.text(), /This account is disabled/)
  assert.equal(ada.cookies, '')
})

test('an identity provider that is down is said to be, with 503, and where the person was going is not lost', async (t) => {
  const site = await identitySite(t)
  site.corp.faults.answers = { '/.well-known/openid-configuration': { status: 502, body: 'Bad gateway' } }

  const answer = await site.press(site.person(), { return_to: '/device?user_code=BCDF-GHJK' })
  const page = await answer.text()
  site.corp.faults.answers = {}

  assert.equal(answer.status, 503)
  assert.match(page, /Corp does not answer/)
  assert.match(page, /This server itself is/)
  assert.match(page, /Try again with <bdi>Corp/)
  assert.doesNotMatch(page, /another account|name="select"/)
  assert.match(page, /name="return_to" value="\/device\?user_code=BCDF-GHJK"/)
  assert.equal(site.told('identity_provider_unavailable').length, 1)
})

test('one that goes down in the middle of a sign-in is the same page, and the browser is not signed in', async (t) => {
  const site = await identitySite(t)
  const ada = site.person()
  const callback = await site.callbackAfter(await site.press(ada))
  site.corp.faults.answers = { '/token': { status: 503, body: 'later' } }

  const answer = await ada.open(callback)

  assert.equal(answer.status, 503)
  assert.match(await answer.text(), /Corp does not answer/)
  assert.equal(ada.cookies, '')
})

for (const [when, answers] of [
  ['on the way out', { '/.well-known/openid-configuration': { status: 502 } }],
  ['on the way back', { '/token': { status: 503 } }],
] as const)
  test(`whoever answers an invitation while the identity provider is down ${when} is told to open it again, and signs in without it by no button`, async (t) => {
    const site = await identitySite(t)
    site.corp.faults.answers = answers
    const token = await site.link('invitation')
    const ada = site.person()

    const first = await site.press(ada, { for: 'invitation', token })
    const last = first.status === 200 ? await ada.open(await site.callbackAfter(first)) : first
    const page = await last.text()

    assert.equal(last.status, 503)
    assert.match(page, /Corp does not answer/)
    assert.match(page, /open the link that you were given/)
    assert.doesNotMatch(page, /<form/)
  })

test('whoever comes back without having begun reads so in whole sentences, and may try again as they are', async (t) => {
  const site = await identitySite(t)

  const page = await (await site.person().open('/account/callback/corp?code=x&state=of-nobody')).text()

  assert.match(page, /<p>This browser has no such sign-in under way: [^<]*[^.]\.<\/p>/)
  assert.match(page, /Try again with <bdi>Corp/)
  assert.doesNotMatch(page, /another account/)
})

test('by invitation alone: whoever has none is told so; whoever answers one with an identity has an account, once', async (t) => {
  const site = await identitySite(t, { corp: { newAccounts: 'invited' }, passwords: false })
  const uninvited = await site.signIn(site.person())
  const token = await site.link('invitation')
  const ada = site.person()
  const page = await (await ada.open(`/account/invitation?token=${token}`)).text()

  const made = await site.signIn(ada, { for: 'invitation', token })
  Object.assign(site.corp.person, { sub: 'u-8', preferred_username: 'eve' })
  const used = await post(site.person(), '/account/sign-in-with', { with: 'corp', for: 'invitation', token })

  assert.equal(uninvited.status, 403)
  assert.match(await uninvited.text(), /by invitation alone/)
  assert.match(page, /Sign in with <bdi>Corp/)
  assert.doesNotMatch(page, /type="password"/)
  assert.equal(made.status, 303)
  assert.equal(used.headers.get('location'), '/account/invitation?token=')
  assert.deepEqual(await site.accountNames(), ['ada'])
})

test('of two people who answer one invitation at once, one has an account', async (t) => {
  const site = await identitySite(t, { corp: { newAccounts: 'invited' } })
  const token = await site.link('invitation')
  const [first, second] = [site.person(), site.person()]
  const toFirst = await site.callbackAfter(await site.press(first, { for: 'invitation', token }))
  const toSecond = await site.callbackAfter(await site.press(second, { for: 'invitation', token }))

  const made = await first.open(toFirst)
  Object.assign(site.corp.person, { sub: 'u-8', preferred_username: 'eve' })
  const late = await second.open(toSecond)

  assert.equal(made.status, 303)
  assert.equal(late.status, 403)
  assert.match(await late.text(), /does not work any more/)
  assert.deepEqual(await site.accountNames(), ['ada'])
})

test('the owner link is answered with an identity, by somebody new or by somebody who has an account, and makes one owner', async (t) => {
  const site = await identitySite(t, { passwords: false })
  const [first, second] = [await site.link('owner'), await site.link('owner')]
  await site.signIn(site.person())

  const gone = await site.press(site.person(), { for: 'owner', token: first })
  const owner = await site.signIn(site.person(), { for: 'owner', token: second })

  assert.equal(gone.headers.get('location'), '/account/welcome?token=')
  assert.equal(owner.status, 303)
  assert.equal((await site.accountOf('ada')).value.role, 'owner')
  assert.deepEqual(await site.accountNames(), ['ada'])
})

test('without passwords none is taken, set or asked for', async (t) => {
  const site = await identitySite(t, { passwords: false })
  const token = await site.link('invitation')
  const person = site.person()

  const signIn = await post(person, '/account/sign-in', { user_name: 'ada', password })
  await post(person, '/account/invitation', { token, user_name: 'eve', password, again: password })

  assert.equal(signIn.status, 403)
  assert.doesNotMatch(await (await person.open('/account/sign-in')).text(), /type="password"/)
  assert.deepEqual(await site.accountNames(), [])
})

test('where there is one way alone, a browser that a client sent goes on at once; one that came by itself, signed out or was refused chooses', async (t) => {
  const site = await identitySite(t, { passwords: false, corp: { admission: { groups: ['nobody'] } } })
  const returnTo = '/authorize?client_id=c1'

  const sent = await site
    .person()
    .open(`/account/sign-in?${new URLSearchParams({ return_to: returnTo, login_hint: 'ada' })}`)
  const refused = site.person()
  const refusal = await (await site.signIn(refused, { return_to: returnTo })).text()
  const [, all = ''] = /<a href="(\/account\/sign-in[^"]*)">All ways/.exec(refusal) ?? []
  const chosen = await refused.open(all.replaceAll('&amp;', '&'))

  assert.equal(sent.status, 303)
  assert.equal((await wayOut(sent)).origin, site.corp.issuer)
  assert.equal((await wayOut(sent)).searchParams.get('login_hint'), 'ada')
  assert.equal(chosen.status, 200)
  assert.equal((await site.person().open('/account/sign-in')).status, 200)
})

test('a client that wants a fresh sign-in gets one: the identity provider asks again, and its time is the time of the session', async (t) => {
  const site = await identitySite(t, { passwords: false })
  const ada = site.person()
  await site.signIn(ada)
  const session = async () => (await site.store.list('session', 'account', (await site.accountOf('ada')).id)).at(-1)
  const before = (await session())?.value.authTime
  site.clock.now += 600

  const sent = await ada.open(
    `/account/sign-in?${new URLSearchParams({ return_to: '/authorize?client_id=c1', again: '1' })}`,
  )
  const { searchParams } = await wayOut(sent.clone())
  const stale = site.person()
  site.corp.faults.claims = { auth_time: site.clock.now - 3600 }
  const refused = await site.signIn(stale, { again: '1' })
  site.corp.faults.claims = { auth_time: site.clock.now - 2 }
  const fresh = await ada.open(await site.callbackAfter(sent))

  assert.equal(before, 1_800_000_000 - 60) // as the identity provider said
  assert.equal(searchParams.get('prompt'), 'login')
  assert.equal(searchParams.get('max_age'), '0')
  assert.equal(refused.status, 403)
  assert.match(await refused.text(), /did not ask you to sign in anew/)
  assert.equal(fresh.status, 303)
  assert.ok(
    (await site.store.list('session', 'account', (await site.accountOf('ada')).id)).some(
      ({ value }) => value.authTime === site.clock.now,
    ),
  )
})

test('a session lives its time though the person had signed in at the identity provider long before', async (t) => {
  const site = await identitySite(t)
  site.corp.faults.claims = { auth_time: 1_800_000_000 - 100 * 86_400 }
  const ada = site.person()

  await site.signIn(ada)

  assert.match(await (await ada.open('/account')).text(), /Hello/)
})

test('law 11: no event and no page shows a code, a state, a token or a secret', async (t) => {
  const site = await identitySite(t, { corp: { admission: { groups: ['nobody'] } } })
  const ada = site.person()
  const callback = new URL(await site.callbackAfter(await site.press(ada)))

  const page = await (await ada.open(callback.href)).text()
  await site.person().open(callback.href)

  const told = JSON.stringify(site.events)
  assert.equal(site.told('identity_refused').length, 2)
  for (const secret of [
    callback.searchParams.get('code') ?? '',
    callback.searchParams.get('state') ?? '',
    'at-1',
    'hush',
  ])
    for (const text of [told, page]) assert.ok(!text.includes(secret), secret)
})
