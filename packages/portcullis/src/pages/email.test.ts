import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newSite, origin, password } from '../../test/pages-site.ts'
import { accountWithPasskey, addPasskeyBy, signInWith } from '../../test/passkey-people.ts'
import { SoftwarePasskey } from '../../test/software-authenticator.ts'
import { issueLink } from '../accounts/links.ts'

type Site = Awaited<ReturnType<typeof newSite>>
type Browser = ReturnType<Site['browser']>
const fresh = 'another set of words'

test('an address counts once the link that was sent there is opened and its button pressed, in the account that asked', async () => {
  const site = await newSite({}, {}, { mail: true })
  const browser = await site.signedIn('ada')
  const eve = await site.signedIn('eve')

  const asked = await textOf(browser.post('/account/email', { email: 'Ada@Example.com' }))
  const [message] = await site.mailed()
  const path = linkIn(message)
  const unsigned = await site.browser().get(path)
  const ofEve = await eve.get(path)
  await eve.post('/account/email/confirm', { token: tokenIn(message) })
  const shown = await textOf(browser.get(path))
  const notYet = emailOf(await site.store.list('account', 'all', 'all'), 'ada')
  const confirmed = await browser.post('/account/email/confirm', { token: tokenIn(message) })
  const again = await browser.post('/account/email/confirm', { token: tokenIn(message) })

  assert.match(asked, /on its way to <b><bdi>Ada@Example\.com<\/bdi>/)
  assert.equal(message?.to, 'Ada@Example.com')
  assert.deepEqual([unsigned.status, ofEve.status, again.status], [403, 403, 410])
  assert.match(shown, /Is <b><bdi>Ada@Example\.com<\/bdi><\/b> your address/)
  assert.equal(notYet, undefined)
  assert.equal(confirmed.headers.get('location'), '/account?done=email')
  const accounts = await site.store.list('account', 'all', 'all')
  assert.deepEqual([emailOf(accounts, 'ada'), emailOf(accounts, 'eve')], ['Ada@Example.com', undefined])
  assert.match(await textOf(browser.get('/account')), /E-mail address<small>Ada@Example\.com/)
})

for (const slow of ['/account/email', '/account/email/confirm'])
  test(`whoever was signed in sets no address by a form to ${slow} that began to come before a new password was set by a link, and ended after`, async () => {
    const site = await newSite({}, {}, { mail: true })
    const thief = await site.signedIn('ada')
    const { accountId } = (await site.store.get('userName', 'ada'))?.value ?? assert.fail()
    const { token } = await issueLink(site, { purpose: 'reset', accountId })

    const answer = await thief.postSlowly(
      slow,
      slow.endsWith('confirm') ? { token: 'x'.repeat(43) } : { email: 'eve@evil.example' },
      async () => {
        await site.browser().post('/account/reset', { token, password, again: password })
      },
    )

    assert.match(
      `${answer.status} ${answer.headers.get('location') ?? ''}`,
      slow.endsWith('confirm') ? /^403|^401/ : /^303 \/account\/sign-in/,
    )
  })

test('an address is of one account alone, and free again once it is removed or changed, of which it is told', async () => {
  const site = await newSite({}, {}, { mail: true })
  const ada = await withEmail(site, 'ada', 'ada@example.com')
  const eve = await site.signedIn('eve')
  await eve.post('/account/email', { email: 'ADA@example.com' })
  const [toAda] = await site.mailed()
  const taken = await eve.post('/account/email/confirm', { token: tokenIn(toAda) })

  await ada.post('/account/email', { email: 'new@example.com' })
  const [toNew] = await site.mailed()
  await ada.post('/account/email/confirm', { token: tokenIn(toNew) })
  const [told] = await site.mailed()
  const now = await eve.post('/account/email/confirm', { token: tokenIn(toAda) })
  const removed = await ada.post('/account/email/remove', {})
  const [toldOfEnd] = await site.mailed()

  assert.equal(taken.status, 403)
  assert.match(await taken.text(), /belongs to another account/)
  assert.deepEqual([told?.to, told?.subject], ['ada@example.com', 'Your account at Notes was changed'])
  assert.equal(now.status, 303)
  assert.equal(removed.headers.get('location'), '/account?done=no-email')
  assert.equal(toldOfEnd?.to, 'new@example.com')
  assert.equal(await site.store.get('emailAddress', 'new@example.com'), undefined)
})

