import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { AuthorizationServerOptions } from '@portcullis/auth/authorization-server'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import {
  type Attempt,
  alice,
  attemptOf,
  authorize,
  createWorld,
  exchange,
  formOf,
  issuer,
  postForm,
  register,
  resource,
  type TestClient,
  type World,
} from './world.ts'

const pair = await generateKeyPair('ES256')
const jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256' }] }
const documentClient: TestClient = {
  clientId: 'https://client.example/mcp.json',
  redirectUri: 'https://client.example/callback',
}

function pushing(as: Partial<AuthorizationServerOptions> = {}): World {
  return createWorld({ as: { pushedRequests: {}, ...as } })
}

interface Pushed {
  status: number
  body: { request_uri: string; expires_in: number; error?: string; error_description?: string }
}

async function push(
  world: World,
  fields: Record<string, string> | URLSearchParams,
  headers: Record<string, string> = {},
): Promise<Pushed> {
  const response = await world.send('/par', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  })
  return { status: response.status, body: await response.json() }
}

/** The browser with a pushed request, along the redirect that says it arrived. */
async function arrive(
  world: World,
  clientId: string,
  requestUri: string,
): Promise<{ page: Response; address: string }> {
  const first = await world.send(`/authorize?${new URLSearchParams({ client_id: clientId, request_uri: requestUri })}`)
  if (first.status !== 302) return { page: first, address: '' }
  const address = first.headers.get('location') ?? ''
  assert.ok(address.startsWith(`${issuer}/authorize?`), address)
  return { page: await world.send(address), address }
}

async function pushedAttempt(
  world: World,
  changes: Record<string, string> = {},
): Promise<{ attempt: Attempt; uri: string }> {
  const attempt = attemptOf(await register(world), changes)
  const { status, body } = await push(world, attempt.parameters)
  assert.equal(status, 201, JSON.stringify(body))
  return { attempt, uri: body.request_uri }
}

async function allow(world: World, page: Response): Promise<Response> {
  const form = await formOf(page)
  form.set('decision', 'allow')
  return postForm(world, form)
}

function answerOf(response: Response): URLSearchParams {
  return new URL(response.headers.get('location') ?? 'none:').searchParams
}

