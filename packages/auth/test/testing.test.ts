import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { type ConnectionEvent, createResourceServer } from '@portcullis/auth'
import { createTestAuthorizationServer, type Fault, faults, isFault } from '@portcullis/auth/testing'

const resource = 'http://127.0.0.1:3000/mcp'

/** An MCP server as a user of the library would test it. */
function world({ scopes = { 'notes:read': 'Read notes', 'notes:write': 'Write notes' } } = {}) {
  const events: ConnectionEvent[] = []
  const authority = createTestAuthorizationServer({ resource, scopes, wait: async () => {} })
  const server = createResourceServer({ resource, ...authority.trust, onEvent: (event) => events.push(event) })
  const call = async (token: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}`, host: '127.0.0.1:3000' }
    const result = await server.authenticate(new Request(resource, { method: 'POST', headers }), {
      scope: ['notes:read'],
    })
    return result instanceof Response ? result.status : 200
  }
  return { authority, server, call, events }
}

test('a token in two lines: the server under test believes it, and knows whose it is', async () => {
  const { authority, server } = world()

  const token = await authority.accessToken({ subject: 'bob', scope: ['notes:write'] })

  const headers = { authorization: `Bearer ${token}`, host: '127.0.0.1:3000' }
  const result = await server.authenticate(new Request(resource, { method: 'POST', headers }))
  assert.ok(!(result instanceof Response))
  assert.equal(result.subject, 'bob')
  assert.deepEqual([...result.scope], ['notes:write'])
})

test('a signed-in session refreshes, and is over once it is revoked', async () => {
  const { authority, call } = world()
  const session = await authority.signIn()

  const next = await session.refresh()
  assert.equal(await call(next.accessToken), 200)
  await next.revoke()

  assert.equal(await call(next.accessToken), 401)
  await assert.rejects(next.refresh(), /invalid_grant/)
})

test('a client with a secret signs in, and one client may have several people', async () => {
  const { authority, call } = world()
  const client = await authority.registerClient({ token_endpoint_auth_method: 'client_secret_post' })

  const [alice, bob] = [await authority.signIn({ client }), await authority.signIn({ client, subject: 'bob' })]

  assert.ok(client.clientSecret)
  assert.equal(await call(alice.accessToken), 200)
  assert.equal(await call((await bob.refresh()).accessToken), 200)
})

test('all that a person allowed ends at once, and nothing of anybody else', async () => {
  const { authority, call } = world()
  const [alice, bob] = [await authority.signIn(), await authority.signIn({ subject: 'bob' })]

  assert.equal(await authority.endGrants('alice'), 1)

  assert.deepEqual([await call(alice.accessToken), await call(bob.accessToken)], [401, 200])
})

test('keys rotate: old tokens count on, and new ones too', async () => {
  const { authority, call } = world()
  const before = await authority.accessToken()
  assert.equal(await call(before), 200)

  await authority.rotateKeys()
  const after = await authority.accessToken()

  assert.notEqual(before.split('.')[0], after.split('.')[0])
  assert.deepEqual([await call(before), await call(after)], [200, 200])
})

test('the clock moves on for both sides: a token expires', async () => {
  const { authority, call } = world()
  const token = await authority.accessToken()

  authority.advance(3600)

  assert.equal(await call(token), 401)
})

test('a person can be played at the URL that a client under test made, and may deny', async () => {
  const { authority } = world()
  const client = await authority.registerClient()
  const url = new URL(`${authority.issuer}/authorize`)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    state: 'a b',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  }).toString()

  const allowed = await authority.answer(url)
  const denied = await authority.answer(url, { decision: 'deny' })

  assert.ok(allowed.searchParams.get('code'))
  assert.equal(allowed.searchParams.get('state'), 'a b')
  assert.equal(denied.searchParams.get('error'), 'access_denied')
  url.searchParams.set('client_id', 'nobody')
  await assert.rejects(authority.answer(url), /not registered with this server/)
})

const refused: Partial<Record<Fault, { status: number; reason: string }>> = {
  expired_tokens: { status: 401, reason: 'expired' },
  wrong_audience: { status: 401, reason: 'wrong_audience' },
  wrong_issuer: { status: 401, reason: 'unknown_issuer' },
  wrong_type: { status: 401, reason: 'wrong_type' },
  unknown_key: { status: 401, reason: 'unknown_key' },
  keys_down: { status: 503, reason: 'keys' },
  metadata_down: { status: 503, reason: 'keys' },
  metadata_missing: { status: 503, reason: 'keys' },
  metadata_of_another: { status: 503, reason: 'keys' },
}

for (const [fault, { status, reason }] of Object.entries(refused)) {
  test(`${fault}: the server under test answers ${status}, for the reason "${reason}"`, async () => {
    const { authority, call, events } = world()
    if (isFault(fault)) authority.faults.add(fault)

    assert.equal(await call(await authority.accessToken()), status)

    assert.ok(events.some((event) => 'reason' in event && event.reason === reason))
    authority.faults.clear()
    authority.advance(60)
    assert.equal(await call(await authority.accessToken()), 200)
  })
}

test('clients meet what they must be able to bear', async () => {
  const { authority } = world()
  const session = await authority.signIn()
  const metadata = async () =>
    (await authority.fetch(new Request(`${authority.issuer}/.well-known/oauth-authorization-server`))).json()

  authority.faults.add('refused_refresh')
  await assert.rejects(session.refresh(), /invalid_grant/)
  authority.faults.clear()
  authority.faults.add('token_down')
  await assert.rejects(session.refresh(), /503/)
  authority.faults.clear()
  authority.faults.add('no_registration').add('old_metadata')
  const registration = await authority.fetch(new Request(`${authority.issuer}/register`, { method: 'POST' }))
  const { registration_endpoint, code_challenge_methods_supported } = await metadata()
  authority.faults.clear()
  authority.faults.add('no_refresh_tokens')
  const { refreshToken } = await authority.signIn()
  authority.faults.clear()

  assert.deepEqual(
    [registration.status, registration_endpoint, code_challenge_methods_supported, refreshToken],
    [404, undefined, undefined, undefined],
  )
  assert.ok((await metadata()).registration_endpoint)
  assert.equal((await session.refresh()).scope.join(), 'notes:read')
})

test('shortcuts work whatever fails on their way, and their tokens have what is wrong with tokens, or what is asked for', async () => {
  const { authority, call } = world()
  authority.faults.add('token_down').add('metadata_missing').add('no_registration').add('slow').add('refused_refresh')

  const client = await authority.registerClient()
  const session = await authority.signIn({ client })
  authority.faults.clear()
  authority.faults.add('wrong_audience')
  const [wrong, sound] = [await authority.accessToken(), await authority.accessToken({ faults: [] })]
  authority.faults.clear()
  const expired = await authority.accessToken({ faults: ['expired_tokens'] })

  const tokens = [session.accessToken, wrong, sound, expired]
  assert.deepEqual(await Promise.all(tokens.map(call)), [200, 401, 200, 401])
})

test('without a name everything ends: what anybody allowed, and what a client got for itself', async () => {
  const { authority, call } = world()
  const { clientId, clientSecret } = authority.machineClient
  const people = await Promise.all(['carol', 'dave'].map((subject) => authority.accessToken({ subject })))
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  })
  const answer = await authority.fetch(new Request(`${authority.issuer}/token`, { method: 'POST', body }))
  const { access_token: ofMachine } = await answer.json()
  const tokens = [...people, ofMachine]
  assert.deepEqual(await Promise.all(tokens.map(call)), [200, 200, 200])

  assert.equal(await authority.endGrants(clientId), 1)
  assert.equal(await authority.endGrants(), 2)

  assert.deepEqual(await Promise.all(tokens.map(call)), [401, 401, 401])
})

test('law 14: by default a resource server sees an end within two seconds, and at once where a read is cheap', async () => {
  const { authority, call } = world()
  const server = createResourceServer({ resource, ...authority.trust, revocationFreshness: 1 })
  const session = await authority.signIn()
  const callDefault = async () => {
    const headers = { authorization: `Bearer ${session.accessToken}`, host: '127.0.0.1:3000' }
    const result = await server.authenticate(new Request(resource, { method: 'POST', headers }))
    return result instanceof Response ? result.status : 200
  }
  assert.deepEqual([await callDefault(), await call(session.accessToken)], [200, 200])

  await session.revoke()
  const atOnce = [await callDefault(), await call(session.accessToken)]
  authority.advance(2)

  assert.deepEqual([...atOnce, await callDefault()], [200, 401, 401])
  const tooLong = { resource, ...authority.trust, revocationFreshness: 2 }
  assert.throws(() => createResourceServer(tooLong), /"revocationFreshness" must be/)
})

test('opaque tokens are believed too, until they end', async () => {
  const scopes = { 'notes:read': 'Read notes' }
  const authority = createTestAuthorizationServer({
    resource,
    options: { resources: [{ resource, scopes, accessTokenFormat: 'opaque' }] },
  })
  const server = createResourceServer({ resource, ...authority.trust })
  const session = await authority.signIn({ faults: ['wrong_audience'] }) // which no such token can be made with
  const call = async () => {
    const headers = { authorization: `Bearer ${session.accessToken}`, host: '127.0.0.1:3000' }
    const result = await server.authenticate(new Request(resource, { method: 'POST', headers }))
    return result instanceof Response ? result.status : result.subject
  }

  const before = await call()
  await authority.endGrants()

  assert.deepEqual([before, await call()], ['alice', 401])
})

test('a feed that is down on purpose is 503 for a token not seen before', async () => {
  const { authority, call } = world()
  authority.faults.add('revocations_down')

  assert.equal(await call(await authority.accessToken()), 503)
})

test('short tokens live five seconds, and say so', async () => {
  const { authority, call } = world()
  authority.faults.add('short_tokens')
  const token = await authority.accessToken()

  const before = await call(token)
  authority.advance(11) // five of them tolerated
  const after = await call(token)

  assert.deepEqual([before, after], [200, 401])
})

test('slow waits before every answer', async () => {
  const waited: number[] = []
  const authority = createTestAuthorizationServer({
    resource,
    wait: async (milliseconds) => void waited.push(milliseconds),
  })
  authority.faults.add('slow')

  await authority.fetch(new Request(`${authority.issuer}/jwks`))

  assert.deepEqual(waited, [3000])
})

test('every fault says what it does', () => {
  for (const [name, text] of Object.entries(faults)) assert.match(text, /^[A-Z].*\.$/, name)
  assert.ok(!isFault('toString'))
})

const page = new URL('../../../docs/testing.md', import.meta.url)

test('the page about testing names every fault', { skip: !existsSync(page) }, () => {
  const rows = Object.entries(faults).map(([name, text]) => `| \`${name}\` | ${text} |`)

  assert.ok(readFileSync(page, 'utf8').includes(rows.join('\n')))
})
