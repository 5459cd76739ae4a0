import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Connection, newSite, origin, password } from '../../test/pages-site.ts'
import { updateAccount } from '../accounts/accounts.ts'
import { issueLink } from '../accounts/links.ts'

test('the owner link makes the first account once, signs its browser in, and works no more', async () => {
  const site = await newSite()
  const token = await site.link('owner')
  const browser = site.browser()

  const shown = await browser.get(`/account/welcome?token=${token}`)
  const made = await browser.post('/account/welcome', { token, user_name: 'Ada', password, again: password })
  const again = await site.browser().post('/account/welcome', { token, user_name: 'Eve', password, again: password })

  assert.equal(shown.status, 200)
  assert.equal(made.status, 303)
  assert.equal(made.headers.get('location'), '/account/continue?return_to=%2Faccount')
  assert.match(await textOf(browser.get('/account')), /Hello, <bdi>Ada<\/bdi>/)
  assert.equal(again.status, 410)
  assert.equal((await site.browser().get(`/account/welcome?token=${token}`)).status, 410)
})

test('opening a link uses nothing up, and of two people who use it at once one gets the account', async () => {
  const site = await newSite()
  const token = await site.link('owner')
  for (let visit = 0; visit < 3; visit += 1) await site.browser().get(`/account/welcome?token=${token}`)

  const answers = await Promise.all(
    ['ada', 'eve', 'bob'].map((name) =>
      site.browser().post('/account/welcome', { token, user_name: name, password, again: password }),
    ),
  )

  assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 410, 410])
  assert.equal((await site.store.list('account', 'all', 'all')).length, 1)
})

test('two owner links make one owner, and a new owner link ends the one before', async () => {
  const site = await newSite()
  const first = await site.link('owner')
  const second = await site.link('owner')

  assert.equal((await site.browser().get(`/account/welcome?token=${first}`)).status, 410)
  assert.equal((await site.browser().get(`/account/welcome?token=${second}`)).status, 200)
})

test('once there is an owner, no owner link makes another', async () => {
  const site = await newSite()
  const first = await site.link('owner')
  await site.browser().post('/account/welcome', { token: first, user_name: 'ada', password, again: password })
  const second = await site.link('owner')

  const answer = await site
    .browser()
    .post('/account/welcome', { token: second, user_name: 'eve', password, again: password })

  assert.equal(answer.status, 410)
  assert.equal((await site.store.list('account', 'all', 'all')).length, 1)
})

test('a link is worth nothing for another purpose, and nothing after its time', async () => {
  const site = await newSite()
  const invitation = await site.link('invitation')
  const owner = await site.link('owner')

  assert.equal((await site.browser().get(`/account/welcome?token=${invitation}`)).status, 410)
  assert.equal((await site.browser().get(`/account/reset?token=${invitation}`)).status, 410)
  site.clock.now += 24 * 3600
  assert.equal((await site.browser().get(`/account/welcome?token=${owner}`)).status, 410)
  assert.equal((await site.browser().get(`/account/invitation?token=${invitation}`)).status, 200)
  site.clock.now += 6 * 24 * 3600
  assert.equal((await site.browser().get(`/account/invitation?token=${invitation}`)).status, 410)
})

test('an account form that cannot stand says what is wrong beside the field, keeps the name and never the password', async () => {
  const site = await newSite()
  await site.account('ada')
  const token = await site.link('invitation')
  const cases: [Record<string, string>, RegExp][] = [
    [{ user_name: 'a', password, again: password }, /User name must have 2 to 64 characters/],
    [{ user_name: 'a b', password, again: password }, /User name may have letters/],
    [{ user_name: 'ADA', password, again: password }, /User name is taken/],
    [{ user_name: 'bob', password: 'short', again: 'short' }, /Password must have at least 10 characters/],
    [{ user_name: 'bob', password: 'x'.repeat(257), again: '' }, /Password must have at most 256/],
    [{ user_name: 'bob', password: 'aaaaaaaaaaaa', again: 'aaaaaaaaaaaa' }, /Password must have more different/],
    [{ user_name: 'bobbobbobbob', password: 'BobBobBobBob', again: 'BobBobBobBob' }, /Password must/],
    [{ user_name: 'bob', password, again: `${password}x` }, /The same password again must be the same/],
  ]

  for (const [fields, expected] of cases) {
    const response = await site.browser().post('/account/invitation', { token, ...fields })
    const text = await response.text()
    assert.equal(response.status, 422)
    assert.match(text, expected)
    assert.ok(text.includes(`value="${fields.user_name}"`))
    assert.ok(!text.includes(fields.password ?? ''))
  }
  const told = site.events.flatMap((event) => (event.type === 'request_refused' ? [event] : []))
  assert.equal(told.length, cases.length)
  assert.equal(told[0]?.detail, 'The form was not accepted: user_name must have 2 to 64 characters')
  for (const [fields] of cases) assert.ok(!JSON.stringify(told).includes(fields.password ?? ''))
  assert.equal((await site.browser().get(`/account/invitation?token=${token}`)).status, 200)
})

