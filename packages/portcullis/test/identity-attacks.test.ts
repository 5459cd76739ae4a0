import assert from 'node:assert/strict'
import { test } from 'node:test'
import { issueLink } from '../src/accounts/links.ts'
import { createToken, listTokens } from '../src/administration/tokens.ts'
import { identitySite, origin, password, post, wayOut } from './identity-site.ts'

test('login CSRF: the callback of a sign-in that another browser began signs nobody in', async (t) => {
  const site = await identitySite(t)
  const eve = site.person()
  const callback = await site.callbackAfter(await site.press(eve))
  const victim = site.person()

  const answer = await victim.open(callback)

  assert.equal(answer.status, 403)
  assert.equal(victim.cookies, '')
  assert.deepEqual(await site.accountNames(), [])
  assert.equal((await eve.open(callback)).status, 303) // it is still good to whoever began it
})

test('a callback is good once', async (t) => {
  const site = await identitySite(t)
  const ada = site.person()
  const callback = await site.callbackAfter(await site.press(ada))
  await ada.open(callback)
  const cookie = ada.cookies

  const answer = await ada.open(callback)

  assert.equal(answer.status, 403)
  assert.equal(ada.cookies, cookie)
  assert.equal(site.told('signed_in').length, 1)
})

test('a code of another sign-in, put into the callback of one’s own, signs nobody in', async (t) => {
  const site = await identitySite(t)
  const ofVictim = new URL(await site.callbackAfter(await site.press(site.person())))
  const eve = site.person()
  const own = new URL(await site.callbackAfter(await site.press(eve)))
  own.searchParams.set('code', ofVictim.searchParams.get('code') ?? '')

  const answer = await eve.open(own.href)

  assert.equal(answer.status, 403)
  assert.equal(eve.cookies, '')
  assert.deepEqual(await site.accountNames(), [])
})

test('mix-up: the answer of one identity provider at the callback of another signs nobody in', async (t) => {
  const site = await identitySite(t, { second: {} })
  const ada = site.person()
  const callback = new URL(await site.callbackAfter(await site.press(ada)))
  callback.pathname = '/account/callback/other'

  const answer = await ada.open(callback.href)

  assert.equal(answer.status, 403)
  assert.deepEqual(await site.accountNames(), [])
})

test('session fixation: the session that a browser had before is over, and the new one has another cookie', async (t) => {
  const site = await identitySite(t)
  const eve = await site.withPassword('eve')
  const planted = eve.cookies
  const victim = site.person()
  const callback = await site.callbackAfter(await site.press(victim))

  const answer = await site.send(callback, { headers: { cookie: `${planted}; ${victim.cookies}` } })

  assert.equal(answer.status, 303)
  assert.ok(!answer.headers.getSetCookie().some((cookie) => cookie.startsWith(`${planted};`)))
  assert.equal((await eve.open('/account')).headers.get('location'), '/account/sign-in')
})

for (const [what, headers] of [
  ['of another site', { origin: 'https://evil.example' }],
  ['of another site, said by Sec-Fetch-Site alone', { 'sec-fetch-site': 'cross-site' }],
  ['of nobody', {}],
] as [string, Record<string, string>][])
  for (const path of ['/account/sign-in-with', '/account/identities'])
    test(`a form ${what} does nothing at ${path}`, async (t) => {
      const site = await identitySite(t)
      const ada = site.person()
      await site.signIn(ada)
      const cookie = ada.cookies

      const answer = await post(ada, path, { with: 'corp', for: 'link', return_to: '/account' }, headers)

      assert.equal(answer.status, 403)
      assert.equal(ada.cookies, cookie)
      assert.equal(site.told('foreign_form_refused').length, 1)
    })

