import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newSite, origin, password } from '../../test/pages-site.ts'
import { accountWithPasskey, addPasskeyBy, optionsOn } from '../../test/passkey-people.ts'
import { SoftwarePasskey } from '../../test/software-authenticator.ts'

const addPath = '/account/passkeys/add'
const confirmPath = `/account/confirm?return_to=${encodeURIComponent(addPath)}`

test('what changes how a person signs in wants a proof of the last ten minutes, and leads back to its page afterwards', async () => {
  const site = await newSite()
  const { browser, accountId } = await accountWithPasskey(site, 'ada')
  const [passkey] = await site.store.list('passkey', 'account', accountId)
  const id = passkey?.id ?? ''
  const pages = [addPath, `/account/passkeys/remove?passkey=${id}`, '/account/password']
  site.clock.now += 599
  for (const path of pages) assert.equal((await browser.get(path)).status, 200, path)
  site.clock.now += 1

  for (const path of pages)
    assert.equal(
      (await browser.get(path)).headers.get('location'),
      `/account/confirm?${new URLSearchParams({ return_to: path })}`,
    )
})

test('a form that was sent too late does nothing, then or afterwards: its page is shown again', async () => {
  const site = await newSite()
  const browser = await site.signedIn('ada')
  const first = new SoftwarePasskey(origin)
  await addPasskeyBy(first, browser, 'first')
  const [account] = await site.store.list('account', 'all', 'all')
  const passkeysNow = () => site.store.list('passkey', 'account', account?.id ?? '')
  const [kept] = await passkeysNow()
  const options = await optionsOn(browser, addPath)
  site.clock.now += 600

  const added = await browser.post(addPath, { name: 'second', credential: new SoftwarePasskey(origin).create(options) })
  const removed = await browser.post('/account/passkeys/remove', { passkey: kept?.id ?? '' })
  await browser.post('/account/confirm', { password, return_to: addPath })

  assert.equal(added.headers.get('location'), confirmPath)
  assert.match(removed.headers.get('location') ?? '', /^\/account\/confirm\?return_to=%2Faccount%2Fpasskeys%2Fremove/)
  assert.deepEqual(
    (await passkeysNow()).map(({ value }) => value.name),
    ['first'],
  )
})

test('whoever has no password sets none without a proof', async () => {
  const site = await newSite()
  const { browser, accountId } = await accountWithPasskey(site, 'ada')
  site.clock.now += 600

  const answer = await browser.post('/account/password', { password, again: password })

  assert.equal(answer.headers.get('location'), '/account/confirm?return_to=%2Faccount%2Fpassword')
  assert.equal((await site.store.get('account', accountId))?.value.password, undefined)
})

test('it is proved by the password or by a passkey, whichever the person has, under a new session id', async () => {
  const site = await newSite()
  const browser = await site.signedIn('ada')
  const passkey = new SoftwarePasskey(origin)
  await addPasskeyBy(passkey, browser, 'mine')
  site.clock.now += 600
  const before = browser.cookie

  const shown = await textOf(browser.get(confirmPath))
  const byPassword = await browser.post('/account/confirm', { password, return_to: addPath })
  const middle = browser.cookie
  site.clock.now += 600
  const options = await optionsOn(browser, confirmPath)
  const byPasskey = await browser.post('/account/confirm/passkey', {
    credential: passkey.use(options, { userHandle: undefined }),
    return_to: addPath,
  })

  assert.match(shown, /<bdi>ada<\/bdi>.*Confirm with a passkey.*Or with your password/s)
  assert.deepEqual(options.allowCredentials, [
    { type: 'public-key', id: passkey.credentialId.toString('base64url'), transports: ['internal'] },
  ])
  for (const answer of [byPassword, byPasskey]) assert.equal(answer.headers.get('location'), addPath)
  assert.equal(new Set([before, middle, browser.cookie]).size, 3)
  assert.equal((await site.browser(before).get('/account')).status, 303)
  assert.equal((await browser.get(addPath)).status, 200)
  assert.equal(site.events.filter(({ type }) => type === 'confirmed').length, 2)
})

test('a proof by the passkey or the password of somebody else is none', async () => {
  const site = await newSite()
  const { browser } = await accountWithPasskey(site, 'ada')
  const eve = await accountWithPasskey(site, 'eve')
  site.clock.now += 600
  const options = await optionsOn(browser, confirmPath)

  const byPasskey = await browser.post('/account/confirm/passkey', {
    credential: eve.passkey.use(options, { userHandle: undefined }),
    return_to: addPath,
  })
  const byHandle = await browser.post('/account/confirm/passkey', {
    credential: eve.passkey.use(options),
    return_to: addPath,
  })
  const byPassword = await browser.post('/account/confirm', { user_name: 'eve', password, return_to: addPath })

  for (const refused of [byPasskey, byHandle, byPassword]) assert.equal(refused.status, 422)
  assert.equal((await browser.get(addPath)).headers.get('location'), confirmPath)
  assert.equal(site.events.filter(({ type }) => type === 'confirmation_refused').length, 3)
})

test('guesses at a proof count as those to sign in', async () => {
  const site = await newSite({ signInsPerAccount: 2 })
  const browser = await site.signedIn('ada')
  site.clock.now += 900
  const guess = async (tried: string) => (await browser.post('/account/confirm', { password: tried })).status

  assert.deepEqual([await guess('wrong'), await guess('wrong'), await guess(password)], [422, 422, 429])
})

test('whoever has just proved it goes on at once, whoever is not signed in signs in, and nobody is sent elsewhere', async () => {
  const site = await newSite()
  const browser = await site.signedIn('ada')

  assert.equal((await browser.get(confirmPath)).headers.get('location'), addPath)
  assert.equal(
    (await site.browser().get(confirmPath)).headers.get('location'),
    `/account/sign-in?return_to=${encodeURIComponent(addPath)}`,
  )
  for (const hostile of ['https://evil.example/', '//evil.example', '/account/sign-out'])
    assert.equal(
      (await browser.get(`/account/confirm?return_to=${encodeURIComponent(hostile)}`)).headers.get('location'),
      '/account',
    )
})

test('whoever has neither signs in anew', async () => {
  const site = await newSite()
  const browser = await site.signedIn('ada')
  const [account] = await site.store.list('account', 'all', 'all')
  const { password: _, ...without } = account?.value ?? assert.fail()
  await site.store.commit([
    { kind: 'account', id: account?.id ?? '', version: account?.version ?? 0, value: without, index: { all: 'all' } },
  ])
  site.clock.now += 600

  assert.equal(
    (await browser.get(confirmPath)).headers.get('location'),
    `/account/sign-in?return_to=${encodeURIComponent(addPath)}&again=1`,
  )
})

test('a proof does not make a browser a new one: since when it is signed in stays', async () => {
  const site = await newSite()
  const { browser, passkey } = await accountWithPasskey(site, 'ada')
  site.clock.now += 86_400
  const options = await optionsOn(browser, confirmPath)
  await browser.post('/account/confirm/passkey', { credential: passkey.use(options), return_to: '/account' })

  assert.match(
    await textOf(browser.get('/account/sessions')),
    /\(this one\).*since 15 Jan 2027<\/small><small>last seen 16 Jan/,
  )
})

async function textOf(response: Promise<Response>): Promise<string> {
  return (await response).text()
}
