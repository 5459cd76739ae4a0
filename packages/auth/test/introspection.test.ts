import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAuthorizationServer } from '@portcullis/auth/authorization-server'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { decodeJwt } from 'jose'
import {
  assertionOf,
  clientCredentials,
  createMachineWorld,
  files,
  filesResource,
  introspect,
  keyMethod,
  type MachineWorld,
  notesResource,
  secretOf,
} from './machine-world.ts'
import {
  attemptOf,
  consent,
  createWorld,
  exchange,
  issuer,
  postToken,
  refresh,
  register,
  resource,
  secret,
  signedInClient,
} from './world.ts'

const opaqueNotes = { ...notesResource, accessTokenFormat: 'opaque' as const }
const forms = [
  ['jwt', notesResource],
  ['opaque', opaqueNotes],
] as const
const readerSecret = 'r'.repeat(40)
const reading = { introspection: [resource] }
const inactive = { status: 200, body: { active: false } }

for (const [form, notes] of forms) {
  test(`an access token (${form}) is told to its resource server: whose, for what, until when, of which grant`, async () => {
    const world = await worldWith(notes)
    const { client, accessToken } = await signedInClient(world)

    const { status, body, headers } = await introspect(world, accessToken)

    assert.equal(status, 200)
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.deepEqual(
      [body.active, body.token_type, body.iss, body.sub, body.aud, body.client_id, body.scope],
      [true, 'Bearer', issuer, 'alice', resource, client.clientId, 'notes:read notes:write'],
    )
    assert.deepEqual([body.iat, body.exp], [1_800_000_000, 1_800_000_600])
    assert.equal(typeof body.jti, 'string')
    assert.equal((await world.store.get('grant', String(body.grant_id)))?.value.subject, 'alice')
  })

  test(`an access token (${form}) that expired is inactive, and nothing more is said of it`, async () => {
    const world = await worldWith(notes)
    const { accessToken } = await signedInClient(world)
    world.clock.now += 600

    assert.deepEqual(brief(await introspect(world, accessToken)), inactive)
  })

  test(`law 14: an access token (${form}) whose grant ended is inactive at once`, async () => {
    const world = await worldWith(notes)
    const { accessToken } = await signedInClient(world)
    const { body } = await introspect(world, accessToken)

    await world.as.endGrant(String(body.grant_id), 'revoked_by_operator')

    assert.deepEqual(brief(await introspect(world, accessToken)), inactive)
  })

  test(`an access token (${form}) for another resource is inactive for whoever asks`, async () => {
    const world = await worldWith(notes, { introspection: [files] })
    const { accessToken } = await signedInClient(world)

    assert.deepEqual(brief(await introspect(world, accessToken)), inactive)
  })

  test(`an access token (${form}) of which one character is another is inactive`, async () => {
    const world = await worldWith(notes)
    const { accessToken } = await signedInClient(world)

    // Not the last one, of which four bits stand for nothing in a signature of 64 bytes.
    for (let at = 3; at < accessToken.length - 1; at += 11) {
      const other = accessToken[at] === 'A' ? 'B' : 'A'
      const changed = `${accessToken.slice(0, at)}${other}${accessToken.slice(at + 1)}`
      assert.deepEqual(brief(await introspect(world, changed)), inactive, `at ${at}`)
    }
  })

  test(`a client revokes its access token (${form}), and another client does not`, async () => {
    const world = await worldWith(notes)
    const { client, accessToken } = await signedInClient(world)
    const revoke = (clientId: string, fields = {}) =>
      world.send('/revoke', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ token: accessToken, client_id: clientId, ...fields }).toString(),
      })

    await revoke(world.stranger.clientId, secretOf(world.stranger))
    assert.equal((await introspect(world, accessToken)).body.active, true)
    await revoke(client.clientId)
    assert.deepEqual(brief(await introspect(world, accessToken)), inactive)
  })
}

test('an opaque token carries the claims that the host gave when it was issued, as a JWT does', async () => {
  const told = []
  for (const [, notes] of forms) {
    const world = await createMachineWorld(reading, {
      resources: [notes, filesResource],
      as: () => ({ claims: ({ subject }) => ({ team: `of ${subject}` }) }),
    })
    told.push((await introspect(world, (await signedInClient(world)).accessToken)).body.team)
  }

  assert.deepEqual(told, ['of alice', 'of alice'])
})

