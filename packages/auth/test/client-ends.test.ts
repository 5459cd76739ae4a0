import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { createResourceServer } from '@portcullis/auth'
import { deleteClient, type EndGrantOptions } from '@portcullis/auth/authorization-server'
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import {
  clientCredentials,
  createMachineWorld,
  files,
  filesResource,
  introspect,
  type MachineWorld,
  notesResource,
  secretOf,
} from './machine-world.ts'
import { createWorld, issuer, postToken, resource, signedInClient } from './world.ts'

const privileges = {
  tokenExchange: { from: resource, to: [files] },
  clientCredentials: { [resource]: ['notes:read'] },
  introspection: [files, resource],
}

test('law 14: an exchanged token ends with the client that exchanged it, at introspection at once and at resource servers within seconds', async () => {
  const world = await createMachineWorld(privileges)
  const { accessToken } = await signedInClient(world)
  const token = await exchanged(world, accessToken)
  const other = await exchangedByStranger(world, accessToken)
  const server = resourceServerOf(world, files)
  assert.deepEqual([await server.status(token), await server.status(other)], [200, 200])

  assert.equal(await deleteClient(world.machine.clientId, grantEndsOf(world)), 1)

  const asks = await introspectingWorld(world)
  assert.equal((await introspect(asks, token, { fields: secretOf(world.stranger) })).body.active, false)
  world.clock.now += 3
  assert.equal(await server.status(token), 401)
  assert.equal(await resourceServerOf(world, files).status(token), 401) // one that starts now, and has seen none of them
  assert.equal(await server.status(other), 200)
  assert.equal(await resourceServerOf(world, resource).status(accessToken), 200) // the person's own client loses nothing
})

test('law 14: an answer that is open to an exchanged token is over once its client is deleted', async () => {
  const world = await createMachineWorld(privileges)
  const token = await exchanged(world, (await signedInClient(world)).accessToken)
  const { server } = resourceServerOf(world, files)
  const accessToken = await server.authenticate(requestTo(files, token))
  assert.ok(!(accessToken instanceof Response))
  assert.equal(server.isOver(accessToken), false)

  await deleteClient(world.machine.clientId, grantEndsOf(world))
  await server.refreshRevocations()

  assert.equal(server.isOver(accessToken), true)
})

test('law 14: in a chain of services a token ends with each client that exchanged it', async () => {
  for (const gone of ['machine', 'stranger'] as const) {
    const world = await createMachineWorld(privileges)
    const chained = await introspectingWorld(world)
    const first = await exchanged(chained, (await signedInClient(chained)).accessToken)
    const second = await exchanged(chained, first, { ...secretOf(world.stranger), resource })
    const server = resourceServerOf(chained, resource)
    assert.equal(await server.status(second), 200)

    await deleteClient(world[gone].clientId, grantEndsOf(world))
    chained.clock.now += 3

    assert.equal(await server.status(second), 401, gone)
  }
})

test('law 14: a token whose client was deleted is not exchanged on, and userinfo does not take it', async () => {
  const world = await createMachineWorld(privileges)
  const chained = await introspectingWorld(world)
  const person = await signedInClient(chained)
  const first = await exchanged(chained, person.accessToken)
  await deleteClient(world.machine.clientId, grantEndsOf(world))

  const { status, body } = await exchange(chained, first, { ...secretOf(world.stranger), resource })
  assert.deepEqual([status, body.error], [400, 'invalid_request'])
  const userinfo = await chained.send('/userinfo', { headers: { authorization: `Bearer ${first}` } })
  assert.equal(userinfo.status, 401)
  assert.ok(chained.events.some((event) => event.type === 'userinfo_refused' && event.reason === 'revoked'))
})

test('law 14: an opaque token that was exchanged ends with its client too', async () => {
  const resources = [notesResource, { ...filesResource, accessTokenFormat: 'opaque' as const }]
  const world = await createMachineWorld(privileges, { resources })
  const asks = await introspectingWorld(world, resources)
  const token = await exchanged(world, (await signedInClient(world)).accessToken)
  const isActive = async () => (await introspect(asks, token, { fields: secretOf(world.stranger) })).body.active
  assert.deepEqual([token.includes('.access.'), await isActive()], [true, true])

  await deleteClient(world.machine.clientId, grantEndsOf(world))

  assert.equal(await isActive(), false)
})

test('law 14: a client that is deleted while it exchanges leaves no token that lives on', async () => {
  let remove = async () => {}
  const world = await createMachineWorld(privileges, {
    as: () => ({
      claims: async ({ resource: target }) => {
        if (target === files) await remove()
        return {}
      },
    }),
  })
  const { accessToken } = await signedInClient(world)
  remove = async () => void (await deleteClient(world.machine.clientId, grantEndsOf(world)))

  const { status, body } = await exchange(world, accessToken)

  assert.deepEqual([status, body.error], [401, 'invalid_client'])
  assert.deepEqual(await world.store.list('grant', 'client', world.machine.clientId), [])
})

