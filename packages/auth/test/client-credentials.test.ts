import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createAuthorizationServer,
  createClient,
  deleteClient,
  endGrantsOfSubject,
} from '@portcullis/auth/authorization-server'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { decodeJwt, generateKeyPair } from 'jose'
import {
  assertionOf,
  clientCredentials,
  createMachineWorld,
  files,
  keyMethod,
  notesResource,
  pair,
  secretOf,
} from './machine-world.ts'
import {
  createWorld,
  issuer,
  mcpRequest,
  postToken,
  refresh,
  register,
  resource,
  secret,
  signedInClient,
} from './world.ts'

const forNotes = { clientCredentials: { [resource]: ['notes:read', 'notes:write'] } }

test('a client that the operator names gets tokens of its own: its own subject, the resource and scopes it may have, no refresh token', async () => {
  const world = await createMachineWorld(forNotes)

  const { status, body, headers } = await clientCredentials(world, { resource, scope: 'notes:read' })

  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.equal(body.refresh_token, undefined)
  assert.equal(body.scope, 'notes:read')
  const claims = decodeJwt(body.access_token)
  const { clientId } = world.machine
  assert.deepEqual([claims.sub, claims.client_id, claims.aud, claims.iss], [clientId, clientId, resource, issuer])
  const accessToken = await world.rs.authenticate(mcpRequest(body.access_token))
  assert.ok(!(accessToken instanceof Response) && accessToken.subject === clientId)
})

test('without a scope it gets all it may have, and for its only resource without naming it', async () => {
  const world = await createMachineWorld(forNotes)

  const { body } = await clientCredentials(world)

  assert.deepEqual([body.scope, decodeJwt(body.access_token).aud], ['notes:read notes:write', resource])
})

test('what exceeds its scopes is left out, and what is left of nothing is invalid_scope', async () => {
  const world = await createMachineWorld(forNotes)

  assert.equal((await clientCredentials(world, { scope: 'notes:read notes:delete' })).body.scope, 'notes:read')
  const { status, body } = await clientCredentials(world, { scope: 'notes:delete' })

  assert.deepEqual([status, body.error], [400, 'invalid_scope'])
})

test('a broad scope that it may have brings the narrow one that it asks for', async () => {
  const world = await createMachineWorld({ clientCredentials: { [resource]: ['notes:write'] } })

  assert.equal((await clientCredentials(world, { scope: 'notes:read' })).body.scope, 'notes:read')
})

test('AS-34 another resource than those it may have is invalid_target, and so is none among several', async () => {
  const one = await createMachineWorld(forNotes)
  const both = await createMachineWorld({ clientCredentials: { [resource]: ['notes:read'], [files]: ['files:read'] } })

  const answers = [
    await clientCredentials(one, { resource: files }),
    await clientCredentials(one, { resource: 'https://elsewhere.example/mcp' }),
    await clientCredentials(both),
  ]

  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.error]),
    answers.map(() => [400, 'invalid_target']),
  )
  assert.equal((await clientCredentials(both, { resource: files })).body.scope, 'files:read')
})

test('nobody gets tokens without a person by registering, whatever a registration asks for', async () => {
  const world = await createMachineWorld(forNotes)
  const client = await register(world, {
    token_endpoint_auth_method: 'client_secret_post',
    grant_types: ['authorization_code', 'client_credentials'],
    scope: 'notes:read',
  })

  const { status, body } = await postToken(world, { grant_type: 'client_credentials', ...secretOf(client) })

  assert.deepEqual([status, body.error], [400, 'unauthorized_client'])
  assert.ok(world.events.some((event) => event.type === 'token_refused' && event.reason === 'client_not_allowed'))
})

test('a client that is named and proves nothing gets none: public, with a wrong secret, without its secret', async () => {
  const publicWorld = await createMachineWorld(forNotes, { metadata: { token_endpoint_auth_method: 'none' } })
  const world = await createMachineWorld(forNotes)
  const { clientId } = publicWorld.machine

  const asPublic = await postToken(publicWorld, { grant_type: 'client_credentials', client_id: clientId })
  const wrong = await clientCredentials(world, { client_secret: 'x'.repeat(43) })
  const without = await postToken(world, { grant_type: 'client_credentials', client_id: world.machine.clientId })

  assert.deepEqual([asPublic.status, asPublic.body.error], [400, 'unauthorized_client'])
  assert.deepEqual([wrong.status, wrong.body.error], [401, 'invalid_client'])
  assert.deepEqual([without.status, without.body.error], [401, 'invalid_client'])
})

