import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createResourceServer, remoteRevocations } from '@portcullis/auth'
import { createWorld, issuer, mcpRequest, refresh, register, signedInClient } from './world.ts'

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

  assert.deepEqual([noClient.status, unknown.status, noToken.status], [400, 401, 400])
})

test('law 14: while the feed cannot be read, what was verified before is served for 60 s, a new token gets 503, then all get 503', async () => {
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
  world.clock.now += 31
  const late = await rs.authenticate(mcpRequest(seen.accessToken))
  readable = true
  const healed = await rs.authenticate(mcpRequest(seen.accessToken))

  assert.ok(!(served instanceof Response))
  for (const response of [refused, late]) {
    assert.ok(response instanceof Response)
    assert.equal(response.status, 503)
    assert.ok(response.headers.get('retry-after'))
    assert.equal(response.headers.get('www-authenticate'), null)
  }
  assert.ok(!(healed instanceof Response))
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

  world.clock.now += 600
  const kept = await world.as.revocations.read(undefined)
  world.clock.now += 61
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
  await assert.rejects(remoteRevocations({ ...options, secret: secret.toUpperCase() }).read(undefined), /401/)
})

test('law 14: the feed is not served over HTTP where no reader is named', async () => {
  const response = await createWorld().send('/revocations', { headers: { authorization: 'Bearer ' } })

  assert.equal(response.status, 404)
})
