import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Browser } from './browser.ts'
import { callTool, register, type Tokens } from './client.ts'
import { startPortal } from './scene.ts'

/** The steps of the document's own plan, with what is right in place of what it expected; docs/seeds.md says why. */

test('step 1: without a token, /mcp answers 401 and says where its metadata is, with its path', async (t) => {
  const { origin } = await startPortal(t)

  for (const method of ['GET', 'POST', 'HEAD', 'DELETE']) {
    const answer = await fetch(`${origin}/mcp`, { method })

    assert.equal(answer.status, 401, method)
    assert.equal(
      answer.headers.get('www-authenticate'),
      `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp", scope="portfolio:read tools:invoke"`,
    )
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
  }
})

test('step 2: the documents lead from one to the other, are the same for HEAD, and may be read by a page', async (t) => {
  const { origin } = await startPortal(t)

  const metadata = await fetch(`${origin}/.well-known/oauth-protected-resource/mcp`)
  const resource = (await metadata.json()) as Record<string, unknown>
  const server = await fetch(`${origin}/.well-known/oauth-authorization-server`)
  const known = (await server.json()) as Record<string, unknown>
  const preflight = await fetch(`${origin}/.well-known/oauth-protected-resource/mcp`, {
    method: 'OPTIONS',
    headers: { origin: 'https://inspector.example', 'access-control-request-headers': 'mcp-protocol-version' },
  })

  assert.equal(resource.resource, `${origin}/mcp`)
  assert.deepEqual(resource.authorization_servers, [origin])
  assert.deepEqual(resource.scopes_supported, ['portfolio:read', 'tools:invoke'])
  assert.deepEqual(resource.bearer_methods_supported, ['header'])
  assert.equal(known.issuer, origin)
  assert.deepEqual(known.code_challenge_methods_supported, ['S256'])
  assert.deepEqual(known.response_types_supported, ['code'])
  for (const [name, path] of [
    ['authorization_endpoint', '/authorize'],
    ['token_endpoint', '/token'],
    ['registration_endpoint', '/register'],
  ] as const)
    assert.equal(known[name], `${origin}${path}`)
  assert.equal((await fetch(metadata.url, { method: 'HEAD' })).status, 200)
  for (const answer of [metadata, server, preflight])
    assert.equal(answer.headers.get('access-control-allow-origin'), '*')
  assert.ok(preflight.status < 300)
})

test('step 2: an address below /.well-known/ that is none answers 404 and JSON, and no page', async (t) => {
  const { origin } = await startPortal(t)

  for (const path of ['/.well-known/openid-connect', '/.well-known/mcp.json']) {
    const answer = await fetch(`${origin}${path}`)

    assert.equal(answer.status, 404, path)
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/, path)
  }
})

test('step 2: a token that is not good is told apart from none', async (t) => {
  const { origin } = await startPortal(t)

  const answer = await callTool(`${origin}/mcp`, { name: 'whoami', headers: { authorization: 'Bearer dead' } })

  assert.equal(answer.status, 401)
  assert.match(answer.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
})

// Step 3, with the program itself: `npm run examples -- portal` lets Claude Code add the server (with a name for it), sign in, and call a tool.

test('step 4: what ChatGPT sends, as documented, leads to its tools, and works the next day', async (t) => {
  // A replay of its requests as they are documented and were captured by others; ChatGPT itself cannot be run here.
  let ahead = 0
  const { origin } = await startPortal(t, () => ({ now: () => Math.floor(Date.now() / 1000) + ahead }))
  const headers = { 'user-agent': 'openai-mcp/1.0.0 (+https://openai.com/bot)' }
  const redirectUri = 'https://chatgpt.com/connector_platform_oauth_redirect'
  const browser = new Browser(origin)
  await browser.signIn('ada')

  const challenge = await callTool(`${origin}/mcp`, { name: 'read_portfolio', headers })
  const registered = await register(origin, {
    client_name: 'ChatGPT',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  })
  const { client_id: clientId } = (await registered.json()) as { client_id: string }
  const verifier = 'v'.repeat(64)
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'portfolio:read tools:invoke',
    resource: `${origin}/mcp`,
    state: 'oauth_s_1',
    code_challenge: Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(verifier))).toString('base64url'),
    code_challenge_method: 'S256',
  })
  const landed = await browser.allow(`/authorize?${query}`)
  const token = (fields: Record<string, string>) =>
    fetch(`${origin}/token`, { method: 'POST', headers, body: new URLSearchParams({ client_id: clientId, ...fields }) })
  const given = await token({
    grant_type: 'authorization_code',
    code: landed.searchParams.get('code') ?? '',
    code_verifier: verifier,
    redirect_uri: redirectUri,
    resource: `${origin}/mcp`,
  })
  const first = (await given.json()) as Tokens
  const call = ({ access_token }: Tokens) =>
    callTool(`${origin}/mcp`, {
      name: 'read_portfolio',
      headers: { ...headers, authorization: `Bearer ${access_token}` },
    })
  const today = await (await call(first)).text()
  ahead = 24 * 3600
  const expired = await call(first)
  const second = (await (
    await token({ grant_type: 'refresh_token', refresh_token: first.refresh_token })
  ).json()) as Tokens
  const tomorrow = await (await call(second)).text()

  assert.equal(challenge.status, 401)
  assert.equal(landed.origin + landed.pathname, redirectUri)
  assert.deepEqual([landed.searchParams.get('state'), landed.searchParams.get('iss')], ['oauth_s_1', origin])
  assert.match(today, /BHP\.AX: 120/)
  assert.equal(expired.status, 401)
  assert.match(tomorrow, /BHP\.AX: 120/)
})