for (const target of [
  'https://evil.example/authorize',
  '//evil.example/account',
  '/\\evil.example',
  '/account/sign-out',
  'javascript:alert(1)',
])
  test(`open redirect: a sign-in that is to lead to ${target} leads to the account page, also after a refusal`, async (t) => {
    const site = await identitySite(t)

    const entered = await site.signIn(site.person(), { return_to: target })
    Object.assign(site.corp.person, { sub: 'u-9' })
    site.trusted.get('corp') && Object.assign(site.trusted.get('corp') ?? {}, { admission: { groups: ['nobody'] } })
    const refused = await (await site.signIn(site.person(), { return_to: target })).text()

    assert.equal(entered.headers.get('location'), '/account/continue?return_to=%2Faccount')
    assert.ok(!refused.includes('evil.example'))
    assert.match(refused, /name="return_to" value="\/account"/)
  })

test('open redirect: where a sign-in leads is looked at on the way back, too, whatever was sealed', async (t) => {
  const site = await identitySite(t)
  const ada = site.person()
  const began = await site.providers.begin('corp', { returnTo: 'https://evil.example/' })
  assert.equal(began.kind, 'redirect')
  if (began.kind !== 'redirect') return
  const [cookie = ''] = (began.setCookies[0] ?? '').split(';')
  const sent = await fetch(began.location, { redirect: 'manual' })

  const answer = await site.send(sent.headers.get('location') ?? '', { headers: { cookie } })

  assert.equal(answer.headers.get('location'), '/account/continue?return_to=%2Faccount')
  assert.equal(ada.cookies, '')
})

test('open redirect: a sign-in that cannot begin leads nowhere else when there is no way out', async (t) => {
  const site = await identitySite(t)
  site.corp.faults.answers = { '/.well-known/openid-configuration': { status: 502, body: 'no' } }

  const page = await (await site.press(site.person(), { return_to: 'https://evil.example/authorize' })).text()

  assert.ok(!page.includes('evil.example'))
})

test('an invitation is no owner link, and neither is a link for a new password', async (t) => {
  const site = await identitySite(t)
  const token = await site.link('invitation')

  const pressed = await site.press(site.person(), { for: 'owner', token })

  assert.equal(pressed.headers.get('location'), '/account/welcome?token=')
})

test('an unverified address, and a verified one without the word of the operator, opens nobody’s account', async (t) => {
  const site = await identitySite(t, { second: { linksByEmail: true } })
  await site.withPassword('ada@corp.example')
  Object.assign(site.corp.person, { preferred_username: 'ada@corp.example' })
  Object.assign(site.other.person, { preferred_username: 'ada@corp.example', email_verified: false })

  await site.signIn(site.person()) // verified, of an identity provider that links nobody
  await site.signIn(site.person(), { with: 'other' }) // unverified, of one that does

  assert.deepEqual(await site.accountNames(), ['ada', 'ada@corp.example', 'ada@corp.example-2'])
  assert.equal((await site.accountOf('ada@corp.example')).value.identities, undefined)
})

test('a verified address opens the account of that name where the operator says so, and whoever made it and waits in it is out', async (t) => {
  const site = await identitySite(t, { corp: { linksByEmail: true } })
  const eve = await site.withPassword('ada@corp.example') // she has an invitation, and chose a name that is another’s address
  const account = await site.accountOf('ada@corp.example')
  const passkey = {
    accountId: account.id,
    name: 'Hers',
    credentialId: 'c',
    publicKey: 'p',
    counter: 0,
    transports: [],
    isBackedUp: false,
    createdAt: 1,
  }
  await site.store.commit([
    { kind: 'passkey', id: 'p1', version: 'absent', value: passkey, index: { account: account.id } },
  ])
  const ada = site.person()

  const answer = await site.signIn(ada)

  assert.equal(answer.status, 303)
  const linked = await site.accountOf('ada@corp.example')
  assert.equal(linked.id, account.id)
  assert.equal(linked.value.password, undefined)
  assert.deepEqual(await site.store.list('passkey', 'account', linked.id), [])
  assert.equal((await eve.open('/account')).headers.get('location'), '/account/sign-in')
  const attempt = await post(eve, '/account/sign-in', {
    user_name: 'ada@corp.example',
    password: 'four quiet words here',
  })
  assert.equal(attempt.status, 422)
  assert.deepEqual(
    site.told('identity_linked').map(({ byEmail }) => byEmail),
    [true],
  )
})

