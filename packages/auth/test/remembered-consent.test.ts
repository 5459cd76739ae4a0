import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type AuthorizationServerOptions,
  deleteClient,
  type EndGrantOptions,
  endGrantsOfSubject,
  type FetchedDocument,
  listConsents,
  revokeConsents,
} from '@portcullis/auth/authorization-server'
import {
  type Attempt,
  alice,
  attemptOf,
  authorize,
  consent,
  createWorld,
  exchange,
  formOf,
  issuer,
  mcpRequest,
  postForm,
  refresh,
  register,
  resource,
  type TestClient,
  type World,
} from './world.ts'

const day = 24 * 3600

test('P-02 law 3: a client that a person allowed at an https redirect gets its next code without a question, and it is told', async () => {
  const world = remembering()
  const client = await register(world)
  await consent(world, attemptOf(client))

  const attempt = attemptOf(client)
  const answer = await authorize(world, attempt)
  const parameters = parametersOf(answer)
  const { status } = await exchange(world, attempt, parameters.code ?? '')

  assert.deepEqual([answer.status, parameters.state, parameters.iss, status], [302, 'st-1', issuer, 200])
  assert.ok(world.events.some((event) => event.type === 'consent_skipped' && event.by === 'memory'))
})

const asksAgain: [string, Record<string, string | undefined>][] = [
  ['wants a wider scope', { scope: 'notes:read notes:write notes:delete' }],
  ['wants another scope', { scope: 'notes:delete' }],
  ['is for another resource', { resource: 'https://mcp.example/other/mcp' }],
  ['wants the person to be asked', { prompt: 'consent' }],
  ['has the answer sent to another host', { redirect_uri: 'https://elsewhere.example/callback' }],
]
for (const [what, changes] of asksAgain)
  test(`P-02 law 3: a request that ${what} asks again`, async () => {
    const world = remembering()
    const client = await register(world, {
      redirect_uris: ['https://client.example/callback', 'https://elsewhere.example/callback'],
    })
    await consent(world, attemptOf(client))

    const answer = await authorize(world, attemptOf(client, changes))

    assert.equal(answer.status, 200)
    assert.match(await answer.text(), /name="decision" value="allow"/)
  })

test('P-02 law 3: a narrower scope, another redirect URI of the same host, and the resource by its other name are of the same consent', async () => {
  const world = remembering()
  const client = await register(world, {
    redirect_uris: ['https://client.example/callback', 'https://client.example/other'],
  })
  await consent(world, attemptOf(client))

  for (const changes of [
    { scope: 'notes:read' },
    { redirect_uri: 'https://client.example/other' },
    { resource: `${resource}/alias` },
  ]) {
    const answer = await authorize(world, attemptOf(client, changes))
    assert.equal(answer.status, 302, JSON.stringify(changes))
  }
})

for (const redirectUri of [
  'http://127.0.0.1:33418/callback',
  'http://localhost/callback',
  'cursor://anysphere/cb',
  'https://localhost/callback',
])
  test(`P-02 law 3: at ${redirectUri}, which proves no identity, every request asks, and nothing is kept`, async () => {
    const world = remembering()
    const client = await register(world, { redirect_uris: [redirectUri], application_type: 'native' })

    for (const _ of [1, 2]) {
      const form = await formOf(await authorize(world, attemptOf(client)))
      form.set('decision', 'allow')
      assert.equal((await postForm(world, form)).status, 303)
    }

    assert.deepEqual(await world.as.consents.list('alice'), [])
  })

test('P-02 law 3: who registers the same metadata once more is another client, and one person’s consent is nobody else’s', async () => {
  const world = remembering()
  const client = await register(world)
  await consent(world, attemptOf(client))
  world.clock.now += 3600
  const twin = await register(world)

  const ofTwin = twin.clientId === client.clientId ? undefined : await authorize(world, attemptOf(twin))
  world.person.signedIn = { ...alice, subject: 'bob' }
  const ofBob = await authorize(world, attemptOf(client))

  assert.equal(ofTwin?.status, 200)
  assert.equal(ofBob.status, 200)
})

test('P-02 a client metadata document whose redirect URIs changed asks again, and as it was before it is remembered', async () => {
  const clientId = 'https://client.example/mcp.json'
  const redirectUris = ['https://client.example/callback']
  const client: TestClient = { clientId, redirectUri: 'https://client.example/callback' }
  const answer = (): FetchedDocument => ({
    kind: 'answer',
    status: 200,
    header: (name) => ({ 'cache-control': 'max-age=60', 'content-type': 'application/json' })[name],
    text: JSON.stringify({
      client_id: clientId,
      client_name: 'A client',
      redirect_uris: redirectUris,
      token_endpoint_auth_method: 'none',
    }),
  })
  const world = remembering({ clientDocuments: { dangerouslyUnguardedFetch: async () => answer() } })
  await consent(world, attemptOf(client))
  const remembered = await authorize(world, attemptOf(client))
  redirectUris.push('https://client.example/more')
  world.clock.now += 60

  const changed = await authorize(world, attemptOf(client))

  assert.deepEqual([remembered.status, changed.status], [302, 200])
})

