import assert from 'node:assert/strict'
import { generateKeyPairSync, KeyObject, sign } from 'node:crypto'
import { test } from 'node:test'
import { newSite, origin, password } from '../../test/pages-site.ts'
import { accountWithPasskey, addPasskeyBy, type Browser, optionsOn, signInWith } from '../../test/passkey-people.ts'
import { type Deviation, SoftwarePasskey } from '../../test/software-authenticator.ts'
import { updateAccount } from '../accounts/accounts.ts'
import { issueLink } from '../accounts/links.ts'
import { createPasswordHasher } from '../accounts/password.ts'

test('an invitation makes an account with a passkey and no password, and the passkey signs in without a name', async () => {
  const site = await newSite()
  const { passkey } = await accountWithPasskey(site, 'ada')
  const browser = site.browser()

  const answer = await signInWith(passkey, browser, { returnTo: '/authorize?x=1' })

  assert.deepEqual(
    [answer.status, answer.headers.get('location')],
    [303, '/account/continue?return_to=%2Fauthorize%3Fx%3D1'],
  )
  assert.match(answer.headers.getSetCookie().join(), /^__Host-portcullis=[\w-]{43};.*HttpOnly; Secure; SameSite=Lax/)
  assert.match(
    await textOf(browser.get('/account')),
    /Hello, <bdi>ada<\/bdi>.*Passkeys<small>one<.*Password<small>none/s,
  )
  assert.equal((await site.browser().post('/account/sign-in', { user_name: 'ada', password })).status, 422)
})

test('law 11: the sign-in page asks each browser for the same, whoever has passkeys, and names no account', async () => {
  const site = await newSite()
  const before = await optionsOn(site.browser(), '/account/sign-in')
  await accountWithPasskey(site, 'ada')
  const after = await optionsOn(site.browser(), '/account/sign-in?login_hint=ada')

  for (const options of [before, after])
    assert.deepEqual(
      { ...options, challenge: '' },
      { challenge: '', rpId: 'mcp.example', allowCredentials: [], userVerification: 'required', timeout: 300_000 },
    )
  assert.notEqual(before.challenge, after.challenge)
})

test('pages with passkeys run one script of their own and nothing else, and say what works without it', async () => {
  const site = await newSite()

  const shown = await site.browser().get('/account/sign-in')
  const text = await shown.text()
  const [, source = '', nonce = ''] = /<script src="([^"]+)" nonce="([^"]+)" defer><\/script>/.exec(text) ?? []
  const script = await site.browser().get(source)

  assert.ok((shown.headers.get('content-security-policy') ?? '').includes(`script-src 'nonce-${nonce}';`))
  assert.equal(text.match(/<script/g)?.length, 1)
  assert.match(text, /data-passkey="get"[^>]* hidden>/)
  assert.match(text, /<noscript>.*JavaScript.*Sign in with your password\./)
  assert.match(text, /autocomplete="username webauthn"/)
  assert.equal(script.headers.get('content-type'), 'text/javascript; charset=utf-8')
  new Function('document', 'PublicKeyCredential', await script.text())({ querySelectorAll: () => [] }, undefined)
})

test('where browsers have no passkeys none are offered, and no script runs', async () => {
  for (const at of ['http://127.0.0.1:7080', 'http://[::1]:7080', 'https://192.0.2.1', 'http://mcp.example']) {
    const site = await newSite({}, {}, { origin: at })
    const shown = await site.browser().get('/account/sign-in')
    assert.doesNotMatch(await shown.text(), /passkey|<script/i, at)
    assert.doesNotMatch(shown.headers.get('content-security-policy') ?? '', /script-src/)
  }
  for (const at of ['http://localhost:7080', 'https://mcp.example:8443']) {
    const site = await newSite({}, {}, { origin: at })
    const { passkey } = await accountWithPasskey(site, 'ada', at)
    assert.equal((await signInWith(passkey, site.browser())).status, 303, at)
  }
})