function assertion(client: TestClient, audience = `${issuer}/par`): Promise<string> {
  const now = 1_800_000_000
  return new SignJWT({
    iss: client.clientId,
    sub: client.clientId,
    aud: audience,
    jti: randomUUID(),
    iat: now,
    exp: now + 50,
  })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
    .sign(pair.privateKey)
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const jsonType = (name: string) => (name === 'content-type' ? 'application/json' : undefined)

/** A world in which a document describes a client. */
function describing(changes: Record<string, unknown> = {}): { world: World; asked: string[] } {
  const asked: string[] = []
  const document = {
    client_id: documentClient.clientId,
    client_name: 'A client',
    redirect_uris: [documentClient.redirectUri],
    token_endpoint_auth_method: 'none',
    ...changes,
  }
  const world = pushing({
    clientDocuments: {
      async dangerouslyUnguardedFetch(url) {
        asked.push(url)
        return { kind: 'answer', status: 200, text: JSON.stringify(document), header: jsonType }
      },
    },
  })
  return { world, asked }
}

test('PAR is offered by option alone, and the metadata says so (RFC 9126 §5, law 13)', async () => {
  const metadataOf = async (world: World) => (await world.send('/.well-known/oauth-authorization-server')).json()
  const [off, on, required] = [createWorld(), pushing(), pushing({ pushedRequests: { required: true } })]

  assert.equal((await off.send('/par', { method: 'POST' })).status, 404)
  assert.equal((await metadataOf(off)).pushed_authorization_request_endpoint, undefined)
  assert.equal((await metadataOf(on)).pushed_authorization_request_endpoint, `${issuer}/par`)
  assert.equal((await metadataOf(on)).require_pushed_authorization_requests, false)
  assert.equal((await metadataOf(required)).require_pushed_authorization_requests, true)
  assert.equal((await on.send('/par')).status, 405)
  for (const lifetime of [4, 601, 1.5]) assert.throws(() => pushing({ pushedRequests: { lifetime } }), TypeError)
})

test('oauth4webapi pushes a request, is sent a code, and redeems it', async () => {
  const world = pushing()
  const registered = await register(world)
  const as = await oauth.processDiscoveryResponse(
    new URL(issuer),
    await world.send('/.well-known/oauth-authorization-server'),
  )
  const client: oauth.Client = { client_id: registered.clientId }
  const options = { [oauth.customFetch]: (url: string, init: object) => world.as.fetch(new Request(url, init)) }
  const verifier = oauth.generateRandomCodeVerifier()
  const asked = new URLSearchParams({
    response_type: 'code',
    redirect_uri: registered.redirectUri,
    scope: 'notes:read',
    state: 'st-9',
    resource,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })

  const pushed = await oauth.processPushedAuthorizationResponse(
    as,
    client,
    await oauth.pushedAuthorizationRequest(as, client, oauth.None(), asked, options),
  )
  const { page } = await arrive(world, registered.clientId, pushed.request_uri)
  const parameters = oauth.validateAuthResponse(as, client, answerOf(await allow(world, page)), 'st-9')
  const tokens = await oauth.processAuthorizationCodeResponse(
    as,
    client,
    await oauth.authorizationCodeGrantRequest(
      as,
      client,
      oauth.None(),
      parameters,
      registered.redirectUri,
      verifier,
      options,
    ),
  )

  assert.equal(pushed.expires_in, 60)
  assert.equal(tokens.scope, 'notes:read')
  assert.ok(tokens.refresh_token)
})

test('RFC 9126 §2.1 clients authenticate at the endpoint as at the token endpoint, and by one method', async () => {
  const world = pushing()
  const basic = await register(world, { token_endpoint_auth_method: 'client_secret_basic' })
  const posted = await register(world, { token_endpoint_auth_method: 'client_secret_post' })
  const signing = await register(world, { token_endpoint_auth_method: 'private_key_jwt', jwks })
  const authorization = (client: TestClient, secret = client.clientSecret) => ({
    authorization: `Basic ${btoa(`${client.clientId}:${secret}`)}`,
  })
  const of = (client: TestClient) => attemptOf(client).parameters
  const signed = { client_assertion_type: assertionType, client_assertion: await assertion(signing) }

  assert.equal((await push(world, of(basic), authorization(basic))).status, 201)
  assert.equal((await push(world, { ...of(posted), client_secret: posted.clientSecret ?? '' })).status, 201)
  assert.equal((await push(world, { ...of(signing), ...signed })).status, 201)
  for (const [fields, headers, error, status] of [
    [of(basic), {}, 'invalid_client', 401],
    [of(basic), authorization(basic, 'wrong'), 'invalid_client', 401],
    [of(signing), {}, 'invalid_client', 401],
    [{ ...of(basic), client_secret: 'x' }, authorization(basic), 'invalid_request', 400],
    [of({ clientId: 'nobody', redirectUri: 'https://client.example/callback' }), {}, 'invalid_client', 401],
  ] as const) {
    const { status: answered, body } = await push(world, fields, headers)
    assert.deepEqual([answered, body.error], [status, error])
  }
})

const wrong: [string, Record<string, string | undefined>, string][] = [
  ['a redirect URI that is not registered', { redirect_uri: 'https://evil.example/callback' }, 'invalid_request'],
  ['no response type', { response_type: undefined }, 'invalid_request'],
  ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
  ['no code challenge', { code_challenge: undefined }, 'invalid_request'],
  ['the code challenge method plain', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['another resource', { resource: 'https://other.example/mcp' }, 'invalid_target'],
  ['a scope with a forbidden character', { scope: 'a"b' }, 'invalid_scope'],
  ['a request URI', { request_uri: 'urn:ietf:params:oauth:request_uri:x' }, 'request_uri_not_supported'],
  ['a request object', { request: 'e30.e30.' }, 'request_not_supported'],
  ['prompt=none beside another', { prompt: 'none login' }, 'invalid_request'],
]
for (const [mistake, changes, error] of wrong)
  test(`RFC 9126 §2.3 ${mistake} is told at the push, as ${error}`, async () => {
    const world = pushing()

    const { status, body } = await push(world, attemptOf(await register(world), changes).parameters)

    assert.deepEqual([status, body.error], [400, error])
    assert.ok(world.events.some((event) => event.type === 'push_refused'))
  })

test('RFC 9126 §2.3 a request that is too long is 413, repeated parameters are refused, and 60 refusals a minute are enough', async () => {
  const world = pushing()
  const client = await register(world)
  const { parameters } = attemptOf(client)

  const long = await push(world, { ...parameters, state: 'x'.repeat(6000) })
  const longer = await push(world, { ...parameters, state: 'x'.repeat(20_000) })
  const twice = await push(world, new URLSearchParams([...Object.entries(parameters), ['scope', 'x']]))

  assert.deepEqual([long.status, longer.status, twice.status], [413, 413, 400])
  const statuses = []
  for (let nth = 0; nth < 60; nth += 1) statuses.push((await push(world, { client_id: client.clientId })).status)
  assert.deepEqual([statuses[0], statuses.at(-1)], [400, 429])
})

test('whoever pushes leaves nothing in the store', async () => {
  const world = pushing()
  const writes: unknown[] = []
  const commit = world.store.commit.bind(world.store)
  const client = await register(world)
  world.store.commit = async (changes) => {
    writes.push(...changes)
    return commit(changes)
  }

  for (let nth = 0; nth < 20; nth += 1) assert.equal((await push(world, attemptOf(client).parameters)).status, 201)

  assert.deepEqual(writes, [])
})

test('RFC 9126 §4 nothing that stands beside the request URI counts, and nothing of the request stands in the address', async () => {
  const world = pushing()
  const { attempt, uri } = await pushedAttempt(world, { login_hint: 'alice@home.example' })
  const beside = {
    client_id: attempt.client.clientId,
    request_uri: uri,
    scope: 'notes:delete',
    state: 'forged',
    prompt: 'none',
  }

  const first = await world.send(`/authorize?${new URLSearchParams(beside)}`)
  const page = await world.send(first.headers.get('location') ?? '')
  const text = await page.clone().text()
  const answer = answerOf(await allow(world, page))
  const { body } = await exchange(world, attempt, answer.get('code') ?? '')

  assert.equal(answer.get('state'), 'st-1')
  assert.equal(body.scope, 'notes:read notes:write')
  assert.ok(!text.includes('Delete notes'))
  assert.ok(
    !Buffer.from(uri.split('.').at(-1) ?? '', 'base64url')
      .toString('latin1')
      .includes('alice@home'),
  )
})

test('RFC 9126 §2.2 law 4: a request URI is its client’s alone, cannot be changed, and is refused on a page', async () => {
  const world = pushing()
  const { attempt, uri } = await pushedAttempt(world)
  const other = await register(world)
  const at = uri.length - 10
  const changed = `${uri.slice(0, at)}${uri[at] === 'A' ? 'B' : 'A'}${uri.slice(at + 1)}`

  for (const [clientId, requestUri] of [
    [other.clientId, uri],
    [attempt.client.clientId, changed],
    [attempt.client.clientId, `${uri}AAAA`],
    [attempt.client.clientId, uri.replace(/:k1\./, ':k2.')],
    [attempt.client.clientId, 'urn:ietf:params:oauth:request_uri:abc'],
  ] as const) {
    const { page } = await arrive(world, clientId, requestUri)
    assert.deepEqual([page.status, page.headers.get('location')], [400, null], requestUri)
    assert.match(await page.text(), /invalid_request_uri/)
  }
})

test('a browser must arrive in time; whoever did may reload and sign in for an hour, and no longer', async () => {
  const world = pushing()
  const { attempt, uri } = await pushedAttempt(world)
  const { clientId } = attempt.client
  world.clock.now += 59
  const { page, address } = await arrive(world, clientId, uri)
  assert.equal(page.status, 200)

  world.clock.now += 1
  const late = await arrive(world, clientId, uri)
  world.clock.now += 3000
  const reloaded = await world.send(address)
  const answer = await allow(world, reloaded.clone())
  world.clock.now += 600
  const tooLate = await world.send(address)

  assert.equal(late.page.status, 400)
  assert.equal(reloaded.status, 200)
  assert.ok(answerOf(answer).get('code'))
  assert.equal(tooLate.status, 400)
})

test('law 3: a pushed request survives sign-in, prompt=login and reloads on the way, and asks to sign in once', async () => {
  const world = pushing()
  const { attempt, uri } = await pushedAttempt(world, { prompt: 'login' })
  const sentTo = (response: Response) =>
    new URL(response.headers.get('location') ?? '', issuer).searchParams.get('to') ?? ''

  const { page, address } = await arrive(world, attempt.client.clientId, uri)
  const back = sentTo(page)
  const again = sentTo(await world.send(address))
  const unsigned = sentTo(await world.send(back))
  world.clock.now += 900
  world.person.signedIn = { ...alice, authTime: world.clock.now }
  const fulfilled = await world.send(again)

  assert.ok(back !== '' && unsigned !== '')
  assert.ok(answerOf(await allow(world, fulfilled)).get('code'))
})

test('RFC 9126 §4 one request gives one grant: opened and allowed again it gives the same code, and after that none', async () => {
  const world = pushing()
  const { attempt, uri } = await pushedAttempt(world)
  const { address } = await arrive(world, attempt.client.clientId, uri)
  const pages = [await world.send(address), await world.send(address), await world.send(address)]

  const [first, second] = [await allow(world, pages[0] as Response), await allow(world, pages[1] as Response)]
  const code = answerOf(first).get('code') ?? ''
  assert.equal(answerOf(second).get('code'), code)
  assert.equal((await exchange(world, attempt, code)).status, 200)

  const third = await allow(world, pages[2] as Response)
  const opened = await world.send(address)
  assert.deepEqual([third.status, third.headers.get('location')], [403, null])
  assert.deepEqual([opened.status, opened.headers.get('location')], [403, null])
  assert.equal((await world.store.list('grant', 'subject', 'alice')).length, 1)
})

test('law 3: whoever opens a request that somebody else has allowed is not given their code', async () => {
  const world = pushing()
  const { attempt, uri } = await pushedAttempt(world)
  const { address } = await arrive(world, attempt.client.clientId, uri)
  world.person.signedIn = { ...alice, subject: 'mallory', sessionId: 's-mallory' }
  await allow(world, await world.send(address))

  world.person.signedIn = alice
  const answer = await allow(world, await world.send(address))

  assert.deepEqual([answer.status, answer.headers.get('location')], [403, null])
})

test('RFC 9126 §5 §6 where requests must be pushed, by all or by one client, another is sent back as invalid_request', async () => {
  const all = pushing({ pushedRequests: { required: true } })
  const some = pushing()
  const demanding = await some.send('/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      redirect_uris: ['https://client.example/callback'],
      token_endpoint_auth_method: 'none',
      require_pushed_authorization_requests: true,
    }),
  })
  const registered = await demanding.json()
  const strict = { clientId: registered.client_id, redirectUri: 'https://client.example/callback' }

  assert.equal(registered.require_pushed_authorization_requests, true)
  assert.equal(answerOf(await authorize(all, attemptOf(await register(all)))).get('error'), 'invalid_request')
  assert.equal(answerOf(await authorize(some, attemptOf(strict))).get('error'), 'invalid_request')
  assert.equal((await authorize(some, attemptOf(await register(some)))).status, 200)
  const { body } = await push(some, attemptOf(strict).parameters)
  assert.equal((await arrive(some, strict.clientId, body.request_uri)).page.status, 200)
})

