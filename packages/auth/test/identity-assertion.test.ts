import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import {
  createAuthorizationServer,
  endGrantsOfSubject,
  type FetchedDocument,
  type IdentityAssertionIssuer,
} from '@portcullis/auth/authorization-server'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import {
  assertionOf,
  createMachineWorld,
  files,
  filesResource,
  keyMethod,
  type MachineWorld,
  notesResource,
  publicJwk,
  secretOf,
} from './machine-world.ts'
import { createWorld, issuer, mcpRequest, postToken, resource, secret, type TokenAnswer } from './world.ts'

const idp = 'https://idp.corp.example'
const idpPair = await generateKeyPair('ES256')
const idpJwk = { ...(await exportJWK(idpPair.publicKey)), kid: 'i1', alg: 'ES256', use: 'sig' }
const other = await generateKeyPair('ES256')
const now = 1_800_000_000

const trusting = (client: string): IdentityAssertionIssuer => ({
  issuer: idp,
  jwks: { keys: [idpJwk] },
  clients: [client],
  subject: ({ sub, email }) =>
    sub === 'u-7' ? { subject: 'alice', displayName: typeof email === 'string' ? email : 'Alice' } : undefined,
})

test('an assertion of a trusted identity provider gets a token of the person, for the resource it names, without a refresh token', async () => {
  const world = await enterprise()

  const { status, body } = await present(world, await assertion(world))

  assert.equal(status, 200, JSON.stringify(body))
  assert.deepEqual([body.scope, body.refresh_token, body.token_type], ['notes:read', undefined, 'Bearer'])
  const claims = decodeJwt(body.access_token)
  assert.deepEqual(
    [claims.sub, claims.client_id, claims.aud, claims.preferred_username],
    ['alice', world.machine.clientId, resource, 'alice@corp.example'],
  )
  assert.ok(!((await world.rs.authenticate(mcpRequest(body.access_token))) instanceof Response))
})

test('law 13: metadata names the profile and the grant type where an identity provider is trusted, and never which', async () => {
  const document = await (await (await enterprise()).send('/.well-known/oauth-authorization-server')).text()
  const metadata = JSON.parse(document)
  const without = await (await createWorld().send('/.well-known/oauth-authorization-server')).json()

  assert.deepEqual(metadata.authorization_grant_profiles_supported, ['urn:ietf:params:oauth:grant-profile:id-jag'])
  assert.ok(metadata.grant_types_supported.includes('urn:ietf:params:oauth:grant-type:jwt-bearer'))
  assert.ok(!document.includes(idp))
  assert.equal(without.authorization_grant_profiles_supported, undefined)
})

test('an assertion is good once: 50 times at once it gives one token, and later none', async () => {
  const world = await enterprise()
  const jwt = await assertion(world)

  const answers = await Promise.all(Array.from({ length: 50 }, () => present(world, jwt)))
  world.clock.now += 200
  const later = await present(world, jwt)

  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  for (const { body } of answers.filter(({ status }) => status !== 200)) assert.equal(body.error, 'invalid_grant')
  assert.deepEqual([later.status, later.body.error], [400, 'invalid_grant'])
  assert.ok(world.events.some((event) => event.type === 'token_refused' && event.reason === 'assertion_reused'))
})

test('law 5: a request that is refused uses no assertion up', async () => {
  const world = await enterprise()
  const jwt = await assertion(world)

  const refused = await present(world, jwt, { scope: 'notes:delete' })

  assert.deepEqual([refused.status, refused.body.error], [400, 'invalid_scope'])
  assert.equal((await present(world, jwt)).status, 200)
})

