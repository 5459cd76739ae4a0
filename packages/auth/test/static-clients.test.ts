import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createClient,
  deleteClient,
  findClient,
  type IdentityAssertionIssuer,
  listClients,
  renewClientSecret,
  type StaticClient,
} from '@portcullis/auth/authorization-server'
import {
  attemptOf,
  authorize,
  consent,
  createWorld,
  exchange,
  formOf,
  mcpRequest,
  postForm,
  postToken,
  refresh,
  register,
  resource,
  signedInClient,
  type TestClient,
  type World,
} from './world.ts'

const redirectUri = 'https://agent.example/callback'
const clientSecret = 'a-secret-that-an-operator-wrote-down'
const tokenExchangeGrantType = 'urn:ietf:params:oauth:grant-type:token-exchange'
const jwtBearerGrantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'

async function signIn(world: World, client: TestClient, changes: Record<string, string> = {}) {
  const attempt = attemptOf(client)
  const code = (await consent(world, attempt)).get('code') ?? ''
  return exchange(world, attempt, code, changes)
}

const grantEndsOf = ({ store, clock, events }: World) => ({
  store,
  accessTokenLifetime: 600,
  now: () => clock.now,
  onEvent: (event: World['events'][number]) => events.push(event),
})

const administrationOf = ({ store, clock }: World) => ({ store, now: () => clock.now })

test('AS-28 a client of the options signs in without a registration, and with its secret', async () => {
  const world = createWorld({
    as: { clients: [{ clientId: 'agent', redirectUris: [redirectUri], secret: clientSecret, clientName: 'Agent' }] },
  })
  const client = { clientId: 'agent', redirectUri }

  const page = await (await authorize(world, attemptOf(client))).text()
  const right = await signIn(world, client, { client_secret: clientSecret })
  const wrong = await signIn(world, client, { client_secret: `${clientSecret}x` })
  const none = await signIn(world, client)

  assert.match(page, /Agent/)
  assert.equal(right.status, 200)
  assert.deepEqual([wrong.status, wrong.body.error], [401, 'invalid_client'])
  assert.deepEqual([none.status, none.body.error], [401, 'invalid_client'])
  const again = await refresh(world, client, right.body.refresh_token ?? '', { client_secret: clientSecret })
  assert.equal(again.status, 200)
})

test('law 4: a client of the options has the redirect URIs that it was given, and no other', async () => {
  const world = createWorld({ as: { clients: [{ clientId: 'agent', redirectUris: [redirectUri] }] } })

  const response = await authorize(world, attemptOf({ clientId: 'agent', redirectUri: 'https://evil.example/cb' }))

  assert.equal(response.status, 400)
  assert.equal(response.headers.get('location'), null)
})

test('law 11: the secret of a client of the options is in no store and no event', async () => {
  const world = createWorld({
    as: { clients: [{ clientId: 'agent', redirectUris: [redirectUri], secret: clientSecret }] },
  })
  const { commit } = world.store
  const written: string[] = []
  world.store.commit = (changes) => {
    written.push(JSON.stringify(changes))
    return commit(changes)
  }

  await signIn(world, { clientId: 'agent', redirectUri }, { client_secret: clientSecret })

  assert.ok(written.length > 0)
  assert.doesNotMatch(written.join() + JSON.stringify(world.events), /a-secret-that/)
})