test('P-04 signing in sets a host-bound cookie under a new id and goes on to the authorization request', async () => {
  const site = await newSite()
  await site.account('ada')
  const browser = site.browser()
  const returnTo = '/authorize?client_id=c1&state=%26x'

  const answer = await browser.post('/account/sign-in', { user_name: ' ADA ', password, return_to: returnTo })
  const on = await browser.get(answer.headers.get('location') ?? '')

  assert.equal(answer.status, 303)
  assert.match(
    answer.headers.get('set-cookie') ?? '',
    /^__Host-portcullis=[\w-]{43}; Max-Age=7776000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  )
  assert.match(await on.text(), /<meta http-equiv="refresh" content="0; url=\/authorize\?client_id=c1&amp;state=%26x">/)
})

test('a page that says what cannot go on names the server, and leads to where it can', async () => {
  const site = await newSite()
  const token = await site.link('owner')
  await site.browser().post('/account/welcome', { token, user_name: 'ada', password, again: password })
  const cases: [string, string][] = [
    ['/account/nothing', '/account'],
    [`/account/welcome?token=${token}`, '/account/sign-in'],
    ['/account/invitation?token=x', '/account/sign-in'],
    ['/account/continue?return_to=/account', `${origin}/account/sign-in`],
  ]

  for (const [path, next] of cases) {
    const text = await textOf(site.browser().get(path))
    assert.match(text, /<bdi>Notes<\/bdi><\/p>/, path)
    assert.ok(text.includes(`<a href="${next}">`), path)
  }
})

test('a second sign-in in one browser ends the session before it', async () => {
  const site = await newSite()
  await site.account('ada')
  const browser = site.browser()
  await browser.post('/account/sign-in', { user_name: 'ada', password })
  const before = browser.cookie

  await browser.post('/account/sign-in', { user_name: 'ada', password })

  assert.notEqual(browser.cookie, before)
  assert.equal((await site.browser(before).get('/account')).status, 303)
})

test('a wrong name, a wrong password and an account without password get the same answer', async () => {
  const site = await newSite()
  await site.account('ada')

  const answers = await Promise.all(
    [
      { user_name: 'ada', password: 'not the right one' },
      { user_name: 'nobody', password },
      { user_name: 'ada' },
      { user_name: 'alice', password },
    ].map((fields) => site.browser().post('/account/sign-in', fields)),
  )

  for (const answer of answers) {
    assert.equal(answer.status, 422)
    assert.doesNotMatch(answer.headers.getSetCookie().join(), /__Host-portcullis=/)
    assert.match(await answer.text(), /The user name or the password is not right\./)
  }
})

test('law 11: the operator is told which account a refused sign-in was for, and what was typed never where there is none', async () => {
  const site = await newSite({ signInsPerAccount: 1 })
  await site.account('ada')
  const created = site.events.find((event) => event.type === 'account_created')
  const attempt = (user_name: string) => site.browser().post('/account/sign-in', { user_name, password: 'wrong wrong' })
  site.events.length = 0

  for (const typed of ['ADA', 'ada', 'my-s3cret', 'my-s3cret']) await attempt(typed)

  const ada = { accountId: created?.accountId, userName: 'ada' }
  assert.deepEqual(
    site.events,
    [{ reason: 'wrong', ...ada }, { reason: 'too_many', ...ada }, { reason: 'wrong' }, { reason: 'too_many' }].map(
      (event) => ({ type: 'sign_in_refused', clientAddress: '192.0.2.1', ...event }),
    ),
  )
})

test('law 11: the store is asked as much for a name that is wrong as for one that is right, over the limit too', async () => {
  const site = await newSite({ signInsPerAccount: 1 })
  await site.account('ada')
  const { get } = site.store
  const asked: string[] = []
  site.store.get = (kind, id) => {
    asked.push(kind)
    return get(kind, id)
  }

  const reads = []
  for (const user_name of ['ada', 'nobody', 'ada', 'nobody']) {
    await site.browser().post('/account/sign-in', { user_name, password: 'wrong wrong' })
    reads.push(asked.splice(0))
  }

  const [right, wrong, rightOver, wrongOver] = reads
  assert.deepEqual([right, rightOver], [wrong, wrongOver])
  for (const read of reads)
    assert.deepEqual(
      read.filter((kind) => kind !== 'forgivenAttempts'),
      ['userName', 'account'],
    )
})

test('attempts are limited by account and by network, whether the account exists or not, and again possible after a while', async () => {
  for (const [name, address, most] of [
    ['ada', '192.0.2.7', 3],
    ['nobody', '192.0.2.7', 3],
    [undefined, '192.0.2.7', 4],
    ['ada', undefined, 15],
    ['nobody', undefined, 15],
  ] as const) {
    const site = await newSite({ signInsPerAccount: 3, signInsPerAddress: 4 })
    await site.account('ada')
    const attempt = (at: number) =>
      site
        .browser()
        .post(
          '/account/sign-in',
          { user_name: name ?? `name${at}`, password: 'wrong wrong' },
          { clientAddress: address ?? `192.0.2.${at}` },
        )

    for (let at = 0; at < most; at += 1) assert.equal((await attempt(at)).status, 422)
    const refused = await attempt(most)

    assert.equal(refused.status, 429)
    assert.equal(refused.headers.get('retry-after'), '900')
    site.clock.now += 900
    assert.equal((await attempt(most)).status, 422)
  }
})

