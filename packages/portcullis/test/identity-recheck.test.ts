import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { Interaction } from '@portcullis/auth/authorization-server'
import type { IdentityProviders } from '@portcullis/auth/identity-providers'
import { createAccounts } from '../src/accounts/create-accounts.ts'
import { issueLink } from '../src/accounts/links.ts'
import { identitySite, origin, password, post, resource } from './identity-site.ts'
import { connect, type Person } from './running-program.ts'
import { SoftwarePasskey } from './software-authenticator.ts'

type Site = Awaited<ReturnType<typeof identitySite>>

/** A person who signed in with the identity provider, and a client that they let in. */
async function connected(t: Parameters<typeof identitySite>[0], options: Parameters<typeof identitySite>[1] = {}) {
  const site = await identitySite(t, options)
  const ada = site.person()
  await site.signIn(ada)
  const tokens = await connect(ada, { resource, send: site.send })
  return { site, ada, ...tokens }
}

async function refresh(site: Site, { clientId, refreshToken }: { clientId: string; refreshToken: string }) {
  const answer = await site.send(`${origin}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_id: clientId,
    }).toString(),
  })
  return { status: answer.status, body: await answer.json() }
}

/** Another process on the same store, whose identity provider answers as is said here. */
function otherProcess(
  site: Site,
  recheck: IdentityProviders['recheck'],
  endGrants: (subject: string) => Promise<unknown> = async () => {},
): Interaction {
  const onEvent = (event: { type: string }) => site.events.push({ ...event })
  const accounts = createAccounts({
    configuration: {
      issuer: origin,
      dev: false,
      passwords: true,
      limits: {},
      lifetimes: {},
    } as unknown as Parameters<typeof createAccounts>[0]['configuration'], // only these settings are read
    store: site.store,
    challengeKeys: [randomBytes(32)],
    now: () => site.clock.now,
    identityProviders: { trusted: site.trusted, providers: { recheck }, endGrants, onEvent },
  })
  return accounts.interaction
}

const asks = ({ corp }: Site) => corp.refreshes()

test('a person who is disabled at the identity provider has no token, no grant and no session any more once its word is old', async (t) => {
  const { site, ada, ...client } = await connected(t)
  site.corp.faults.refreshError = 'invalid_grant'
  site.clock.now += 899

  const before = await refresh(site, client)
  site.clock.now += 1
  const after = await refresh(site, { ...client, refreshToken: before.body.refresh_token })

  assert.equal(before.status, 200)
  assert.equal(after.status, 400)
  assert.equal(after.body.error, 'invalid_grant')
  assert.equal((await site.store.get('grant', client.grantId))?.value.refreshTokensUntil === undefined, true)
  assert.equal((await ada.open('/account')).headers.get('location'), '/account/sign-in')
  assert.deepEqual(
    site.told('grant_ended').map(({ reason }) => reason),
    ['subject_disabled'],
  )
  assert.deepEqual(
    site.told('identity_ended').map(({ reason }) => reason),
    ['ended'],
  )
})

test('a visit finds out as well, and ends what clients have', async (t) => {
  const { site, ada } = await connected(t)
  site.corp.faults.refreshError = 'invalid_grant'
  site.clock.now += 900

  const page = await ada.open('/account')

  assert.equal(page.headers.get('location'), '/account/sign-in')
  assert.equal(site.told('grant_ended').length, 1)
})

test('whoever comes back signs in anew, and the session and the grant of before stay ended', async (t) => {
  const { site, ada, ...client } = await connected(t)
  site.corp.faults.refreshError = 'invalid_grant'
  site.clock.now += 900
  await ada.open('/account')
  delete site.corp.faults.refreshError

  const back = site.person()
  await site.signIn(back)

  assert.match(await (await back.open('/account')).text(), /Hello, <bdi>ada/)
  assert.equal((await ada.open('/account')).headers.get('location'), '/account/sign-in')
  assert.equal((await refresh(site, client)).body.error, 'invalid_grant')
  await connect(back, { resource, send: site.send })
})

test('whoever is taken out of the group that the rules want is out as well', async (t) => {
  const { site, ...client } = await connected(t, { corp: { admission: { groups: ['staff'] } } })
  Object.assign(site.corp.person, { groups: ['engineering'] })
  site.clock.now += 900

  const after = await refresh(site, client)

  assert.equal(after.body.error, 'invalid_grant')
  const [ended] = site.told('identity_ended')
  assert.deepEqual([ended?.reason, ended?.detail], ['not_admitted', 'Only people in the group "staff" may come in.'])
})

test('an identity provider that goes down after it took the refresh token ends nobody: its next one is kept', async (t) => {
  const { site, ada } = await connected(t)
  site.corp.faults.answers = { '/userinfo': { status: 503 } }
  site.clock.now += 900
  await ada.open('/account')
  delete site.corp.faults.answers
  site.clock.now += 60

  const page = await ada.open('/account')

  assert.equal(page.status, 200)
  assert.deepEqual(site.told('identity_ended'), [])
})

test('groups that are not all told end nothing: people go on for the grace, and what to ask by next is not lost', async (t) => {
  const { site } = await connected(t, { corp: { admission: { groups: ['staff'] } } })
  const account = await site.accountOf('ada')
  const [id = ''] = account.value.identities ?? []
  const before = await site.store.get('identity', id)
  site.clock.now += 900
  const { issuer } = site.corp
  const elsewhere = otherProcess(site, async () => ({
    kind: 'active',
    upstream: 'the next',
    identity: {
      identityProvider: 'corp',
      issuer,
      subject: 'u-7',
      authTime: 0,
      isAuthTimeProved: true,
      groups: [],
      groupsIncomplete: 'Microsoft Graph answered 403',
      claims: {},
    },
  }))

  const isActive = await elsewhere.isActive?.(account.id)

  const after = await site.store.get('identity', id)
  assert.equal(isActive, true)
  assert.deepEqual([after?.value.upstream, after?.value.checkedAt], ['the next', before?.value.checkedAt])
  assert.match(
    String(site.told('identity_provider_unavailable')[0]?.detail),
    /Not all groups are known: Microsoft Graph/,
  )
  assert.equal(site.told('grant_ended').length, 0)
})

test('twenty token requests at once ask the identity provider once, and within the time nobody asks at all', async (t) => {
  const { site, ...client } = await connected(t)
  site.clock.now += 60
  const early = await refresh(site, client)
  assert.equal(asks(site), 0)
  site.clock.now += 840

  const answers = await Promise.all(
    Array.from({ length: 20 }, () => refresh(site, { ...client, refreshToken: early.body.refresh_token })),
  )

  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
  assert.equal(asks(site), 1)
})

test('where ending is cut off before the grants have ended, it is begun again', async (t) => {
  const site = await identitySite(t)
  await site.signIn(await site.withPassword('ada.own'), { for: 'link' })
  const { id } = await site.accountOf('ada.own')
  const ended: string[] = []
  let isFailing = true
  const elsewhere = otherProcess(
    site,
    async () => ({ kind: 'ended', detail: 'Gone' }),
    async (subject) => {
      if (isFailing) throw new Error('The database went away')
      ended.push(subject)
    },
  )
  site.clock.now += 900

  await assert.rejects(async () => elsewhere.isActive?.(id))
  isFailing = false
  site.clock.now += 60
  await elsewhere.isActive?.(id)

  assert.deepEqual([...new Set(ended)], [id])
})

test('two processes do not ask at once: the second would show a refresh token that was used', async (t) => {
  const { site } = await connected(t)
  const { id } = await site.accountOf('ada')
  let asked = 0
  const process = () =>
    otherProcess(site, async () => {
      asked += 1
      await new Promise(setImmediate) // the other has its chance
      return { kind: 'unavailable', detail: 'Not now' }
    })
  site.clock.now += 900

  const answers = await Promise.all([process().isActive?.(id), process().isActive?.(id)])

  assert.equal(asked, 1)
  assert.deepEqual(answers, [true, true])
})

test('while the identity provider cannot be asked people go on, for a day; then no tokens come until it can, and nothing has ended', async (t) => {
  const { site, ada, ...client } = await connected(t)
  site.corp.faults.answers = { '/token': { status: 503, body: 'sorry' } }
  site.clock.now += 3600
  const soon = await refresh(site, client)
  site.clock.now += 86_400

  const late = await refresh(site, { ...client, refreshToken: soon.body.refresh_token })
  const page = await ada.open('/account')
  site.corp.faults.answers = {}
  site.clock.now += 60
  const again = await refresh(site, { ...client, refreshToken: soon.body.refresh_token })

  assert.equal(soon.status, 200)
  assert.equal(late.status, 503)
  assert.equal(late.body.error, 'temporarily_unavailable')
  assert.equal(page.headers.get('location'), '/account/sign-in')
  assert.equal(again.status, 200)
  assert.match(await (await ada.open('/account')).text(), /Hello/)
  assert.equal(site.told('grant_ended').length, 0)
  assert.ok(site.told('identity_provider_unavailable').length >= 2)
})

test('one that does not answer holds a token request for three seconds at the most', async (t) => {
  const { site } = await connected(t)
  const { id } = await site.accountOf('ada')
  const elsewhere = otherProcess(site, () => new Promise(() => {}))
  site.clock.now += 900
  const began = performance.now()

  const isActive = await elsewhere.isActive?.(id)

  assert.equal(isActive, true)
  assert.ok(performance.now() - began < 3900)
})

test('one that gives nothing to ask by is believed for the time that is configured; then the person signs in again', async (t) => {
  const site = await identitySite(t, { corp: { trustFor: 86_400 } })
  const ada = site.person()
  await site.signIn(ada)
  const client = await connect(ada, { resource, send: site.send })
  const { identities: [id = ''] = [] } = (await site.accountOf('ada')).value
  const entry = await site.store.get('identity', id)
  assert.ok(entry)
  const { upstream: _, ...without } = entry.value
  await site.store.commit([{ kind: 'identity', id, version: entry.version, value: without }])
  site.clock.now += 86_399
  const before = await refresh(site, client)
  site.clock.now += 1

  const after = await refresh(site, { ...client, refreshToken: before.body.refresh_token })

  assert.equal(before.status, 200)
  assert.equal(after.body.error, 'invalid_grant')
  assert.equal(asks(site), 0)
  assert.equal((await site.signIn(ada)).status, 303)
})

test('a person with a password of their own goes on with that, by a new session and new grants', async (t) => {
  const site = await identitySite(t)
  const ada = await site.withPassword('ada.own')
  await site.signIn(ada, { for: 'link' })
  const elsewhere = site.person()
  await site.signIn(elsewhere)
  const client = await connect(elsewhere, { resource, send: site.send })
  site.corp.faults.refreshError = 'invalid_grant'
  site.clock.now += 900

  const after = await refresh(site, client)

  assert.equal(after.body.error, 'invalid_grant')
  assert.equal((await elsewhere.open('/account')).headers.get('location'), '/account/sign-in')
  assert.match(await (await ada.open('/account')).text(), /Hello/)
  await connect(ada, { resource, send: site.send })
})

test('an identity provider that is taken out of the configuration opens nothing any more', async (t) => {
  const { site, ada, ...client } = await connected(t)
  site.trusted.delete('corp')

  assert.equal((await ada.open('/account')).headers.get('location'), '/account/sign-in')
  assert.equal((await refresh(site, client)).body.error, 'invalid_grant')
})

test('what the identity provider is asked by is kept sealed alone', async (t) => {
  const { site } = await connected(t)

  const { identities: [id = ''] = [] } = (await site.accountOf('ada')).value
  const kept = JSON.stringify((await site.store.get('identity', id))?.value)

  assert.match(kept, /"upstream":"/)
  assert.ok(!kept.includes('at-1'))
})

test('the groups that are told, and no others, stand in access tokens; of userinfo only what its scopes say', async (t) => {
  const site = await identitySite(t, { corp: { groupsTold: ['engineering', 'board'] } })
  const ada = site.person()
  await site.signIn(ada)

  const { accessToken } = await connect(ada, { resource, send: site.send, scope: 'mcp openid profile email' })
  const claims = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString())
  const userinfo = await (
    await site.send(`${origin}/userinfo`, { headers: { authorization: `Bearer ${accessToken}` } })
  ).json()

  assert.deepEqual(claims.groups, ['engineering'])
  assert.deepEqual(userinfo, {
    sub: claims.sub,
    preferred_username: 'ada',
    name: 'Ada Lovelace',
    email: 'ada@corp.example',
    email_verified: true,
  })
})

test('an address that is not verified is told to nobody', async (t) => {
  const site = await identitySite(t)
  Object.assign(site.corp.person, { email_verified: false })
  const ada = site.person()
  await site.signIn(ada)

  const { accessToken } = await connect(ada, { resource, send: site.send, scope: 'mcp openid email' })
  const answer = await site.send(`${origin}/userinfo`, { headers: { authorization: `Bearer ${accessToken}` } })

  assert.deepEqual(Object.keys(await answer.json()), ['sub'])
})

test('an identity is added and taken away on the page, never the last way in; sessions that began by it are over', async (t) => {
  const site = await identitySite(t, { passwords: false, second: {} })
  const ada = site.person()
  await site.signIn(ada)
  Object.assign(site.other.person, { sub: 'elsewhere', preferred_username: 'lovelace' })
  const [first = ''] = (await site.accountOf('ada')).value.identities ?? []
  const last = await post(ada, '/account/identities', { identity: first })

  const linked = await site.signIn(ada, { for: 'link', with: 'other' })
  const by = site.person()
  await site.signIn(by, { with: 'other' })
  const page = await (await by.open('/account/identities')).text()
  const [, second = ''] = (await site.accountOf('ada')).value.identities ?? []
  const taken = await post(ada, '/account/identities', { identity: second })

  assert.equal(last.status, 422)
  assert.match(await last.text(), /the only way into your account/)
  assert.equal(linked.headers.get('location'), '/account/identities?done=linked')
  assert.match(page, /lovelace/)
  assert.equal(taken.status, 303)
  assert.deepEqual((await site.accountOf('ada')).value.identities, [first])
  assert.equal(await site.store.get('identity', second), undefined)
  assert.equal((await by.open('/account')).headers.get('location'), '/account/sign-in')
})

/** What a page asks a browser's authenticator for. */
async function optionsOn(person: Person, path: string) {
  const [, found = ''] = /data-options="([^"]+)"/.exec(await (await person.open(path)).text()) ?? assert.fail(path)
  return JSON.parse(found.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&'))
}

/** A person who came by the identity provider, and added a passkey. */
async function withPasskey(t: Parameters<typeof identitySite>[0], options: Parameters<typeof identitySite>[1] = {}) {
  const site = await identitySite(t, options)
  const ada = site.person()
  await site.signIn(ada)
  const passkey = new SoftwarePasskey(origin)
  const add = '/account/passkeys/add'
  const added = await post(ada, add, { name: 'Key', credential: passkey.create(await optionsOn(ada, add)) })
  assert.equal(added.headers.get('location'), '/account/passkeys?done=added')
  const signIn = async (person = site.person()) => {
    const credential = passkey.use(await optionsOn(person, '/account/sign-in'))
    return { person, answer: await post(person, '/account/sign-in/passkey', { credential, return_to: '/account' }) }
  }
  return { site, ada, passkey, signIn }
}

test('a passkey of a person who came by an identity provider is a quicker way in, and never outlives that', async (t) => {
  const { site, signIn } = await withPasskey(t)
  const { person, answer } = await signIn()
  const before = await person.open('/account')
  site.corp.faults.refreshError = 'invalid_grant'
  site.clock.now += 900

  const after = await person.open('/account')
  const again = await signIn()

  assert.equal(answer.status, 303)
  assert.equal(before.status, 200)
  assert.equal(after.headers.get('location'), '/account/sign-in')
  assert.equal(again.answer.status, 403)
})

test('a person who came by an identity provider cannot take it away and stay by a passkey', async (t) => {
  const { site, ada } = await withPasskey(t)
  const [identity = ''] = (await site.accountOf('ada')).value.identities ?? []

  const answer = await post(ada, '/account/identities', { identity })

  assert.equal(answer.status, 422)
  assert.deepEqual((await site.accountOf('ada')).value.identities, [identity])
})

test('a link to recover that was under way when an account became one of an identity provider does not make it one of this server again', async (t) => {
  const { site } = await withPasskey(t)
  const account = await site.accountOf('ada')
  const { id, version, value } = account
  const email = 'ada@home.example'
  await site.store.commit([{ kind: 'account', id, version, value: { ...value, email }, index: { all: 'all' } }])
  const { token } = await issueLink(
    { store: site.store, now: () => site.clock.now },
    { purpose: 'recovery', accountId: id, email },
  )

  const set = await post(site.person(), '/account/recover', { token, password, again: password })

  assert.equal(set.status, 410)
  assert.deepEqual((await site.accountOf('ada')).value.identities, value.identities)
})

test('a new password by an operator’s link is the only way in: identities and passkeys go, and the account is of this server', async (t) => {
  const { site, ada, signIn } = await withPasskey(t)
  const { id } = await site.accountOf('ada')
  const { token } = await issueLink(
    { store: site.store, now: () => site.clock.now },
    { purpose: 'reset', accountId: id },
  )

  const set = await post(site.person(), '/account/reset', { token, password, again: password })
  const byPassword = site.person()
  await post(byPassword, '/account/sign-in', { user_name: 'ada', password })
  const byPasskey = await signIn()

  assert.equal(set.status, 303)
  assert.match(await (await byPassword.open('/account')).text(), /Hello, <bdi>ada/)
  assert.equal(byPasskey.answer.status, 422)
  assert.equal((await ada.open('/account')).headers.get('location'), '/account/sign-in')
  assert.equal((await site.accountOf('ada')).value.identities, undefined)
})