test('P-02 prompt=none gets a code where consent is remembered, and consent_required where it is not', async () => {
  const world = remembering()
  const client = await register(world)
  await consent(world, attemptOf(client))

  const remembered = await authorize(world, attemptOf(client, { prompt: 'none' }))
  const wider = await authorize(world, attemptOf(client, { prompt: 'none', scope: 'notes:delete' }))

  assert.ok(parametersOf(remembered).code)
  assert.equal(parametersOf(wider).error, 'consent_required')
})

test('P-02 consent is remembered for its lifetime from the last question on, each scope by itself, and being used prolongs nothing', async () => {
  const world = remembering({ consentLifetime: 10 * day })
  const client = await register(world)
  await consent(world, attemptOf(client, { scope: 'notes:read' }))
  world.clock.now += 9 * day
  await consent(world, attemptOf(client, { scope: 'notes:write' }))
  const both = await authorize(world, attemptOf(client))
  world.clock.now += day

  const first = await authorize(world, attemptOf(client, { scope: 'notes:read' }))
  const second = await authorize(world, attemptOf(client, { scope: 'notes:write' }))
  world.clock.now += 9 * day
  const later = await authorize(world, attemptOf(client, { scope: 'notes:write' }))

  assert.deepEqual(
    [both, first, second, later].map(({ status }) => status),
    [302, 200, 302, 200],
  )
})

test('P-02 a lifetime that is made shorter shortens what was remembered before', async () => {
  const before = remembering({ consentLifetime: 90 * day })
  const client = await register(before)
  await consent(before, attemptOf(client))
  const shorter = remembering({ consentLifetime: 10 * day, store: before.store })

  const statuses: number[] = []
  for (const seconds of [10 * day - 1, 1]) {
    shorter.clock.now += seconds
    statuses.push((await authorize(shorter, attemptOf(client))).status)
  }

  assert.deepEqual(statuses, [302, 200])
})

test('P-02 with a lifetime of 0 every request asks, and what was remembered before counts no more', async () => {
  const before = remembering()
  const client = await register(before)
  await consent(before, attemptOf(client))

  const world = remembering({ consentLifetime: 0, store: before.store })
  const page = await authorize(world, attemptOf(client))

  assert.equal(page.status, 200)
})

test('law 3: a no while nothing is remembered, or for a shorter time, takes back what was allowed before, though the time is made longer again', async () => {
  for (const [consentLifetime, later] of [
    [0, 0],
    [day, 2 * day],
  ] as const) {
    const before = remembering()
    const client = await register(before)
    await consent(before, attemptOf(client))
    const meanwhile = remembering({ consentLifetime, store: before.store })
    meanwhile.clock.now += later
    const form = await formOf(await authorize(meanwhile, attemptOf(client)))
    form.set('decision', 'deny')
    await postForm(meanwhile, form)
    before.clock.now = meanwhile.clock.now

    assert.equal((await authorize(before, attemptOf(client))).status, 200)
  }
})

test('P-02 what is remembered is listed, and revoking it asks again and ends the grants of that client, and of no other', async () => {
  const world = remembering()
  const client = await register(world)
  const other = await register(world, { redirect_uris: ['https://other.example/callback'] })
  const tokens = await tokensOf(world, attemptOf(client))
  const othersTokens = await tokensOf(world, attemptOf(other))
  world.clock.now += 60
  await authorize(world, attemptOf(client))

  const listed = await world.as.consents.list('alice')
  const revoked = await world.as.consents.revoke(
    { subject: 'alice', clientId: client.clientId },
    'revoked_by_resource_owner',
  )
  const answers = [
    await refresh(world, client, tokens.refreshToken),
    await refresh(world, other, othersTokens.refreshToken),
    await authorize(world, attemptOf(client)),
    await authorize(world, attemptOf(other)),
  ]
  const atResource = await world.rs.authenticate(mcpRequest(tokens.accessToken))

  assert.deepEqual(
    listed.find(({ clientId }) => clientId === client.clientId),
    {
      subject: 'alice',
      clientId: client.clientId,
      destination: 'client.example',
      resource,
      scope: ['notes:read', 'notes:write'],
      consentedAt: 1_800_000_000,
      usedAt: 1_800_000_060,
      expiresAt: 1_800_000_000 + 90 * day,
    },
  )
  assert.deepEqual(revoked, { consents: 1, grants: 2 })
  assert.deepEqual(
    answers.map(({ status }) => status),
    [400, 200, 200, 302],
  )
  assert.ok(atResource instanceof Response && atResource.status === 401)
  assert.deepEqual(
    (await world.as.consents.list('alice')).map(({ clientId }) => clientId),
    [other.clientId],
  )
  assert.ok(world.events.some((event) => event.type === 'consent_revoked' && event.clientId === client.clientId))
})