test('an address is set by whoever has just proved who they are, and only one that can be one', async () => {
  const site = await newSite({}, {}, { mail: true })
  const browser = await site.signedIn('ada')

  for (const email of [
    '',
    'ada',
    'a@b c',
    'ada@example.com, eve@evil.example',
    'a\r\nBcc:b@c.example',
    '<a@b.example>',
    '@b',
    'a@',
  ])
    assert.equal((await browser.post('/account/email', { email })).status, 422, email)
  site.clock.now += 600
  const late = await browser.post('/account/email', { email: 'eve@evil.example' })
  const removal = await browser.post('/account/email/remove', {})

  for (const answer of [late, removal])
    assert.equal(answer.headers.get('location'), '/account/confirm?return_to=%2Faccount%2Femail')
  assert.deepEqual(await site.mailed(), [])
})

test('whoever can no longer sign in gets a link by mail, which sets a password once within the hour and ends what was let in', async () => {
  const site = await newSite({}, {}, { mail: true })
  const browser = await withEmail(site, 'ada', 'ada@example.com')
  const passkey = new SoftwarePasskey(origin)
  await addPasskeyBy(passkey, browser, 'mine')
  await site.mailed()

  for (const name of ['ADA', ' ada@EXAMPLE.com ']) {
    const answer = await site.browser().post('/account/forgot', { user_name: name })
    assert.equal(answer.status, 200)
    const [message] = await site.mailed()
    assert.deepEqual([message?.to, message?.subject], ['ada@example.com', 'Sign in to Notes again'])
    site.clock.now += 3600
    assert.equal((await site.browser().get(linkIn(message))).status, 410)
  }
  await site.browser().post('/account/forgot', { user_name: 'ada' })
  const [message] = await site.mailed()
  const shown = await textOf(site.browser().get(linkIn(message)))
  const set = await site.browser().post('/account/recover', { token: tokenIn(message), password: fresh, again: fresh })
  const [told] = await site.mailed()
  const again = await site.browser().post('/account/recover', { token: tokenIn(message), password, again: password })

  assert.match(shown, /Set a new password.*passkeys are removed/s)
  assert.deepEqual([set.status, again.status], [303, 410])
  assert.match(told?.text ?? '', /A new password was set by a link/)
  assert.equal((await browser.get('/account')).status, 303)
  assert.equal((await signInWith(passkey, site.browser())).status, 422)
  assert.equal((await site.browser().post('/account/sign-in', { user_name: 'ada', password: fresh })).status, 303)
})

test('a link of an operator takes the address along, of which it is told: whoever was in the account may have put theirs there; a link that was sent there leaves it', async () => {
  const site = await newSite({}, {}, { mail: true })
  await withEmail(site, 'ada', 'eve@evil.example')
  const accountId = accountIdOf(site)
  await site.browser().post('/account/forgot', { user_name: 'ada' })
  const [toEve] = await site.mailed()
  const { token } = await issueLink(site, { purpose: 'reset', accountId })

  await site.browser().post('/account/reset', { token, password: fresh, again: fresh })
  const [told] = await site.mailed()
  const byOldLink = await site.browser().post('/account/recover', { token: tokenIn(toEve), password, again: password })
  await site.browser().post('/account/forgot', { user_name: 'ada' })

  assert.deepEqual([told?.to, byOldLink.status, await site.mailed()], ['eve@evil.example', 410, []])
  assert.equal(await site.store.get('emailAddress', 'eve@evil.example'), undefined)
})

test('a new password by a link that was sent to the address keeps it, and ends the link that an operator gave', async () => {
  const site = await newSite({}, {}, { mail: true })
  await withEmail(site, 'ada', 'ada@example.com')
  const { token } = await issueLink(site, { purpose: 'reset', accountId: accountIdOf(site) })
  await site.browser().post('/account/forgot', { user_name: 'ada' })
  const [message] = await site.mailed()

  await site.browser().post('/account/recover', { token: tokenIn(message), password: fresh, again: fresh })

  assert.equal((await site.browser().get(`/account/reset?token=${token}`)).status, 410)
  assert.equal(emailOf(await site.store.list('account', 'all', 'all'), 'ada'), 'ada@example.com')
})

test('somebody who calls themselves by the address of another keeps no mail from them, and gets none of it', async () => {
  const site = await newSite({}, {}, { mail: true })
  await withEmail(site, 'ada', 'ada@example.com')
  await withEmail(site, 'ada@example.com', 'eve@evil.example')

  await site.browser().post('/account/forgot', { user_name: 'ada@example.com' })

  assert.deepEqual(
    (await site.mailed()).map(({ to }) => to),
    ['ada@example.com'],
  )
})