const cannotStand: Readonly<Record<string, StaticClient[]>> = {
  'an identifier that is a URL': [{ clientId: 'https://agent.example/', redirectUris: [redirectUri] }],
  'an identifier with a colon, which Basic would cut': [{ clientId: 'a:b', redirectUris: [redirectUri] }],
  'no identifier': [{ clientId: '', redirectUris: [redirectUri] }],
  'the identifier of another': [
    { clientId: 'agent', redirectUris: [redirectUri] },
    { clientId: 'agent', redirectUris: [redirectUri] },
  ],
  'no redirect URI': [{ clientId: 'agent', redirectUris: [] }],
  'a redirect URI that a registration would lose': [
    { clientId: 'agent', redirectUris: [redirectUri, 'http://agent.example/callback'] },
  ],
  'a redirect URI that runs script': [{ clientId: 'agent', redirectUris: ['javascript:alert(1)'] }],
  'a method of secrets and no secret': [
    { clientId: 'agent', redirectUris: [redirectUri], authenticationMethod: 'client_secret_post' },
  ],
  'a secret and the method none': [
    { clientId: 'agent', redirectUris: [redirectUri], authenticationMethod: 'none', secret: clientSecret },
  ],
  'a short secret': [{ clientId: 'agent', redirectUris: [redirectUri], secret: 'short' }],
  'the method private_key_jwt and no keys': [
    { clientId: 'agent', redirectUris: [redirectUri], authenticationMethod: 'private_key_jwt' },
  ],
}
const whyNot: readonly [title: string, client: StaticClient, why: RegExp][] = [
  [
    'codes and no redirect URI',
    { clientId: 'job', secret: clientSecret, redirectUris: [] },
    /the client "job" has no "redirectUris", which the grant type authorization_code needs/,
  ],
  [
    'redirect URIs and no codes',
    { clientId: 'job', secret: clientSecret, redirectUris: [redirectUri], grantTypes: ['client_credentials'] },
    /the client "job" has "redirectUris", which only the grant type authorization_code uses/,
  ],
  [
    'a grant type for itself and no proof',
    { clientId: 'job', redirectUris: [], grantTypes: ['client_credentials'] },
    /the client "job" needs a secret or keys for the grant type client_credentials/,
  ],
  [
    'a grant type that there is not',
    // @ts-expect-error as JavaScript may
    { clientId: 'job', secret: clientSecret, redirectUris: [], grantTypes: ['password'] },
    /the client "job" cannot have the grant type "password"/,
  ],
  [
    'refresh tokens and nothing that gives one',
    { clientId: 'job', secret: clientSecret, redirectUris: [], grantTypes: ['refresh_token'] },
    /the client "job" cannot stand: "grantTypes" must contain/,
  ],
]
for (const [title, client, why] of whyNot)
  test(`a client of the options with ${title} is refused at construction, which says what is wanted`, () => {
    assert.throws(() => createWorld({ as: { clients: [client] } }), { name: 'TypeError', message: why })
  })

test('a client that needs no person has no redirect URI, gets its tokens, and is led nowhere by a browser', async () => {
  const world = createWorld({
    as: {
      clients: [{ clientId: 'job', secret: clientSecret, grantTypes: ['client_credentials'], redirectUris: [] }],
      privileges: { job: { clientCredentials: { [resource]: ['notes:read'] } } },
    },
  })

  const { status, body } = await postToken(world, {
    grant_type: 'client_credentials',
    client_id: 'job',
    client_secret: clientSecret,
  })
  const page = await authorize(world, attemptOf({ clientId: 'job', redirectUri }))
  const without = await authorize(world, attemptOf({ clientId: 'job', redirectUri }, { redirect_uri: undefined }))

  assert.deepEqual([status, body.scope], [200, 'notes:read'])
  for (const refused of [page, without]) {
    assert.equal(refused.status, 400)
    assert.equal(refused.headers.get('location'), null)
  }
})

test('RFC 6749 §5.2 a client whose grant types are named gets by no other, whatever it is given beside; one that names none gets what it is given', async () => {
  const redirectUris = [redirectUri]
  const before = createWorld()
  const made = (description: Parameters<typeof createClient>[0]) => createClient(description, administrationOf(before))
  const [named, silent] = [
    await made({ redirectUris, grantTypes: ['authorization_code'] }),
    await made({ redirectUris }),
  ]
  const everything = {
    clientCredentials: { [resource]: ['notes:read'] },
    tokenExchange: { from: resource, to: [resource] },
  }
  const clientOf = (clientId: string) => ({ clientId, secret: clientSecret, redirectUris })
  const ids = [named.client.clientId, silent.client.clientId, 'named', 'silent']
  const world = createWorld({
    store: before.store,
    as: {
      clients: [{ ...clientOf('named'), grantTypes: ['authorization_code'] }, clientOf('silent')],
      privileges: Object.fromEntries(ids.map((id) => [id, everything])),
      identityAssertionIssuers: [
        { issuer: 'https://idp.example', jwks: { keys: [] }, clients: ids, subject: () => undefined },
      ],
    },
  })
  const secrets = [named.clientSecret, silent.clientSecret, clientSecret, clientSecret]

  const answers: Record<string, (string | undefined)[]> = {}
  for (const [at, clientId] of ids.entries())
    for (const grantType of ['client_credentials', tokenExchangeGrantType, jwtBearerGrantType]) {
      const { status, body } = await postToken(world, {
        grant_type: grantType,
        client_id: clientId,
        client_secret: secrets[at] ?? '',
        ...(grantType === tokenExchangeGrantType && { subject_token: 'x', subject_token_type: accessTokenType }),
        ...(grantType === jwtBearerGrantType && { assertion: 'x' }),
      })
      answers[grantType] = [...(answers[grantType] ?? []), body.error ?? String(status)]
    }

  assert.deepEqual(answers, {
    client_credentials: ['unauthorized_client', '200', 'unauthorized_client', '200'],
    [tokenExchangeGrantType]: ['unauthorized_client', 'invalid_request', 'unauthorized_client', 'invalid_request'],
    [jwtBearerGrantType]: ['unauthorized_client', 'invalid_grant', 'unauthorized_client', 'invalid_grant'],
  })
  const reasons = world.events.flatMap((event) => (event.type === 'token_refused' ? [event.reason] : []))
  assert.equal(reasons.filter((reason) => reason === 'grant_type_not_allowed').length, 6)
  assert.ok(!('namesGrantTypes' in named.client.metadata))
})

