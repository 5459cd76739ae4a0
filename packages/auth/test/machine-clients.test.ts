import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { exportJWK, exportPKCS8, generateKeyPair, SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import { listeningWorld } from './listening-world.ts'
import { pair, publicJwk } from './machine-world.ts'

/** Over HTTP, with clients that know nothing of this library: oauth4webapi, and the client of MCP's own SDK. */

const insecure = { [oauth.allowInsecureRequests]: true }
const withSecret = { token_endpoint_auth_method: 'client_secret_basic' }
const withKey = { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [publicJwk] } }
const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'
const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const idp = 'https://idp.corp.example'
const idpPair = await generateKeyPair('ES256', { extractable: true })
const idpJwk = { ...(await exportJWK(idpPair.publicKey)), kid: 'i1' }

for (const opaque of [false, true]) {
  const form = opaque ? 'opaque' : 'JWT'

  test(`oauth4webapi: client_credentials with a secret and with a key, introspection, and revocation of access tokens (${form})`, async (t) => {
    const world = await machines(t, { opaque })
    const as = await discovered(world.origin)
    const { reader, job, signer } = world.clients
    const asReader = oauth.ClientSecretBasic(reader.client_secret ?? '')

    for (const [client, authentication] of [
      [job, oauth.ClientSecretBasic(job.client_secret ?? '')],
      [job, oauth.ClientSecretPost(job.client_secret ?? '')],
      [signer, oauth.PrivateKeyJwt({ key: pair.privateKey, kid: 'm1' })],
    ] as const) {
      const parameters = { resource: world.notes, scope: 'notes:read' }
      const response = await oauth.clientCredentialsGrantRequest(as, client, authentication, parameters, insecure)
      const { access_token: token, scope } = await oauth.processClientCredentialsResponse(as, client, response)
      assert.equal(scope, 'notes:read')

      const told = await introspected(as, reader, asReader, token)
      assert.deepEqual([told.active, told.sub, told.aud], [true, client.client_id, world.notes])
      const letIn = await fetch(world.notes, { headers: { authorization: `Bearer ${token}` } })
      assert.equal(letIn.status, 405) // the MCP server's own answer to GET

      await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, authentication, token, insecure))
      assert.deepEqual(await introspected(as, reader, asReader, token), { active: false })
    }
  })

  test(`oauth4webapi: token exchange (${form}), whose answer says who acts`, async (t) => {
    const world = await machines(t, { opaque })
    const as = await discovered(world.origin)
    const { reader, job, signer } = world.clients
    const authentication = oauth.PrivateKeyJwt({ key: pair.privateKey, kid: 'm1' })
    const own = await oauth.clientCredentialsGrantRequest(
      as,
      job,
      oauth.ClientSecretBasic(job.client_secret ?? ''),
      { resource: world.notes, scope: 'notes:read' },
      insecure,
    )
    const subject = await oauth.processClientCredentialsResponse(as, job, own)

    const response = await oauth.genericTokenEndpointRequest(
      as,
      signer,
      authentication,
      'urn:ietf:params:oauth:grant-type:token-exchange',
      {
        subject_token: subject.access_token,
        subject_token_type: accessTokenType,
        requested_token_type: accessTokenType,
        audience: world.files,
      },
      insecure,
    )
    const exchanged = await oauth.processGenericTokenEndpointResponse(as, signer, response)

    assert.equal(exchanged.issued_token_type, accessTokenType)
    const told = await introspected(
      as,
      reader,
      oauth.ClientSecretBasic(reader.client_secret ?? ''),
      exchanged.access_token,
    )
    assert.deepEqual(
      [told.active, told.sub, told.aud, told.act, told.client_id],
      [true, job.client_id, world.files, { sub: signer.client_id }, signer.client_id],
    )
  })

  test(`oauth4webapi: an identity assertion gives an access token (${form}), once`, async (t) => {
    const world = await machines(t, { opaque })
    const as = await discovered(world.origin)
    const { job, reader } = world.clients
    const authentication = oauth.ClientSecretBasic(job.client_secret ?? '')
    assert.deepEqual(as.authorization_grant_profiles_supported, ['urn:ietf:params:oauth:grant-profile:id-jag'])
    const assertion = await idJag(world.origin, world.notes, job.client_id)
    const present = async () =>
      oauth.processGenericTokenEndpointResponse(
        as,
        job,
        await oauth.genericTokenEndpointRequest(as, job, authentication, jwtBearer, { assertion }, insecure),
      )

    const { access_token: token, refresh_token: refreshToken } = await present()

    const told = await introspected(as, reader, oauth.ClientSecretBasic(reader.client_secret ?? ''), token)
    assert.deepEqual([told.sub, told.scope, refreshToken], ['u-7 of corp', 'notes:read', undefined])
    await assert.rejects(present(), { error: 'invalid_grant' })
  })
}

