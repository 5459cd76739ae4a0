import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BrokenServer, withEnds } from '../../../test/broken-servers.ts'
import {
  atPath,
  caveatsOf,
  endOf,
  healthy,
  oauthPlace,
  requestOf,
  resourceMetadata,
  type Served,
  serverMetadata,
  target,
  withResourceMetadata,
  withServerMetadata,
} from '../../../test/served.ts'

// What is expected here was read in, and compared with, @google/gemini-cli-core 0.61.0. The functions named are those of
// dist/src/mcp/oauth-utils.js and oauth-provider.js, at commit 5411f113 lines 163–224, 232–316, 340–381 and 97–222, 281–425.

const ends: Readonly<Record<BrokenServer, readonly string[]>> = {
  'nothing is wrong': ['asks_for_authorization'],
  '“resource” ends with a slash that the URL has not': [
    'stops',
    'resource_comparison',
    'resource_mismatch',
    'Protected resource https://mcp.example.com/mcp/ does not match expected https://mcp.example.com/mcp',
  ],
  '“resource” ends with a slash, and the authorization server is at the same origin': [
    'stops',
    'resource_comparison',
    'resource_mismatch',
    'Protected resource https://mcp.example.com/mcp/ does not match expected https://mcp.example.com/mcp',
  ],
  '“resource” is the origin alone': [
    'stops',
    'resource_comparison',
    'resource_mismatch',
    'Protected resource https://mcp.example.com does not match expected https://mcp.example.com/mcp',
  ],
  'the pointer leads to another origin': [
    'stops',
    'protected_resource_metadata',
    'resource_metadata_not_found',
    'OAuth endpoint origin "https://docs.example.com" does not match expected origin "https://mcp.example.com".',
  ],
  'only the root form is there': ['asks_for_authorization'],
  'the challenge has no pointer': ['asks_for_authorization'],
  '403 where 401 was due': ['stops', 'challenge', 'wrong_status'],
  'HEAD is not challenged': ['asks_for_authorization'],
  '200 to whoever comes': ['needs_no_sign_in'],
  'an error with status 200': ['stops', 'challenge', 'not_challenged'],
  'no protected-resource metadata': [
    'stops',
    'authorization_server_metadata',
    'authorization_server_metadata_not_found',
    'Failed to discover OAuth configuration from MCP server',
  ],
  'no protected-resource metadata, and a document of the authorization server at the origin': [
    'asks_for_authorization',
  ],
  'no document at all, and endpoints at the origin': [
    'stops',
    'authorization_server_metadata',
    'authorization_server_metadata_not_found',
    'Failed to discover OAuth configuration from MCP server',
  ],
  'the second of two authorization servers has no metadata': ['asks_for_authorization'],
  'the first of two authorization servers has no metadata': [
    'stops',
    'authorization_server_metadata',
    'authorization_server_metadata_not_found',
    'Failed to discover OAuth configuration from MCP server',
  ],
  'authorization-server metadata only where OpenID appends it': ['asks_for_authorization'],
  '“issuer” is another': ['asks_for_authorization'],
  'S256 is not listed': ['asks_for_authorization'],
  'no registration, no client metadata documents': [
    'stops',
    'registration',
    'no_way_to_register',
    'No client ID provided and dynamic registration not supported',
  ],
  'no registration, but client metadata documents': [
    'stops',
    'registration',
    'no_way_to_register',
    'No client ID provided and dynamic registration not supported',
  ],
  'client metadata documents without “none”': [
    'stops',
    'registration',
    'no_way_to_register',
    'No client ID provided and dynamic registration not supported',
  ],
  '“none” is not listed': ['asks_for_authorization'],
  'the registration endpoint is not there': [
    'stops',
    'registration',
    'registration_not_found',
    'Client registration failed: 404 Not Found',
  ],
}

for (const [name, served, end] of withEnds(ends))
  test(`Gemini CLI, where it ends: ${name}`, async () => {
    assert.deepEqual(await endOf('gemini-cli', served), end)
  })