test('AS-26 a client that a document describes may push before anybody has let it in: nothing is fetched until a person is there', async () => {
  const { world, asked } = describing()
  world.person.signedIn = undefined

  const { status, body } = await push(world, attemptOf(documentClient).parameters)
  const { page, address } = await arrive(world, documentClient.clientId, body.request_uri)
  assert.deepEqual([status, page.status, asked], [201, 303, []])

  world.person.signedIn = alice
  const answer = await allow(world, await world.send(address))
  assert.ok(answerOf(answer).get('code'))
  assert.deepEqual(asked, [documentClient.clientId])
})

test('AS-24 what such a client must show is looked at then: nothing, or a wrong assertion, ends at the client', async () => {
  const keys = { token_endpoint_auth_method: 'private_key_jwt', jwks }
  const outcomes = []
  for (const shown of [
    {},
    {
      client_assertion_type: assertionType,
      client_assertion: await assertion(documentClient, 'https://other.example'),
    },
    { client_assertion_type: assertionType, client_assertion: await assertion(documentClient) },
  ]) {
    const { world } = describing(keys)
    const { body } = await push(world, { ...attemptOf(documentClient).parameters, ...shown })
    const { page } = await arrive(world, documentClient.clientId, body.request_uri)
    outcomes.push(page.status === 200 ? 'asked for consent' : answerOf(page).get('error'))
  }

  assert.deepEqual(outcomes, ['invalid_client', 'invalid_client', 'asked for consent'])
})