test('law 11: the answer to a forgotten password is the same for everybody, and given before anything of an account is read', async () => {
  const site = await newSite({}, {}, { mail: true })
  await withEmail(site, 'ada', 'ada@example.com')
  await site.account('bob')
  const asked: string[] = []
  const { get } = site.store
  site.store.get = (kind, id) => {
    asked.push(kind)
    return get(kind, id)
  }

  const answers: string[] = []
  const before: string[][] = []
  for (const name of ['ada', 'ada@example.com', 'bob', 'nobody', 'nobody@example.com', '']) {
    asked.length = 0
    const answer = await site.browser().post('/account/forgot', { user_name: name })
    before.push([...asked])
    const text = (await answer.text()).replaceAll(/ nonce="[^"]{22}"/g, '') // which is new in each page
    answers.push(`${answer.status} ${text}`)
  }

  assert.equal(new Set(answers).size, 1)
  for (const kinds of before) assert.ok(!kinds.includes('account') && !kinds.includes('userName'), kinds.join())
  assert.deepEqual(
    (await site.mailed()).map(({ to }) => to),
    ['ada@example.com', 'ada@example.com'],
  )
})

test('links are asked for so often: by network with a word, for one account in silence, and ten times a day', async () => {
  const site = await newSite({}, {}, { mail: true })
  await withEmail(site, 'ada', 'ada@example.com')
  const ask = async (name: string, clientAddress = '192.0.2.1') =>
    (await site.browser().post('/account/forgot', { user_name: name }, { headers: { origin }, clientAddress })).status

  const ofAda = []
  for (let at = 0; at < 5; at += 1) ofAda.push(await ask('ada'))
  assert.equal((await site.mailed()).length, 3)
  for (let at = 5; at < 20; at += 1) await ask(`name${at}`)
  assert.deepEqual(
    [...ofAda, await ask('somebody'), await ask('somebody', '198.51.100.1')],
    [200, 200, 200, 200, 200, 429, 200],
  )

  let sent = 0
  for (let hour = 0; hour < 8; hour += 1) {
    site.clock.now += 900
    for (let at = 0; at < 3; at += 1) await ask(at % 2 === 0 ? 'ada' : 'ada@example.com')
    sent += (await site.mailed()).length
  }
  assert.ok(sent <= 7, String(sent))
})

test('strangers who use up the links of a day keep nobody out: one an hour is sent all the same, and no more', async () => {
  const site = await newSite({}, {}, { mail: true })
  await withEmail(site, 'ada', 'ada@example.com')
  const hours: number[] = []

  for (let quarter = 0; quarter < 20; quarter += 1) {
    for (let at = 0; at < 5; at += 1) await site.browser().post('/account/forgot', { user_name: 'ada' })
    if (quarter % 4 === 0) hours.push(0)
    hours.push((hours.pop() ?? 0) + (await site.mailed()).length)
    site.clock.now += 900
  }

  assert.equal(hours[0], 7)
  assert.deepEqual(hours.slice(1), [1, 1, 1, 1])
})

test('a link that was sent to an address sets no password any more once the account has another, or none', async () => {
  const site = await newSite({}, {}, { mail: true })
  const ada = await withEmail(site, 'ada', 'eve@evil.example')
  const recover = (token: string) => site.browser().post('/account/recover', { token, password: fresh, again: fresh })
  await site.browser().post('/account/forgot', { user_name: 'ada' })
  const [toEve] = await site.mailed()
  await ada.post('/account/email', { email: 'ada@example.com' })
  const [toAda] = await site.mailed()
  await ada.post('/account/email/confirm', { token: tokenIn(toAda) })
  await site.mailed()

  const byEve = await recover(tokenIn(toEve))
  await site.browser().post('/account/forgot', { user_name: 'ada' })
  const [again] = await site.mailed()
  await ada.post('/account/email/remove', {})
  const byNobody = await recover(tokenIn(again))

  assert.equal(again?.to, 'ada@example.com')
  assert.deepEqual([byEve.status, byNobody.status], [410, 410])
  assert.equal((await site.browser().post('/account/sign-in', { user_name: 'ada', password })).status, 303)
})

test('whoever changes the password ends the links for another one, by mail or of an operator', async () => {
  const site = await newSite({}, {}, { mail: true })
  const ada = await withEmail(site, 'ada', 'ada@example.com')
  const { token } = await issueLink(site, { purpose: 'reset', accountId: accountIdOf(site) })
  await site.browser().post('/account/forgot', { user_name: 'ada' })
  const [message] = await site.mailed()

  await ada.post('/account/password', { current: password, password: fresh, again: fresh })

  assert.equal((await site.browser().get(linkIn(message))).status, 410)
  assert.equal((await site.browser().get(`/account/reset?token=${token}`)).status, 410)
})

