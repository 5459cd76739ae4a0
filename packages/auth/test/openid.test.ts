import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { createResourceServer } from '@portcullis/auth'
import {
  type AuthorizationServerOptions,
  endGrantsOfSubject,
  type Interaction,
  type SigningAlgorithm,
} from '@portcullis/auth/authorization-server'
import {
  alice,
  attemptOf,
  authorize,
  claimsOf,
  consent,
  createWorld,
  exchange,
  formOf,
  headerOf,
  issuer,
  mcpRequest,
  postForm,
  postToken,
  refresh,
  register,
  resource,
  type TestClient,
  type TokenAnswer,
  type World,
} from './world.ts'

const userClaims: NonNullable<Interaction['userClaims']> = {
  profile: async (subject) => ({
    name: `Ms ${subject}`,
    preferred_username: 'ali',
    nickname: undefined,
    role: 'owner',
    sub: 'x',
  }),
  email: async () => ({ email: 'alice@example.org', email_verified: true, iss: 'https://other.example' }),
}

function withPeople(interaction: Partial<Interaction> = {}, as: Partial<AuthorizationServerOptions> = {}): World {
  const world: World = createWorld({
    as: {
      ...as,
      interaction: {
        signedIn: async () => world.person.signedIn,
        signIn: async () => new Response(undefined, { status: 303, headers: { location: '/sign-in' } }),
        userClaims,
        ...interaction,
      },
    },
  })
  return world
}

/** A client with tokens for the scope that it asked for. */
async function connect(
  world: World,
  changes: Record<string, string | undefined> = {},
): Promise<{ client: TestClient; answer: TokenAnswer['body'] }> {
  const client = await register(world)
  const attempt = attemptOf(client, { scope: 'openid profile email notes:read', nonce: 'n-1', ...changes })
  const { status, body } = await exchange(world, attempt, (await consent(world, attempt)).get('code') ?? '')
  assert.equal(status, 200, JSON.stringify(body))
  return { client, answer: body }
}

function userinfo(world: World, accessToken?: string, init: RequestInit = {}): Promise<Response> {
  const authorization = accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }
  return world.send('/userinfo', { ...init, headers: { ...authorization, ...init.headers } })
}

for (const algorithm of ['ES256', 'RS256', 'EdDSA'] as const satisfies SigningAlgorithm[])
  test(`an ID token says who signed in and when, to this client and for this nonce, signed as ${algorithm}`, async () => {
    const world = withPeople({}, { signingKeys: { algorithm } })

    const { client, answer } = await connect(world)

    const idToken = answer.id_token ?? ''
    const hash = createHash(algorithm === 'EdDSA' ? 'sha512' : 'sha256')
      .update(answer.access_token)
      .digest()
    assert.deepEqual({ ...headerOf(idToken), kid: undefined }, { alg: algorithm, typ: 'JWT', kid: undefined })
    assert.deepEqual(claimsOf(idToken), {
      iss: issuer,
      sub: 'alice',
      aud: client.clientId,
      iat: world.clock.now,
      exp: world.clock.now + 600,
      auth_time: alice.authTime,
      nonce: 'n-1',
      at_hash: hash.subarray(0, hash.length / 2).toString('base64url'),
    })
  })

test('a refresh gives another ID token of the same sign-in, without the nonce; one that leaves openid out gives none', async () => {
  const world = withPeople()
  const { client, answer } = await connect(world)
  world.clock.now += 100

  const full = await refresh(world, client, answer.refresh_token ?? '')
  const narrowed = await refresh(world, client, full.body.refresh_token ?? '', { scope: 'notes:read' })
  const again = await refresh(world, client, narrowed.body.refresh_token ?? '', { scope: 'openid notes:read' })

  const { iat, auth_time, nonce, sub } = claimsOf(full.body.id_token ?? '')
  assert.deepEqual([iat, auth_time, nonce, sub], [world.clock.now, alice.authTime, undefined, 'alice'])
  assert.deepEqual([narrowed.body.id_token, narrowed.body.scope], [undefined, 'notes:read'])
  assert.ok(again.body.id_token)
  assert.equal(again.body.scope, 'openid notes:read')
})

test('AS-40 without openid there is no ID token, and no scope of OpenID Connect is granted', async () => {
  const world = withPeople()

  const { answer } = await connect(world, { scope: 'profile email notes:read' })

  assert.deepEqual([answer.scope, answer.id_token], ['notes:read', undefined])
  assert.equal((await userinfo(world, answer.access_token)).status, 403)
})

