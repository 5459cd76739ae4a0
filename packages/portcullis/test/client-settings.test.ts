import assert from 'node:assert/strict'
import { request } from 'node:http'
import { type TestContext, test } from 'node:test'
import { callWith, postForm } from './machine-caller.ts'
import { Person, startProgram, startUpstream } from './running-program.ts'

const secret = 'nightly-secret'.padEnd(40, '0')
const redirectUri = 'https://desk.example/callback'

test('a client of the configuration that acts for itself has no redirect URI, and none is taken for it', async (t) => {
  const program = await start(
    t,
    'clients: { nightly: { secretVariable: SECRET, grantTypes: [client_credentials] } }\nprivileges: { nightly: { clientCredentials: [mcp] } }',
  )

  const { status, body } = await postForm(
    `${program.origin}/token`,
    { grant_type: 'client_credentials' },
    { client: 'nightly', secret },
  )
  const called = await callWith(body.access_token, `${program.origin}/mcp`)
  const browser = await fetch(program.origin + authorizeUrl('nightly'), { redirect: 'manual' })

  assert.deepEqual([status, called], [200, 200])
  assert.equal(browser.status, 400) // a page, since there is nowhere that an error could be sent to
})

test('RFC 9126 §6: a client of the configuration that must push sends no browser without, and others may', async (t) => {
  const program = await start(
    t,
    `pushedRequests: { enabled: true, lifetime: 90s }
clients:
  desk: { redirectUris: ["${redirectUri}"], secretVariable: SECRET, requirePushedRequests: true }
  other: { redirectUris: ["${redirectUri}"] }`,
  )
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const pushed = await postForm(`${program.origin}/par`, query('desk'), { client: 'desk', secret })

  const plain = await person.open(authorizeUrl('desk'))
  const other = await person.open(authorizeUrl('other'))
  const arrived = await person.open(authorizeUrl('desk', { request_uri: String(pushed.body.request_uri) }))

  assert.deepEqual([pushed.status, pushed.body.expires_in], [201, 90])
  assert.equal(new URL(plain.headers.get('location') ?? '').searchParams.get('error'), 'invalid_request')
  assert.equal(other.status, 200, 'the form of consent')
  assert.ok(arrived.status < 400)
  assert.doesNotMatch(arrived.headers.get('location') ?? '', /error=/)
})

test('RFC 8628: a device of the configuration asks with its secret, and is told the times that are set', async (t) => {
  const program = await start(
    t,
    `devices: { enabled: true, lifetime: 5m, interval: 10s }
limits: { deviceRequestsPerHour: 2 }
clients: { screen: { secretVariable: SECRET, grantTypes: ["urn:ietf:params:oauth:grant-type:device_code", refresh_token] } }`,
  )
  const ask = () =>
    postForm(`${program.origin}/device_authorization`, { client_id: 'screen' }, { client: 'screen', secret })

  const { status, body } = await ask()
  await ask()
  const third = await ask()

  assert.deepEqual([status, body.expires_in, body.interval], [200, 300, 10])
  assert.equal(third.status, 429)
})

test('AS-10 with an initial access token in the environment nobody registers without it', async (t) => {
  const program = await start(t, '', { PORTCULLIS_INITIAL_ACCESS_TOKEN: secret })
  const register = (headers: Record<string, string>) =>
    fetch(`${program.origin}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' }),
    })

  assert.equal((await register({})).status, 401)
  assert.equal((await register({ authorization: `Bearer ${secret}` })).status, 201)
})

test('law 2: at each further URL the MCP server has metadata of its own, and tokens for it are taken at all', async (t) => {
  const program = await start(
    t,
    `publicUrl: http://localhost:PORT/mcp
alsoServedAt: ["http://localhost:PORT/v1/mcp"]
clients: { nightly: { secretVariable: SECRET, grantTypes: [client_credentials] } }
privileges: { nightly: { clientCredentials: [mcp] } }`,
  )
  const other = `${program.origin}/v1/mcp`

  const metadata = await (await fetch(`${program.origin}/.well-known/oauth-protected-resource/v1/mcp`)).json()
  const { body } = await postForm(
    `${program.origin}/token`,
    { grant_type: 'client_credentials', resource: other },
    { client: 'nightly', secret },
  )

  assert.equal(metadata.resource, other)
  assert.deepEqual(
    await Promise.all([other, `${program.origin}/mcp`].map((url) => callWith(body.access_token, url))),
    [200, 200],
  )
})

test('law 1: a host of `alsoServedAt` is answered at, and another is not', async (t) => {
  const program = await start(t, 'alsoServedAt: ["https://mcp.example/mcp"]')

  const [named, foreign] = await Promise.all(
    ['mcp.example', 'evil.example'].map((host) => statusAt(program.origin, host)),
  )

  assert.deepEqual([named, foreign], [401, 403])
})

async function start(t: TestContext, settings: string, environment: Record<string, string> = {}) {
  const upstream = await startUpstream(t, (_, res) => {
    res.setHeader('content-type', 'application/json')
    res.end('{"jsonrpc":"2.0","id":1,"result":{}}')
  })
  return startProgram(t, {
    argv: ['--upstream', `${upstream}/mcp`],
    environment: { SECRET: secret, ...environment },
    settings,
  })
}

function query(clientId: string): Record<string, string> {
  return {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    state: 'xyz',
  }
}

function authorizeUrl(clientId: string, instead?: Record<string, string>): string {
  const parameters = new URLSearchParams(instead === undefined ? query(clientId) : { client_id: clientId, ...instead })
  return `/authorize?${parameters}`
}

/** Fetch names the host itself. */
function statusAt(origin: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(`${origin}/mcp`, { method: 'POST', headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.on('error', reject).end()
  })
}
