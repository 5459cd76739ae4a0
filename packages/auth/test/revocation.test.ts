import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConnectionEvent, createResourceServer, remoteRevocations } from '@portcullis/auth'
import {
  type AuthorizationServerKinds,
  endGrantsOfSubject,
  type GrantRecord,
  type Store,
} from '@portcullis/auth/authorization-server'
import {
  attemptOf,
  claimsOf,
  consent,
  createWorld,
  exchange,
  issuer,
  mcpRequest,
  refresh,
  register,
  signedInClient,
} from './world.ts'

function revoke(world: ReturnType<typeof createWorld>, fields: Record<string, string>): Promise<Response> {
  return world.send('/revoke', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  })
}

for (const which of ['accessToken', 'refreshToken'] as const)
  test(`law 14: revoking the ${which === 'accessToken' ? 'access token' : 'refresh token'} ends the grant, in the verified-token cache too`, async () => {
    const world = createWorld()
    const signedIn = await signedInClient(world)
    const before = await world.rs.authenticate(mcpRequest(signedIn.accessToken))

    const response = await revoke(world, { token: signedIn[which], client_id: signedIn.client.clientId })

    assert.equal(response.status, 200)
    assert.ok(!(before instanceof Response))
    world.clock.now += 2
    const after = await world.rs.authenticate(mcpRequest(signedIn.accessToken))
    assert.ok(after instanceof Response && after.status === 401)
    assert.match(after.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
    assert.equal((await refresh(world, signedIn.client, signedIn.refreshToken)).body.error, 'invalid_grant')
  })

test('RFC 7009 §2.2: a token that is unknown, or of another client, is answered 200 and changes nothing', async () => {
  const world = createWorld()
  const { client, refreshToken, accessToken } = await signedInClient(world)
  const other = await register(world)

  const statuses = []
  for (const token of ['nonsense', refreshToken, accessToken])
    statuses.push((await revoke(world, { token, client_id: other.clientId })).status)

  assert.deepEqual(statuses, [200, 200, 200])
  assert.equal((await refresh(world, client, refreshToken)).status, 200)
})

test('revocation wants a client and a token', async () => {
  const world = createWorld()
  const { client } = await signedInClient(world)

  const noClient = await revoke(world, { token: 'x' })
  const unknown = await revoke(world, { token: 'x', client_id: 'nobody' })
  const noToken = await revoke(world, { client_id: client.clientId })

  assert.deepEqual([noClient.status, unknown.status, noToken.status], [401, 401, 400])
})

test('refused revocation requests are limited by address, and the log says that this is why', async () => {
  const world = createWorld({ as: { refusalLimit: 1 } })

  const first = await revoke(world, { token: 'x', client_id: 'nobody' })
  const second = await revoke(world, { token: 'x', client_id: 'nobody' })

  assert.deepEqual([first.status, second.status], [401, 429])
  assert.deepEqual(
    world.events.flatMap((event) => (event.type === 'revocation_refused' ? [event.reason] : [])),
    ['wrong_client_authentication', 'rate_limited'],
  )
})

test('law 14: while the feed cannot be read, what was verified before is served for 60 s, a new token gets 503 each time, then all get 503', async () => {
  const world = createWorld()
  const seen = await signedInClient(world)
  const unseen = await signedInClient(world)
  let readable = true
  const rs = createResourceServer({
    resource: world.rs.resource,
    authorizationServers: [issuer],
    revocations: {
      async read(position) {
        if (!readable) throw new Error('the store is down')
        return world.as.revocations.read(position)
      },
    },
    fetch: (request) => world.as.fetch(request),
    now: () => world.clock.now,
  })
  await rs.authenticate(mcpRequest(seen.accessToken))

  readable = false
  world.clock.now += 30
  const served = await rs.authenticate(mcpRequest(seen.accessToken))
  const refused = await rs.authenticate(mcpRequest(unseen.accessToken))
  const refusedAgain = await rs.authenticate(mcpRequest(unseen.accessToken))
  world.clock.now += 31
  const late = await rs.authenticate(mcpRequest(seen.accessToken))
  readable = true
  const healed = await rs.authenticate(mcpRequest(seen.accessToken))

  assert.ok(!(served instanceof Response))
  for (const response of [refused, refusedAgain, late]) {
    assert.ok(response instanceof Response)
    assert.equal(response.status, 503)
    assert.ok(response.headers.get('retry-after'))
    assert.equal(response.headers.get('www-authenticate'), null)
  }
  assert.ok(!(healed instanceof Response))
})

test('law 14: without any freshness an end is seen by the next request, though the feed was being read when it came', async () => {
  const world = createWorld()
  const { accessToken, client, refreshToken } = await signedInClient(world)
  let deliver = () => {}
  let isHeld = false
  const rs = createResourceServer({
    resource: world.rs.resource,
    authorizationServers: [issuer],
    revocations: {
      async read(position) {
        const answer = await world.as.revocations.read(position)
        if (isHeld) await new Promise<void>((resolve) => (deliver = resolve))
        return answer
      },
    },
    revocationFreshness: 0,
    fetch: (request) => world.as.fetch(request),
    now: () => world.clock.now,
  })
  await rs.ready()
  isHeld = true
  const before = rs.authenticate(mcpRequest(accessToken))
  await new Promise((resolve) => setImmediate(resolve)) // it has read what there is

  await revoke(world, { token: refreshToken, client_id: client.clientId })
  isHeld = false
  const afterwards = [rs.authenticate(mcpRequest(accessToken)), rs.authenticate(mcpRequest(accessToken))]
  deliver()

  await before
  for (const answer of await Promise.all(afterwards)) assert.equal(answer instanceof Response && answer.status, 401)
})

test('law 14: the feed is read on from a position, whole, and from the beginning where the position is of another feed', async () => {
  const world = createWorld()
  const first = await signedInClient(world)
  const second = await signedInClient(world)
  await revoke(world, { token: first.refreshToken, client_id: first.client.clientId })
  const start = await world.as.revocations.read(undefined)
  await revoke(world, { token: second.refreshToken, client_id: second.client.clientId })

  const next = await world.as.revocations.read(start.position)
  const foreign = await world.as.revocations.read('other.0000000000000009')

  assert.deepEqual([start.ended.length, next.ended.length, foreign.ended.length], [1, 1, 2])
  assert.notEqual(start.ended[0]?.grantId, next.ended[0]?.grantId)
})

test('law 14: an end stays in the feed until the last access token of the grant has expired', async () => {
  const world = createWorld()
  const { client, refreshToken } = await signedInClient(world)
  await revoke(world, { token: refreshToken, client_id: client.clientId })

  world.clock.now += 600 + 60 + 119 // lifetime, window for lost answers, and as far as clocks may differ
  const kept = await world.as.revocations.read(undefined)
  world.clock.now += 1
  const gone = await world.as.revocations.read(undefined)

  assert.deepEqual([kept.ended.length, gone.ended.length], [1, 0])
})

test('law 14: of grants that end at the same time none becomes visible behind a position that a reader already has', async () => {
  const world = createWorld()
  const grants = await Promise.all(Array.from({ length: 20 }, () => signedInClient(world)))
  const seen = new Set<string>()
  let position: string | undefined
  let ending = true
  const reader = (async () => {
    while (ending) {
      const answer = await world.as.revocations.read(position)
      for (const { grantId } of answer.ended) seen.add(grantId)
      position = answer.position
      await new Promise((resolve) => setImmediate(resolve))
    }
  })()

  await Promise.all(
    grants.map(({ client, refreshToken }) => revoke(world, { token: refreshToken, client_id: client.clientId })),
  )
  ending = false
  await reader
  for (const { grantId } of (await world.as.revocations.read(position)).ended) seen.add(grantId)

  assert.equal(seen.size, 20)
})

test('law 14: a reader elsewhere reads the feed over HTTP with its secret, and nobody without', async () => {
  const secret = 'reader-0123456789-0123456789-0123456789'
  const world = createWorld({ as: { revocationReaders: [secret] } })
  const { client, refreshToken } = await signedInClient(world)
  const options = { url: `${issuer}/revocations`, fetch: (request: Request) => world.as.fetch(request) }
  const feed = remoteRevocations({ ...options, secret })
  const empty = await feed.read(undefined)
  await revoke(world, { token: refreshToken, client_id: client.clientId })

  const answer = await feed.read(empty.position)

  assert.equal(answer.ended.length, 1)
  assert.equal((await feed.read(answer.position)).ended.length, 0)
  assert.equal((await world.send('/revocations')).status, 401)
  assert.ok(world.events.some((event) => event.type === 'request_refused' && event.reason === 'unknown_reader'))
  await assert.rejects(remoteRevocations({ ...options, secret: secret.toUpperCase() }).read(undefined), /401/)
})

test('law 14: the feed is not served over HTTP where no reader is named', async () => {
  const response = await createWorld().send('/revocations', { headers: { authorization: 'Bearer ' } })

  assert.equal(response.status, 404)
})

/** The grant behind an access token. */
function grantIdOf(accessToken: string): string {
  return JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()).grant_id
}

