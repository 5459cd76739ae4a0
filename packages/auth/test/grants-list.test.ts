import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listGrants } from '@portcullis/auth/authorization-server'
import { createMachineWorld, secretOf } from './machine-world.ts'
import {
  attemptOf,
  consent,
  createWorld,
  exchange,
  postToken,
  refresh,
  register,
  resource,
  signedInClient,
} from './world.ts'

test('grants of a person are listed whether or not a consent is remembered: which client, what, where, since when, last used', async () => {
  const world = createWorld({ as: { consentLifetime: 3600 } })
  const desk = await register(world, { redirect_uris: ['http://127.0.0.1/callback'], client_name: 'Desk' })
  const attempt = attemptOf(desk)
  const { body } = await exchange(world, attempt, (await consent(world, attempt)).get('code') ?? '')
  world.clock.now += 300
  await refresh(world, desk, body.refresh_token ?? '')

  const [grant, ...others] = await world.as.grants.list({ subject: 'alice' })

  assert.deepEqual(await world.as.consents.list('alice'), [])
  assert.deepEqual(others, [])
  assert.ok(grant)
  const { grantId, ...rest } = grant
  assert.deepEqual(rest, {
    clientId: desk.clientId,
    clientName: 'Desk',
    identity: { by: 'itself' },
    destination: '127.0.0.1',
    subject: 'alice',
    scope: ['notes:read', 'notes:write'],
    resource,
    grantType: 'authorization_code',
    issuedAt: world.clock.now - 300,
    usedAt: world.clock.now,
  })
  assert.equal(await world.as.endGrant(grantId, 'revoked_by_resource_owner'), true)
  assert.deepEqual(await world.as.grants.list({ subject: 'alice' }), [])
})

test('a code that nobody has redeemed is no grant that anybody is shown, and nothing secret is in one that is', async () => {
  const world = createWorld()
  await consent(world, attemptOf(await register(world)))
  await signedInClient(world)

  const grants = await world.as.grants.list({ subject: 'alice' })

  assert.equal(grants.length, 1)
  assert.doesNotMatch(JSON.stringify(grants), /seed|codeChallenge|keyId/)
})

test('grants are listed page by page, and pages follow one another without a gap', async () => {
  const world = createWorld()
  for (let at = 0; at < 5; at += 1) {
    await signedInClient(world)
    await consent(world, attemptOf(await register(world))) // never redeemed: it takes no place on a page
  }
  const list = (page?: { after?: string; limit: number }) => listGrants({ subject: 'alice' }, world, page)
  const all = await list()

  const first = await list({ limit: 2 })
  const second = await list({ after: first.at(-1)?.grantId ?? '', limit: 2 })
  const third = await list({ after: second.at(-1)?.grantId ?? '', limit: 2 })

  assert.equal(all.length, 5)
  assert.deepEqual([...first, ...second, ...third], all)
  assert.deepEqual([first.length, second.length, third.length], [2, 2, 1])
})

test('what a client may do by itself is listed under the client, and never under a person who is called like it', async () => {
  const world = await createMachineWorld({ clientCredentials: { [resource]: ['notes:read'] } })
  await postToken(world, { grant_type: 'client_credentials', ...secretOf(world.machine) })

  const ofClient = await world.as.grants.list({ clientId: world.machine.clientId })

  assert.deepEqual(
    ofClient.map(({ grantType, subject, scope }) => [grantType, subject, scope]),
    [['client_credentials', world.machine.clientId, ['notes:read']]],
  )
  assert.deepEqual(await world.as.grants.list({ subject: world.machine.clientId }), [])
})

test('a static client is listed by the name that its host gave it', async () => {
  const world = createWorld({
    as: { clients: [{ clientId: 'ours', clientName: 'Ours', redirectUris: ['https://client.example/callback'] }] },
  })
  const attempt = attemptOf({ clientId: 'ours', redirectUri: 'https://client.example/callback' })
  await exchange(world, attempt, (await consent(world, attempt)).get('code') ?? '')

  assert.equal((await world.as.grants.list({ subject: 'alice' }))[0]?.clientName, 'Ours')
})