const wrongAssertions: [string, Claims, Making?][] = [
  ['for another server', { aud: 'https://elsewhere.example' }],
  ['for this server and another', { aud: [issuer, 'https://elsewhere.example'] }],
  ['for the token endpoint', { aud: `${issuer}/token` }],
  ['for nobody', { aud: undefined }],
  ['of another client', { client_id: 'somebody-else' }],
  ['of no client', { client_id: undefined }],
  ['that expired', { iat: now - 600, exp: now - 300 }],
  ['without an end', { exp: undefined }],
  ['that lives for a day', { exp: now + 86_400 }],
  ['without a time', { iat: undefined }],
  ['of the future', { iat: now + 300, exp: now + 600 }],
  ['not valid yet', { nbf: now + 300 }],
  ['without an identifier', { jti: undefined }],
  ['with an empty identifier', { jti: '' }],
  ['of nobody', { sub: undefined }],
  ['of a person who is not known here', { sub: 'u-8' }],
  ['of an issuer that is not trusted', { iss: 'https://idp.elsewhere.example' }],
  ['of the trusted issuer with a slash', { iss: `${idp}/` }],
  ['for another resource', { resource: 'https://elsewhere.example/mcp' }],
  ['for a resource that is no text', { resource: 7 }],
  ['for an empty list of resources', { resource: [] }],
  ['with a scope that is no text', { scope: ['notes:read'] }],
  ['that is bound to a key', { cnf: { jkt: 'x' } }],
  ['with authorization details', { authorization_details: [{ type: 'x' }] }],
  ['with an actor that is none', { act: 'somebody' }],
  ['of the type of an access token', {}, { typ: 'at+jwt' }],
  ['of the type of an ID token', {}, { typ: 'JWT' }],
  ['without a type', {}, { typ: undefined }],
  ['that another key signed', {}, { key: other.privateKey }],
  ['that a key signed which is not published', {}, { kid: 'i2' }],
]
for (const [what, claims, making] of wrongAssertions)
  test(`an assertion ${what} is invalid_grant`, async () => {
    const world = await enterprise()

    const { status, body } = await present(world, await assertion(world, claims, making))

    assert.deepEqual([status, body.error], [400, 'invalid_grant'], body.error_description)
  })

test('law 9: an assertion signed with the public key as a secret, or not signed at all, is invalid_grant', async () => {
  const world = await enterprise()
  const claims = decodeJwt(await assertion(world))
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const none = `${encoded({ alg: 'none', typ: 'oauth-id-jag+jwt' })}.${encoded(claims)}.`
  const symmetric = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'oauth-id-jag+jwt', kid: 'i1' })
    .sign(new TextEncoder().encode(JSON.stringify(idpJwk).padEnd(64)))

  for (const jwt of [none, symmetric, 'x', 'a.b.c', 'x'.repeat(20_000)]) {
    const { status, body } = await present(world, jwt)
    assert.deepEqual([status, body.error], [400, 'invalid_grant'])
  }
})

test('a client of whose assertions nobody spoke gets nothing with them, nor does a public one that is named', async () => {
  const world = await enterprise()
  const jwt = await assertion(world, { client_id: world.stranger.clientId })
  const publicWorld = await enterprise({ metadata: { token_endpoint_auth_method: 'none' } })

  const stranger = await present(world, jwt, secretOf(world.stranger))
  const stolen = await present(world, await assertion(world), secretOf(world.stranger))
  const asPublic = await present(publicWorld, await assertion(publicWorld), { client_secret: '' })

  assert.deepEqual([stranger.body.error, stolen.body.error], ['invalid_grant', 'invalid_grant'])
  assert.equal(asPublic.body.error, 'unauthorized_client')
})

for (const audience of [issuer, `${issuer}/`, [issuer]])
  test(`an assertion for ${JSON.stringify(audience)} is taken`, async () => {
    const world = await enterprise()

    assert.equal((await present(world, await assertion(world, { aud: audience }))).status, 200)
  })

test('scopes are those of the assertion that the resource knows, narrowed by the request; without any, the default', async () => {
  const world = await enterprise()
  const scopeOf = async (scope: string | undefined, fields = {}) =>
    (await present(world, await assertion(world, { scope }), fields)).body

  assert.equal((await scopeOf('notes:read notes:write mail:send')).scope, 'notes:read notes:write')
  assert.equal((await scopeOf('notes:read notes:write', { scope: 'notes:read' })).scope, 'notes:read')
  assert.equal((await scopeOf('notes:read', { scope: 'notes:read notes:delete' })).scope, 'notes:read')
  assert.equal((await scopeOf(undefined)).scope, 'notes:read notes:write')
  assert.equal((await scopeOf('mail:send')).error, 'invalid_scope')
})

test('AS-34 an assertion without a resource is taken where there is one alone, and the request may name no other than the assertion', async () => {
  const one = await enterprise({ resources: [notesResource] })
  const two = await enterprise()

  assert.equal((await present(one, await assertion(one, { resource: undefined }))).status, 200)
  assert.equal((await present(two, await assertion(two, { resource: undefined }))).body.error, 'invalid_grant')
  assert.equal((await present(two, await assertion(two), { resource: files })).body.error, 'invalid_target')
  const both = { resource: [resource, files] }
  assert.equal((await present(two, await assertion(two, both))).body.error, 'invalid_target')
  const chosen = await present(two, await assertion(two, both), { resource: files })
  assert.equal(decodeJwt(chosen.body.access_token).aud, files)
})

