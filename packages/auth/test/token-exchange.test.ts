import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
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
import { createWorld, mcpRequest, postToken, resource, signedInClient, type TokenAnswer } from './world.ts'

const tokenType = 'urn:ietf:params:oauth:token-type:access_token'
const toFiles = { tokenExchange: { from: resource, to: [files] } }

test('a client that is a resource exchanges a token presented to it for one to another, which says who acts for whom', async () => {
  const world = await createMachineWorld(toFiles)
  const { client, accessToken } = await signedInClient(world)

  const { status, body } = await exchanged(world, accessToken)

  assert.equal(status, 200, JSON.stringify(body))
  assert.deepEqual(
    [body.issued_token_type, body.token_type, body.scope, body.refresh_token],
    [tokenType, 'Bearer', 'notes:read', undefined],
  )
  const before = decodeJwt(accessToken)
  const claims = decodeJwt(body.access_token)
  assert.deepEqual(
    [claims.sub, claims.aud, claims.client_id, claims.act, claims.grant_id],
    ['alice', files, world.machine.clientId, { sub: world.machine.clientId }, before.grant_id],
  )
  assert.equal(before.client_id, client.clientId)
})

test('it lives no longer than the token it came from', async () => {
  const world = await createMachineWorld(toFiles)
  const { accessToken } = await signedInClient(world)
  world.clock.now += 500

  const { body } = await exchanged(world, accessToken)

  assert.deepEqual([body.expires_in, decodeJwt(body.access_token).exp], [100, decodeJwt(accessToken).exp])
})

test('it has no scope that the token it came from has not, whatever is asked for, and the narrow of a broad one', async () => {
  const world = await createMachineWorld(toFiles)
  const { accessToken } = await signedInClient(world)

  const more = await exchanged(world, accessToken, { scope: 'notes:read files:read' })
  const other = await exchanged(world, accessToken, { scope: 'files:read' })

  assert.equal(more.body.scope, 'notes:read')
  assert.deepEqual([other.status, other.body.error], [400, 'invalid_scope'])
})

test('where target and token share no scope there is nothing to exchange', async () => {
  const world = await createMachineWorld(toFiles, {
    resources: [notesResource, { resource: files, scopes: { 'files:read': 'Read files' } }],
  })
  const { accessToken } = await signedInClient(world)

  const { status, body } = await exchanged(world, accessToken)

  assert.deepEqual([status, body.error], [400, 'invalid_scope'])
})

test('the target is named by resource or by audience, both may, and only if they agree', async () => {
  const world = await createMachineWorld(toFiles)
  const { accessToken } = await signedInClient(world)

  for (const fields of [{ resource: files }, { audience: files }, { resource: files, audience: files }, {}])
    assert.equal((await exchanged(world, accessToken, fields)).status, 200)
  for (const fields of [
    { resource },
    { audience: resource },
    { resource: files, audience: resource },
    { audience: 'https://elsewhere.example' },
    { audience: 'files' },
  ]) {
    const { status, body } = await exchanged(world, accessToken, fields)
    assert.deepEqual([status, body.error], [400, 'invalid_target'], JSON.stringify(fields))
  }
})

test('only a token for that client’s own resource is taken', async () => {
  const world = await createMachineWorld({ tokenExchange: { from: files, to: [resource] } })
  const { accessToken } = await signedInClient(world)

  const { status, body } = await exchanged(world, accessToken)

  assert.deepEqual([status, body.error], [400, 'invalid_request'])
  assert.ok(world.events.some((event) => event.type === 'token_refused' && event.reason === 'wrong_subject_token'))
})

test('law 14: the token of a grant that ended is not exchanged, however long it would live', async () => {
  const world = await createMachineWorld(toFiles)
  const { accessToken } = await signedInClient(world)

  await world.as.endGrant(String(decodeJwt(accessToken).grant_id), 'revoked_by_operator')
  const { status, body } = await exchanged(world, accessToken)

  assert.deepEqual([status, body.error], [400, 'invalid_request'])
})