const endings: [string, { accessTokenLifetime?: number; setBack?: number }][] = [
  ['one with a shorter lifetime of access tokens', { accessTokenLifetime: 60 }],
  ['one whose clock was set back', { setBack: 1800 }],
]
for (const [what, { accessTokenLifetime = 3600, setBack = 0 }] of endings)
  test(`law 14: a grant that another process ended, ${what}, is refused until its last access token has expired`, async () => {
    const issued = createWorld({ as: { accessTokenLifetime: 3600 } })
    const { accessToken } = await signedInClient(issued)
    const now = () => issued.clock.now
    const ending = createWorld({ store: issued.store, as: { accessTokenLifetime, now: () => now() - setBack } })
    await ending.as.endGrant(grantIdOf(accessToken), 'revoked_by_operator')
    const reads = createWorld({ store: issued.store, as: { now }, rs: { now } })

    const statuses = []
    for (const seconds of [2, 60, 600, 1800, 1137]) {
      issued.clock.now += seconds
      const result = await reads.rs.authenticate(mcpRequest(accessToken))
      statuses.push(result instanceof Response ? result.status : 200)
    }

    assert.deepEqual(statuses, [401, 401, 401, 401, 401])
  })

const briefGrants: [string, Record<string, unknown>][] = [
  ['that lives shorter than its access tokens', {}],
  ['that gives no refresh tokens', { grant_types: ['authorization_code'] }],
]
for (const [what, metadata] of briefGrants)
  test(`law 14: a grant ${what} can be ended while one of them lives, and gives no more`, async () => {
    const world = createWorld({ as: { grantLifetime: 60, accessTokenLifetime: 3600 } })
    const client = await register(world, metadata)
    const attempt = attemptOf(client)
    const code = (await consent(world, attempt)).get('code') ?? ''
    const { body } = await exchange(world, attempt, code)

    world.clock.now += 3500
    const refreshed = await refresh(world, client, body.refresh_token ?? 'none')
    const before = await world.rs.authenticate(mcpRequest(body.access_token))
    const revoked = await revoke(world, { token: body.access_token, client_id: client.clientId })
    world.clock.now += 2
    const after = await world.rs.authenticate(mcpRequest(body.access_token))

    assert.equal(refreshed.body.error, 'invalid_grant')
    assert.ok(!(before instanceof Response))
    assert.equal(revoked.status, 200)
    assert.ok(after instanceof Response && after.status === 401)
  })