const deviations: [string, Deviation][] = [
  ['of another origin', { origin: 'https://evil.example' }],
  ['of this host at another port', { origin: `${origin}:8443` }],
  ['of this host over http', { origin: 'http://mcp.example' }],
  ['for another relying party', { rpId: 'example' }],
  ['of another ceremony', { type: 'webauthn.create' }],
  ['without asking who holds the device', { userVerified: false }],
  ['without anybody there', { userPresent: false, userVerified: false }],
  ['signed with another key', { key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }],
  ['within a page of somebody else', { crossOrigin: true }],
  ['that names somebody else', { userHandle: Buffer.from('somebody else').toString('base64url') }],
  ['that names nobody', { userHandle: undefined }],
  ['over a challenge of nobody', { challenge: Buffer.alloc(54).toString('base64url') }],
]
for (const [what, deviation] of deviations)
  test(`a passkey ${what} signs nobody in`, async () => {
    const site = await newSite()
    const { passkey } = await accountWithPasskey(site, 'ada')

    const refused = await signInWith(passkey, site.browser(), { deviation })

    assert.equal(refused.status, 422)
    assert.doesNotMatch(refused.headers.getSetCookie().join(), /__Host-portcullis=/)
    assert.equal(site.events.at(-1)?.type, 'passkey_refused')
    assert.equal((await signInWith(passkey, site.browser())).status, 303)
  })

test('a challenge counts once, for ten minutes, in the browser that was asked, and for signing in alone', async () => {
  const site = await newSite()
  const { passkey, browser: signedIn } = await accountWithPasskey(site, 'ada')
  const browser = site.browser()
  const options = await optionsOn(browser, '/account/sign-in')
  const credential = passkey.use(options)
  const send = (by: Browser, sent = credential) => by.post('/account/sign-in/passkey', { credential: sent })

  const elsewhere = await send(site.browser())
  const other = site.browser()
  await other.get('/account/sign-in')
  const otherBrowser = await send(other)
  const first = await send(browser)
  const again = await send(browser)
  site.clock.now += 601
  const confirm = await optionsOn(signedIn, '/account/confirm?return_to=/account/passkeys/add')
  const ofConfirm = await send(browser, passkey.use(confirm))
  const late = await optionsOn(browser, '/account/sign-in?again=1')
  site.clock.now += 600
  const tooLate = await send(browser, passkey.use(late))

  assert.deepEqual(
    [elsewhere, otherBrowser, first, again, ofConfirm, tooLate].map(({ status }) => status),
    [422, 422, 303, 422, 422, 422],
  )
  for (const refused of [elsewhere, again, tooLate]) assert.match(await refused.text(), /open too long/)
})

test('a challenge that is answered many times at once signs in once', async () => {
  const site = await newSite()
  const { passkey } = await accountWithPasskey(site, 'ada')
  const browser = site.browser()
  const credential = passkey.use(await optionsOn(browser, '/account/sign-in'))

  const answers = await Promise.all(
    Array.from({ length: 8 }, () => browser.post('/account/sign-in/passkey', { credential })),
  )

  assert.equal(answers.filter(({ status }) => status === 303).length, 1)
})

test('a counter that falls behind tells of a copy, which signs nobody in', async () => {
  const site = await newSite()
  const { passkey } = await accountWithPasskey(site, 'ada')
  const at = async (counter: number) => (await signInWith(passkey, site.browser(), { deviation: { counter } })).status

  assert.deepEqual([await at(5), await at(5), await at(4), await at(0), await at(6)], [303, 403, 403, 403, 303])
  assert.ok(site.events.some((event) => event.type === 'passkey_refused' && event.reason === 'copied'))
})

test('a disabled account is not signed in to by a passkey either', async () => {
  const site = await newSite()
  const { passkey, accountId } = await accountWithPasskey(site, 'ada')
  await updateAccount(site, accountId, (account) => ({ ...account, disabledAt: 1 }))

  assert.equal((await signInWith(passkey, site.browser())).status, 403)
})

test('attempts with passkeys are limited by network, together with those by password, and right ones do not count', async () => {
  const site = await newSite({ signInsPerAddress: 3 })
  const { passkey } = await accountWithPasskey(site, 'ada')
  const attempt = async (deviation: Deviation = {}) => (await signInWith(passkey, site.browser(), { deviation })).status

  const often = [await attempt(), await attempt(), await attempt(), await attempt()]
  const wrong = [await attempt({ userVerified: false }), await attempt({ userVerified: false })]
  const byPassword = await site.browser().post('/account/sign-in', { user_name: 'eve', password: 'wrong wrong' })
  const over = await attempt()

  assert.deepEqual(often, [303, 303, 303, 303])
  assert.deepEqual([...wrong, byPassword.status, over], [422, 422, 422, 429])
})