test('a link for a new password that whoever made the account still has opens it no more once a verified address does', async (t) => {
  const site = await identitySite(t, { corp: { linksByEmail: true } })
  await site.withPassword('ada@corp.example')
  const { id: accountId } = await site.accountOf('ada@corp.example')
  const { token } = await issueLink({ store: site.store, now: () => site.clock.now }, { purpose: 'reset', accountId })
  await site.signIn(site.person())

  const answer = await post(site.person(), '/account/reset', { token, password, again: password })

  assert.equal(answer.status, 410)
  assert.equal((await site.accountOf('ada@corp.example')).value.password, undefined)
})

test('what whoever made the account made in its name lets nobody in any more once a verified address opens it', async (t) => {
  const site = await identitySite(t, { corp: { linksByEmail: true } })
  await site.withPassword('ada@corp.example')
  const { id: madeBy } = await site.accountOf('ada@corp.example')
  const now = () => site.clock.now
  const { token } = await issueLink({ store: site.store, now }, { purpose: 'invitation', madeBy })
  const by = { kind: 'account', accountId: madeBy, userName: 'ada@corp.example' } as const
  const eve = { store: site.store, now, administrator: { role: 'operator', by } } as const
  await createToken(eve, { name: 'later', role: 'operator', lifetime: 86_400 })

  await site.signIn(site.person())
  const answer = await post(site.person(), '/account/invitation', {
    token,
    user_name: 'eve',
    password,
    again: password,
  })

  assert.equal(answer.status, 410)
  assert.deepEqual(await listTokens(eve), [])
})

test('an account that a verified address opens lets nobody in by the address that whoever made it gave it', async (t) => {
  const site = await identitySite(t, { corp: { linksByEmail: true } })
  await site.withPassword('ada@corp.example')
  const { id, version, value } = await site.accountOf('ada@corp.example')
  const email = 'eve@evil.example'
  await site.store.commit([
    { kind: 'account', id, version, value: { ...value, email }, index: { all: 'all' } },
    { kind: 'emailAddress', id: email, version: 'absent', value: { accountId: id } },
  ])

  await site.signIn(site.person())

  assert.equal((await site.accountOf('ada@corp.example')).value.email, undefined)
  assert.equal(await site.store.get('emailAddress', email), undefined)
})

for (const [what, prepare] of [
  ['the owner’s', 'owner'],
  ['one that is disabled', 'disabled'],
  ['one that an identity opens already', 'linked'],
] as const)
  test(`a verified address never opens ${what}`, async (t) => {
    const site = await identitySite(t, { corp: { linksByEmail: true }, second: { linksByEmail: true } })
    Object.assign(site.other.person, { preferred_username: 'ada@corp.example' })
    if (prepare === 'linked') await site.signIn(site.person(), { with: 'other' })
    else await site.withPassword('ada@corp.example', prepare === 'owner' ? 'owner' : 'invitation')
    const name = 'ada@corp.example'
    if (prepare === 'disabled') {
      const { id, version, value } = await site.accountOf(name)
      await site.store.commit([
        { kind: 'account', id, version, value: { ...value, disabledAt: 1 }, index: { all: 'all' } },
      ])
    }
    const before = await site.accountOf(name)

    await site.signIn(site.person())

    assert.deepEqual((await site.accountOf(name)).value, before.value)
  })

test('linking CSRF: a further identity opens an account only where that very session asked for it, lately', async (t) => {
  const site = await identitySite(t)
  const ada = await site.withPassword('ada.own')
  const toEve = await site.callbackAfter(await site.press(ada, { for: 'link' }))
  const other = await site.withPassword('bob') // the same browser, in which somebody else has signed in meanwhile
  const transaction = ada.cookies
    .split('; ')
    .filter((cookie) => cookie.includes('sign-in'))
    .join('; ')

  const foreign = await site.send(toEve, { headers: { cookie: `${other.cookies}; ${transaction}` } })
  const toNobody = await site.callbackAfter(await site.press(ada, { for: 'link' }))
  const kept = ada.cookies
    .split('; ')
    .filter((cookie) => cookie.includes('sign-in'))
    .join('; ')
  const signedOut = await site.send(toNobody, { headers: { cookie: kept } })

  assert.equal(foreign.status, 403)
  assert.equal(signedOut.status, 403)
  assert.deepEqual(
    site.told('identity_refused').map(({ reason }) => reason),
    ['foreign_session', 'foreign_session'],
  )
  assert.equal((await site.accountOf('bob')).value.identities, undefined)
  assert.equal((await site.accountOf('ada.own')).value.identities, undefined)
})