test('Gemini CLI asks for every scope of the authorization server, and for none of the resource (metadataToOAuthConfig)', async () => {
  const served = withServerMetadata({ scopes_supported: ['x', 'y'] })

  assert.equal((await requestOf('gemini-cli', served))?.scope, 'x y')
  assert.deepEqual(await caveatsOf('gemini-cli', served), ['asks_for_all_scopes'])
})

test('Gemini CLI leaves the query out of “resource” (buildResourceParameter)', async () => {
  const typed = `${target}?tenant=1`

  assert.equal((await requestOf('gemini-cli', healthy, typed))?.resource, target)
})

test('Gemini CLI takes the MCP URL for an authorization server where the one named has no metadata (discoverOAuthConfig)', async () => {
  const served: Served = {
    ...healthy,
    [oauthPlace]: undefined,
    'GET https://mcp.example.com/.well-known/oauth-authorization-server/mcp': { json: serverMetadata },
  }

  assert.deepEqual(await endOf('gemini-cli', served), ['asks_for_authorization'])
})

test('Gemini CLI registers at the origin of the issuer when the challenge led it there, whoever’s metadata it finds (discoverAuthServerMetadataForRegistration)', async () => {
  const tenant = 'https://as.example.com/tenant'
  const served: Served = {
    ...healthy,
    [atPath]: { json: { ...resourceMetadata, authorization_servers: [tenant] } },
    'GET https://as.example.com/.well-known/oauth-authorization-server/tenant': {
      json: { ...serverMetadata, issuer: tenant, registration_endpoint: `${tenant}/register` },
    },
  }

  assert.equal((await requestOf('gemini-cli', served))?.registrationUrl, 'https://as.example.com/register')
})

test('Gemini CLI takes any JSON for metadata, and fails on what is missing (fetchAuthorizationServerMetadata)', async () => {
  assert.deepEqual(await endOf('gemini-cli', { ...healthy, [oauthPlace]: { json: { message: 'hello' } } }), [
    'stops',
    'registration',
    'authorization_server_metadata_unusable',
    'Cannot perform dynamic registration without issuer',
  ])
  assert.deepEqual(await endOf('gemini-cli', { ...healthy, [atPath]: { json: { message: 'hello' } } }), [
    'stops',
    'resource_comparison',
    'resource_mismatch',
    `Protected resource undefined does not match expected ${target}`,
  ])
})

for (const [address, words] of [
  [
    'http://as.example.com',
    'Insecure HTTP OAuth endpoint "http://as.example.com" is not allowed. OAuth endpoints must use HTTPS unless connecting to localhost.',
  ],
  ['https://localhost:8443', 'Loopback OAuth endpoint "https://localhost:8443" is not allowed for remote MCP servers.'],
  ['https://10.0.0.7', 'OAuth endpoint "https://10.0.0.7" points to private or reserved IP address which is blocked.'],
  [
    'https://[fd00::7]',
    'OAuth endpoint "https://[fd00::7]" points to private or reserved IP address which is blocked.',
  ],
  ['as.example.com', 'Invalid OAuth endpoint URL "as.example.com": Invalid URL'],
] as const)
  test(`Gemini CLI does not go to an authorization server at ${address} (validateOAuthEndpointUrl)`, async () => {
    const served = { ...healthy, [atPath]: { json: { ...resourceMetadata, authorization_servers: [address] } } }

    assert.deepEqual(await endOf('gemini-cli', served), [
      'stops',
      'authorization_server_metadata',
      'no_authorization_server',
      words,
    ])
  })

test('Gemini CLI takes the first letter of a string for the authorization server (discoverOAuthFromWWWAuthenticate)', async () => {
  const served = withResourceMetadata({ authorization_servers: 'https://as.example.com' })

  assert.deepEqual(await endOf('gemini-cli', served), [
    'stops',
    'authorization_server_metadata',
    'no_authorization_server',
    'Invalid OAuth endpoint URL "h": Invalid URL',
  ])
})

test('Gemini CLI signs in only after a 401 to its first message (connectToMcpServer)', async () => {
  const served = { ...healthy, POST: { status: 404 }, GET: { status: 404 } }

  assert.deepEqual(await endOf('gemini-cli', served), ['stops', 'challenge', 'wrong_status'])
})