test('from one network nobody locks a person out of all others', async () => {
  const site = await newSite({ signInsPerAccount: 3 })
  await site.account('ada')
  const attempt = (from: string, tried: string) =>
    site.browser().post('/account/sign-in', { user_name: 'ada', password: tried }, { clientAddress: from })
  for (let at = 0; at < 100; at += 1) await attempt('192.0.2.7', 'wrong wrong')

  assert.equal((await attempt('192.0.2.7', password)).status, 429)
  assert.equal((await attempt('198.51.100.1', password)).status, 303)
})

test('only attempts that fail count: nobody is locked out by signing in often', async () => {
  const site = await newSite({ signInsPerAccount: 3, signInsPerAddress: 4 })
  await site.account('ada')
  const attempt = async (tried: string) =>
    (await site.browser().post('/account/sign-in', { user_name: 'ada', password: tried })).status

  const often = []
  for (let times = 0; times < 20; times += 1) often.push(await attempt(password))
  const mistaken = [await attempt('wrong wrong'), await attempt('wrong wrong'), await attempt(password)]
  const guessed = [await attempt('wrong wrong'), await attempt('wrong wrong'), await attempt(password)]

  assert.deepEqual(new Set(often), new Set([303]))
  assert.deepEqual(mistaken, [422, 422, 303])
  assert.deepEqual(guessed, [422, 429, 429])
})

test('signing in again and again has an end, too: each costs as much as a wrong attempt', async () => {
  const site = await newSite({ signInsPerAddress: 2 })
  await site.account('ada')

  const statuses = []
  for (let times = 0; times < 30; times += 1)
    statuses.push((await site.browser().post('/account/sign-in', { user_name: 'ada', password })).status)

  assert.equal(statuses.filter((status) => status === 303).length, 22)
  assert.equal(statuses.at(-1), 429)
})

test('an account of one’s own buys no guesses at others, neither now nor later', async () => {
  const site = await newSite({ signInsPerAddress: 3 })
  await site.account('eve')
  const signIn = async (name: string, tried: string) =>
    (await site.browser().post('/account/sign-in', { user_name: name, password: tried })).status
  const guesses = async () => {
    const statuses = []
    for (let at = 0; at < 5; at += 1)
      statuses.push(await signIn(`name${at}`, 'wrong wrong'), await signIn('eve', password))
    return statuses
  }

  const now = await guesses()
  site.clock.now += 900
  for (let times = 0; times < 20; times += 1) await signIn('eve', password)
  site.clock.now += 900
  const later = await guesses()

  for (const statuses of [now, later]) assert.equal(statuses.filter((status) => status === 422).length, 3)
})

test('guesses that are sent all at once are limited all the same', async () => {
  const site = await newSite({ signInsPerAccount: 3 })
  await site.account('ada')

  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      site.browser().post('/account/sign-in', { user_name: 'ada', password: 'wrong wrong' }),
    ),
  )

  assert.equal(answers.filter(({ status }) => status === 422).length, 3)
})

test('who is refused for too many attempts learns how long to wait, and what helps at once', async () => {
  const site = await newSite({ signInsPerAccount: 1 })
  await site.account('ada')
  await site.browser().post('/account/sign-in', { user_name: 'ada', password: 'wrong wrong' })
  site.clock.now += 290

  const answer = await site.browser().post('/account/sign-in', { user_name: 'ada', password })

  assert.equal(answer.headers.get('retry-after'), '610')
  assert.match(await answer.text(), /Wait 11 minutes.*ask whoever runs this server for a link.*portcullis users reset/)
})

test('the right password is refused too while an account is over its limit', async () => {
  const site = await newSite({ signInsPerAccount: 1 })
  await site.account('ada')
  await site.browser().post('/account/sign-in', { user_name: 'ada', password: 'wrong wrong' })

  const answer = await site.browser().post('/account/sign-in', { user_name: 'ada', password })

  assert.equal(answer.status, 429)
  assert.doesNotMatch(answer.headers.getSetCookie().join(), /__Host-portcullis=/)
})

test('when too many passwords wait, the answer is to try again, not that it was wrong', async () => {
  const site = await newSite({}, { concurrency: 1, waiting: 0 })
  await site.account('ada')

  const answers = await Promise.all(
    [1, 2, 3].map(() => site.browser().post('/account/sign-in', { user_name: 'ada', password })),
  )

  assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 503, 503])
})