test('an identity provider is trusted for the resources that the operator names', async () => {
  const world = await enterprise({ issuer: { resources: [files] } })

  assert.equal((await present(world, await assertion(world))).body.error, 'invalid_grant')
  assert.equal((await present(world, await assertion(world, { resource: files }))).status, 200)
})

test('the actor that an assertion names is named by the token', async () => {
  const world = await enterprise()
  const act = { sub: 'agent-1', iss: idp }

  const { body } = await present(world, await assertion(world, { act }))
  const { body: without } = await present(world, await assertion(world))

  assert.deepEqual(decodeJwt(body.access_token).act, act)
  assert.equal(decodeJwt(without.access_token).act, undefined)
})

test('law 14: the tokens of one person by one client are of one grant, which ends with the person’s others', async () => {
  const world = await enterprise()
  const first = (await present(world, await assertion(world))).body.access_token
  world.clock.now += 100
  const second = (await present(world, await assertion(world))).body.access_token

  const ended = await endGrantsOfSubject('alice', 'subject_disabled', {
    store: world.store,
    accessTokenLifetime: 600,
    now: () => world.clock.now,
    onEvent: () => {},
  })

  assert.equal(decodeJwt(first).grant_id, decodeJwt(second).grant_id)
  assert.equal(ended, 1)
  await world.rs.refreshRevocations()
  const answer = await world.rs.authenticate(mcpRequest(second))
  assert.ok(answer instanceof Response && answer.status === 401)
})

test('law 14: a disabled account gets nothing, and what it had ends', async () => {
  let isActive = true
  const world = await enterprise({
    as: {
      interaction: {
        signedIn: async () => undefined,
        signIn: async () => new Response(),
        isActive: async (subject: string) => subject === 'alice' && isActive,
      },
    },
  })
  const before = await present(world, await assertion(world))
  isActive = false

  const { status, body } = await present(world, await assertion(world))

  assert.deepEqual([before.status, status, body.error], [200, 400, 'invalid_grant'])
  assert.equal(await world.store.get('grant', String(decodeJwt(before.body.access_token).grant_id)), undefined)
})

test('law 14: a person who is disabled while the host is asked for claims gets nothing, whether they had a grant before or not', async () => {
  for (const hadGrant of [false, true]) {
    let isActive = true
    let meanwhile = async (): Promise<unknown> => undefined
    const world = await enterprise({
      as: {
        interaction: {
          signedIn: async () => undefined,
          signIn: async () => new Response(),
          isActive: async () => isActive,
        },
        claims: async () => {
          await meanwhile()
          return {}
        },
      },
    })
    if (hadGrant) assert.equal((await present(world, await assertion(world))).status, 200)
    meanwhile = async () => {
      isActive = false
      for (const { grantId } of await world.as.grants.list({ subject: 'alice' }))
        await world.as.endGrant(grantId, 'subject_disabled')
    }

    const { status, body } = await present(world, await assertion(world))

    assert.deepEqual([status, body.error, 'access_token' in body], [400, 'invalid_grant', false])
    assert.deepEqual(await world.as.grants.list({ subject: 'alice' }), [])
  }
})

test('keys at a URL are fetched under guard; where they cannot be had the client may try again, with the same assertion', async () => {
  const asked: string[] = []
  let answer: FetchedDocument = { kind: 'failure', reason: 'timed_out', detail: 'timed out' }
  const world = await enterprise({
    issuer: {
      jwks: undefined,
      jwksUri: `${idp}/jwks`,
      fetch: async (url) => {
        asked.push(url)
        return answer
      },
    },
  })
  const jwt = await assertion(world)

  const outage = await present(world, jwt)
  world.clock.now += 10
  answer = { kind: 'answer', status: 200, header: () => undefined, text: JSON.stringify({ keys: [idpJwk] }) }
  const then = await present(world, jwt)

  assert.deepEqual([outage.status, outage.body.error], [503, 'temporarily_unavailable'])
  assert.equal(then.status, 200, JSON.stringify(then.body))
  assert.deepEqual(asked, [`${idp}/jwks`, `${idp}/jwks`])
})

