import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import * as oauth from 'oauth4webapi'
import {
  askedBy,
  authorizationUrl,
  documentHost,
  insecure,
  introspected,
  publicJwk,
  redirectUri,
  refreshed,
  revoked,
  signIn,
  stage,
  statusWith,
  withKey,
} from './stage.ts'

/** How clients come to be known, and show who they are, at each endpoint that asks them. */

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
const described = {
  client_name: 'Described',
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'refresh_token', deviceGrant],
  response_types: ['code'],
}
const documentMethods = {
  'that has no secret': { token_endpoint_auth_method: 'none' },
  'that signs by a key in its document': { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [publicJwk] } },
  'that signs by a key at a URL': { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'AT HOST/jwks.json' },
  'that lists its methods, as ChatGPT’s does, and signs': {
    token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
    jwks_uri: 'AT HOST/jwks.json',
  },
  'that lists its methods, as ChatGPT’s does, and does not sign': {
    token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
    jwks_uri: 'AT HOST/jwks.json',
  },
}

for (const [title, methods] of Object.entries(documentMethods))
  for (const isPushed of [false, true])
    test(`AS-11 AS-12 AS-24 oauth4webapi: a client ${title} signs in by its document alone${isPushed ? ', pushing its request' : ''}, refreshes and revokes`, async (t) => {
      const { world, client } = await describing(t, methods)
      const authentication = / no |not/.test(title) ? oauth.None() : withKey()
      assert.equal(world.discovered.client_id_metadata_document_supported, true)

      const { tokens } = await signIn(world, client, authentication, {
        parameters: { scope: 'notes:read', resource: world.notes },
        isPushed,
      })
      const again = await refreshed(world.discovered, client, authentication, tokens.refresh_token)
      const before = await statusWith(world.notes, again.access_token)
      await revoked(world.discovered, client, authentication, again.refresh_token ?? '')

      assert.deepEqual([tokens.scope, before], ['notes:read', 405])
      await assert.rejects(refreshed(world.discovered, client, authentication, again.refresh_token), {
        error: 'invalid_grant',
      })
    })

test('AS-24 oauth4webapi: a document with private_key_jwt is a client that cannot come without its key', async (t) => {
  const { world, client } = await describing(t, documentMethods['that signs by a key at a URL'])

  await assert.rejects(
    signIn(world, client, oauth.None(), { parameters: { scope: 'notes:read', resource: world.notes } }),
    { error: 'invalid_client' },
  )
})

test('oauth4webapi: private_key_jwt by a document at introspection, client_credentials and the device endpoint too', async (t) => {
  const { world, client, host } = await describing(
    t,
    documentMethods['that signs by a key at a URL'],
    ({ notes }, clientId) => ({
      privileges: { [clientId]: { clientCredentials: { [notes]: ['notes:read'] }, introspection: [notes] } },
      deviceAuthorization: {},
    }),
  )
  const as = world.discovered

  const response = await oauth.clientCredentialsGrantRequest(
    as,
    client,
    withKey(),
    { resource: world.notes, scope: 'notes:read' },
    insecure,
  )
  const { access_token: token } = await oauth.processClientCredentialsResponse(as, client, response)
  const told = await introspected(as, client, withKey(), token)
  const device = await oauth.deviceAuthorizationRequest(
    as,
    client,
    withKey(),
    { scope: 'notes:read', resource: world.notes },
    insecure,
  )
  const codes = await oauth.processDeviceAuthorizationResponse(as, client, device)

  assert.deepEqual([told.active, told.client_id], [true, client.client_id])
  assert.equal(typeof codes.user_code, 'string')
  assert.deepEqual([...new Set(host.asked)].sort(), ['/client.json', '/jwks.json'])
})

for (const method of ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'] as const)
  test(`oauth4webapi: a client that registers with ${method} signs in, refreshes, introspects where it may, and revokes`, async (t) => {
    const world = await stage(t, {
      clients: { app: metadataOf(method) },
      options: ({ notes }, { app }) =>
        method === 'none'
          ? { introspectionReaders: [] }
          : { privileges: { [app.client_id]: { introspection: [notes] } } },
    })
    const { app: client } = world.clients
    const secret = client.client_secret ?? ''
    const authentication = {
      client_secret_basic: () => oauth.ClientSecretBasic(secret),
      client_secret_post: () => oauth.ClientSecretPost(secret),
      private_key_jwt: withKey,
      none: oauth.None,
    }[method]()

    const { tokens } = await signIn(world, client, authentication, {
      parameters: { scope: 'notes:read', resource: world.notes },
    })
    const again = await refreshed(world.discovered, client, authentication, tokens.refresh_token)
    if (method !== 'none') {
      const told = await introspected(world.discovered, client, authentication, again.access_token)
      assert.deepEqual([told.active, told.sub, told.scope], [true, 'alice', 'notes:read'])
    }
    await revoked(world.discovered, client, authentication, again.access_token)

    await assert.rejects(refreshed(world.discovered, client, authentication, again.refresh_token), {
      error: 'invalid_grant',
    })
    assert.equal(secret === '', method === 'none' || method === 'private_key_jwt')
  })

test('oauth4webapi registers itself by what the metadata names, and gets what it can use (RFC 7591)', async (t) => {
  const world = await stage(t, {})
  const response = await oauth.dynamicClientRegistrationRequest(
    world.discovered,
    { client_name: 'Black box', redirect_uris: [redirectUri], token_endpoint_auth_method: 'client_secret_basic' },
    insecure,
  )

  const client = await oauth.processDynamicClientRegistrationResponse(response)
  const { tokens } = await signIn(world, client, oauth.ClientSecretBasic(String(client.client_secret)), {
    parameters: { resource: world.notes },
  })

  assert.equal(await statusWith(world.notes, tokens.access_token), 405)
})

test('AS-26 law 8: a document on a host that is not allowed is not asked for, and a document of another client is refused on a page', async (t) => {
  const { world, host } = await describing(t, documentMethods['that has no secret'])
  const elsewhere = await documentHost(t, (origin) => ({
    '/client.json': { ...described, client_id: `${origin}/client.json` },
  }))

  for (const clientId of [`${elsewhere.origin}/client.json`, `${host.origin}/other.json`]) {
    const { parameters } = await askedBy({ client_id: clientId }, { resource: world.notes })
    const opened = await world.browser.open(authorizationUrl(world.discovered, parameters))
    assert.ok('page' in opened && opened.page.status >= 400 && opened.page.status < 500)
  }
  assert.deepEqual(elsewhere.asked, [])
})

function metadataOf(method: string): Record<string, unknown> {
  return {
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: method,
    ...(method === 'private_key_jwt' && { jwks: { keys: [publicJwk] } }),
  }
}

/** A client that nobody registered: what it is stands in its document. */
async function describing(
  t: TestContext,
  methods: object,
  options: (at: { notes: string; files: string }, clientId: string) => object = () => ({}),
) {
  const host = await documentHost(t, (origin) => {
    const document = { ...described, ...methods, client_id: `${origin}/client.json` }
    return {
      '/client.json': JSON.parse(JSON.stringify(document).replace('AT HOST', origin)),
      '/other.json': document, // says that it is another
      '/jwks.json': { keys: [publicJwk] },
    }
  })
  const client: oauth.Client = { client_id: `${host.origin}/client.json` }
  const world = await stage(t, {
    documentHosts: [host.host],
    options: (at) => ({ pushedRequests: {}, ...options(at, client.client_id) }),
  })
  return { world, client, host }
}