test('law 1: a form is taken only from a page of our own origin', async () => {
  const site = await newSite()
  await site.account('ada')
  const fields = { user_name: 'ada', password }
  const foreign: Record<string, string>[] = [
    {},
    { origin: 'null' },
    { origin: 'https://evil.example' },
    { origin: `${origin}.evil.example` },
    { origin: 'http://mcp.example' },
    { origin, 'sec-fetch-site': 'cross-site' },
    { origin, 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { origin: 'null', 'sec-fetch-site': 'same-origin' },
  ]

  for (const headers of foreign) {
    const answer = await site.browser().post('/account/sign-in', fields, { headers })
    assert.equal(answer.status, 403, JSON.stringify(headers))
    assert.equal(answer.headers.get('set-cookie'), null)
  }
  for (const headers of [{ origin }, { 'sec-fetch-site': 'same-origin' }, { origin, 'sec-fetch-site': 'same-origin' }])
    assert.equal((await site.browser().post('/account/sign-in', fields, { headers })).status, 303)
})

test('after signing in nobody is sent to another origin or another page', async () => {
  const site = await newSite()
  await site.account('ada')
  const hostile = [
    'https://evil.example/authorize',
    '//evil.example/authorize',
    '/\\evil.example',
    '\\\\evil.example',
    '/authorize/../token',
    'javascript:alert(1)',
    '/account/sign-out',
    '/mcp',
    `/authorize?${'x'.repeat(20_000)}`,
  ]

  for (const address of hostile) {
    const answer = await site.browser().post('/account/sign-in', { user_name: 'ada', password, return_to: address })
    assert.equal(answer.headers.get('location'), '/account/continue?return_to=%2Faccount', address)
  }
})

test('the sign-in page says which application it is for, as text', async () => {
  const site = await newSite()
  const value = {
    redirectUris: ['http://localhost/cb'],
    authenticationMethod: 'none',
    grantTypes: ['authorization_code'],
    clientName: '<b>Claude</b>',
    issuedAt: 0,
  } as const
  await site.store.commit([{ kind: 'client', id: 'c1', version: 'absent', value }])

  const text = await textOf(site.browser().get('/account/sign-in?return_to=/authorize%3Fclient_id%3Dc1'))

  assert.match(text, /calls itself <b><bdi>&lt;b&gt;Claude&lt;\/b&gt;<\/bdi><\/b> wants to use/)
})

test('whoever is signed in goes on at once, unless a fresh sign-in is asked for', async () => {
  const site = await newSite()
  const browser = await site.signedIn('ada')

  const on = await browser.get('/account/sign-in?return_to=/authorize%3Fx%3D1')
  const again = await browser.get('/account/sign-in?return_to=/authorize%3Fx%3D1&again=1')

  assert.deepEqual([on.status, on.headers.get('location')], [303, '/authorize?x=1'])
  assert.equal(again.status, 200)
})

test('the name that a client knows the person by stands in the field, as text, and only where it is short', async () => {
  const site = await newSite()
  const shown = (hint: string) =>
    textOf(site.browser().get(`/account/sign-in?return_to=/authorize&login_hint=${encodeURIComponent(hint)}`))

  assert.match(await shown('"><script>'), /name="user_name"[^>]* value="&quot;&gt;&lt;script&gt;"/)
  assert.match(await shown('x'.repeat(257)), /name="user_name"[^>]* value=""/)
})

test('whoever is to choose may go on as they are, or sign in as somebody else; a fresh sign-in leaves no such choice', async () => {
  const site = await newSite()
  const browser = await site.signedIn('ada')
  const address = '/account/sign-in?return_to=/authorize%3Fx%3D1&select=1'

  const choice = await textOf(browser.get(address))
  const stranger = await textOf(site.browser().get(address))
  const again = await textOf(browser.get(`${address}&again=1`))

  assert.match(choice, /<a class="button" href="\/authorize\?x=1">Continue as <bdi>ada<\/bdi><\/a>/)
  assert.match(choice, /name="password"/)
  for (const page of [stranger, again]) assert.doesNotMatch(page, /Continue as/)
})

test('a browser that does not keep the cookie is told so, instead of signing in without end', async () => {
  const site = await newSite()

  const answer = await site.browser().get('/account/continue?return_to=/authorize')

  assert.equal(answer.status, 403)
  assert.match(await answer.text(), /did not keep the sign-in.*Allow cookies/s)
})

test('a session ends without visits, lasts with them, and ends after 90 days all the same', async () => {
  const site = await newSite()
  const browser = await site.signedIn('ada')
  const day = 86_400

  for (let visits = 0; visits < 12; visits += 1) {
    site.clock.now += 7 * day
    assert.equal((await browser.get('/account')).status, 200)
  }
  site.clock.now += 7 * day
  assert.equal((await browser.get('/account')).status, 303)

  const idle = await site.signedIn('bob')
  site.clock.now += 14 * day
  assert.equal((await idle.get('/account')).status, 303)
})

test('signing out ends the session at the server and removes the cookie', async () => {
  const site = await newSite()
  const browser = await site.signedIn('ada')
  const { cookie } = browser

  const answer = await browser.post('/account/sign-out', {})

  assert.match(answer.headers.get('set-cookie') ?? '', /^__Host-portcullis=; Max-Age=0; /)
  assert.equal((await site.browser(cookie).get('/account')).status, 303)
})

test('law 12: a disabled account cannot sign in, and its sessions end', async () => {
  const site = await newSite()
  const browser = await site.signedIn('ada')
  const [account] = await site.store.list('account', 'all', 'all')
  await updateAccount(site, account?.id ?? '', (current) => ({ ...current, disabledAt: 1 }))

  assert.equal((await browser.get('/account')).status, 303)
  assert.equal((await site.browser().post('/account/sign-in', { user_name: 'ada', password })).status, 403)
  assert.equal(
    (await site.browser().post('/account/sign-in', { user_name: 'ada', password: 'wrong wrong' })).status,
    422,
  )
})

test('law 12: a reset link sets the password once, for its account, and signs all its browsers out', async () => {
  const site = await newSite()
  const browser = await site.signedIn('ada')
  const [account] = await site.store.list('account', 'all', 'all')
  const { token } = await issueLink(site, { purpose: 'reset', accountId: account?.id ?? '' })

  const answer = await site.browser().post('/account/reset', { token, user_name: 'eve', password: fresh, again: fresh })

  assert.equal(answer.status, 303)
  assert.equal((await browser.get('/account')).status, 303)
  assert.equal((await site.browser().post('/account/sign-in', { user_name: 'ada', password })).status, 422)
  assert.equal((await site.browser().post('/account/sign-in', { user_name: 'ada', password: fresh })).status, 303)
  assert.equal((await site.browser().get(`/account/reset?token=${token}`)).status, 410)
})

test('a new password by a reset link ends what the old one let in: the grants of its account, and of no other', async () => {
  const site = await newSite()
  await site.account('ada')
  const [account] = await site.store.list('account', 'all', 'all')
  await site.grant('g1', account?.id ?? '')
  await site.grant('g2', 'somebody else')
  const { token } = await issueLink(site, { purpose: 'reset', accountId: account?.id ?? '' })

  const shown = await textOf(site.browser().get(`/account/reset?token=${token}`))
  const ofOpening = await site.store.get('grant', 'g1')
  await site.browser().post('/account/reset', { token, password: fresh, again: fresh })

  assert.match(shown, /no application has access to it any more/)
  assert.notEqual(ofOpening, undefined)
  assert.equal(await site.store.get('grant', 'g1'), undefined)
  assert.notEqual(await site.store.get('grant', 'g2'), undefined)
})

const fresh = 'another set of words'
const change = { current: password, password: fresh, again: fresh }

test('law 12: whoever is signed in changes the password with the present one, stays signed in under a new id, and every other browser is signed out', async () => {
  const site = await newSite()
  const here = await site.signedIn('ada')
  const elsewhere = site.browser()
  await elsewhere.post('/account/sign-in', { user_name: 'ada', password })
  const bob = await site.signedIn('bob')
  const before = here.cookie

  const shown = await textOf(here.get('/account/password'))
  const answer = await here.post('/account/password', change)

  assert.match(shown, /autocomplete="current-password".*autocomplete="new-password".*autocomplete="new-password"/s)
  assert.deepEqual([answer.status, answer.headers.get('location')], [303, '/account?done=password'])
  assert.match(await textOf(here.get('/account?done=password')), /role="status"><p>Your password is changed/)
  for (const over of [elsewhere, site.browser(before)]) assert.equal((await over.get('/account')).status, 303)
  assert.equal((await bob.get('/account')).status, 200)
  assert.equal((await site.browser().post('/account/sign-in', { user_name: 'ada', password })).status, 422)
  assert.equal((await site.browser().post('/account/sign-in', { user_name: 'ada', password: fresh })).status, 303)
})

test('with the password the access of applications ends where the person says so, and only there', async () => {
  for (const applications of [undefined, 'end']) {
    const site = await newSite()
    const browser = await site.signedIn('ada')
    const [account] = await site.store.list('account', 'all', 'all')
    await site.grant('g1', account?.id ?? '')
    await site.grant('g2', 'somebody else')

    await browser.post('/account/password', { ...change, ...(applications !== undefined && { applications }) })

    assert.equal((await site.store.get('grant', 'g1')) === undefined, applications === 'end')
    assert.notEqual(await site.store.get('grant', 'g2'), undefined)
  }
})

test('a new password that cannot stand says why beside its field, and changes nothing', async () => {
  const site = await newSite()
  const browser = await site.signedIn('ada')
  const cases: [Record<string, string>, RegExp][] = [
    [{ ...change, current: 'wrong wrong' }, /Present password is not right/],
    [{ password: fresh, again: fresh }, /Present password is missing/],
    [{ ...change, password: 'short', again: 'short' }, /New password must have at least 10/],
    [{ ...change, password, again: password }, /New password must be another than the present one/],
    [{ ...change, again: 'not the same' }, /The new password again must be the same/],
  ]

  for (const [fields, expected] of cases) {
    const answer = await browser.post('/account/password', fields)
    const text = await answer.text()
    assert.equal(answer.status, 422)
    assert.match(text, expected)
    assert.ok(!text.includes(fresh) && !text.includes(password))
  }
  assert.equal((await browser.get('/account')).status, 200)
  assert.equal((await site.browser().post('/account/sign-in', { user_name: 'ada', password })).status, 303)
})

test('a browser that was left signed in is no way to guess the password: its attempts count as those to sign in', async () => {
  const site = await newSite({ signInsPerAccount: 3 })
  const browser = await site.signedIn('ada')

  const statuses = []
  for (let times = 0; times < 4; times += 1)
    statuses.push((await browser.post('/account/password', { ...change, current: 'wrong wrong' })).status)
  const right = await browser.post('/account/password', change)

  assert.deepEqual(statuses, [422, 422, 422, 429])
  assert.deepEqual([right.status, right.headers.get('retry-after')], [429, '900'])
  assert.match(await right.text(), /link to set a new password/)
})

test('a password that was reset while it was being changed stays as it was reset', async () => {
  const site = await newSite()
  const browser = await site.signedIn('ada')
  const [account] = await site.store.list('account', 'all', 'all')
  const { token } = await issueLink(site, { purpose: 'reset', accountId: account?.id ?? '' })
  const commit = site.store.commit
  site.store.commit = async (changes) => {
    site.store.commit = commit
    await site.browser().post('/account/reset', { token, password: 'words of the reset', again: 'words of the reset' })
    return commit(changes)
  }

  const answer = await browser.post('/account/password', change)

  assert.equal(answer.headers.get('location'), '/account/sign-in')
  const signIn = (tried: string) => site.browser().post('/account/sign-in', { user_name: 'ada', password: tried })
  assert.equal((await signIn(fresh)).status, 422)
  assert.equal((await signIn('words of the reset')).status, 303)
})

test('law 12: one click signs out all other browsers of the account, and leaves this one as fresh as it was', async () => {
  const site = await newSite()
  const here = await site.signedIn('ada')
  const before = here.cookie
  const [first] = await site.store.list(
    'session',
    'account',
    (await site.store.list('account', 'all', 'all'))[0]?.id ?? '',
  )
  assert.match(await textOf(here.get('/account')), /Other browsers<small>one is signed in/)
  const others = [site.browser(), site.browser()]
  for (const other of others) await other.post('/account/sign-in', { user_name: 'ada', password })
  site.clock.now += 60
  assert.match(await textOf(here.get('/account')), /3 are signed in/)

  const answer = await here.post('/account/sign-out-elsewhere', {})

  assert.equal(answer.headers.get('location'), '/account?done=elsewhere')
  for (const over of [...others, site.browser(before)]) assert.equal((await over.get('/account')).status, 303)
  assert.match(
    await textOf(here.get('/account?done=elsewhere')),
    /All other browsers are signed out.*none is signed in/s,
  )
  const sessions = await site.store.list('session', 'account', first?.value.accountId ?? '')
  const [current] = sessions.filter(({ value }) => value.sessionEpoch === 1)
  assert.equal(current?.value.authTime, first?.value.authTime)
})

test('of very many sessions the page counts so many, and ends all', async () => {
  const site = await newSite()
  const here = await site.signedIn('ada')
  const { now } = site.clock
  const [account] = await site.store.list('account', 'all', 'all')
  const accountId = account?.id ?? ''
  const value = { accountId, sessionEpoch: 0, authTime: now, seenAt: now }
  for (let at = 0; at < 150; at += 1)
    await site.store.commit([
      { kind: 'session', id: `s${at}`, version: 'absent', value, index: { account: accountId } },
    ])

  assert.match(await textOf(here.get('/account')), /many are signed in.*Sign out everywhere else/s)
  await here.post('/account/sign-out-elsewhere', {})
  assert.equal((await here.get('/account')).status, 200)
})

test('law 1: nobody but a page of ours changes a password or signs anybody out, and nobody who is not signed in', async () => {
  const site = await newSite()
  const browser = await site.signedIn('ada')
  const headers = { origin: 'https://evil.example' }

  for (const path of ['/account/password', '/account/sign-out-elsewhere']) {
    assert.equal((await browser.post(path, change, { headers })).status, 403)
    assert.equal((await site.browser().post(path, change)).headers.get('location'), '/account/sign-in')
  }
  assert.equal((await site.browser().get('/account/password')).headers.get('location'), '/account/sign-in')
  assert.equal((await browser.get('/account')).status, 200)
})

test('the same password typed in another normal form is the same', async () => {
  const site = await newSite()
  const composed = 'Übermäßig lang'.normalize('NFC')
  await site.account('ada', composed)

  assert.equal(
    (await site.browser().post('/account/sign-in', { user_name: 'ada', password: composed.normalize('NFD') })).status,
    303,
  )
})

test("a person sees and ends own grants, and nobody else's", async () => {
  const site = await newSite()
  const ada = await site.signedIn('ada')
  const bob = await site.signedIn('bob')
  const [account] = (await site.store.list('account', 'all', 'all')).filter(({ value }) => value.userName === 'ada')
  await site.grant('g1', account?.id ?? '')

  await bob.post('/account/grants/end', { grant: 'g1' })
  assert.deepEqual(site.ended, [])
  assert.match(await textOf(ada.get('/account/connections')), /value="g1"/)
  assert.doesNotMatch(await textOf(bob.get('/account/connections')), /value="g1"/)

  const answer = await ada.post('/account/grants/end', { grant: 'g1' })
  assert.equal(answer.status, 303)
  assert.deepEqual(site.ended, ['g1'])
})

test('P-02 a person sees which clients they are not asked about again, and has themselves asked; nobody else is', async () => {
  const site = await newSite()
  const ada = await site.signedIn('ada')
  const bob = await site.signedIn('bob')
  const [account] = (await site.store.list('account', 'all', 'all')).filter(({ value }) => value.userName === 'ada')
  const subject = account?.id ?? ''
  const value = {
    subject,
    clientId: 'https://client.example/"mcp".json',
    destination: 'client.example',
    resource: 'https://notes.example/mcp',
    scopes: [{ token: 'notes:read', until: 4e9 }],
    redirectUris: 'x',
    consentedAt: 1,
  }
  await site.store.commit([{ kind: 'consent', id: 'k1', version: 'absent', value, expiresAt: 4e9, index: { subject } }])

  const shown = await textOf(ada.get('/account/connections'))
  await ada.post('/account/consents/end', { client: value.clientId })
  await ada.post('/account/consents/end', {})
  await site.browser().post('/account/consents/end', { client: value.clientId })

  assert.match(shown, /Not connected, and not asked about again/)
  assert.match(shown, /at client\.example/)
  assert.ok(shown.includes('name="client" value="https://client.example/&quot;mcp&quot;.json"'))
  assert.doesNotMatch(await textOf(bob.get('/account/connections')), /not asked about again/)
  assert.deepEqual(site.withdrawn, [{ subject, clientId: value.clientId }])
})

test('of very many grants a person sees the hundred that were used last, and how many there are beside', async () => {
  const site = await newSite()
  const ada = await site.signedIn('ada')
  const [account] = await site.store.list('account', 'all', 'all')
  for (let nth = 0; nth < 103; nth += 1) await site.grant(`g${nth}`, account?.id ?? '', nth)

  const text = await textOf(ada.get('/account/connections'))

  const shown = [...text.matchAll(/name="grant" value="g(\d+)"/g)].map(([, nth]) => Number(nth))
  assert.deepEqual(
    shown,
    Array.from({ length: 100 }, (_, nth) => 102 - nth),
  )
  assert.match(text, /There are 3 more/)
})

test('law 10: test users sign in by one click on this machine alone', async () => {
  const here = 'http://localhost:7080'
  const site = await newSite({}, {}, { origin: here, dev: true })
  const click = (connection: Connection, headers: Record<string, string> = {}) =>
    site
      .browser()
      .post(
        '/account/dev-sign-in',
        { user: 'alice' },
        { connection, headers: { ...kept, host: 'localhost:7080', origin: here, ...headers } },
      )
  const local = { peerAddress: '127.0.0.1', localAddress: '127.0.0.1' }

  const allowed = await click(local)
  const refused = await Promise.all([
    click({ ...local, peerAddress: '192.0.2.1' }),
    click({ ...local, localAddress: '192.0.2.1' }),
    click({ peerAddress: undefined, localAddress: undefined }),
    click(local, { host: 'evil.example' }),
    click(local, { host: 'localhost:7081' }),
    click(local, { host: 'x.localhost:7080' }),
    click(local, { 'x-forwarded-for': '127.0.0.1' }),
    click(local, { 'x-forwarded-host': 'localhost:7080' }),
    click(local, { forwarded: 'for=127.0.0.1' }),
    click(local, { via: '1.1 tunnel' }),
    click(local, { 'cf-connecting-ip': '127.0.0.1' }),
    click(local, { origin: 'http://localhost:7081' }),
    click(local, { connection: 'close' }),
  ])

  assert.equal(allowed.status, 303)
  assert.match(
    allowed.headers.get('set-cookie') ?? '',
    /^portcullis-7080=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/,
  )
  for (const answer of refused) assert.equal(answer.status, 403)
})

test('law 10: without --dev there are no buttons, and their use is refused', async () => {
  const here = 'http://localhost:7080'
  const site = await newSite({}, {}, { origin: here, dev: false })
  const options = {
    connection: { peerAddress: '127.0.0.1', localAddress: '127.0.0.1' },
    headers: { ...kept, host: 'localhost:7080', origin: here },
  }

  assert.doesNotMatch(await textOf(site.browser().get('/account/sign-in', options)), /alice/)
  assert.equal((await site.browser().post('/account/dev-sign-in', { user: 'alice' }, options)).status, 403)
})

test('law 10: a session of a test user counts only where dev sign-in is allowed, and for 8 hours', async () => {
  const here = 'http://localhost:7080'
  const site = await newSite({}, {}, { origin: here, dev: true })
  const connection = { peerAddress: '127.0.0.1', localAddress: '127.0.0.1' }
  const headers = { ...kept, host: 'localhost:7080', origin: here }
  const browser = site.browser()
  await browser.post('/account/dev-sign-in', { user: 'alice' }, { connection, headers })

  const visit = (more: object = {}) => browser.get('/account', { connection, headers, ...more })
  assert.equal((await visit()).status, 200)
  assert.equal((await visit({ headers: { ...headers, 'x-forwarded-for': '192.0.2.1' } })).status, 303)
  assert.equal((await visit({ connection: { ...connection, peerAddress: '192.0.2.1' } })).status, 303)
  site.clock.now += 8 * 3600 - 1
  assert.equal((await visit()).status, 200)
  site.clock.now += 1
  assert.equal((await visit()).status, 303)
})

test('bad input is answered with a page, never a failure', async () => {
  const site = await newSite()
  const send = (path: string, init: RequestInit) =>
    site.pages.fetch(new Request(origin + path, { headers: { origin }, ...init }))
  const form = { origin, 'content-type': 'application/x-www-form-urlencoded' }
  const cases: [string, RequestInit, number][] = [
    ['/account/nothing', {}, 404],
    ['/account/sign-in', { method: 'DELETE' }, 405],
    ['/account/sign-out', {}, 405],
    ['/account/sign-in', { method: 'HEAD' }, 200],
    ['/account/sign-in', { method: 'POST', body: '{}', headers: { origin, 'content-type': 'application/json' } }, 415],
    ['/account/sign-in', { method: 'POST', body: 'x'.repeat(1024 * 1024), headers: form }, 413],
    ['/account/sign-in', { method: 'POST', body: 'user_name=a&user_name=b', headers: form }, 400],
    ['/account/sign-in', { method: 'POST', body: 'user_name=%ff%fe', headers: form }, 400],
    ['/account/sign-in', { method: 'POST', body: '', headers: form }, 422],
    ['/account/welcome', { method: 'POST', body: 'token=%00', headers: form }, 410],
    ['/account', { headers: { cookie: '__Host-portcullis=%00; ; =; __Host-portcullis="x"' } }, 303],
  ]

  for (const [path, init, status] of cases) {
    const answer = await send(path, init)
    assert.equal(answer.status, status, `${init.method} ${path} ${String(init.body).slice(0, 20)}`)
  }
  assert.deepEqual(
    site.events.map((event) => (event.type === 'request_refused' ? event.reason : event.type)),
    [
      'not_found',
      'method_not_allowed',
      'method_not_allowed',
      'no_form',
      'form_too_long',
      'unreadable_form',
      'unreadable_form',
      'sign_in_refused',
      'link_refused',
    ],
  )
})

test('a page that refuses shows the id of the request, in whose context it is told why', async () => {
  const site = await newSite()
  const connection = { peerAddress: '192.0.2.1', localAddress: '192.0.2.2' }

  const page = await textOf(site.browser().get('/account/nothing?token=s3cret', { connection }))

  assert.match(page, /give this reference: <code>r1</)
  assert.deepEqual(site.events, [
    {
      type: 'request_refused',
      status: 404,
      reason: 'not_found',
      detail: 'There is no such page',
      method: 'GET',
      path: '/account/nothing',
    },
  ])
})

test('a browser that leaves within its form is no failure of ours', async () => {
  const site = await newSite()
  const left = Object.assign(new Error('aborted'), { code: 'ECONNRESET' }) // as node:http says it
  const body = new ReadableStream({ pull: (controller) => controller.error(left) })
  const headers = { origin, 'content-type': 'application/x-www-form-urlencoded', 'content-length': '9' }
  const init = { method: 'POST', headers, body, duplex: 'half' }

  await site.pages.fetch(new Request(`${origin}/account/sign-in`, init))

  assert.deepEqual(
    site.events.map((event) => event.type === 'request_refused' && event.reason),
    ['body_broke_off'],
  )
})

test('a failing store is answered with a page and told, and its text stays here', async () => {
  const site = await newSite()
  site.store.get = () => Promise.reject(new Error('disk of /secret/path is full'))

  const answer = await site.browser('__Host-portcullis=x').get('/account')

  assert.equal(answer.status, 500)
  assert.doesNotMatch(await answer.text(), /secret/)
  assert.ok(site.events.some((event) => event.type === 'page_failed' && event.cause instanceof Error))
})

test('no event holds a password, a link or a cookie', async () => {
  const site = await newSite()
  const token = await site.link('owner')
  const browser = site.browser()
  await browser.post('/account/welcome', { token, user_name: 'ada', password, again: password })
  await browser.post('/account/password', { current: fresh, password: 'yet another set', again: 'yet another set' })
  await browser.post('/account/password', change)
  const cookies = [browser.cookie ?? '?']
  await browser.post('/account/sign-out-elsewhere', {})
  cookies.push(browser.cookie ?? '?')
  await browser.post('/account/sign-out', {})
  await browser.post('/account/sign-in', { user_name: password, password: 'wrong wrong' })

  const told = JSON.stringify(site.events)

  assert.deepEqual(
    site.events.map(({ type }) => type),
    [
      'account_created',
      'signed_in',
      'password_change_refused',
      'password_changed',
      'signed_out_elsewhere',
      'signed_out',
      'sign_in_refused',
    ],
  )
  for (const secret of [token, password, fresh, ...cookies]) assert.ok(!told.includes(secret))
})

/** As browsers have it. */
const kept = { connection: 'keep-alive' }

async function textOf(response: Promise<Response>): Promise<string> {
  return (await response).text()
}