test('the consent page says in words what OpenID Connect scopes tell the client, and allows what it showed alone', async () => {
  const world = withPeople()
  const client = await register(world)
  const attempt = attemptOf(client, { scope: 'openid email notes:read' })

  const page = await (await authorize(world, attempt)).text()

  assert.match(page, /Know who you are, by your identifier here and when you signed in <small><code>openid/)
  assert.match(page, /See your e-mail address/)
  assert.doesNotMatch(page, /See your name/)
})

test('law 3: the nonce is sealed into the consent form, so that nobody brings another', async () => {
  const world = withPeople()
  const form = await formOf(await authorize(world, attemptOf(await register(world), { scope: 'openid', nonce: 'n-1' })))
  form.set('nonce', 'n-2')
  form.set('decision', 'allow')

  const response = await postForm(world, form)

  assert.deepEqual([response.status, response.headers.get('location')], [403, null])
})

test('the claims parameter is ignored, as by a server that does not have it', async () => {
  const { answer } = await connect(withPeople(), { scope: 'openid', claims: '{"id_token":{"email":null}}' })

  assert.equal(claimsOf(answer.id_token ?? '').email, undefined)
})

for (const method of ['GET', 'POST'])
  test(`userinfo by ${method} tells the claims of the granted scopes alone, whatever the host says, to any origin and to no cache`, async () => {
    const world = withPeople()
    const { answer } = await connect(world)

    const response = await userinfo(world, answer.access_token, { method, headers: { origin: 'https://app.example' } })

    assert.deepEqual(await response.json(), {
      sub: 'alice',
      name: 'Ms alice',
      preferred_username: 'ali',
      email: 'alice@example.org',
      email_verified: true,
    })
    assert.deepEqual(
      ['access-control-allow-origin', 'cache-control', 'content-type'].map((name) => response.headers.get(name)),
      ['*', 'no-store', 'application/json'],
    )
  })

test('userinfo with openid alone tells the identifier', async () => {
  const world = withPeople()
  const { answer } = await connect(world, { scope: 'openid' })

  assert.deepEqual(await (await userinfo(world, answer.access_token)).json(), { sub: 'alice' })
})

test('userinfo answers a preflight, so that browser clients can send their token', async () => {
  const world = withPeople()

  const response = await userinfo(world, undefined, {
    method: 'OPTIONS',
    headers: { origin: 'https://app.example', 'access-control-request-headers': 'authorization' },
  })

  assert.deepEqual([response.status, response.headers.get('access-control-allow-headers')], [204, 'authorization'])
})

test('userinfo without a token is a bare challenge, with a scope that lacks openid 403, with a token in the URL 400 (RFC 6750 §3.1)', async () => {
  const world = withPeople()
  const { answer } = await connect(world, { scope: 'notes:read' })

  const bare = await userinfo(world)
  const basic = await userinfo(world, undefined, { headers: { authorization: 'Basic YTpi' } })
  const narrow = await userinfo(world, answer.access_token)
  const inUrl = await world.send(`/userinfo?access_token=${answer.access_token}`)

  for (const response of [bare, basic])
    assert.deepEqual([response.status, response.headers.get('www-authenticate')], [401, 'Bearer'])
  assert.equal(narrow.status, 403)
  assert.match(narrow.headers.get('www-authenticate') ?? '', /^Bearer error="insufficient_scope", .*scope="openid"$/)
  assert.equal(inUrl.status, 400)
  assert.match(inUrl.headers.get('www-authenticate') ?? '', /error="invalid_request"/)
  assert.ok(!JSON.stringify(world.events).includes(answer.access_token))
})

test('law 14: userinfo refuses the token of a grant that has ended, at once', async () => {
  const world = withPeople()
  const { client, answer } = await connect(world)
  await world.send('/revoke', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token: answer.refresh_token ?? '', client_id: client.clientId }).toString(),
  })

  const response = await userinfo(world, answer.access_token)

  assert.equal(response.status, 401)
  assert.match(response.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
  assert.ok(world.events.some((event) => event.type === 'userinfo_refused' && event.reason === 'revoked'))
})

test('law 14: userinfo tells nothing of somebody who was disabled, and ends the grant', async () => {
  let isActive = true
  const world = withPeople({ isActive: async () => isActive })
  const { answer } = await connect(world)

  isActive = false
  const response = await userinfo(world, answer.access_token)

  assert.equal(response.status, 401)
  assert.equal(await world.store.get('grant', String(claimsOf(answer.access_token).grant_id)), undefined)
})