test('law 14: an end is seen though the clock of the resource server was set back', async () => {
  const world = createWorld()
  const { accessToken } = await signedInClient(world)
  const before = await world.rs.authenticate(mcpRequest(accessToken))
  await world.as.endGrant(grantIdOf(accessToken), 'revoked_by_operator')

  world.clock.now -= 3600
  const after = await world.rs.authenticate(mcpRequest(accessToken))

  assert.ok(!(before instanceof Response))
  assert.ok(after instanceof Response && after.status === 401)
})

test('law 14: what ends after the store was restored from a backup is not behind a reader that was ahead of it', async () => {
  const world = createWorld()
  const { store, as } = world
  const grants = []
  for (let count = 0; count < 4; count += 1) grants.push(grantIdOf((await signedInClient(world)).accessToken))
  const [first = '', second = '', third = '', fourth = ''] = grants
  await as.endGrant(first, 'revoked_by_operator')
  const backup = await store.get('feedHead', 'head')
  await as.endGrant(second, 'revoked_by_operator')
  const ahead = await as.revocations.read(undefined)
  await restore(world, backup?.value ?? { position: 0, epoch: '' })

  await as.endGrant(third, 'revoked_by_operator')
  const sameNumber = await as.revocations.read(ahead.position)
  await restore(world, backup?.value ?? { position: 0, epoch: '' })
  const missing = await as.revocations.read(sameNumber.position)
  await as.endGrant(fourth, 'revoked_by_operator')
  const later = await as.revocations.read(missing.position)

  assert.deepEqual(
    [sameNumber, missing, later].map(({ ended }) => ended.map(({ grantId }) => grantId)),
    [[first, third], [first], [fourth]],
  )
})

/** Puts the feed back to where it was: its head, and nothing behind it. */
async function restore({ store }: ReturnType<typeof createWorld>, value: { position: number; epoch: string }) {
  const head = await store.get('feedHead', 'head')
  await store.commit([{ kind: 'feedHead', id: 'head', version: head?.version ?? 'absent', value }])
  const after = String(value.position).padStart(16, '0')
  for (const { id, version } of await store.list('endedGrant', 'feed', 'all', { after }))
    await store.commit([{ kind: 'endedGrant', id, version, value: undefined }])
}