test('userinfo takes an opaque token as it takes a JWT, and not once its grant has ended', async () => {
  const world = await worldWith(opaqueNotes)
  const attempt = attemptOf(await register(world), { scope: 'openid notes:read' })
  const { body } = await exchange(world, attempt, (await consent(world, attempt)).get('code') ?? '')
  const ask = (token: string) => world.send('/userinfo', { headers: { authorization: `Bearer ${token}` } })

  const told = await ask(body.access_token)
  const changed = await ask(body.access_token.replace('.access.', '.refresh.'))
  await world.as.endGrant(body.access_token.split('.')[2] ?? '', 'revoked_by_operator')
  const ended = await ask(body.access_token)

  assert.deepEqual([told.status, changed.status, ended.status], [200, 401, 401])
  assert.equal((await told.json()).sub, 'alice')
})

test('an opaque token is no JWT, costs no write, and another is issued each time', async () => {
  const world = await worldWith(opaqueNotes, { clientCredentials: { [resource]: ['notes:read'] }, ...reading })
  const first = (await clientCredentials(world)).body.access_token
  const { grant_id: grantId } = (await introspect(world, first)).body
  const before = await world.store.get('grant', String(grantId))

  const second = (await clientCredentials(world)).body.access_token

  assert.match(first, /^k1\.access\./)
  assert.throws(() => decodeJwt(first))
  assert.notEqual(first, second)
  assert.equal((await world.store.get('grant', String(grantId)))?.version, before?.version)
})

