import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Application, startApplication } from './application.ts'

/** "Testing Your Implementation" of the document that this example began with, with the values that it should have had (docs/seeds.md, 002). */
let application: Application
before(async () => {
  application = await startApplication()
})
after(() => application.stop())

test('check 1: the metadata of the authorization server is where clients look, names its own issuer, and nothing but S256', async () => {
  const { origin } = application

  for (const path of ['/.well-known/oauth-authorization-server/api/oauth', '/.well-known/oauth-authorization-server']) {
    const answer = await fetch(origin + path)
    const metadata = await json(answer)

    assert.equal(answer.status, 200)
    assert.equal(metadata.issuer, `${origin}/api/oauth`)
    assert.equal(metadata.token_endpoint, `${origin}/api/oauth/token`)
    assert.equal(metadata.registration_endpoint, `${origin}/api/oauth/register`)
    assert.deepEqual(metadata.response_types_supported, ['code'])
    assert.deepEqual(metadata.code_challenge_methods_supported, ['S256'])
    assert.equal('resource_parameter_supported' in metadata, false)
  }
})

test('check 1: each address of the MCP server has metadata of its own, and the origin, which is no MCP server, has none', async () => {
  const { origin } = application

  for (const path of ['/mcp/mcp', '/mcp/sse']) {
    const answer = await fetch(`${origin}/.well-known/oauth-protected-resource${path}`)
    const metadata = await json(answer)

    assert.equal(answer.headers.get('access-control-allow-origin'), '*')
    assert.equal(metadata.resource, origin + path)
    assert.deepEqual(metadata.authorization_servers, [`${origin}/api/oauth`])
    assert.equal('mcp_endpoints' in metadata, false)
  }
  assert.equal((await fetch(`${origin}/.well-known/oauth-protected-resource`)).status, 404)
})

test('check 2: the challenge of each address names the metadata of that address', async () => {
  const { origin } = application

  for (const path of ['/mcp/mcp', '/mcp/sse']) {
    const answer = await fetch(origin + path)
    const challenge = answer.headers.get('www-authenticate') ?? ''

    assert.equal(answer.status, 401)
    assert.match(challenge, /^Bearer /)
    assert.ok(
      challenge.includes(`resource_metadata="${origin}/.well-known/oauth-protected-resource${path}"`),
      challenge,
    )
    assert.doesNotMatch(challenge, /error=/)
  }
})

test('check 2: of a token that is not good, the challenge says so', async () => {
  const answer = await fetch(`${application.origin}/mcp/mcp`, { headers: { authorization: 'Bearer of-no-worth' } })

  assert.equal(answer.status, 401)
  assert.match(answer.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
})

test('check 3: a client registers at /register itself, without a redirect, and a public one gets no secret', async () => {
  const { origin } = application

  for (const path of ['/register', '/api/oauth/register']) {
    const answer = await register(origin + path, { token_endpoint_auth_method: 'none' })
    const registered = await json(answer)

    assert.equal(answer.status, 201)
    assert.equal(typeof registered.client_id, 'string')
    assert.equal('client_secret' in registered, false)
  }
})

test('what is added to a path does not send clients elsewhere: a slash, HEAD and preflights are answered as they are', async () => {
  const { origin } = application
  const send = (path: string, init: RequestInit) => fetch(origin + path, { redirect: 'manual', ...init })
  const preflight = { origin: 'https://inspector.example', 'access-control-request-method': 'POST' }

  assert.equal((await send('/.well-known/oauth-protected-resource/mcp/mcp/', {})).status, 200)
  assert.equal((await send('/.well-known/oauth-protected-resource/mcp/mcp', { method: 'HEAD' })).status, 200)
  assert.equal((await send('/api/oauth/token', { method: 'OPTIONS', headers: preflight })).status, 204)
})

test('nothing public is made of the request: who names another host is refused', async () => {
  const { request } = await import('node:http')
  const status = await new Promise((resolve, reject) => {
    const { port } = new URL(application.origin)
    const path = '/.well-known/oauth-protected-resource/mcp/mcp'
    const asked = request({ host: 'localhost', port, path, headers: { host: 'evil.example' } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    asked.on('error', reject).end()
  })

  assert.equal(status, 403)
})

function register(url: string, metadata: object): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'Test', redirect_uris: ['http://localhost:3000'], ...metadata }),
  })
}

async function json(answer: Response): Promise<Record<string, unknown>> {
  return (await answer.json()) as Record<string, unknown> // an object, as its fields are then asked for
}