test('law 11: the secret of a reader is sent over https alone, and cannot come to stand in an error', () => {
  const url = `${issuer}/revocations`
  const secret = 'reader-0123456789-0123456789-0123456789'

  assert.throws(() => remoteRevocations({ url: 'http://auth.example/revocations', secret }), TypeError)
  assert.throws(() => remoteRevocations({ url, secret: `${secret}\u0001` }), {
    name: 'TypeError',
    message: '"secret" must be visible ASCII characters alone',
  })
  assert.throws(() => createWorld({ as: { revocationReaders: [`${secret} x`] } }), TypeError)
  assert.ok(remoteRevocations({ url: 'http://localhost:7080/revocations', secret }))
})

/** Grants of one person, as they stand in the store. */
async function writeGrants(store: Store<AuthorizationServerKinds>, count: number, changes: Partial<GrantRecord> = {}) {
  const value: GrantRecord = {
    clientId: 'c1',
    subject: 'alice',
    scope: [],
    resource: 'https://mcp.example/notes/mcp',
    redirectUri: 'https://client.example/callback',
    codeChallenge: 'x',
    authTime: 0,
    issuedAt: 0,
    generation: 1,
    rotatedAt: 0,
    keyId: 'k1',
    seed: 's',
    ...changes,
  }
  const index = { subject: 'alice', client: value.clientId }
  for (let nth = 0; nth < count; nth += 1)
    await store.commit([{ kind: 'grant', id: `${value.clientId}-${nth}`, version: 'absent', value, index }])
}

test('law 14: all grants of a person end in few commits, each in the feed once; cut off between, asked again they all end', async () => {
  const { as, store } = createWorld()
  await writeGrants(store, 250)
  const events: ConnectionEvent[] = []
  let commits = 0
  const cutOff: Store<AuthorizationServerKinds> = {
    ...store,
    async commit(changes) {
      commits += 1
      if (commits === 2) throw new Error('killed')
      return store.commit(changes)
    },
  }
  const options = {
    store: cutOff,
    accessTokenLifetime: 600,
    now: () => 1_800_000_000,
    onEvent: (event: ConnectionEvent) => events.push(event),
  }

  await assert.rejects(endGrantsOfSubject('alice', 'subject_disabled', options), /killed/)
  const left = (await as.revocations.read(undefined)).ended.length
  const ended = await endGrantsOfSubject('alice', 'subject_disabled', options)

  const feed = await as.revocations.read(undefined)
  assert.deepEqual([left, ended, commits], [100, 150, 4])
  assert.equal(new Set(feed.ended.map(({ grantId }) => grantId)).size, 250)
  assert.deepEqual([feed.ended.length, events.length], [250, 250])
  assert.deepEqual(await store.list('grant', 'subject', 'alice'), [])
})

test('law 14: a client that refreshes all the time does not keep the other grants of a person from ending', async () => {
  const { as, store } = createWorld()
  await writeGrants(store, 5)
  let commits = 0
  const busy: Store<AuthorizationServerKinds> = {
    ...store,
    async commit(changes) {
      commits += 1
      assert.ok(commits < 100, 'it does not end')
      const { id, value, version } = (await store.get('grant', 'c1-2')) ?? { id: '', value: undefined, version: 0 }
      const isOfSeveral = changes.length > 3
      if ((isOfSeveral || commits < 9) && value !== undefined) {
        const index = { subject: 'alice', client: 'c1' }
        await store.commit([{ kind: 'grant', id, version, value, index }])
      }
      return store.commit(changes)
    },
  }
  const options = { store: busy, accessTokenLifetime: 600, now: () => 1_800_000_000, onEvent: () => {} }

  const ended = await endGrantsOfSubject('alice', 'revoked_by_operator', options)

  assert.equal(ended, 5)
  assert.equal((await as.revocations.read(undefined)).ended.length, 5)
})