test('nobody locks the holder of a passkey out by guessing passwords', async () => {
  const site = await newSite({ signInsPerAccount: 1 })
  const { passkey } = await accountWithPasskey(site, 'ada')
  for (let at = 0; at < 10; at += 1)
    await site
      .browser()
      .post('/account/sign-in', { user_name: 'ada', password: 'wrong wrong' }, { clientAddress: `192.0.2.${at}` })

  assert.equal((await signInWith(passkey, site.browser())).status, 303)
})

test('what is no credential at all is refused like any other', async () => {
  const site = await newSite()
  const { passkey } = await accountWithPasskey(site, 'ada')
  const sent = [
    '',
    'x',
    '{}',
    'null',
    '[]',
    '{"id":"__proto__"}',
    passkey.use({ challenge: '' }).replace('webauthn', 'x'),
  ]

  for (const credential of sent)
    assert.equal((await site.browser().post('/account/sign-in/passkey', { credential })).status, 422, credential)
})

test('whoever is signed in adds a passkey, names it, and removes it, which signs out all other browsers', async () => {
  const site = await newSite()
  const browser = await site.signedIn('ada')
  const elsewhere = site.browser()
  await elsewhere.post('/account/sign-in', { user_name: 'ada', password })
  const passkey = new SoftwarePasskey(origin)

  const added = await addPasskeyBy(passkey, browser, 'My <telephone>')
  const list = await textOf(browser.get('/account/passkeys'))
  const [, id = ''] = /name="passkey" value="([^"]+)"/.exec(list) ?? []
  await browser.post('/account/passkeys/name', { passkey: id, name: 'Key' })
  const signedIn = await signInWith(passkey, site.browser())
  const asked = await textOf(browser.get(`/account/passkeys/remove?passkey=${id}`))
  const removed = await browser.post('/account/passkeys/remove', { passkey: id })

  assert.equal(added.headers.get('location'), '/account/passkeys?done=added')
  assert.match(list, /<bdi>My &lt;telephone&gt;<\/bdi>/)
  assert.equal(signedIn.status, 303)
  assert.match(asked, /<bdi>Key<\/bdi><\/b> will not sign you in any more, and all other browsers are signed out/)
  assert.equal(removed.headers.get('location'), '/account/passkeys?done=removed')
  assert.match(await textOf(browser.get('/account/passkeys?done=removed')), /is removed.*You have none yet/s)
  assert.equal((await elsewhere.get('/account')).status, 303)
  assert.equal((await signInWith(passkey, site.browser())).status, 422)
  assert.deepEqual(
    site.events.flatMap(({ type }) => (type.startsWith('passkey_') ? [type] : [])),
    ['passkey_added', 'passkey_removed', 'passkey_refused'],
  )
})

test('the last way in is not removed, not by two removals at once either', async () => {
  const site = await newSite()
  const { passkey, browser, accountId } = await accountWithPasskey(site, 'ada')
  const [only] = await site.store.list('passkey', 'account', accountId)
  const refused = await browser.post('/account/passkeys/remove', { passkey: only?.id ?? '' })
  const second = new SoftwarePasskey(origin)
  await addPasskeyBy(second, browser, 'second')
  const both = await site.store.list('passkey', 'account', accountId)

  await Promise.all(both.map(({ id }) => browser.post('/account/passkeys/remove', { passkey: id })))

  assert.match(await refused.text(), /is the only way in/)
  assert.equal((await site.store.list('passkey', 'account', accountId)).length, 1)
  const statuses = [await signInWith(passkey, site.browser()), await signInWith(second, site.browser())]
  assert.deepEqual(statuses.map(({ status }) => status).sort(), [303, 422])
})

test('where passwords are off, one that is kept from before is no way in, and the last passkey stays', async () => {
  const site = await newSite({}, {}, { passwords: false })
  const { browser, accountId } = await accountWithPasskey(site, 'ada')
  const kept = await createPasswordHasher({ cost: 16 }).hash(password)
  await updateAccount(site, accountId, (account) => ({ ...account, password: kept }))
  const [only] = await site.store.list('passkey', 'account', accountId)

  const refused = await browser.post('/account/passkeys/remove', { passkey: only?.id ?? '' })

  const text = await refused.text()
  assert.match(text, /is the only way in/)
  assert.doesNotMatch(text, /password/)
  assert.equal((await site.store.list('passkey', 'account', accountId)).length, 1)
})