test('the MCP SDK’s client connects with client_credentials and a secret, from the MCP URL alone', async (t) => {
  const world = await machines(t)
  const { client_id: clientId, client_secret: clientSecret } = world.clients.job

  const name = await connected(world, 'secret', { clientId, clientSecret, scope: 'notes:read' })

  assert.equal(name, `${clientId} by ${clientId}`)
})

test('the MCP SDK’s client connects with client_credentials and a key', async (t) => {
  const world = await machines(t)
  const { client_id: clientId } = world.clients.signer
  const privateKey = await exportPKCS8(pair.privateKey)

  const name = await connected(world, 'key', { clientId, privateKey, algorithm: 'ES256' })

  assert.equal(name, `${clientId} by ${clientId}`)
})

test('the MCP SDK’s client connects with an identity assertion (enterprise-managed authorization)', async (t) => {
  const world = await machines(t)
  const { client_id: clientId, client_secret: clientSecret } = world.clients.job

  const name = await connected(world, 'identityAssertion', { clientId, clientSecret })

  assert.equal(name, `u-7 of corp by ${clientId}`)
})

test('the MCP SDK’s client connects where tokens are opaque, and the MCP server introspects', async (t) => {
  const world = await machines(t, { opaque: true })
  const { client_id: clientId, client_secret: clientSecret } = world.clients.job

  const name = await connected(world, 'secret', { clientId, clientSecret })

  assert.equal(name, `${clientId} by ${clientId}`)
})

function machines(t: TestContext, { opaque = false } = {}) {
  const secret = 'n'.repeat(40)
  return listeningWorld(t, {
    clients: { job: withSecret, signer: withKey, reader: withSecret },
    opaque,
    introspection: { credentials: { secret } },
    options: ({ notes, files }, { job, signer, reader }) => ({
      privileges: {
        [job.client_id]: { clientCredentials: { [notes]: ['notes:read', 'notes:write'] } },
        [signer.client_id]: {
          clientCredentials: { [notes]: ['notes:read'] },
          tokenExchange: { from: notes, to: [files] },
        },
        [reader.client_id]: { introspection: [notes, files] },
      },
      introspectionReaders: [{ resource: notes, secret }],
      identityAssertionIssuers: [
        {
          issuer: idp,
          jwks: { keys: [idpJwk] },
          clients: [job.client_id],
          subject: ({ sub }) => ({ subject: `${sub} of corp` }),
        },
      ],
    }),
  })
}

async function discovered(origin: string): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(origin)
  const response = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
  return oauth.processDiscoveryResponse(issuer, response)
}

async function introspected(
  as: oauth.AuthorizationServer,
  client: oauth.Client,
  authentication: oauth.ClientAuth,
  token: string,
) {
  const response = await oauth.introspectionRequest(as, client, authentication, token, insecure)
  return oauth.processIntrospectionResponse(as, client, response)
}

function idJag(audience: string, resource: string, clientId: string): Promise<string> {
  const claims = { client_id: clientId, resource, scope: 'notes:read', jti: randomUUID() }
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'oauth-id-jag+jwt', kid: 'i1' })
    .setIssuer(idp)
    .setSubject('u-7')
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime('5 minutes')
    .sign(idpPair.privateKey)
}

/** Connects as MCP's own client does, and resolves to how the server calls itself. */
async function connected(
  { origin, notes: url }: { origin: string; notes: string },
  provider: string,
  options: object,
): Promise<string> {
  const identityProvider = { issuer: idp, kid: 'i1', privateKey: await exportPKCS8(idpPair.privateKey) }
  const argument = JSON.stringify({
    url,
    provider,
    options: { ...options, expectedIssuer: origin },
    identityProvider,
  })
  const child = fileURLToPath(new URL('mcp-sdk-client.mjs', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [child, argument], { timeout: 60_000 })
  const { name, tools } = JSON.parse(stdout)
  assert.equal(tools, 0)
  return name
}