const surpluses: [what: string, client: string | undefined, others: number, most: number][] = [
  ['more than 50 with one client', undefined, 50, 50],
  ['more than 500 altogether', 'c1', 500, 500],
]
for (const [what, otherClient, others, most] of surpluses)
  test(`law 14: whoever has allowed ${what} loses what was used longest ago, never what was allowed just now`, async () => {
    const world = createWorld()
    const client = await register(world)
    for (let nth = 0; nth < others; nth += 50)
      await writeGrants(world.store, 50, {
        clientId: otherClient === undefined ? client.clientId : `${otherClient}${nth}`,
        rotatedAt: world.clock.now + 9 - nth,
      })
    const oldest = (await world.store.list('grant', 'subject', 'alice', { limit: 1000 })).reduce((a, b) =>
      b.value.rotatedAt < a.value.rotatedAt ? b : a,
    )

    const code = (await consent(world, attemptOf(client))).get('code') ?? ''

    const left = await world.store.list('grant', 'subject', 'alice', { limit: 1000 })
    const events = world.events.filter((event) => event.type === 'grant_ended')
    assert.equal(left.length, most)
    assert.ok(left.some(({ id }) => code.includes(id)))
    assert.deepEqual(
      events.map(({ reason, clientId }) => [reason, clientId]),
      [['too_many_grants', oldest.value.clientId]],
    )
  })

test('law 14: a read of the feed that nobody hears of again counts as lost, and the next request reads anew', async () => {
  let reads = 0
  const world: ReturnType<typeof createWorld> = createWorld({
    rs: {
      revocations: {
        // As where the request that began it was answered, and took it along (Workers).
        read: (position) => (++reads === 2 ? new Promise(() => {}) : world.as.revocations.read(position)),
      },
    },
  })
  const { accessToken, client } = await signedInClient(world)
  await world.rs.authenticate(mcpRequest(accessToken))
  world.clock.now += 1
  await world.rs.authenticate(mcpRequest(accessToken)) // begins the one that is lost
  await revoke(world, { token: accessToken, client_id: client.clientId })
  world.clock.now += 3

  const after = await world.rs.authenticate(mcpRequest(accessToken))

  assert.ok(after instanceof Response)
  assert.equal(after.status, 401)
})

test('law 14: what a read tells that was taken for lost makes nothing older: no keys are taken back again', async () => {
  let arrive = () => {}
  const late = new Promise<void>((resolve) => {
    arrive = resolve
  })
  let reads = 0
  const told = (keysTakenBack: string) => ({ ended: [], position: '', keysTakenBack })
  const world = createWorld({
    rs: {
      revocations: {
        async read() {
          reads += 1
          if (reads !== 2) return told(reads < 2 ? 'before' : 'since')
          await late
          return told('before')
        },
      },
    },
  })
  const { accessToken } = await signedInClient(world)
  for (const seconds of [0, 1, 3]) {
    world.clock.now += seconds
    await world.rs.authenticate(mcpRequest(accessToken))
  }
  const verified = await world.rs.authenticate(mcpRequest(accessToken))
  assert.ok(!(verified instanceof Response))

  arrive()
  await new Promise(setImmediate)

  assert.equal(world.rs.isOver(verified), false)
})

test('law 14: an end that is noted counts at once, before the feed is read again, and for no other grant', async () => {
  const world = createWorld()
  const [ended, other] = [await signedInClient(world), await signedInClient(world)]
  for (const { accessToken } of [ended, other]) await world.rs.authenticate(mcpRequest(accessToken))

  await world.as.endGrant(String(claimsOf(ended.accessToken).grant_id), 'revoked_by_resource_owner')
  const before = await world.rs.authenticate(mcpRequest(ended.accessToken))
  world.rs.noteEnd(String(claimsOf(ended.accessToken).grant_id))
  const after = [ended, other].map(({ accessToken }) => world.rs.authenticate(mcpRequest(accessToken)))
  await world.rs.refreshRevocations()
  after.push(world.rs.authenticate(mcpRequest(ended.accessToken)))

  assert.ok(!(before instanceof Response))
  const statuses = (await Promise.all(after)).map((each) => (each instanceof Response ? each.status : 200))
  assert.deepEqual(statuses, [401, 200, 401])
})

test('law 14: where a request owns what it begins (Workers), it waits for the read that is due: behind it, nothing would go on', async (t) => {
  const { navigator } = globalThis
  const pretend = (value: unknown) => Object.defineProperty(globalThis, 'navigator', { value, configurable: true })
  t.after(() => pretend(navigator))
  const seen = async () => {
    const world = createWorld()
    const { accessToken } = await signedInClient(world)
    await world.rs.authenticate(mcpRequest(accessToken))
    await world.as.endGrant(String(claimsOf(accessToken).grant_id), 'revoked_by_resource_owner')
    world.clock.now += 1
    return (await world.rs.authenticate(mcpRequest(accessToken))) instanceof Response
  }

  const elsewhere = await seen()
  pretend({ userAgent: 'Cloudflare-Workers' })

  assert.deepEqual([elsewhere, await seen()], [false, true])
})