test('law 14: a subject token that ends while the host is asked for claims is not exchanged', async () => {
  let meanwhile = async () => {}
  const world = await createMachineWorld(toFiles, {
    as: () => ({
      claims: async (request) => {
        if (request.resource === files) await meanwhile()
        return {}
      },
    }),
  })
  const [ended, expired] = [await signedInClient(world), await signedInClient(world)]

  meanwhile = async () => {
    await world.as.endGrant(String(decodeJwt(ended.accessToken).grant_id), 'revoked_by_operator')
  }
  const ofEnded = await exchanged(world, ended.accessToken)
  meanwhile = async () => {
    world.clock.now += 600
  }
  const ofExpired = await exchanged(world, expired.accessToken)

  for (const { status, body } of [ofEnded, ofExpired])
    assert.deepEqual([status, body.error], [400, 'invalid_request'], JSON.stringify(body))
})

test('law 14: an exchanged token ends with the grant of the one it came from', async () => {
  const world = await createMachineWorld({ ...toFiles, introspection: [files] })
  const { accessToken } = await signedInClient(world)
  const token = (await exchanged(world, accessToken)).body.access_token
  assert.equal((await introspect(world, token)).body.active, true)

  await world.as.endGrant(String(decodeJwt(accessToken).grant_id), 'revoked_by_resource_owner')

  assert.equal((await introspect(world, token)).body.active, false)
})

test('a disabled account is found at the exchange, and its grant ends', async () => {
  let isActive = true
  const world = await createMachineWorld(toFiles, {
    as: () => ({
      interaction: {
        signedIn: async () => ({ subject: 'alice', authTime: 1_799_999_970, sessionId: 's-alice' }),
        signIn: async () => new Response(),
        isActive: async () => isActive,
      },
    }),
  })
  const { accessToken } = await signedInClient(world)
  isActive = false

  const { status, body } = await exchanged(world, accessToken)

  assert.deepEqual([status, body.error], [400, 'invalid_request'])
  assert.equal(await world.store.get('grant', String(decodeJwt(accessToken).grant_id)), undefined)
})