test('law 14: an operator ends what a client exchanged by ending the grant under which it did, and the next exchange has another', async () => {
  const world = await createMachineWorld(privileges)
  const { accessToken } = await signedInClient(world)
  const token = await exchanged(world, accessToken)
  const [grant, ...more] = await world.as.grants.list({ clientId: world.machine.clientId })
  assert.deepEqual([grant?.grantType, more], ['urn:ietf:params:oauth:grant-type:token-exchange', []])
  assert.deepEqual(decodeJwt(token).exchanged_under, [grant?.grantId])

  await world.as.endGrant(grant?.grantId ?? '', 'revoked_by_operator')

  assert.equal((await introspect(world, token)).body.active, false)
  const next = await exchanged(world, accessToken)
  assert.equal((await introspect(world, next)).body.active, true)
})

test('law 14: what a client got for itself ends with it', async () => {
  const world = await createMachineWorld(privileges)
  const token = (await clientCredentials(world)).body.access_token
  const server = resourceServerOf(world, resource)
  assert.equal(await server.status(token), 200)

  assert.equal(await deleteClient(world.machine.clientId, grantEndsOf(world)), 1)

  const asks = await introspectingWorld(world)
  assert.equal((await introspect(asks, token, { fields: secretOf(world.stranger) })).body.active, false)
  world.clock.now += 3
  assert.equal(await server.status(token), 401)
})

test('law 14: what a client got by an identity assertion ends with it', async () => {
  const idp = 'https://idp.corp.example'
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'i1', alg: 'ES256', use: 'sig' }
  const world = await createMachineWorld(privileges, {
    as: ({ clientId }) => ({
      identityAssertionIssuers: [
        { issuer: idp, jwks: { keys: [jwk] }, clients: [clientId], subject: () => ({ subject: 'alice' }) },
      ],
    }),
  })
  const { clientId } = world.machine
  const assertion = await new SignJWT({ client_id: clientId, resource, scope: 'notes:read', jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256', kid: 'i1', typ: 'oauth-id-jag+jwt' })
    .setIssuer(idp)
    .setSubject('u-7')
    .setAudience(issuer)
    .setIssuedAt(world.clock.now)
    .setExpirationTime(world.clock.now + 300)
    .sign(privateKey)
  const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
  const { body } = await postToken(world, { grant_type: grantType, assertion, ...secretOf(world.machine) })
  const server = resourceServerOf(world, resource)
  assert.equal(await server.status(body.access_token), 200)

  assert.equal(await deleteClient(clientId, grantEndsOf(world)), 1)

  const asks = await introspectingWorld(world)
  assert.equal((await introspect(asks, body.access_token, { fields: secretOf(world.stranger) })).body.active, false)
  world.clock.now += 3
  assert.equal(await server.status(body.access_token), 401)
})

function requestTo(url: string, accessToken: string): Request {
  return new Request(url, { method: 'POST', headers: { authorization: `Bearer ${accessToken}` } })
}

/** A resource server with the feed. */
function resourceServerOf({ as, clock }: MachineWorld, url: string) {
  const server = createResourceServer({
    resource: url,
    authorizationServers: [issuer],
    revocations: as.revocations,
    fetch: (request) => as.fetch(request),
    now: () => clock.now,
  })
  const status = async (accessToken: string) => {
    const result = await server.authenticate(requestTo(url, accessToken))
    return result instanceof Response ? result.status : 200
  }
  return { server, status }
}

function grantEndsOf({ store, clock }: MachineWorld): EndGrantOptions {
  return { store, accessTokenLifetime: 600, now: () => clock.now, onEvent: () => {} }
}

/** The same, where the other client may exchange both ways and introspect. */
async function introspectingWorld(
  { store, clock, machine, stranger }: MachineWorld,
  resources = [notesResource, filesResource],
): Promise<MachineWorld> {
  const now = () => clock.now
  const again = createWorld({
    store,
    as: {
      resources,
      privileges: {
        [machine.clientId]: privileges,
        [stranger.clientId]: { ...privileges, tokenExchange: { from: files, to: [resource] } },
      },
      now,
    },
    rs: { now },
  })
  return { ...again, clock, machine, stranger }
}

async function exchangedByStranger(world: MachineWorld, subjectToken: string): Promise<string> {
  const { stranger, store, clock } = world
  const now = () => clock.now
  const as = { resources: [notesResource, filesResource], privileges: { [stranger.clientId]: privileges }, now }
  const again = createWorld({ store, as })
  return exchanged({ ...again, clock, machine: stranger, stranger }, subjectToken)
}

function exchange(world: MachineWorld, subjectToken: string, fields: Record<string, string> = {}) {
  return postToken(world, {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: subjectToken,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    ...secretOf(world.machine),
    ...fields,
  })
}

async function exchanged(world: MachineWorld, subjectToken: string, fields: Record<string, string> = {}) {
  const { status, body } = await exchange(world, subjectToken, fields)
  assert.equal(status, 200, JSON.stringify(body))
  return body.access_token
}