test('nothing in the store makes an opaque token, and nothing of one stands there', async () => {
  const world = await worldWith(opaqueNotes)
  const { accessToken } = await signedInClient(world)
  const { grant_id: grantId } = (await introspect(world, accessToken)).body
  const mac = accessToken.split('.').at(-1) ?? ''

  const grant = JSON.stringify(await world.store.get('grant', String(grantId)))

  assert.ok(!grant.includes(mac))
  const elsewhere = createWorld({
    store: world.store,
    as: {
      resources: [opaqueNotes, filesResource],
      secrets: [{ id: 'k1', secret: new Uint8Array(32).fill(7) }],
      introspectionReaders: [{ resource, secret: readerSecret }],
    },
  })
  const response = await elsewhere.send('/introspect', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Bearer ${readerSecret}` },
    body: new URLSearchParams({ token: accessToken }).toString(),
  })
  assert.deepEqual(await response.json(), { active: false })
})

test('no kind of token passes as another: the contents of one in the form of another are refused', async () => {
  const world = await worldWith(opaqueNotes)
  const { client, accessToken, refreshToken } = await signedInClient(world)
  const asRefresh = accessToken.replace('.access.', '.refresh.').replace(/\.[^.]+\.([^.]+)$/, '.1.$1')
  const asAccess = refreshToken.replace('.refresh.', '.access.')

  assert.equal((await refresh(world, client, accessToken)).body.error, 'invalid_grant')
  assert.equal((await refresh(world, client, asRefresh)).body.error, 'invalid_grant')
  assert.deepEqual(brief(await introspect(world, asAccess)), inactive)
  assert.deepEqual(brief(await introspect(world, refreshToken)), inactive)
})

test('an opaque token of a grant is worth nothing with the id of another grant', async () => {
  const world = await worldWith(opaqueNotes)
  const one = (await signedInClient(world)).accessToken.split('.')
  const two = (await signedInClient(world)).accessToken.split('.')

  assert.deepEqual(brief(await introspect(world, [one[0], one[1], two[2], one[3], one[4]].join('.'))), inactive)
  assert.deepEqual(brief(await introspect(world, [one[0], one[1], one[2], two[3], one[4]].join('.'))), inactive)
  assert.equal((await introspect(world, one.join('.'))).body.active, true)
})

test('an opaque token made with a secret that another replaced is still good', async () => {
  const world = await worldWith(opaqueNotes)
  const { accessToken } = await signedInClient(world)
  const now = () => world.clock.now
  const rotated = createWorld({
    store: world.store,
    as: {
      resources: [opaqueNotes, filesResource],
      secrets: [{ id: 'k2', secret: new Uint8Array(32).fill(9) }, secret],
      privileges: { [world.machine.clientId]: reading },
      now,
    },
  })

  const { body } = await introspect({ ...world, send: rotated.send }, accessToken)

  assert.equal(body.active, true)
})

test('a reader asks with its secret as a Bearer token, for its own resource alone', async () => {
  const otherSecret = 'o'.repeat(40)
  const world = await createMachineWorld(undefined, {
    as: () => ({
      introspectionReaders: [
        { resource, secret: readerSecret },
        { resource: files, secret: otherSecret },
      ],
    }),
  })
  const { accessToken } = await signedInClient(world)
  const ask = (authorization: string) => introspect(world, accessToken, { fields: {}, headers: { authorization } })

  assert.equal((await ask(`Bearer ${readerSecret}`)).body.active, true)
  assert.deepEqual(brief(await ask(`Bearer ${otherSecret}`)), inactive)
  for (const wrong of [`Bearer ${readerSecret}x`, 'Bearer x', `Bearer ${accessToken}`]) {
    const { status, body, headers } = await ask(wrong)
    assert.deepEqual(
      [status, body.error, headers.get('www-authenticate')],
      [401, 'invalid_token', 'Bearer error="invalid_token"'],
    )
  }
})

test('whoever does not prove who it is, or is not named, learns nothing of any token', async () => {
  const world = await worldWith(notesResource)
  const { client, accessToken } = await signedInClient(world)
  const ask = (fields: Record<string, string>) => introspect(world, accessToken, { fields })

  const answers = [
    await ask({}),
    await ask({ client_id: world.machine.clientId }),
    await ask({ ...secretOf(world.machine), client_secret: 'x'.repeat(43) }),
    await ask({ client_id: client.clientId }),
    await ask(secretOf(world.stranger)),
    await ask({ client_id: 'nobody', client_secret: 'x' }),
  ]

  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.error]),
    [
      [401, 'invalid_client'],
      [401, 'invalid_client'],
      [401, 'invalid_client'],
      [400, 'unauthorized_client'],
      [400, 'unauthorized_client'],
      [401, 'invalid_client'],
    ],
  )
  assert.ok(answers.every(({ body }) => !('active' in body)))
  assert.match(answers[0]?.headers.get('www-authenticate') ?? '', /^Basic realm="/)
  assert.ok(world.events.some(({ type }) => type === 'introspection_refused'))
})

test('a named client with a key introspects with an assertion, once with each', async () => {
  const world = await createMachineWorld(reading, { metadata: keyMethod })
  const { accessToken } = await signedInClient(world)
  const fields = await assertionOf(world.machine)

  assert.equal((await introspect(world, accessToken, { fields })).body.active, true)
  assert.equal((await introspect(world, accessToken, { fields })).status, 401)
})

test('a refresh token is told to the client alone that it was issued to, never as a Bearer token, and changes by it nothing', async () => {
  const world = await createMachineWorld(reading)
  const attempt = attemptOf(world.machine)
  const code = (await consent(world, attempt)).get('code') ?? ''
  const { body: tokens } = await exchange(world, attempt, code, secretOf(world.machine))
  const refreshToken = tokens.refresh_token ?? ''
  const other = await signedInClient(world)

  const own = await introspect(world, refreshToken)
  const ofOther = await introspect(world, other.refreshToken)
  const refreshed = await refresh(world, world.machine, refreshToken, secretOf(world.machine))

  assert.deepEqual(
    [own.body.active, own.body.sub, own.body.token_type, own.body.aud],
    [true, 'alice', undefined, undefined],
  )
  assert.deepEqual(brief(ofOther), inactive)
  assert.equal(refreshed.status, 200)
  world.clock.now += 61
  assert.deepEqual(brief(await introspect(world, refreshToken)), inactive)
  assert.equal((await introspect(world, refreshed.body.refresh_token ?? '')).body.active, true)
})

test('a code is no token', async () => {
  const world = await createMachineWorld(reading)
  const code = (await consent(world, attemptOf(world.machine))).get('code') ?? ''

  assert.deepEqual(brief(await introspect(world, code)), inactive)
})

test('what is no token at all is inactive', async () => {
  const world = await worldWith(opaqueNotes)

  for (const token of [
    'x',
    'a.b.c',
    'k1.access.x.y.z',
    `k1.access.${'a'.repeat(22)}.e30.${'a'.repeat(43)}`,
    'é',
    'x'.repeat(20_000),
  ])
    assert.deepEqual(brief(await introspect(world, token)), inactive, token.slice(0, 40))
})

test('law 13: the endpoint is there, and in metadata, where somebody may use it, and nowhere else', async () => {
  const without = createWorld()
  const forClients = await worldWith(notesResource)
  const forReaders = createWorld({ as: { introspectionReaders: [{ resource, secret: readerSecret }] } })
  const metadataOf = async (world: { send: MachineWorld['send'] }) =>
    (await world.send('/.well-known/oauth-authorization-server')).json()

  assert.equal((await metadataOf(without)).introspection_endpoint, undefined)
  assert.equal((await without.send('/introspect', { method: 'POST' })).status, 404)
  assert.equal((await metadataOf(forClients)).introspection_endpoint, `${issuer}/introspect`)
  const methods = 'introspection_endpoint_auth_methods_supported'
  const algorithms = 'introspection_endpoint_auth_signing_alg_values_supported'
  const ofClients = await metadataOf(forClients)
  assert.deepEqual(ofClients[methods], ['client_secret_basic', 'client_secret_post', 'private_key_jwt'])
  assert.ok(ofClients[algorithms].includes('ES256'))
  const ofReaders = await metadataOf(forReaders)
  assert.deepEqual([ofReaders[methods], ofReaders[algorithms]], [['Bearer'], undefined])
  assert.equal((await forClients.send('/introspect', { method: 'GET' })).status, 405)
})

test('no page of another origin may ask', async () => {
  const world = await worldWith(notesResource)

  const response = await world.send('/introspect', {
    method: 'OPTIONS',
    headers: { origin: 'https://page.example', 'access-control-request-method': 'POST' },
  })

  assert.equal(response.status, 405)
})

test('refused requests are limited by address', async () => {
  const world = await createMachineWorld(reading, { as: () => ({ refusalLimit: 3 }) })

  const statuses = []
  for (let nth = 0; nth < 5; nth += 1) statuses.push((await introspect(world, 'x', { fields: {} })).status)

  assert.deepEqual(statuses, [401, 401, 401, 429, 429])
})

test('a form, a secret or a resource that cannot stand is no option', () => {
  const make = (options: object) =>
    createAuthorizationServer({
      issuer,
      resources: [notesResource],
      store: memoryStore(),
      secrets: [secret],
      interaction: { signedIn: async () => undefined, signIn: async () => new Response() },
      ...options,
    })

  assert.throws(() => make({ introspectionReaders: [{ resource, secret: 'short' }] }), TypeError)
  assert.throws(() => make({ introspectionReaders: [{ resource: files, secret: readerSecret }] }), TypeError)
  assert.throws(() => make({ resources: [{ ...notesResource, accessTokenFormat: 'saml' }] }), TypeError)
})

test('the answer to a token request is the same for both forms', async () => {
  for (const [, notes] of forms) {
    const world = await worldWith(notes, { clientCredentials: { [resource]: ['notes:read'] } })

    const { body } = await postToken(world, { grant_type: 'client_credentials', ...secretOf(world.machine) })

    assert.deepEqual(Object.keys(body).sort(), ['access_token', 'expires_in', 'scope', 'token_type'])
    assert.deepEqual([body.token_type, body.expires_in, body.scope], ['Bearer', 600, 'notes:read'])
  }
})

function worldWith(notes: typeof notesResource, privileges: object = reading): Promise<MachineWorld> {
  return createMachineWorld(privileges, { resources: [notes, filesResource] })
}

function brief({ status, body }: { status: number; body: object }) {
  return { status, body }
}