test('nobody sees, names or removes the passkeys of somebody else', async () => {
  const site = await newSite()
  const { passkey, accountId } = await accountWithPasskey(site, 'ada')
  const eve = await site.signedIn('eve')
  const [ofAda] = await site.store.list('passkey', 'account', accountId)
  const id = ofAda?.id ?? ''

  assert.doesNotMatch(await textOf(eve.get('/account/passkeys')), new RegExp(id))
  for (const path of ['/account/passkeys/name', '/account/passkeys/remove'])
    assert.equal((await eve.get(`${path}?passkey=${id}`)).headers.get('location'), '/account/passkeys')
  await eve.post('/account/passkeys/name', { passkey: id, name: 'mine' })
  await eve.post('/account/passkeys/remove', { passkey: id })

  assert.deepEqual(await site.store.get('passkey', id), ofAda)
  assert.equal((await signInWith(passkey, site.browser())).status, 303)
})

test('a passkey stands in one account alone: the id of somebody else’s is taken, by an invitation too', async () => {
  const site = await newSite()
  const { passkey, accountId } = await accountWithPasskey(site, 'ada')
  const eve = await site.signedIn('eve')
  const same = () => new SoftwarePasskey(origin, { credentialId: passkey.credentialId })

  const added = await addPasskeyBy(same(), eve, 'mine')
  const token = await site.link('invitation')
  const invited = site.browser()
  const options = await optionsOn(invited, `/account/invitation?token=${token}`)
  const made = await invited.post('/account/invitation', {
    token,
    user_name: 'mallory',
    credential: same().create(options),
  })

  assert.deepEqual([added.status, made.status], [422, 422])
  assert.equal((await site.store.list('passkey', 'account', accountId)).length, 1)
  assert.equal((await signInWith(passkey, site.browser())).status, 303)
})

const wrongCreations: [string, Deviation][] = [
  ['of another origin', { origin: 'https://evil.example' }],
  ['for another relying party', { rpId: 'example' }],
  ['without asking who holds the device', { userVerified: false }],
  ['of another ceremony', { type: 'webauthn.get' }],
  ['within a page of somebody else', { crossOrigin: true }],
  ['over a challenge of nobody', { challenge: Buffer.alloc(54).toString('base64url') }],
  ['under an id that its authenticator does not have', { credentialId: Buffer.alloc(32, 1) }],
  [
    'with certificates, whose addresses nobody is to have us fetch (law 8)',
    { attestation: await certifiedAttestation() },
  ],
  ['with an attestation that nobody asked for', { attestation: () => ({ format: 'tpm', statement: new Map() }) }],
]
for (const [what, deviation] of wrongCreations)
  test(`a passkey that was made ${what} is not added`, async () => {
    const site = await newSite()
    const browser = await site.signedIn('ada')

    const answer = await addPasskeyBy(new SoftwarePasskey(origin), browser, 'mine', deviation)

    assert.equal(answer.status, 422)
    assert.deepEqual(
      await textOf(browser.get('/account/passkeys')).then((text) => /You have none yet/.test(text)),
      true,
    )
  })

test('a challenge to add a passkey counts once, and in its own session alone', async () => {
  const site = await newSite()
  const browser = await site.signedIn('ada')
  const eve = await site.signedIn('eve')
  const options = await optionsOn(browser, '/account/passkeys/add')
  const send = (by: Browser, passkey = new SoftwarePasskey(origin)) =>
    by.post('/account/passkeys/add', { name: 'mine', credential: passkey.create(options) })

  assert.deepEqual(
    [(await send(eve)).status, (await send(browser)).status, (await send(browser)).status],
    [422, 303, 422],
  )
})

test('a reset link leaves no passkey that may have been somebody else’s, and says so before', async () => {
  const site = await newSite()
  const { passkey, accountId } = await accountWithPasskey(site, 'ada')
  const { token } = await issueLink(site, { purpose: 'reset', accountId })

  const shown = await textOf(site.browser().get(`/account/reset?token=${token}`))
  await site.browser().post('/account/reset', { token, password, again: password })

  assert.match(shown, /its passkeys are removed/)
  assert.equal((await signInWith(passkey, site.browser())).status, 422)
  assert.equal((await site.browser().post('/account/sign-in', { user_name: 'ada', password })).status, 303)
})

