import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type KnownClient, knownClientsOf } from '@portcullis/auth/authorization-server'
import { attemptOf, authorize, consent, createWorld, exchange, refresh, register, type World } from './world.ts'

const knownClients: readonly KnownClient[] = [
  { vendor: 'Perplexity', redirectHosts: ['www.perplexity.ai', 'enterprise.perplexity.ai'], needsSecret: true },
  { vendor: 'Microsoft', redirectHosts: ['teams.microsoft.com'], needsSecret: true },
  { vendor: 'Anthropic', redirectHosts: ['claude.ai', 'claude.com'], needsSecret: false },
]
const redirect_uris = [
  'https://www.perplexity.ai/rest/connections/oauth_callback',
  'https://enterprise.perplexity.ai/rest/connections/oauth_callback',
]

function world(): World {
  return createWorld({ as: { knownClients } })
}

async function redeemed(at: World, changes: (secret: string, clientId: string) => Record<string, string>) {
  const client = await register(at, { redirect_uris })
  const attempt = attemptOf(client)
  const code = (await consent(at, attempt)).get('code') ?? ''
  return {
    client,
    attempt,
    code,
    ...(await exchange(at, attempt, code, changes(client.clientSecret ?? '', client.clientId))),
  }
}

test('AS-10 a client that says none and is known to need a secret gets one, and is registered as public', async () => {
  const at = world()

  const response = await at.send('/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris, token_endpoint_auth_method: 'none' }),
  })
  const body = await response.json()

  assert.equal(body.token_endpoint_auth_method, 'none')
  assert.equal(body.client_secret_expires_at, 0)
  assert.match(body.client_secret, /^[\w-]{43}$/)
  const record = await at.store.get('client', body.client_id)
  assert.ok(!JSON.stringify(record).includes(body.client_secret))
})

const withoutSecret: Readonly<Record<string, string[]>> = {
  'one redirect host of somebody else': [...redirect_uris, 'https://evil.example/cb'],
  'a loopback redirect URI beside': [...redirect_uris, 'http://127.0.0.1/cb'],
  'a private-use scheme beside': [...redirect_uris, 'perplexity://cb'],
  'hosts of two vendors': [...redirect_uris, 'https://teams.microsoft.com/cb'],
  'a host that begins like one': ['https://www.perplexity.ai.evil.example/cb'],
  'a host below one': ['https://a.www.perplexity.ai/cb'],
  'another port': ['https://www.perplexity.ai:8443/cb'],
  'hosts of a vendor that needs none': ['https://claude.ai/api/mcp/auth_callback'],
}
for (const [title, uris] of Object.entries(withoutSecret))
  test(`a client that says none, with ${title}, gets no secret`, async () => {
    assert.equal((await register(world(), { redirect_uris: uris })).clientSecret, undefined)
  })

test('a client of a device, which has no redirect URI, is of no vendor, and gets no secret', async () => {
  const at = createWorld({ as: { knownClients, deviceAuthorization: {} } })
  const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code'

  const client = await register(at, { grant_types: [deviceCode], redirect_uris: undefined })

  assert.equal(client.clientSecret, undefined)
})

test('without the option no client that says none gets a secret', async () => {
  assert.equal((await register(createWorld(), { redirect_uris })).clientSecret, undefined)
})