test('AS-28 a client of the configuration, or one that an operator made, gets tokens of its own where it is named', async () => {
  const clientSecret = 'a-secret-of-more-than-32-characters'
  const redirectUris = ['https://job.example/callback']
  const before = createWorld()
  const made = await createClient({ redirectUris }, { store: before.store, now: () => before.clock.now })
  const world = createWorld({
    store: before.store,
    as: {
      clients: [{ clientId: 'nightly-job', secret: clientSecret, redirectUris }],
      privileges: { 'nightly-job': forNotes, [made.client.clientId]: forNotes },
    },
  })

  for (const [clientId, secret = ''] of [
    ['nightly-job', clientSecret],
    [made.client.clientId, made.clientSecret],
  ] as const) {
    const fields = { client_id: clientId, client_secret: secret }
    const { status, body } = await postToken(world, { grant_type: 'client_credentials', ...fields })
    assert.equal(status, 200, JSON.stringify(body))
    assert.equal(decodeJwt(body.access_token).sub, clientId)
  }
})

test('where nobody may have them the grant type is not offered, and metadata does not name it', async () => {
  const world = createWorld()
  const client = await register(world, { token_endpoint_auth_method: 'client_secret_post' })

  const { body } = await postToken(world, { grant_type: 'client_credentials', ...secretOf(client) })
  const metadata = await (await world.send('/.well-known/oauth-authorization-server')).json()

  assert.equal(body.error, 'unsupported_grant_type')
  assert.deepEqual(metadata.grant_types_supported, ['authorization_code', 'refresh_token'])
})

test('law 13: metadata names the grant type where somebody may have it, and how such clients authenticate', async () => {
  const world = await createMachineWorld(forNotes)

  const metadata = await (await world.send('/.well-known/oauth-authorization-server')).json()

  assert.ok(metadata.grant_types_supported.includes('client_credentials'))
  assert.ok(metadata.token_endpoint_auth_methods_supported.includes('private_key_jwt'))
  assert.ok(metadata.token_endpoint_auth_methods_supported.includes('client_secret_basic'))
})

test('a named client with a key needs no grant to come with its first assertion, and each assertion is good once', async () => {
  const world = await createMachineWorld(forNotes, { metadata: keyMethod })
  const assertion = await assertionOf(world.machine)

  const first = await postToken(world, { grant_type: 'client_credentials', ...assertion })
  const again = await postToken(world, { grant_type: 'client_credentials', ...assertion })
  const another = await assertionOf(world.machine)
  const third = await postToken(world, { grant_type: 'client_credentials', ...another })
  const fourth = await postToken(world, { grant_type: 'client_credentials', ...another })

  assert.deepEqual([first.status, again.status, third.status, fourth.status], [200, 401, 200, 401])
  assert.equal(again.body.error, 'invalid_client')
})

test('50 requests with one assertion at once give one token', async () => {
  const world = await createMachineWorld(forNotes, { metadata: keyMethod })
  const assertion = await assertionOf(world.machine)

  const answers = await Promise.all(
    Array.from({ length: 50 }, () => postToken(world, { grant_type: 'client_credentials', ...assertion })),
  )

  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
})

test('law 5: a refused request does not use up the assertion it came with', async () => {
  const world = await createMachineWorld(forNotes, { metadata: keyMethod })
  const assertion = await assertionOf(world.machine)

  const refused = await postToken(world, { grant_type: 'client_credentials', ...assertion, resource: files })
  const granted = await postToken(world, { grant_type: 'client_credentials', ...assertion, resource })

  assert.deepEqual([refused.status, granted.status], [400, 200])
})

test('a client with a key that the operator does not name is unauthorized_client (RFC 6749 §5.2), and none of its keys is looked at', async () => {
  const world = await createMachineWorld(forNotes, { metadata: keyMethod })

  const other = await generateKeyPair('ES256')

  for (const assertion of [
    await assertionOf(world.stranger),
    await assertionOf(world.stranger, { key: other.privateKey }),
  ]) {
    const { status, body } = await postToken(world, { grant_type: 'client_credentials', ...assertion })

    assert.deepEqual([status, body.error], [400, 'unauthorized_client'])
  }
})

test('RFC 7523bis §4: where an assertion alone is worth a token, it is for the issuer, and no endpoint', async () => {
  const world = await createMachineWorld(forNotes, { metadata: keyMethod })
  const statusOf = async (audience: string) =>
    (
      await postToken(world, {
        grant_type: 'client_credentials',
        ...(await assertionOf(world.machine, { audience })),
      })
    ).status

  for (const audience of [`${issuer}/token`, `${issuer}/par`, `${issuer}/introspect`, `${issuer}//`])
    assert.equal(await statusOf(audience), 401, audience)
  for (const audience of [issuer, `${issuer}/`]) assert.equal(await statusOf(audience), 200, audience)
})