for (const grantType of [
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:ietf:params:oauth:grant-type:device_code',
] as const)
  test(`a client for ${grantType} alone is described without a redirect URI, in the options and by createClient`, async () => {
    const world = createWorld({ as: { clients: [{ clientId: 'job', secret: clientSecret, grantTypes: [grantType] }] } })

    const { client, clientSecret: made } = await createClient({ grantTypes: [grantType] }, administrationOf(world))

    assert.deepEqual([client.metadata.grantTypes, client.metadata.redirectUris], [[grantType], []])
    assert.match(made ?? '', /^[\w-]{43}$/)
  })

test('no registration gives what needs no person, whatever it asks for', async () => {
  const world = createWorld()
  const body = (grantTypes: string[]) => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [redirectUri], grant_types: grantTypes }),
  })

  const beside = await (await world.send('/register', body(['authorization_code', 'client_credentials']))).json()
  const alone = await world.send('/register', body(['client_credentials']))

  assert.deepEqual(beside.grant_types, ['authorization_code'])
  assert.equal(alone.status, 400)
})

for (const [title, clients] of Object.entries(cannotStand))
  test(`a client of the options with ${title} is refused at construction, and its secret is not told`, () => {
    assert.throws(
      () => createWorld({ as: { clients } }),
      (error) => error instanceof TypeError && !error.message.includes('a-secret-that'),
    )
  })

test('AS-28 an operator makes a client while the server runs, which signs in with the secret that was shown once', async () => {
  const world = createWorld()

  const made = await createClient({ redirectUris: [redirectUri], clientName: 'Agent' }, administrationOf(world))
  const client = { clientId: made.client.clientId, redirectUri }

  assert.deepEqual(
    [made.client.metadata.authenticationMethod, made.client.origin, made.client.hasSecret],
    ['client_secret_basic', 'created', true],
  )
  assert.equal((await signIn(world, client, { client_secret: made.clientSecret ?? '' })).status, 200)
  assert.equal((await signIn(world, client)).status, 401)
  assert.ok(!JSON.stringify(await world.store.get('client', client.clientId)).includes(made.clientSecret ?? ''))
})

test('a client that an operator made is kept, although nobody consents to it', async () => {
  const world = createWorld()
  const { client } = await createClient(
    { redirectUris: [redirectUri], authenticationMethod: 'none' },
    administrationOf(world),
  )

  world.clock.now += 365 * 86_400
  world.person.signedIn = { subject: 'alice', authTime: world.clock.now, sessionId: 's' }

  assert.equal((await authorize(world, attemptOf({ clientId: client.clientId, redirectUri }))).status, 200)
})

test('a client that cannot stand is not made', async () => {
  const world = createWorld()

  await assert.rejects(createClient({ redirectUris: ['http://agent.example/'] }, administrationOf(world)), TypeError)
  await assert.rejects(
    createClient({ redirectUris: [redirectUri], authenticationMethod: 'private_key_jwt' }, administrationOf(world)),
    TypeError,
  )
  assert.deepEqual(await listClients(world), [])
})

test('the list has whom operators made and whom somebody consented to, and on demand those to whom nobody has', async () => {
  const world = createWorld()
  const { client: made } = await createClient({ redirectUris: [redirectUri] }, administrationOf(world))
  const used = await register(world)
  await consent(world, attemptOf(used))
  const unused = await register(world)

  const kept = await listClients(world)
  const all = await listClients(world, { unused: true })

  const idsOf = (clients: typeof all) => clients.map(({ clientId }) => clientId).sort()
  assert.deepEqual(idsOf(kept), [made.clientId, used.clientId].sort())
  assert.deepEqual(idsOf(all), [made.clientId, used.clientId, unused.clientId].sort())
  assert.equal(all.find(({ clientId }) => clientId === unused.clientId)?.expiresAt, world.clock.now + 7 * 86_400)
  assert.doesNotMatch(JSON.stringify(all), /secretHash/)
})