test('a disabled account gets no link, nor does one that is signed in to elsewhere alone', async () => {
  const site = await newSite({}, {}, { mail: true })
  await withEmail(site, 'ada', 'ada@example.com')
  const [account] = await site.store.list('account', 'all', 'all')
  const { password: _, ...without } = account?.value ?? assert.fail()
  const put = async (value: typeof without) => {
    const now = (await site.store.get('account', account?.id ?? '')) ?? assert.fail()
    await site.store.commit([{ kind: 'account', id: now.id, version: now.version, value, index: { all: 'all' } }])
  }

  for (const value of [
    without,
    { ...account?.value, ...without, disabledAt: 1 },
    // A password of somebody who came by an identity provider is a quicker way in, and never outlives that.
    { ...account?.value, ...without, isFromIdentityProvider: true as const },
  ]) {
    await put(value)
    await site.browser().post('/account/forgot', { user_name: 'ada' })
    assert.deepEqual(await site.mailed(), [])
  }
})

test('whose account changes is told: password, passkeys, and never with a link that does anything', async () => {
  const site = await newSite({}, {}, { mail: true })
  const browser = await withEmail(site, 'ada', 'ada@example.com')
  const passkey = new SoftwarePasskey(origin)
  await addPasskeyBy(passkey, browser, 'mine')
  const [added] = await site.mailed()
  const [record] = await site.store.list('passkey', 'account', accountIdOf(site))
  await browser.post('/account/passkeys/remove', { passkey: record?.id ?? '' })
  const [removed] = await site.mailed()
  await browser.post('/account/password', { current: password, password: fresh, again: fresh })
  const [changed] = await site.mailed()

  assert.match(added?.text ?? '', /A passkey was added/)
  assert.match(removed?.text ?? '', /A passkey was removed/)
  assert.match(changed?.text ?? '', /The password was changed/)
  for (const message of [added, removed, changed]) {
    assert.equal(message?.to, 'ada@example.com')
    assert.doesNotMatch(message?.text ?? '', /token/)
  }
})

test('an invitation that was sent to an address gives it to the account, unless it is somebody’s already', async () => {
  const site = await newSite({}, {}, { mail: true })
  const invited = async (name: string) => {
    const { token } = await issueLink(site, { purpose: 'invitation', email: 'ada@example.com' })
    await site.browser().post('/account/invitation', { token, user_name: name, password, again: password })
  }
  await invited('ada')
  await invited('eve')

  const accounts = await site.store.list('account', 'all', 'all')
  assert.deepEqual([emailOf(accounts, 'ada'), emailOf(accounts, 'eve')], ['ada@example.com', undefined])
  assert.equal(accounts.length, 2)
})

test('where no mail is configured nothing of it is offered', async () => {
  const site = await newSite()
  const { browser } = await accountWithPasskey(site, 'ada')

  assert.equal((await site.browser().get('/account/forgot')).headers.get('location'), '/account/sign-in')
  assert.equal((await site.browser().post('/account/forgot', { user_name: 'ada' })).status, 303)
  assert.equal((await browser.get('/account/email')).headers.get('location'), '/account')
  assert.match(await textOf(site.browser().get('/account/sign-in')), /Ask whoever runs this server for a link/)
  assert.doesNotMatch(await textOf(browser.get('/account')), /E-mail/)
})

async function withEmail(site: Site, userName: string, email: string): Promise<Browser> {
  const browser = await site.signedIn(userName)
  await browser.post('/account/email', { email })
  const [message] = await site.mailed()
  const answer = await browser.post('/account/email/confirm', { token: tokenIn(message) })
  assert.equal(answer.status, 303)
  await site.mailed()
  return browser
}

function linkIn(message: { text: string } | undefined): string {
  const [, path = ''] = /https:\/\/mcp\.example(\/\S+token=\S+)/.exec(message?.text ?? '') ?? assert.fail('no link')
  return path
}

function tokenIn(message: { text: string } | undefined): string {
  return new URL(linkIn(message), origin).searchParams.get('token') ?? ''
}

function emailOf(accounts: readonly { value: { userName: string; email?: string } }[], userName: string) {
  return accounts.find(({ value }) => value.userName === userName)?.value.email
}

function accountIdOf(site: Site): string {
  const created = site.events.find((event) => event.type === 'account_created')
  return created?.accountId ?? ''
}

async function textOf(response: Response | Promise<Response>): Promise<string> {
  return (await response).text()
}