test('whoever finds a browser signed in adds no identity and takes none away: that wants a fresh sign-in', async (t) => {
  const site = await identitySite(t)
  const ada = await site.withPassword('ada.own')
  await site.signIn(ada, { for: 'link' })
  const [identity = ''] = (await site.accountOf('ada.own')).value.identities ?? []
  site.clock.now += 601

  const page = await ada.open('/account/identities')
  const added = await site.press(ada, { for: 'link' })
  const taken = await post(ada, '/account/identities', { identity })

  for (const answer of [page, added, taken])
    assert.equal(answer.headers.get('location'), '/account/confirm?return_to=%2Faccount%2Fidentities')
  assert.deepEqual((await site.accountOf('ada.own')).value.identities, [identity])
})

test('where the identity provider does not say when somebody signed in there, a way there and back proves nothing: no identity is added or removed', async (t) => {
  const site = await identitySite(t)
  site.corp.faults.claims = { auth_time: undefined }
  const ada = site.person()
  await site.signIn(ada)
  const before = (await site.accountOf('ada')).value.identities ?? []

  const answers = [
    await ada.open('/account/identities'),
    await site.press(ada, { for: 'link' }),
    await post(ada, '/account/identities', { identity: before[0] ?? '' }),
  ]
  const confirm = await ada.open('/account/confirm?return_to=%2Faccount%2Fidentities')

  for (const answer of answers)
    assert.equal(answer.headers.get('location'), '/account/confirm?return_to=%2Faccount%2Fidentities')
  assert.equal(confirm.status, 403)
  assert.match(await confirm.text(), /does not say when you proved who you are/)
  assert.deepEqual((await site.accountOf('ada')).value.identities, before)
})

test('an identity that opens one account is not taken over by another', async (t) => {
  const site = await identitySite(t)
  await site.signIn(site.person())
  const eve = await site.withPassword('eve')

  const answer = await site.signIn(eve, { for: 'link' })

  assert.equal(answer.status, 403)
  assert.match(await answer.text(), /opens another account here already/)
  assert.equal((await site.accountOf('eve')).value.identities, undefined)
})

test('a person’s identity of one identity provider is nobody’s at another that uses the same subject', async (t) => {
  const site = await identitySite(t, { second: {} })
  await site.signIn(site.person())

  await site.signIn(site.person(), { with: 'other' })

  assert.deepEqual(await site.accountNames(), ['ada', 'ada-2'])
})

test('what an identity provider says is text on every page', async (t) => {
  const site = await identitySite(t)
  const markup = '<script>alert(1)</script>'
  Object.assign(site.corp.person, { sub: markup, preferred_username: markup, name: markup, email: markup })
  const ada = site.person()
  await site.signIn(ada)

  const pages = [await (await ada.open('/account')).text(), await (await ada.open('/account/identities')).text()]

  for (const page of pages) assert.ok(!page.includes('<script'), page)
  assert.match(pages[1] ?? '', /&lt;script&gt;/)
})

test('nobody goes out to an identity provider that is not configured, or back from one', async (t) => {
  const site = await identitySite(t)

  const out = await site.press(site.person(), { with: 'evil' })
  const back = await site.person().open('/account/callback/evil?code=x&state=y')

  assert.equal(out.status, 400)
  assert.equal(back.status, 404)
  assert.ok(await wayOut(await site.press(site.person())).then(({ origin: at }) => at !== origin))
})