test('a list of more clients than a page has them all', async () => {
  const world = createWorld({ as: { registrationLimit: 1000 } })
  for (let nth = 0; nth < 250; nth += 1) await register(world)

  assert.equal((await listClients(world, { unused: true })).length, 250)
})

test('a client to whom somebody consents while the list is read stands in it once', async () => {
  for (const nth of [1, 2, 3, 4]) {
    const world = createWorld()
    const used = await register(world)
    let read = 0
    const list: typeof world.store.list = async (...asked) => {
      read += 1
      if (read === nth) await consent(world, attemptOf(used))
      return world.store.list(...asked)
    }

    const all = await listClients({ store: { ...world.store, list } }, { unused: true })

    assert.deepEqual(
      all.map(({ clientId }) => clientId),
      [used.clientId],
      `consented to before page ${nth}`,
    )
  }
})

test('one client is shown by its identifier', async () => {
  const world = createWorld()
  const { clientId } = await register(world, { client_name: 'Shown' })

  assert.equal((await findClient(clientId, world))?.metadata.clientName, 'Shown')
  assert.equal(await findClient('nobody', world), undefined)
})

test('with a renewed secret the one before is worth nothing, and the grants go on', async () => {
  const world = createWorld()
  const made = await createClient({ redirectUris: [redirectUri] }, administrationOf(world))
  const client = { clientId: made.client.clientId, redirectUri }
  const { body } = await signIn(world, client, { client_secret: made.clientSecret ?? '' })

  const renewed = await renewClientSecret(client.clientId, world)

  assert.ok(typeof renewed === 'object')
  const before = await refresh(world, client, body.refresh_token ?? '', { client_secret: made.clientSecret ?? '' })
  const after = await refresh(world, client, body.refresh_token ?? '', { client_secret: renewed.clientSecret })
  assert.deepEqual([before.status, before.body.error, after.status], [401, 'invalid_client', 200])
})

test('a secret that is renewed before anybody consented leaves the client as short-lived as it was', async () => {
  const world = createWorld()
  const client = await register(world, { token_endpoint_auth_method: 'client_secret_basic' })

  await renewClientSecret(client.clientId, world)
  world.clock.now += 7 * 86_400

  assert.equal(await findClient(client.clientId, world), undefined)
})

test('a client without a secret has none to renew, and nobody has none either', async () => {
  const world = createWorld()

  assert.equal(await renewClientSecret((await register(world)).clientId, world), 'without_secret')
  assert.equal(await renewClientSecret('nobody', world), 'unknown')
})

test('law 14: a client that is deleted has no grants any more, and its access tokens are refused', async () => {
  const world = createWorld()
  const { client, accessToken, refreshToken } = await signedInClient(world)
  const other = await signedInClient(world)

  const ended = await deleteClient(client.clientId, grantEndsOf(world))

  world.clock.now += 2
  const refused = await world.rs.authenticate(mcpRequest(accessToken))
  const untouched = await world.rs.authenticate(mcpRequest(other.accessToken))
  assert.equal(ended, 1)
  assert.ok(refused instanceof Response && refused.status === 401)
  assert.ok(!(untouched instanceof Response))
  assert.equal((await refresh(world, client, refreshToken)).body.error, 'invalid_client')
  assert.ok(world.events.some((event) => event.type === 'grant_ended' && event.reason === 'client_deleted'))
  assert.equal(await deleteClient(client.clientId, grantEndsOf(world)), undefined)
})

test('law 14: a client that is deleted with more grants than a page loses them all', async () => {
  const world = createWorld()
  const client = await register(world)
  for (let nth = 0; nth < 120; nth += 1) {
    world.person.signedIn = { subject: `person-${nth}`, authTime: world.clock.now, sessionId: `s-${nth}` }
    await consent(world, attemptOf(client))
  }

  assert.equal(await deleteClient(client.clientId, grantEndsOf(world)), 120)
})