test('userinfo refuses an expired token, one narrowed to leave openid out, and one that was changed', async () => {
  const world = withPeople()
  const { client, answer } = await connect(world)
  const narrowed = await refresh(world, client, answer.refresh_token ?? '', { scope: 'notes:read' })
  const [head, , signature] = answer.access_token.split('.')
  const claims = { ...claimsOf(narrowed.body.access_token), scope: 'openid' }
  const forged = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`

  assert.equal((await userinfo(world, narrowed.body.access_token)).status, 403)
  assert.equal((await userinfo(world, forged)).status, 401)
  world.clock.now += 600
  assert.equal((await userinfo(world, answer.access_token)).status, 401)
})

test('law 6: an ID token passes as an access token nowhere: not at userinfo, not at the resource, not where types are not looked at', async () => {
  const world = withPeople()
  const { answer } = await connect(world)
  const idToken = answer.id_token ?? ''
  const lax = createResourceServer({
    // The audience of the ID token, as if the client were the resource.
    resource: `https://${String(claimsOf(idToken).aud).toLowerCase()}.example/mcp`,
    authorizationServers: [{ issuer, tokenType: 'any' }],
    fetch: (request) => world.as.fetch(request),
    now: () => world.clock.now,
  })

  const atLax = await lax.authenticate(mcpRequest(idToken))
  const atResource = await world.rs.authenticate(mcpRequest(idToken))

  assert.equal((await userinfo(world, idToken)).status, 401)
  for (const response of [atLax, atResource]) assert.equal(response instanceof Response && response.status, 401)
  assert.deepEqual(
    world.events.flatMap((event) =>
      'reason' in event && /token_rejected|userinfo/.test(event.type) ? [event.reason] : [],
    ),
    ['wrong_type', 'wrong_type'],
  )
})

test('law 6: an ID token revokes nothing, and gets no token', async () => {
  const world = withPeople()
  const { client, answer } = await connect(world)
  await world.send('/revoke', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token: answer.id_token ?? '', client_id: client.clientId }).toString(),
  })

  const asRefresh = await refresh(world, client, answer.id_token ?? '')

  assert.equal(asRefresh.body.error, 'invalid_grant')
  assert.equal((await userinfo(world, answer.access_token)).status, 200)
})

test('law 6: an access token is no ID token: another type, another audience, no nonce', async () => {
  const { client, answer } = await connect(withPeople())

  const { aud, nonce, at_hash } = claimsOf(answer.access_token)

  assert.deepEqual([headerOf(answer.access_token).typ, aud, nonce, at_hash], ['at+jwt', resource, undefined, undefined])
  assert.notEqual(aud, client.clientId)
})

test('userinfo of a host that fails is a failure of ours, told to the operator alone', async () => {
  const cause = new Error('the directory is down')
  const world = withPeople({ userClaims: { email: () => Promise.reject(cause) } })
  const { answer } = await connect(world)

  const response = await userinfo(world, answer.access_token)

  assert.equal(response.status, 500)
  assert.doesNotMatch(await response.text(), /directory/)
  assert.ok(world.events.some((event) => event.type === 'failure' && event.cause === cause))
})

test('grants that end for a person end userinfo for every client', async () => {
  const world = withPeople()
  const [first, second] = [await connect(world), await connect(world)]

  await endGrantsOfSubject('alice', 'revoked_by_resource_owner', {
    store: world.store,
    accessTokenLifetime: 600,
    now: () => world.clock.now,
    onEvent: () => {},
  })

  for (const { answer } of [first, second]) assert.equal((await userinfo(world, answer.access_token)).status, 401)
})

test('userinfo knows no person behind a client that acts for itself, whatever its resource calls its scopes', async () => {
  const secret = 's'.repeat(40)
  const asked: string[] = []
  const about = async (subject: string) => {
    asked.push(subject)
    return { email: 'root@example.org' }
  }
  const world = withPeople(
    { userClaims: { email: about }, isActive: async () => false },
    {
      resources: [{ resource, scopes: { openid: 'Open', email: 'Send mail' } }],
      clients: [{ clientId: 'alice', secret, redirectUris: ['https://client.example/callback'] }],
      privileges: { alice: { clientCredentials: { [resource]: ['openid', 'email'] } } },
    },
  )
  const { body } = await postToken(world, {
    grant_type: 'client_credentials',
    client_id: 'alice',
    client_secret: secret,
  })

  const response = await userinfo(world, body.access_token)

  assert.deepEqual([body.scope, response.status, asked], ['openid email', 403, []])
  assert.equal(world.events.filter(({ type }) => type === 'grant_ended').length, 0)
})
