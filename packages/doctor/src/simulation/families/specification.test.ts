import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BrokenServer, withEnds } from '../../../test/broken-servers.ts'
import { caveatsOf, endOf, healthy, issuer, requestOf, target, withServerMetadata } from '../../../test/served.ts'

// Cursor, of which little is recorded, and nobody has read its source: what differs among the clients that are known cannot be told of it.

const ends: Readonly<Record<BrokenServer, readonly string[]>> = {
  'nothing is wrong': ['asks_for_authorization'],
  '“resource” ends with a slash that the URL has not': [
    'cannot_tell',
    'resource_comparison',
    'Nobody has recorded how it compares “resource” with the URL that was typed',
  ],
  '“resource” ends with a slash, and the authorization server is at the same origin': [
    'cannot_tell',
    'resource_comparison',
    'Nobody has recorded how it compares “resource” with the URL that was typed',
  ],
  '“resource” is the origin alone': [
    'cannot_tell',
    'resource_comparison',
    'Nobody has recorded how it compares “resource” with the URL that was typed',
  ],
  'the pointer leads to another origin': ['stops', 'protected_resource_metadata', 'resource_metadata_not_found'],
  'only the root form is there': ['asks_for_authorization'],
  'the challenge has no pointer': ['asks_for_authorization'],
  '403 where 401 was due': ['cannot_tell', 'challenge', 'Nobody has recorded whether a 403 makes it sign in'],
  'HEAD is not challenged': ['asks_for_authorization'],
  '200 to whoever comes': ['needs_no_sign_in'],
  'an error with status 200': ['stops', 'challenge', 'not_challenged'],
  'no protected-resource metadata': ['stops', 'protected_resource_metadata', 'resource_metadata_not_found'],
  'no protected-resource metadata, and a document of the authorization server at the origin': [
    'cannot_tell',
    'protected_resource_metadata',
    'Nobody has recorded whether it goes on where there is no protected-resource metadata',
  ],
  'no document at all, and endpoints at the origin': [
    'cannot_tell',
    'protected_resource_metadata',
    'Nobody has recorded whether it goes on where there is no protected-resource metadata',
  ],
  'the second of two authorization servers has no metadata': [
    'cannot_tell',
    'authorization_server_metadata',
    'Nobody has recorded which of several authorization servers it takes',
  ],
  'the first of two authorization servers has no metadata': [
    'cannot_tell',
    'authorization_server_metadata',
    'Nobody has recorded which of several authorization servers it takes',
  ],
  'authorization-server metadata only where OpenID appends it': [
    'cannot_tell',
    'authorization_server_metadata',
    'Nobody has recorded whether it looks for OpenID Connect metadata',
  ],
  '“issuer” is another': [
    'cannot_tell',
    'authorization_server_metadata',
    'Nobody has recorded whether it minds that “issuer” is not the name under which it looked',
  ],
  'S256 is not listed': [
    'cannot_tell',
    'authorization_request',
    'Nobody has recorded whether it minds that S256 is not listed',
  ],
  'no registration, no client metadata documents': ['stops', 'registration', 'no_way_to_register'],
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
  test(`Cursor, where it ends: ${name}`, async () => {
    assert.deepEqual(await endOf('cursor', served), end)
  })

test('a client of which nothing is known is played by the specification, and everything that was supposed is said', async () => {
  assert.deepEqual(await endOf('jetbrains-ai', healthy), ['asks_for_authorization'])
  assert.deepEqual(await caveatsOf('jetbrains-ai', healthy), [
    'weak_evidence: family',
    'weak_evidence: registration.order',
    'weak_evidence: authorization.scope',
    'weak_evidence: authorization.resource',
  ])
})

for (const id of ['perplexity', 'm365-copilot', 'notion'])
  test(`whether ${id} gets the client secret that it needs, only registering shows`, async () => {
    assert.deepEqual((await endOf(id, healthy)).slice(0, 2), ['cannot_tell', 'registration'])
  })

test('a client that asks for a secret registers where secrets are listed', async () => {
  const served = withServerMetadata({ token_endpoint_auth_methods_supported: ['client_secret_post'] })

  assert.deepEqual(await endOf('m365-copilot', served), ['asks_for_authorization'])
})

test('with which request a client begins does not matter where both are answered alike', async () => {
  assert.equal((await caveatsOf('cursor', healthy)).includes('weak_evidence: challenge.firstRequest'), false)
})

test('Zed asks for the scopes of the resource and registers at the endpoint that is advertised', async () => {
  const request = await requestOf('zed', healthy)

  assert.deepEqual(request, {
    endpoint: `${issuer}/authorize`,
    registration: 'dynamic',
    registrationUrl: `${issuer}/register`,
    scope: 'notes',
    resource: target,
  })
})