test('an assertion that waited with its request is used once: by the request that is allowed first', async () => {
  const { world } = describing({ token_endpoint_auth_method: 'private_key_jwt', jwks })
  const shown = { client_assertion_type: assertionType, client_assertion: await assertion(documentClient) }
  const addresses = []
  for (let nth = 0; nth < 2; nth += 1) {
    const { body } = await push(world, { ...attemptOf(documentClient).parameters, ...shown })
    addresses.push((await arrive(world, documentClient.clientId, body.request_uri)).address)
  }
  const [first = '', second = ''] = addresses
  const prepared = await world.send(second)
  world.clock.now += 300

  const allowed = await allow(world, await world.send(first))
  const raced = await allow(world, prepared)
  const opened = await world.send(second)

  assert.ok(answerOf(allowed).get('code'))
  assert.equal(answerOf(raced).get('error'), 'invalid_client')
  assert.equal(answerOf(opened).get('error'), 'invalid_client')
})

test('AS-26 nobody who is not signed in has the keys of a client fetched: its assertion is looked at once a person is there', async () => {
  const { world, asked } = describing()
  const jwksUri = 'https://victim.example/keys'
  const client = await register(world, { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: jwksUri })
  const shown = { client_assertion_type: assertionType, client_assertion: await assertion(client) }
  const { status, body } = await push(world, { ...attemptOf(client).parameters, ...shown })
  world.person.signedIn = undefined

  const { page, address } = await arrive(world, client.clientId, body.request_uri)
  const silent = await push(world, { ...attemptOf(client, { prompt: 'none' }).parameters, ...shown })
  await arrive(world, client.clientId, silent.body.request_uri)

  assert.deepEqual([status, page.status, asked], [201, 303, []])
  world.person.signedIn = alice
  await world.send(address)
  assert.deepEqual(asked, [jwksUri])
})