test('an assertion that another key signed is refused', async () => {
  const world = await createMachineWorld(forNotes, { metadata: keyMethod })
  const other = await generateKeyPair('ES256')

  const { status, body } = await postToken(world, {
    grant_type: 'client_credentials',
    ...(await assertionOf(world.machine, { key: other.privateKey })),
  })

  assert.notEqual(pair.privateKey, other.privateKey)
  assert.deepEqual([status, body.error], [401, 'invalid_client'])
})

test('law 5: where the host has no claims to give, nothing is used up, and claims are for the token alone that they were asked for', async () => {
  let isDown = true
  const asked: string[] = []
  const world = await createMachineWorld(forNotes, {
    metadata: keyMethod,
    as: () => ({
      claims({ grantId, scope }) {
        if (isDown) throw new Error('down')
        asked.push(grantId)
        return { team: scope.join() }
      },
    }),
  })
  const fields = { grant_type: 'client_credentials', ...(await assertionOf(world.machine)) }

  const refused = await postToken(world, fields)
  isDown = false
  const granted = await postToken(world, fields)

  assert.deepEqual([refused.status, refused.body.error, granted.status], [503, 'temporarily_unavailable', 200])
  const claims = decodeJwt(granted.body.access_token)
  assert.deepEqual([claims.team, asked], ['notes:read,notes:write', [claims.grant_id]])
})

test('law 14: all tokens of one client and resource are of one grant, and ending it ends them; the next token is of another', async () => {
  const world = await createMachineWorld(forNotes)
  const first = (await clientCredentials(world)).body.access_token
  world.clock.now += 300
  const second = (await clientCredentials(world)).body.access_token
  const grantId = String(decodeJwt(first).grant_id)

  assert.equal(decodeJwt(second).grant_id, grantId)
  assert.equal(await world.as.endGrant(grantId, 'revoked_by_operator'), true)
  await world.rs.refreshRevocations()
  const third = (await clientCredentials(world)).body.access_token

  for (const token of [first, second]) {
    const answer = await world.rs.authenticate(mcpRequest(token))
    assert.ok(answer instanceof Response && answer.status === 401)
  }
  assert.notEqual(decodeJwt(third).grant_id, grantId)
  assert.ok(!((await world.rs.authenticate(mcpRequest(third))) instanceof Response))
})

test('law 14: the grant outlives every token it gave, however long ago it was written', async () => {
  const world = await createMachineWorld(forNotes)
  for (let step = 0; step < 40; step += 1) {
    world.clock.now += 599
    const { access_token: token } = (await clientCredentials(world)).body
    const { exp = 0, grant_id: id } = decodeJwt(token)
    const grant = await world.store.get('grant', String(id))
    assert.ok(grant !== undefined && (grant.value.accessTokensUntil ?? 0) >= exp && (grant.expiresAt ?? 0) >= exp)
  }
})

test('50 first requests at once make one grant', async () => {
  const world = await createMachineWorld(forNotes)

  const answers = await Promise.all(Array.from({ length: 50 }, () => clientCredentials(world)))

  assert.equal(new Set(answers.map(({ body }) => decodeJwt(body.access_token).grant_id)).size, 1)
})

test('a client that asks again and again costs no write each time', async () => {
  const world = await createMachineWorld(forNotes)
  const { access_token: token } = (await clientCredentials(world)).body
  const id = String(decodeJwt(token).grant_id)
  const before = await world.store.get('grant', id)

  for (let step = 0; step < 20; step += 1) await clientCredentials(world)

  assert.equal((await world.store.get('grant', id))?.version, before?.version)
})

test('the grants of a person end without those of a client that is called alike, and the other way round', async () => {
  const world = await createMachineWorld(forNotes)
  const { access_token: token } = (await clientCredentials(world)).body

  const ended = await endGrantsOfSubject(world.machine.clientId, 'subject_disabled', {
    store: world.store,
    accessTokenLifetime: 600,
    now: () => world.clock.now,
    onEvent: () => {},
  })

  assert.equal(ended, 0)
  assert.notEqual(await world.store.get('grant', String(decodeJwt(token).grant_id)), undefined)
})

test('a client may end its own grant by revoking its token', async () => {
  const world = await createMachineWorld(forNotes)
  const { access_token: token } = (await clientCredentials(world)).body

  const response = await world.send('/revoke', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token, ...secretOf(world.machine) }).toString(),
  })

  assert.equal(response.status, 200)
  assert.equal(await world.store.get('grant', String(decodeJwt(token).grant_id)), undefined)
})