test('a client that authenticates with its key comes with both assertions, and a request that fails uses up neither', async () => {
  const world = await enterprise({ metadata: keyMethod })
  const fields = { client_id: '', client_secret: '', ...(await assertionOf(world.machine)) }
  const jwt = await assertion(world)

  const refused = await present(world, jwt, { ...fields, resource: files })
  const granted = await present(world, jwt, fields)
  const again = await present(world, await assertion(world), fields)

  assert.deepEqual([refused.body.error, granted.status], ['invalid_target', 200])
  assert.deepEqual([again.status, again.body.error], [401, 'invalid_client'])
})

test('AS-12 a client that a document describes comes with its key and an assertion, though nobody has let it in', async () => {
  const clientId = 'https://desk.example/mcp.json'
  const document = {
    client_id: clientId,
    client_name: 'Desk',
    redirect_uris: ['https://desk.example/callback'],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [publicJwk] },
  }
  const world = createWorld({
    as: {
      resources: [notesResource, filesResource],
      identityAssertionIssuers: [trusting(clientId)],
      clientDocuments: {
        dangerouslyUnguardedFetch: async () => ({
          kind: 'answer',
          status: 200,
          header: (name) => (name === 'content-type' ? 'application/json' : undefined),
          text: JSON.stringify(document),
        }),
      },
    },
  })
  const client = { clientId, redirectUri: '' }
  const desk: MachineWorld = { ...world, machine: client, stranger: client }
  const fields = { client_id: '', client_secret: '', ...(await assertionOf(client)) }

  const { status, body } = await present(desk, await assertion(desk), fields)

  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(decodeJwt(body.access_token).client_id, clientId)
})

test('an issuer that cannot stand is no option', () => {
  const make = (change: IssuerChange) =>
    createAuthorizationServer({
      issuer,
      resources: [notesResource],
      store: memoryStore(),
      secrets: [secret],
      interaction: { signedIn: async () => undefined, signIn: async () => new Response() },
      identityAssertionIssuers: [{ ...trusting('c'), ...change } as IdentityAssertionIssuer],
    })

  assert.throws(() => make({ issuer }), /of its own/)
  assert.throws(() => make({ issuer: 'http://idp.corp.example' }), TypeError)
  assert.throws(() => make({ jwks: undefined }), TypeError)
  assert.throws(() => make({ jwksUri: `${idp}/jwks` }), TypeError)
  assert.throws(() => make({ jwks: undefined, jwksUri: `${idp}/jwks` }), TypeError)
  assert.throws(() => make({ clients: [] }), TypeError)
  assert.throws(() => make({ resources: [files] }), TypeError)
  assert.doesNotThrow(() => make({}))
})

type Claims = Record<string, unknown>
type IssuerChange = { [Name in keyof IdentityAssertionIssuer]?: IdentityAssertionIssuer[Name] | undefined }
interface Making {
  typ?: string | undefined
  kid?: string
  key?: typeof idpPair.privateKey
}

function enterprise({
  metadata,
  resources,
  issuer: change = {},
  as = {},
}: {
  metadata?: Record<string, unknown>
  resources?: (typeof notesResource)[]
  issuer?: IssuerChange
  as?: object
} = {}): Promise<MachineWorld> {
  return createMachineWorld(undefined, {
    ...(metadata !== undefined && { metadata }),
    ...(resources !== undefined && { resources }),
    as: ({ clientId }) => ({
      identityAssertionIssuers: [{ ...trusting(clientId), ...change } as IdentityAssertionIssuer],
      ...as,
    }),
  })
}

/** What the identity provider signs for the named client; `undefined` leaves a claim out. */
async function assertion(world: MachineWorld, claims: Claims = {}, making: Making = {}): Promise<string> {
  const all: Claims = {
    iss: idp,
    sub: 'u-7',
    aud: issuer,
    client_id: world.machine.clientId,
    resource,
    scope: 'notes:read',
    email: 'alice@corp.example',
    jti: randomUUID(),
    iat: world.clock.now,
    exp: world.clock.now + 300,
    ...claims,
  }
  const { key = idpPair.privateKey, kid = 'i1' } = making
  const typ = 'typ' in making ? making.typ : 'oauth-id-jag+jwt'
  return new SignJWT(JSON.parse(JSON.stringify(all)))
    .setProtectedHeader({ alg: 'ES256', kid, ...(typ !== undefined && { typ }) })
    .sign(key)
}

function present(world: MachineWorld, jwt: string, fields: Record<string, string> = {}): Promise<TokenAnswer> {
  return postToken(world, {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: jwt,
    ...secretOf(world.machine),
    ...fields,
  })
}
