import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BrokenServer, withEnds } from '../../../test/broken-servers.ts'
import {
  atPath,
  atRoot,
  caveatsOf,
  challenge,
  endOf,
  healthy,
  issuer,
  requestOf,
  resourceMetadata,
  type Served,
  serverMetadata,
  target,
  withResourceMetadata,
  withServerMetadata,
} from '../../../test/served.ts'

// What is expected here was read in, and compared with, VS Code 1.138.0 as published in @codingame/monaco-vscode-api 37.6.1. The lines are
// those of vscode/src/vs/base/common/oauth.js, workbench/api/common/extHostMcp.js and extHostAuthentication.js there.

const ends: Readonly<Record<BrokenServer, readonly string[]>> = {
  'nothing is wrong': ['asks_for_authorization'],
  '“resource” ends with a slash that the URL has not': [
    'stops',
    'registration',
    'registration_not_found',
    'Dynamic Client Registration not supported',
  ],
  '“resource” ends with a slash, and the authorization server is at the same origin': ['asks_for_authorization'],
  '“resource” is the origin alone': [
    'stops',
    'registration',
    'registration_not_found',
    'Dynamic Client Registration not supported',
  ],
  'the pointer leads to another origin': ['asks_for_authorization'],
  'only the root form is there': [
    'stops',
    'registration',
    'registration_not_found',
    'Dynamic Client Registration not supported',
  ],
  'the challenge has no pointer': ['asks_for_authorization'],
  '403 where 401 was due': ['asks_for_authorization'],
  'HEAD is not challenged': ['asks_for_authorization'],
  '200 to whoever comes': ['needs_no_sign_in'],
  'an error with status 200': ['stops', 'challenge', 'not_challenged'],
  'no protected-resource metadata': [
    'stops',
    'registration',
    'registration_not_found',
    'Dynamic Client Registration not supported',
  ],
  'no protected-resource metadata, and a document of the authorization server at the origin': [
    'asks_for_authorization',
  ],
  'no document at all, and endpoints at the origin': ['asks_for_authorization'],
  'the second of two authorization servers has no metadata': ['asks_for_authorization'],
  'the first of two authorization servers has no metadata': [
    'stops',
    'registration',
    'registration_not_found',
    'Dynamic Client Registration not supported',
  ],
  'authorization-server metadata only where OpenID appends it': ['asks_for_authorization'],
  '“issuer” is another': ['asks_for_authorization'],
  'S256 is not listed': ['asks_for_authorization'],
  'no registration, no client metadata documents': [
    'stops',
    'registration',
    'no_way_to_register',
    'Dynamic Client Registration not supported',
  ],
  'no registration, but client metadata documents': ['asks_for_authorization'],
  'client metadata documents without “none”': ['asks_for_authorization'],
  '“none” is not listed': ['asks_for_authorization'],
  'the registration endpoint is not there': [
    'stops',
    'registration',
    'registration_not_found',
    'Dynamic Client Registration not supported',
  ],
}

for (const [name, served, end] of withEnds(ends))
  test(`VS Code, where it ends: ${name}`, async () => {
    assert.deepEqual(await endOf('vscode', served), end)
  })

test('VS Code throws metadata of another resource away and asks for a token without “resource” (oauth.js 355, extHostAuthentication.js 644)', async () => {
  const served: Served = {
    ...withResourceMetadata({ resource: `${target}/`, authorization_servers: ['https://mcp.example.com'] }),
    'GET https://mcp.example.com/.well-known/oauth-authorization-server': { json: serverMetadata },
  }

  assert.equal((await requestOf('vscode', served))?.resource, undefined)
  assert.deepEqual(await caveatsOf('vscode', served), ['disregards_resource_metadata'])
})

test('VS Code wants the origin as “resource” at the root form, and nothing else (oauth.js 396)', async () => {
  const named = (resource: string): Served => ({
    ...healthy,
    [atPath]: undefined,
    [atRoot]: { json: { ...resourceMetadata, resource } },
  })

  assert.deepEqual(await endOf('vscode', named('https://mcp.example.com')), ['asks_for_authorization'])
  assert.equal((await endOf('vscode', named(target)))[0], 'stops')
})

test('VS Code takes a URL that its parser makes the same for the same (oauth.js 353)', async () => {
  assert.deepEqual(await caveatsOf('vscode', withResourceMetadata({ resource: 'https://MCP.example.com:443/mcp' })), [])
})

test('VS Code looks at the well-known places where the pointer leads nowhere (oauth.js 367)', async () => {
  const pointer = 'Bearer resource_metadata="https://mcp.example.com/nothing"'
  const served = { ...healthy, POST: { status: 401, headers: { 'www-authenticate': pointer } } }

  assert.deepEqual(await endOf('vscode', served), ['asks_for_authorization'])
})