test('whoever was signed in adds no passkey by a form that began to come before a new password was set by a link, and ended after', async () => {
  const site = await newSite()
  const { browser: thief, accountId } = await accountWithPasskey(site, 'ada')
  const { token } = await issueLink(site, { purpose: 'reset', accountId })
  const backdoor = new SoftwarePasskey(origin)
  const credential = backdoor.create(await optionsOn(thief, '/account/passkeys/add'))
  const reset = () => site.browser().post('/account/reset', { token, password, again: password })

  const answer = await thief.postSlowly('/account/passkeys/add', { name: 'mine', credential }, reset)

  assert.match(answer.headers.get('location') ?? '', /^\/account\/sign-in/)
  assert.equal((await signInWith(backdoor, site.browser())).status, 422)
  assert.equal((await site.browser().post('/account/sign-in', { user_name: 'ada', password })).status, 303)
})

test('an account has twenty passkeys at the most', async () => {
  const site = await newSite()
  const browser = await site.signedIn('ada')
  for (let at = 0; at < 20; at += 1)
    assert.equal((await addPasskeyBy(new SoftwarePasskey(origin), browser, 'one')).status, 303)

  assert.match(await textOf(addPasskeyBy(new SoftwarePasskey(origin), browser, 'one')), /can have 20 passkeys/)
  assert.doesNotMatch(await textOf(browser.get('/account/passkeys')), /Add a passkey/)
})

test('law 10: test users get no passkey', async () => {
  const at = 'http://localhost:7080'
  const site = await newSite({}, {}, { origin: at, dev: true })
  const browser = site.browser()
  const sending = {
    headers: { origin: at, host: 'localhost:7080', connection: 'keep-alive' },
    connection: { peerAddress: '127.0.0.1', localAddress: '127.0.0.1' },
  }
  await browser.post('/account/dev-sign-in', { user: 'alice' }, sending)

  assert.equal((await browser.get('/account/passkeys/add', sending)).headers.get('location'), '/account/passkeys')
  assert.doesNotMatch(await textOf(browser.get('/account', sending)), /passkey/i)
})

test('whoever has a passkey and no password sets one', async () => {
  const site = await newSite()
  const { browser } = await accountWithPasskey(site, 'ada')

  const shown = await textOf(browser.get('/account/password'))
  const answer = await browser.post('/account/password', { password, again: password })

  assert.match(shown, /<h1>Set a password<\/h1>/)
  assert.doesNotMatch(shown, /Present password/)
  assert.equal(answer.headers.get('location'), '/account?done=password')
  assert.equal((await site.browser().post('/account/sign-in', { user_name: 'ada', password })).status, 303)
})

test('a page that adds passkeys asks for one that can be found without a name, and names those that are there already', async () => {
  const site = await newSite()
  const { browser, passkey } = await accountWithPasskey(site, 'ada')

  const options = await optionsOn(browser, '/account/passkeys/add')

  assert.deepEqual(options.authenticatorSelection, {
    residentKey: 'required',
    requireResidentKey: true,
    userVerification: 'required',
  })
  assert.deepEqual(options.rp, { id: 'mcp.example', name: 'Notes' })
  assert.deepEqual(options.excludeCredentials, [
    { type: 'public-key', id: passkey.credentialId.toString('base64url'), transports: ['internal'] },
  ])
  assert.equal(options.attestation, 'none')
  assert.ok(!Buffer.from(String(options.user.id), 'base64url').includes('ada'))
})

/** Of a maker that made its own certificate: valid in all but that nobody asked for it. */
async function certifiedAttestation(): Promise<NonNullable<Deviation['attestation']>> {
  await import('@simplewebauthn/server') // which brings the polyfill that the next one wants
  const { BasicConstraintsExtension, X509CertificateGenerator } = await import('@peculiar/x509')
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'C=XX, O=Nobody, OU=Authenticator Attestation, CN=Nobody',
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [new BasicConstraintsExtension(false)],
  })
  const key = KeyObject.from(keys.privateKey)
  return (signed) => ({
    format: 'packed',
    statement: new Map<string, unknown>([
      ['alg', -7],
      ['sig', sign('sha256', signed, key)],
      ['x5c', [Buffer.from(certificate.rawData)]],
    ]),
  })
}

async function textOf(response: Promise<Response>): Promise<string> {
  return (await response).text()
}