test('P-02 beside a server, as by a command, all of a person’s consents are listed and revoked over the store alone', async () => {
  const world = remembering()
  await consent(world, attemptOf(await register(world)))
  await consent(world, attemptOf(await register(world, { redirect_uris: ['https://other.example/callback'] })))
  const ends = endingIn(world)

  const before = await listConsents('alice', ends)
  const revoked = await revokeConsents({ subject: 'alice' }, 'revoked_by_operator', ends)

  assert.equal(before.length, 2)
  assert.deepEqual(revoked, { consents: 2, grants: 2 })
  assert.deepEqual(await listConsents('alice', ends), [])
})

test('law 3: a grant that its person or an operator ends takes what was remembered with it; a client that signs itself out does not', async () => {
  for (const [reason, asks] of [
    ['revoked_by_resource_owner', true],
    ['revoked_by_operator', true],
    ['subject_disabled', true],
    ['revoked_by_client', false],
  ] as const) {
    const world = remembering()
    const client = await register(world)
    const { grantId } = await tokensOf(world, attemptOf(client))

    await world.as.endGrant(grantId, reason)

    assert.equal((await authorize(world, attemptOf(client))).status, asks ? 200 : 302, reason)
  }
})

test('law 3: a client that an operator deletes is asked for anew by everybody, also by who has no grant of it any more', async () => {
  const redirectUri = 'https://client.example/callback'
  const world = remembering({ clients: [{ clientId: 'own', redirectUris: [redirectUri] }] })
  const client: TestClient = { clientId: 'own', redirectUri }
  const { grantId } = await tokensOf(world, attemptOf(client))
  await world.as.endGrant(grantId, 'revoked_by_client')
  const deleted = [await deleteClient('own', endingIn(world)), await deleteClient('own', endingIn(world))]

  assert.deepEqual(deleted, [0, undefined])
  assert.equal((await authorize(world, attemptOf(client))).status, 200)
})

test('law 3: whoever takes an account back leaves nothing of what was allowed in its name, also where no grant is left of it', async () => {
  for (const reason of ['revoked_by_resource_owner', 'subject_disabled'] as const) {
    const world = remembering()
    const client = await register(world)
    const { grantId } = await tokensOf(world, attemptOf(client))
    await world.as.endGrant(grantId, 'revoked_by_client')

    const ended = await endGrantsOfSubject('alice', reason, endingIn(world))

    assert.deepEqual([ended, (await authorize(world, attemptOf(client))).status], [0, 200])
  }
})

test('law 3: a consent that is withdrawn while its code is made gives none, and the person is asked', async () => {
  const calm = remembering()
  const client = await register(calm)
  await consent(calm, attemptOf(client))
  let revoking: Promise<unknown> | undefined
  const world = remembering({
    store: {
      ...calm.store,
      async commit(changes) {
        if (revoking === undefined && changes.some(({ kind }) => kind === 'grant')) {
          revoking = calm.as.consents.revoke({ subject: 'alice' }, 'revoked_by_resource_owner')
          await revoking
        }
        return calm.store.commit(changes)
      },
    },
  })

  const answer = await authorize(world, attemptOf(client))

  assert.equal(answer.status, 200)
  assert.equal((await calm.store.list('grant', 'subject', 'alice')).length, 0)
})

test('law 3: a page that sends a browser here again and again pushes out no grant that is in use: after some codes the person is asked', async () => {
  const world = remembering()
  const client = await register(world)
  const { refreshToken } = await tokensOf(world, attemptOf(client))

  const statuses: number[] = []
  for (let nth = 0; nth < 60; nth += 1) statuses.push((await authorize(world, attemptOf(client))).status)
  const silent = await authorize(world, attemptOf(client, { prompt: 'none' }))
  const honest = await refresh(world, client, refreshToken)
  world.clock.now += 61
  const later = await authorize(world, attemptOf(client))

  assert.equal(statuses.filter((status) => status === 302).length, 20)
  assert.equal(parametersOf(silent).error, 'consent_required')
  assert.deepEqual([honest.status, later.status], [200, 302])
})

test('law 3: nor does one that waits until they are counted anew: codes that nobody fetched go before grants that are in use', async () => {
  const world = remembering({ grantsPerClientLimit: 30 })
  const client = await register(world)
  const inUse: string[] = []
  for (let nth = 0; nth < 28; nth += 1)
    inUse.push((await tokensOf(world, attemptOf(client, { prompt: 'consent' }))).refreshToken)
  world.clock.now += 600

  await authorize(world, attemptOf(client))
  for (const later of [59, 2]) {
    world.clock.now += later
    for (let nth = 0; nth < 15; nth += 1) await authorize(world, attemptOf(client))
  }

  for (const refreshToken of inUse) assert.equal((await refresh(world, client, refreshToken)).status, 200)
})