test('VS Code takes the first letter of a string for the authorization server, finds nothing there and guesses (extHostMcp.js 901, 953)', async () => {
  const served: Served = {
    ...withResourceMetadata({ authorization_servers: 'https://mcp.example.com' }),
    'GET https://mcp.example.com/.well-known/oauth-authorization-server': { json: serverMetadata },
    'POST https://mcp.example.com/register': { status: 400 },
    'GET https://mcp.example.com/authorize': { status: 400 },
  }

  assert.equal((await requestOf('vscode', served))?.endpoint, 'https://mcp.example.com/authorize')
  assert.deepEqual(await caveatsOf('vscode', served), ['guesses_endpoints'])
})

test('VS Code tries the older transport after a 4xx that is no challenge, and says so (extHostMcp.js 388, 542)', async () => {
  assert.deepEqual(await endOf('vscode', { ...healthy, POST: { status: 405 } }), ['asks_for_authorization'])
  assert.deepEqual(
    await endOf('vscode', { ...healthy, POST: { status: 404 }, GET: { status: 404, text: 'Nothing' } }),
    ['stops', 'challenge', 'wrong_status', `404 status connecting to ${target} as SSE: Nothing`],
  )
})

test('VS Code shows the body of any other answer (extHostMcp.js 401)', async () => {
  assert.deepEqual(await endOf('vscode', { ...healthy, POST: { status: 500, text: 'Oh' } }), [
    'stops',
    'challenge',
    'wrong_status',
    `500 status sending message to ${target}: Oh`,
  ])
})

test('VS Code waits for ever after a page in place of a reply (extHostMcp.js 462)', async () => {
  assert.deepEqual(await endOf('vscode', { ...healthy, POST: { text: '<html>' } }), [
    'stops',
    'challenge',
    'not_challenged',
    'Unexpected 200 response for request: <html>',
  ])
})

test('VS Code asks for the scopes of the challenge, else of the resource, else for all of the authorization server', async () => {
  const scoped = 'Bearer scope="a b"'
  const listed = withServerMetadata({ scopes_supported: ['x', 'offline_access'] })
  const unscoped = { ...listed, [atPath]: { json: { ...resourceMetadata, scopes_supported: undefined } } }

  assert.equal(
    (await requestOf('vscode', { ...healthy, POST: { status: 401, headers: { 'www-authenticate': scoped } } }))?.scope,
    'a b',
  )
  assert.equal((await requestOf('vscode', listed))?.scope, 'notes')
  assert.deepEqual(await caveatsOf('vscode', listed), ['asks_for_no_refresh'])
  assert.equal((await requestOf('vscode', unscoped))?.scope, 'x offline_access')
  assert.deepEqual(await caveatsOf('vscode', unscoped), ['asks_for_all_scopes'])
})

test('VS Code signs in at Microsoft with a client of its own', async () => {
  const tenant = 'https://login.microsoftonline.com/common/v2.0'
  const entra = {
    issuer: tenant,
    authorization_endpoint: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
    token_endpoint: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
  }
  const served: Served = {
    ...withResourceMetadata({ authorization_servers: [tenant] }),
    [`GET ${tenant}/.well-known/openid-configuration`]: { json: entra },
  }

  assert.equal((await requestOf('vscode', served))?.registration, 'static')
})

test('VS Code fails where the metadata has no authorization endpoint (extHostAuthentication.js 463, 571)', async () => {
  assert.deepEqual(await endOf('vscode', withServerMetadata({ authorization_endpoint: undefined })), [
    'stops',
    'authorization_request',
    'authorization_server_metadata_unusable',
    'Failed to create authentication token',
  ])
})

test('VS Code reads no metadata whose URLs are none (oauth.js 115)', async () => {
  const served = withServerMetadata({ jwks_uri: 'mailto:keys@example.com' })

  assert.deepEqual(await caveatsOf('vscode', served), ['guesses_endpoints', 'needs_static_client'])
})

test('VS Code keeps the slash at the end of a path where it looks for metadata (oauth.js 380)', async () => {
  const typed = `${target}/`
  const served: Served = {
    POST: challenge,
    'GET https://mcp.example.com/.well-known/oauth-protected-resource/mcp/': {
      json: { ...resourceMetadata, resource: typed },
    },
    [`GET ${issuer}/.well-known/oauth-authorization-server`]: { json: serverMetadata },
    [`POST ${issuer}/register`]: { status: 400 },
  }

  assert.equal((await requestOf('vscode', served, typed))?.resource, typed)
})