test('it comes with its secret, by either way, or without', async () => {
  const basic = (secret: string, clientId: string) => ({
    authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`,
  })
  const at = world()
  const posted = await redeemed(at, (secret) => ({ client_secret: secret }))
  const without = await redeemed(at, () => ({}))
  const { client, body } = posted
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' })
  const byHeader = await at.send('/token', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...basic(client.clientSecret ?? '', client.clientId),
    },
    body: form.toString(),
  })

  assert.deepEqual([posted.status, without.status, byHeader.status], [200, 200, 200])
})

test('a wrong secret of it is invalid_client, and burns nothing', async () => {
  const at = world()

  const { status, body, attempt, code } = await redeemed(at, () => ({ client_secret: 'wrong' }))
  const afterwards = await exchange(at, attempt, code)

  assert.deepEqual([status, body.error], [401, 'invalid_client'])
  assert.equal(afterwards.status, 200)
})

test('AS-30 AS-38 it is public in every other rule: PKCE, rotation, and reuse that ends the grant', async () => {
  const at = world()
  const { client, attempt, code } = await redeemed(at, () => ({ client_secret: 'wrong' }))
  const withSecret = { client_secret: client.clientSecret ?? '' }

  const noPkce = await authorize(at, attemptOf(client, { code_challenge: undefined, code_challenge_method: undefined }))
  const wrongVerifier = await exchange(at, attempt, code, { ...withSecret, code_verifier: 'x'.repeat(43) })
  const { body } = await exchange(at, attempt, code, withSecret)
  const second = await refresh(at, client, body.refresh_token ?? '', withSecret)
  const third = await refresh(at, client, second.body.refresh_token ?? '', withSecret)
  const reused = await refresh(at, client, body.refresh_token ?? '', withSecret)
  const ended = await refresh(at, client, third.body.refresh_token ?? '', withSecret)

  assert.match(noPkce.headers.get('location') ?? '', /error=invalid_request/)
  assert.equal(wrongVerifier.body.error, 'invalid_grant')
  assert.notEqual(second.body.refresh_token, body.refresh_token)
  assert.deepEqual([reused.body.error, ended.body.error], ['invalid_grant', 'invalid_grant'])
})

test('it is always another client: whoever registers the same does not learn a secret, nor share one', async () => {
  const at = world()

  const [first, second] = await Promise.all([
    register(at, { redirect_uris, software_version: '1' }),
    register(at, { redirect_uris, software_version: '1' }),
  ])

  assert.notEqual(first.clientId, second.clientId)
  assert.notEqual(first.clientSecret, second.clientSecret)
})

test('a host of known clients that could never be compared is refused at construction', () => {
  for (const host of ['Perplexity.ai', 'https://perplexity.ai', 'perplexity.ai/path', '*.perplexity.ai:443', ''])
    assert.throws(
      () => createWorld({ as: { knownClients: [{ vendor: 'x', redirectHosts: [host], needsSecret: true }] } }),
      TypeError,
      host,
    )
})

test('a vendor is known by its hosts, those of documents too, and by what its clients are called, never by a name that tells nobody apart', () => {
  const known = knownClientsOf([
    {
      vendor: 'Vendor',
      name: 'Desk (web, mobile) and Desk Studio',
      registration: {
        documentUrl: { value: 'https://docs.vendor.example/client.json' },
        clientName: { value: 'Desk Code ({server})' },
      },
    },
    { vendor: 'Block', name: 'goose', registration: { documentUrl: { value: 'https://goose.example/client.json' } } },
    { vendor: 'Homeless', name: 'Roof', registration: { clientName: { value: 'Roof' } } },
  ])

  assert.deepEqual(known, [
    {
      vendor: 'Vendor',
      redirectHosts: [],
      documentHosts: ['docs.vendor.example'],
      names: ['Desk Code', 'Desk', 'Desk Studio', 'Vendor'],
      needsSecret: false,
    },
    { vendor: 'Block', redirectHosts: [], documentHosts: ['goose.example'], names: ['goose'], needsSecret: false },
  ])
})

test('a host that is another for each customer says nothing of a vendor', () => {
  const redirectUris = { value: ['https://{host}/callback', 'http://127.0.0.1/callback', 'https://vendor.example/cb'] }

  assert.deepEqual(knownClientsOf([{ vendor: 'Vendor', registration: { redirectUris } }, { vendor: 'Other' }]), [
    { vendor: 'Vendor', redirectHosts: ['vendor.example'], names: ['Vendor'], needsSecret: false },
  ])
})