test('P-02 of one person a hundred consents are kept; beyond, the oldest is forgotten', async () => {
  const world = remembering()
  const clients: TestClient[] = []
  for (let nth = 0; nth <= 100; nth += 1) {
    const client = await register(world, { redirect_uris: [`https://client${nth}.example/callback`] })
    world.clock.now += 1
    await consent(world, attemptOf(client))
    clients.push(client)
  }

  const [oldest, next] = clients
  assert.ok(oldest && next)
  assert.equal((await authorize(world, attemptOf(oldest))).status, 200)
  assert.equal((await authorize(world, attemptOf(next))).status, 302)
})

test('law 3: a no to what was allowed before takes it back, and a no to more than that does not', async () => {
  for (const [changes, status] of [
    [{ prompt: 'consent' }, 200],
    [{ scope: 'notes:read notes:delete' }, 302],
  ] as const) {
    const world = remembering()
    const client = await register(world)
    await consent(world, attemptOf(client))
    const form = await formOf(await authorize(world, attemptOf(client, changes)))
    form.set('decision', 'deny')
    await postForm(world, form)

    assert.equal((await authorize(world, attemptOf(client))).status, status, JSON.stringify(changes))
  }
})

test('P-02 the page says for how long the answer is remembered, and nothing of it where it is not', async () => {
  const said = /not asked for the same again for 90 days/
  const local = { redirect_uris: ['http://127.0.0.1/callback'], application_type: 'native' }
  const world = remembering()
  const interaction = {
    signedIn: async () => alice,
    signIn: async () => new Response(),
    decide: () => ({ kind: 'ask' as const }),
  }
  const asking = remembering({ interaction })

  assert.match(await (await authorize(world, attemptOf(await register(world)))).text(), said)
  assert.doesNotMatch(await (await authorize(world, attemptOf(await register(world, local)))).text(), said)
  assert.doesNotMatch(await (await authorize(asking, attemptOf(await register(asking)))).text(), said)
})

test('law 3: somebody who is disabled meanwhile gets no code of what is remembered either', async () => {
  const world = remembering()
  const client = await register(world)
  await consent(world, attemptOf(client))
  const disabling = remembering({
    store: {
      ...world.store,
      async commit(changes) {
        const written = await world.store.commit(changes)
        if (changes.some(({ kind, version }) => kind === 'grant' && version === 'absent'))
          disabling.person.signedIn = undefined
        return written
      },
    },
  })

  const answer = await authorize(disabling, attemptOf(client))

  assert.equal(answer.status, 403)
  assert.equal((await world.store.list('grant', 'subject', 'alice')).length, 1)
})

test('P-02 nothing of a person’s name or of the client’s secret stands in what is kept', async () => {
  const world = remembering()
  world.person.signedIn = { ...alice, displayName: 'Alice A.' }
  const client = await register(world, { token_endpoint_auth_method: 'client_secret_post' })
  await consent(world, attemptOf(client))

  const kept = JSON.stringify(await world.store.list('consent', 'subject', 'alice'))

  assert.ok(!kept.includes('Alice A.') && !kept.includes(client.clientSecret ?? ''))
})

/** A world in which consent is remembered, and two resources, one of them under two names. */
function remembering(options: Partial<AuthorizationServerOptions> = {}): World {
  const { store, ...as } = options
  const scopes = { 'notes:read': 'Read', 'notes:write': 'Write', 'notes:delete': 'Delete' }
  return createWorld({
    ...(store !== undefined && { store }),
    as: {
      consentLifetime: 90 * day,
      resources: [
        { resource, alsoServedAt: [`${resource}/alias`], name: 'Notes', scopes },
        { resource: 'https://mcp.example/other/mcp', scopes },
      ],
      ...as,
    },
  })
}

async function tokensOf(world: World, attempt: Attempt) {
  const { status, body } = await exchange(world, attempt, (await consent(world, attempt)).get('code') ?? '')
  assert.equal(status, 200)
  const [, payload = ''] = body.access_token.split('.')
  const { grant_id: grantId } = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return { accessToken: body.access_token, refreshToken: body.refresh_token ?? '', grantId: String(grantId) }
}

function parametersOf(answer: Response): Record<string, string> {
  return Object.fromEntries(new URL(answer.headers.get('location') ?? '').searchParams)
}

function endingIn({ store, clock }: World): EndGrantOptions {
  return { store, accessTokenLifetime: 600, now: () => clock.now, onEvent: () => {} }
}