test('what is no access token of ours is not exchanged: expired, changed, a refresh token, of another type', async () => {
  const world = await createMachineWorld(toFiles)
  const { accessToken, refreshToken } = await signedInClient(world)

  const answers = [
    await exchanged(world, `${accessToken.slice(0, -20)}${'A'.repeat(20)}`),
    await exchanged(world, refreshToken),
    await exchanged(world, refreshToken, { subject_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' }),
    await exchanged(world, accessToken, { subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' }),
    await exchanged(world, accessToken, { subject_token_type: '' }),
    await exchanged(world, ''),
    await exchanged(world, 'x'),
  ]
  world.clock.now += 600
  answers.push(await exchanged(world, accessToken))

  for (const { status, body } of answers) assert.deepEqual([status, body.error], [400, 'invalid_request'])
})

test('no actor token is taken, and nothing but an access token is issued', async () => {
  const world = await createMachineWorld(toFiles)
  const { accessToken } = await signedInClient(world)

  for (const fields of [
    { actor_token: accessToken, actor_token_type: tokenType },
    { actor_token_type: tokenType },
    { requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' },
    { requested_token_type: 'urn:ietf:params:oauth:token-type:id-jag' },
  ]) {
    const { status, body } = await exchanged(world, accessToken, fields)
    assert.deepEqual([status, body.error], [400, 'invalid_request'], JSON.stringify(fields))
  }
  assert.equal((await exchanged(world, accessToken, { requested_token_type: tokenType })).status, 200)
})

test('nobody exchanges but a confidential client that the operator names for it', async () => {
  const world = await createMachineWorld(toFiles)
  const publicWorld = await createMachineWorld(toFiles, { metadata: { token_endpoint_auth_method: 'none' } })
  const otherwise = await createMachineWorld({ clientCredentials: { [resource]: ['notes:read'] } })
  const { client, accessToken } = await signedInClient(world)

  const answers = [
    await exchanged(world, accessToken, secretOf(world.stranger)),
    await exchanged(world, accessToken, { client_id: client.clientId, client_secret: '' }),
    await exchanged(publicWorld, (await signedInClient(publicWorld)).accessToken, { client_secret: '' }),
  ]

  for (const { status, body } of answers) assert.deepEqual([status, body.error], [400, 'unauthorized_client'])
  const notOffered = await exchanged(otherwise, (await signedInClient(otherwise)).accessToken)
  assert.equal(notOffered.body.error, 'unsupported_grant_type')
})

test('through several services each token says who acts now, and who before', async () => {
  const world = await createMachineWorld(toFiles)
  const second = world.stranger
  const chained = await withSecond(world)
  const { accessToken } = await signedInClient(chained)
  const first = (await exchanged(chained, accessToken)).body.access_token

  const { status, body } = await exchanged(chained, first, secretOf(second))

  assert.equal(status, 200, JSON.stringify(body))
  const claims = decodeJwt(body.access_token)
  assert.deepEqual(claims.act, { sub: second.clientId, act: { sub: world.machine.clientId } })
  assert.deepEqual([claims.sub, claims.aud, claims.client_id], ['alice', resource, second.clientId])
  assert.equal(claims.exp, decodeJwt(accessToken).exp)
})

test('two services cannot exchange a token among themselves without end', async () => {
  const chained = await withSecond(await createMachineWorld(toFiles))
  let { accessToken } = await signedInClient(chained)
  let answer: TokenAnswer | undefined

  for (let hop = 0; hop < 11; hop += 1) {
    answer = await exchanged(chained, accessToken, secretOf(hop % 2 === 0 ? chained.machine : chained.stranger))
    if (answer.status === 200) accessToken = answer.body.access_token
  }

  assert.deepEqual([answer?.status, answer?.body.error], [400, 'invalid_request'])
})

test('a token that a client got for itself is exchanged like a person’s, and no account is looked for', async () => {
  const asked: string[] = []
  const world = await createMachineWorld(
    { ...toFiles, clientCredentials: { [resource]: ['notes:read'] } },
    {
      as: () => ({
        interaction: {
          signedIn: async () => undefined,
          signIn: async () => new Response(),
          isActive: async (subject) => asked.push(subject) === 0,
        },
      }),
    },
  )
  const own = (await clientCredentials(world)).body.access_token

  const { status, body } = await exchanged(world, own)

  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(decodeJwt(body.access_token).sub, world.machine.clientId)
  assert.deepEqual(asked, [])
})

test('opaque tokens are exchanged, and given, where resources have them', async () => {
  const resources = [notesResource, filesResource].map((each) => ({ ...each, accessTokenFormat: 'opaque' as const }))
  const world = await createMachineWorld({ ...toFiles, introspection: [files] }, { resources })
  const { accessToken } = await signedInClient(world)

  const { status, body } = await exchanged(world, accessToken)
  const { body: told } = await introspect(world, body.access_token)

  assert.equal(status, 200, JSON.stringify(body))
  assert.match(body.access_token, /\.access\./)
  assert.deepEqual(
    [told.active, told.sub, told.aud, told.client_id, told.act, told.scope, told.exp],
    [true, 'alice', files, world.machine.clientId, { sub: world.machine.clientId }, 'notes:read', 1_800_000_600],
  )
})

test('an exchanged token is for its target alone', async () => {
  const world = await createMachineWorld(toFiles)
  const { accessToken } = await signedInClient(world)
  const token = (await exchanged(world, accessToken)).body.access_token

  const response = await world.rs.authenticate(mcpRequest(token))

  assert.ok(response instanceof Response && response.status === 401)
})

/** The same, where the other client is the files server, and may go back to the notes. */
async function withSecond(world: MachineWorld): Promise<MachineWorld> {
  const now = () => world.clock.now
  const again = createWorld({
    store: world.store,
    as: {
      resources: [notesResource, filesResource],
      privileges: {
        [world.machine.clientId]: toFiles,
        [world.stranger.clientId]: { tokenExchange: { from: files, to: [resource] } },
      },
      now,
    },
    rs: { now },
  })
  return { ...again, clock: world.clock, machine: world.machine, stranger: world.stranger }
}

interface ExchangeAnswer extends TokenAnswer {
  body: TokenAnswer['body'] & { issued_token_type?: string }
}

function exchanged(
  world: MachineWorld,
  subjectToken: string,
  fields: Record<string, string> = {},
): Promise<ExchangeAnswer> {
  return postToken(world, {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: subjectToken,
    subject_token_type: tokenType,
    ...secretOf(world.machine),
    ...fields,
  })
}
