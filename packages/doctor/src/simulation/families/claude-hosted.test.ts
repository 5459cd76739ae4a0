import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BrokenServer, withEnds } from '../../../test/broken-servers.ts'
import {
  caveatsOf,
  endOf,
  healthy,
  requestOf,
  target,
  withResourceMetadata,
  withServerMetadata,
} from '../../../test/served.ts'

const ends: Readonly<Record<BrokenServer, readonly string[]>> = {
  'nothing is wrong': ['asks_for_authorization'],
  '“resource” ends with a slash that the URL has not': [
    'stops',
    'registration',
    'registration_not_found',
    "Couldn't register with …'s sign-in service. You can try again, or add an OAuth Client ID in the connector settings. If this persists, share this reference with support: “ofid_…”",
  ],
  '“resource” ends with a slash, and the authorization server is at the same origin': ['asks_for_authorization'],
  '“resource” is the origin alone': [
    'stops',
    'registration',
    'registration_not_found',
    "Couldn't register with …'s sign-in service. You can try again, or add an OAuth Client ID in the connector settings. If this persists, share this reference with support: “ofid_…”",
  ],
  'the pointer leads to another origin': ['asks_for_authorization'],
  'only the root form is there': ['asks_for_authorization'],
  'the challenge has no pointer': ['asks_for_authorization'],
  '403 where 401 was due': ['stops', 'challenge', 'wrong_status'],
  'HEAD is not challenged': ['asks_for_authorization'],
  '200 to whoever comes': ['needs_no_sign_in'],
  'an error with status 200': ['stops', 'challenge', 'not_challenged'],
  'no protected-resource metadata': [
    'stops',
    'registration',
    'registration_not_found',
    "Couldn't register with …'s sign-in service. You can try again, or add an OAuth Client ID in the connector settings. If this persists, share this reference with support: “ofid_…”",
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
    "Couldn't register with …'s sign-in service. You can try again, or add an OAuth Client ID in the connector settings. If this persists, share this reference with support: “ofid_…”",
  ],
  'authorization-server metadata only where OpenID appends it': [
    'stops',
    'registration',
    'registration_not_found',
    "Couldn't register with …'s sign-in service. You can try again, or add an OAuth Client ID in the connector settings. If this persists, share this reference with support: “ofid_…”",
  ],
  '“issuer” is another': [
    'cannot_tell',
    'authorization_server_metadata',
    'Nobody has recorded whether it minds that “issuer” is not the name under which it looked',
  ],
  'S256 is not listed': ['stops', 'authorization_request', 's256_not_listed'],
  'no registration, no client metadata documents': [
    'stops',
    'registration',
    'no_way_to_register',
    "Couldn't register with …'s sign-in service. You can try again, or add an OAuth Client ID in the connector settings. If this persists, share this reference with support: “ofid_…”",
  ],
  'no registration, but client metadata documents': ['asks_for_authorization'],
  'client metadata documents without “none”': [
    'stops',
    'registration',
    'no_way_to_register',
    "Couldn't register with …'s sign-in service. You can try again, or add an OAuth Client ID in the connector settings. If this persists, share this reference with support: “ofid_…”",
  ],
  '“none” is not listed': ['asks_for_authorization'],
  'the registration endpoint is not there': [
    'stops',
    'registration',
    'registration_not_found',
    "Couldn't register with …'s sign-in service. You can try again, or add an OAuth Client ID in the connector settings. If this persists, share this reference with support: “ofid_…”",
  ],
}

for (const [name, served, end] of withEnds(ends))
  test(`Claude, where it ends: ${name}`, async () => {
    assert.deepEqual(await endOf('claude', served), end)
  })

test('Claude throws metadata of another resource away, and says what it sends all the same', async () => {
  const served = withResourceMetadata({ resource: 'https://other.example.com/mcp' })

  assert.deepEqual(await caveatsOf('claude', served), ['disregards_resource_metadata', 'guesses_endpoints'])
  assert.equal((await requestOf('claude', healthy))?.resource, target)
})

test('Claude counts a 403 only with “insufficient_scope”', async () => {
  const header = { 'www-authenticate': 'Bearer error="insufficient_scope", scope="notes"' }

  assert.deepEqual(await endOf('claude', { ...healthy, POST: { status: 403, headers: header } }), [
    'asks_for_authorization',
  ])
})

test('Claude adds “offline_access” where it is listed', async () => {
  assert.equal(
    (await requestOf('claude', withServerMetadata({ scopes_supported: ['offline_access'] })))?.scope,
    'notes offline_access',
  )
})

test('Claude uses its client metadata document before it registers', async () => {
  const served = withServerMetadata({ client_id_metadata_document_supported: true })

  assert.equal((await requestOf('claude', served))?.registration, 'client_metadata_document')
})

test('whether Claude follows a redirect of the MCP URL nobody can tell', async () => {
  const served = { ...healthy, POST: { status: 307, headers: { location: `${target}/` } } }

  assert.deepEqual(await endOf('claude', served), [
    'cannot_tell',
    'challenge',
    'Nobody has recorded whether it follows a redirect of the MCP URL',
  ])
})

test('Claude cannot reach a server that is not public', async () => {
  assert.equal((await caveatsOf('claude', {}, 'http://localhost:3000/mcp'))[0], 'needs_public_url')
})