test('what people allowed a client has nothing to do with what it may do by itself', async () => {
  const world = createWorld()
  const { client, refreshToken } = await signedInClient(world)

  const { status } = await refresh(world, client, refreshToken, { grant_type: 'client_credentials' })

  assert.equal(status, 400)
})

test('privileges that name an unknown resource or scope are no options', () => {
  const make = (privileges: Record<string, object>) =>
    createAuthorizationServer({
      issuer,
      resources: [notesResource],
      store: memoryStore(),
      secrets: [secret],
      interaction: { signedIn: async () => undefined, signIn: async () => new Response() },
      privileges,
    })

  assert.throws(() => make({ c: { clientCredentials: { [files]: ['files:read'] } } }), TypeError)
  assert.throws(() => make({ c: { clientCredentials: { [resource]: ['files:read'] } } }), TypeError)
  assert.throws(() => make({ c: { clientCredentials: { [resource]: [] } } }), TypeError)
  assert.throws(() => make({ c: { tokenExchange: { from: resource, to: [files] } } }), TypeError)
  assert.throws(() => make({ c: { introspection: [files] } }), TypeError)
  assert.doesNotThrow(() => make({ c: { introspection: [resource] } }))
})

test('a client that registered and that the operator names is kept, though nobody ever consents to it', async () => {
  const world = await createMachineWorld(forNotes)
  assert.equal((await clientCredentials(world)).status, 200)

  world.clock.now += 8 * 24 * 3600 // beyond the life of a client that nobody uses
  const later = await clientCredentials(world)

  assert.equal(later.status, 200, JSON.stringify(later.body))
  assert.equal(await world.store.get('client', world.stranger.clientId), undefined)
})

test('law 14: a client that is deleted while it asks leaves no token that lives on', async () => {
  let remove = async () => {}
  const world = await createMachineWorld(forNotes, {
    as: () => ({
      claims: async () => {
        await remove()
        return {}
      },
    }),
  })
  const { store, clock, machine } = world
  remove = async () => {
    await deleteClient(machine.clientId, {
      store,
      accessTokenLifetime: 600,
      now: () => clock.now,
      onEvent: () => {},
    })
  }

  const { status, body } = await clientCredentials(world)

  assert.deepEqual([status, body.error], [401, 'invalid_client'])
  assert.deepEqual(await store.list('grant', 'client', machine.clientId), [])
  assert.ok(world.events.some((event) => event.type === 'grant_ended' && event.reason === 'client_deleted'))
})

test('law 14: a grant that ends while the host is asked for claims gives no token; what the client gets is of another', async () => {
  let meanwhile = async (_grantId: string): Promise<unknown> => undefined
  const world = await createMachineWorld(forNotes, {
    as: () => ({
      claims: async ({ grantId }) => {
        await meanwhile(grantId)
        return {}
      },
    }),
  })
  const { grant_id: first } = decodeJwt((await clientCredentials(world)).body.access_token)
  meanwhile = async (grantId) => {
    if (grantId === first) await world.as.endGrant(grantId, 'revoked_by_operator')
  }

  const { status, body } = await clientCredentials(world)

  assert.equal(status, 200)
  assert.notEqual(decodeJwt(body.access_token).grant_id, first)
  await world.rs.refreshRevocations()
  assert.ok(!((await world.rs.authenticate(mcpRequest(body.access_token))) instanceof Response))
})

test('law 14: a grant outlives what it gave before the lifetime of tokens was made shorter', async () => {
  const before = createWorld()
  const { store, clock } = before
  const machine = await register(before, { token_endpoint_auth_method: 'client_secret_post' })
  const serverWith = (scopes: readonly string[], accessTokenLifetime: number) =>
    createWorld({
      store,
      as: {
        accessTokenLifetime,
        privileges: { [machine.clientId]: { clientCredentials: { [resource]: scopes } } },
        now: () => clock.now,
      },
    })
  const ask = (world: typeof before) =>
    postToken(world, { grant_type: 'client_credentials', ...secretOf(machine) }).then(({ body }) => body.access_token)
  const { exp = 0, grant_id: id } = decodeJwt(await ask(serverWith(['notes:read'], 24 * 3600)))

  const short = decodeJwt(await ask(serverWith(['notes:write'], 600)))

  const grant = await store.get('grant', String(id))
  assert.equal(short.grant_id, id)
  assert.ok(grant !== undefined && (grant.value.accessTokensUntil ?? 0) >= exp && (grant.expiresAt ?? 0) >= exp)
})