test('deleting a client that is static no more, or that a document described, ends the grants that it had', async () => {
  const first = createWorld({ as: { clients: [{ clientId: 'agent', redirectUris: [redirectUri] }] } })
  const { body } = await signIn(first, { clientId: 'agent', redirectUri })
  const world = createWorld({ store: first.store })

  assert.equal((await refresh(world, { clientId: 'agent', redirectUri }, body.refresh_token ?? '')).status, 401)
  assert.equal(await deleteClient('agent', grantEndsOf(world)), 1)
})

test('law 14: a consent that was under way when its client was deleted gives no code, and leaves no grant', async () => {
  const world = createWorld()
  const client = await register(world)
  await consent(world, attemptOf(client)) // from here on a consent does not write the client
  const form = await formOf(await authorize(world, attemptOf(client)))
  form.set('decision', 'allow')
  const { commit } = world.store
  world.store.commit = async (changes) => {
    if (changes.some(({ kind }) => kind === 'usedConsent')) {
      world.store.commit = commit
      await deleteClient(client.clientId, grantEndsOf(world))
    }
    return commit(changes)
  }

  const response = await postForm(world, form)

  assert.match(response.headers.get('location') ?? '', /error=unauthorized_client/)
  assert.deepEqual(await world.store.list('grant', 'client', client.clientId), [])
})

test('a client whose keys are at a URL is no option where nothing is fetched, since it could never authenticate', () => {
  const keys = { kind: 'uri', uri: 'https://client.example/jwks.json' } as const
  const clients = [{ clientId: 'agent', redirectUris: [redirectUri], keys }]
  const fetch = async () => ({ kind: 'failure', reason: 'unreachable', detail: 'down' }) as const

  assert.throws(() => createWorld({ as: { clients } }), /TypeError: the keys of the client "agent" are at a URL/)
  assert.doesNotThrow(() => createWorld({ as: { clients, clientDocuments: { dangerouslyUnguardedFetch: fetch } } }))
})

test('what the operator lets a client do that is not there, or proves nothing, is told at the start', async () => {
  const reading = { clientCredentials: { [resource]: ['notes:read'] } }
  const before = createWorld()
  const { client } = await createClient({ grantTypes: ['client_credentials'] }, administrationOf(before))
  const { client: reader } = await createClient({ grantTypes: ['client_credentials'] }, administrationOf(before))
  const exchanging = { ...reading, tokenExchange: { from: resource, to: [resource] } }
  const idp: IdentityAssertionIssuer = {
    issuer: 'https://idp.example',
    jwks: { keys: [] },
    clients: ['desk'],
    subject: () => undefined,
  }
  const world = createWorld({
    store: before.store,
    as: {
      clients: [
        { clientId: 'job', secret: clientSecret, grantTypes: ['client_credentials'] },
        { clientId: 'open', redirectUris: [redirectUri] },
        { clientId: 'desk', secret: clientSecret, grantTypes: ['client_credentials'] },
        { clientId: 'silent', secret: clientSecret, redirectUris: [redirectUri] },
      ],
      privileges: {
        job: reading,
        [client.clientId]: reading,
        jbo: reading,
        open: { introspection: [resource] },
        [reader.clientId]: exchanging,
        silent: exchanging,
      },
      identityAssertionIssuers: [idp],
    },
  })

  await world.as.ready()

  assert.deepEqual(
    world.events.filter(({ type }) => type === 'privileged_client_unknown'),
    [
      { type: 'privileged_client_unknown', clientId: 'jbo', reason: 'unknown' },
      { type: 'privileged_client_unknown', clientId: 'open', reason: 'public' },
      { type: 'privileged_client_unknown', clientId: reader.clientId, reason: 'lacks_grant_type' },
      { type: 'privileged_client_unknown', clientId: 'desk', reason: 'lacks_grant_type' },
    ],
  )
})

test('a document whose client the operator names must be one that is fetched: anything else is refused at construction', () => {
  const url = 'https://job.example/client.json'
  const privileges = { [url]: { introspection: [resource] } }
  const make = (clientDocuments: object) => createWorld({ as: { privileges, ...clientDocuments } })
  const dangerouslyUnguardedFetch = async () => ({ kind: 'failure', reason: 'unreachable', detail: 'down' }) as const

  assert.throws(() => make({}), /TypeError: "https:\/\/job\.example\/client\.json".* needs "clientDocuments"/)
  assert.throws(
    () => make({ clientDocuments: { dangerouslyUnguardedFetch, hosts: { deny: ['job.example'] } } }),
    /needs "clientDocuments", with its host let in/,
  )
  assert.doesNotThrow(() => make({ clientDocuments: { dangerouslyUnguardedFetch } }))
})