test('law 3: a form of such a request that is sent twice, or reloaded, gives the same code: its assertion was used by it and no other', async () => {
  const { world } = describing({ token_endpoint_auth_method: 'private_key_jwt', jwks })
  const shown = { client_assertion_type: assertionType, client_assertion: await assertion(documentClient) }
  const { body } = await push(world, { ...attemptOf(documentClient).parameters, ...shown })
  const form = await formOf((await arrive(world, documentClient.clientId, body.request_uri)).page)
  form.set('decision', 'allow')

  const [first, second] = [await postForm(world, form), await postForm(world, form)]

  assert.ok(answerOf(first).get('code'))
  assert.equal(second.headers.get('location'), first.headers.get('location'))
})

test('a request that was pushed before the secret changed, and to another process, is still good', async () => {
  const [older, newer] = ['a', 'b'].map((id) => ({ id, secret: new Uint8Array(32).fill(id.charCodeAt(0)) }))
  assert.ok(older !== undefined && newer !== undefined)
  const before = pushing({ secrets: [older] })
  const { attempt, uri } = await pushedAttempt(before)
  const after = createWorld({ as: { pushedRequests: {}, secrets: [newer, older] }, store: before.store })

  const { page } = await arrive(after, attempt.client.clientId, uri)

  assert.ok(answerOf(await allow(after, page)).get('code'))
})

test('law 15: at another host of ours a pushed request is sent to the issuer as it is', async () => {
  const world = pushing({ allowedHosts: ['mcp.example'] })
  const { attempt, uri } = await pushedAttempt(world)
  const query = new URLSearchParams({ client_id: attempt.client.clientId, request_uri: uri })

  const sent = await world.send(`https://mcp.example/authorize?${query}`)

  assert.equal(sent.headers.get('location'), `${issuer}/authorize?${query}`)
})
