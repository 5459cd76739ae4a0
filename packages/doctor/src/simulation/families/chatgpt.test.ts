import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BrokenServer, withEnds } from '../../../test/broken-servers.ts'
import {
  atPath,
  endOf,
  healthy,
  requestOf,
  resourceMetadata,
  type Served,
  target,
  withServerMetadata,
} from '../../../test/served.ts'

const ends: Readonly<Record<BrokenServer, readonly string[]>> = {
  'nothing is wrong': ['asks_for_authorization'],
  '“resource” ends with a slash that the URL has not': ['asks_for_authorization'],
  '“resource” ends with a slash, and the authorization server is at the same origin': ['asks_for_authorization'],
  '“resource” is the origin alone': ['asks_for_authorization'],
  'the pointer leads to another origin': [
    'cannot_tell',
    'protected_resource_metadata',
    'Nobody has recorded from where it follows “resource_metadata”',
  ],
  'only the root form is there': ['asks_for_authorization'],
  'the challenge has no pointer': ['asks_for_authorization'],
  '403 where 401 was due': ['asks_for_authorization'],
  'HEAD is not challenged': ['asks_for_authorization'],
  '200 to whoever comes': ['asks_for_authorization'],
  'an error with status 200': ['asks_for_authorization'],
  'no protected-resource metadata': [
    'stops',
    'protected_resource_metadata',
    'resource_metadata_not_found',
    'Error fetching OAuth configuration',
  ],
  'no protected-resource metadata, and a document of the authorization server at the origin': [
    'cannot_tell',
    'protected_resource_metadata',
    'Nobody has recorded whether it goes on where there is no protected-resource metadata',
  ],
  'no document at all, and endpoints at the origin': [
    'stops',
    'protected_resource_metadata',
    'resource_metadata_not_found',
    'Error fetching OAuth configuration',
  ],
  'the second of two authorization servers has no metadata': [
    'stops',
    'authorization_server_metadata',
    'authorization_server_metadata_not_found',
    'Error fetching OAuth configuration',
  ],
  'the first of two authorization servers has no metadata': [
    'stops',
    'authorization_server_metadata',
    'authorization_server_metadata_not_found',
    'Error fetching OAuth configuration',
  ],
  'authorization-server metadata only where OpenID appends it': ['asks_for_authorization'],
  '“issuer” is another': [
    'stops',
    'authorization_server_metadata',
    'issuer_mismatch',
    'Error fetching OAuth configuration',
  ],
  'S256 is not listed': ['stops', 'authorization_request', 's256_not_listed'],
  'no registration, no client metadata documents': [
    'stops',
    'registration',
    'no_way_to_register',
    "The server mcp.example.com doesn't support RFC 7591 Dynamic Client Registration",
  ],
  'no registration, but client metadata documents': ['asks_for_authorization'],
  'client metadata documents without “none”': [
    'cannot_tell',
    'registration',
    'Nobody has recorded whether it uses its client metadata document where “none” is not listed',
  ],
  '“none” is not listed': ['asks_for_authorization'],
  'the registration endpoint is not there': ['stops', 'registration', 'registration_not_found'],
}

for (const [name, served, end] of withEnds(ends))
  test(`ChatGPT, where it ends: ${name}`, async () => {
    assert.deepEqual(await endOf('chatgpt', served), end)
  })

test('ChatGPT takes “resource” as it stands in the metadata', async () => {
  const served = { ...healthy, [atPath]: { json: { ...resourceMetadata, resource: 'https://mcp.example.com' } } }

  assert.equal((await requestOf('chatgpt', served))?.resource, 'https://mcp.example.com')
})

test('ChatGPT uses a server without metadata that lets it in', async () => {
  const served: Served = { POST: { json: { jsonrpc: '2.0', id: 0, result: {} } } }

  assert.deepEqual(await endOf('chatgpt', served), ['needs_no_sign_in'])
})

test('ChatGPT needs no “none” where it can sign with its key', async () => {
  const served = withServerMetadata({
    registration_endpoint: undefined,
    client_id_metadata_document_supported: true,
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
  })

  assert.equal((await requestOf('chatgpt', served))?.registration, 'client_metadata_document')
})

test('ChatGPT follows a pointer within the origin where the well-known places have nothing', async () => {
  const pointer = 'https://mcp.example.com/oauth/resource.json'
  const served: Served = {
    ...healthy,
    POST: { status: 401, headers: { 'www-authenticate': `Bearer resource_metadata="${pointer}"` } },
    [atPath]: undefined,
    [`GET ${pointer}`]: { json: resourceMetadata },
  }

  assert.deepEqual(await endOf('chatgpt', served), ['asks_for_authorization'])
})

test('ChatGPT never asks for “offline_access”', async () => {
  const served = withServerMetadata({ scopes_supported: ['offline_access'] })

  assert.equal((await requestOf('chatgpt', served, target))?.scope, undefined)
})
