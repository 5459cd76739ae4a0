import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Application, startApplication } from './application.ts'
import { Browser } from './browser.ts'
import { ask, call, messageIn, registerClient, said } from './client.ts'

/**
 * Replays: requests as ChatGPT and Claude are documented to send them, since neither can be run here. ChatGPT: https://developers.openai.com/apps-sdk/build/auth
 * and https://developers.openai.com/plugins/build/auth; Claude: https://claude.com/docs/connectors/building/authentication; both as of 2026-11.
 */
let application: Application
before(async () => {
  application = await startApplication()
})
after(() => application.stop())

test('replay: what ChatGPT is documented to send leads to its tools, and to a new sign-in a day later', async () => {
  const { origin, mcp, clerk } = application
  const headers = { 'user-agent': 'openai-mcp/1.0.0 (+https://openai.com/bot)' }
  const json = async (url: string) => {
    assert.equal((await fetch(url, { method: 'HEAD', headers })).status, 200, `HEAD ${url}`)
    return (await fetch(url, { headers })).json()
  }

  const challenge = await ask(mcp, 'initialize', { headers })
  const resource = await json(`${origin}/.well-known/oauth-protected-resource/mcp`)
  const atRoot = await json(`${origin}/.well-known/oauth-protected-resource`)
  const servers = await Promise.all(
    [...resource.authorization_servers, origin].map((each) => json(`${each}/.well-known/oauth-authorization-server`)),
  )
  const client = await registerClient(application, {
    name: 'ChatGPT',
    // Of an authorization server that does not say that it sends `iss` (RFC 9207); Clerk does not.
    redirectUri: 'https://chatgpt.com/connector/oauth/a1b2c3',
    userAgent: headers['user-agent'],
  })
  const browser = new Browser()
  const scope = resource.scopes_supported.join(' ') // it adds no offline_access
  const landed = await client.askFor(scope, { browser, resource: resource.resource })
  const first = await client.redeem(landed)
  const authorized = { ...headers, authorization: `Bearer ${first.access_token}` }
  const { result: listed } = await messageIn(await ask(mcp, 'tools/list', { headers: authorized }))
  const today = await said(await call(mcp, first.access_token, 'whoami', {}, headers))

  assert.equal(challenge.status, 401)
  assert.match(challenge.headers.get('www-authenticate') ?? '', /resource_metadata="[^"]+\/mcp", scope="profile email"/)
  assert.deepEqual(atRoot, resource)
  for (const server of servers) {
    assert.equal(server.issuer, clerk.issuer)
    assert.ok(server.code_challenge_methods_supported.includes('S256'))
    assert.ok(server.token_endpoint_auth_methods_supported.includes('none'))
    assert.equal(server.registration_endpoint, `${clerk.issuer}/oauth/register`)
  }
  assert.equal(landed.searchParams.get('state'), 'of the client')
  for (const { securitySchemes } of listed.tools)
    assert.deepEqual(securitySchemes, [{ type: 'oauth2', scopes: ['profile', 'email'] }])
  assert.match(today, /^You are Ada Lovelace/)

  clerk.switches.tokensAreOld = 25 * 3600
  const second = await client.redeem(await client.askFor(scope, { browser }))
  clerk.switches.tokensAreOld = 0
  const tomorrow = await call(mcp, second.access_token, 'whoami', {}, headers)
  const third = await client.redeem(await client.askFor(scope, { browser }))

  assert.equal(first.refresh_token, undefined)
  assert.equal(tomorrow.status, 401)
  assert.match(tomorrow.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
  assert.match(await said(await call(mcp, third.access_token, 'whoami', {}, headers)), /^You are Ada Lovelace/)
})

test('replay: ChatGPT is told in the result of a tool what to ask for, which a 403 does not tell it', async () => {
  const { mcp } = application
  const client = await registerClient(application, { name: 'ChatGPT' })
  const { access_token } = await client.redeem(await client.askFor('profile'))
  const answer = await call(mcp, access_token, 'my_email', {}, { 'user-agent': 'openai-mcp/1.0.0' })
  const { result } = await messageIn(answer)

  assert.equal(answer.status, 200)
  assert.equal(result.isError, true)
  const [told] = result._meta['mcp/www_authenticate']
  for (const part of [
    /error="insufficient_scope"/,
    /error_description="/,
    /scope="email profile"/,
    /resource_metadata="/,
  ])
    assert.match(told, part)
})

test('replay: what Claude is documented to send leads to its tools, and to new tokens without its person', async () => {
  const { origin, mcp, clerk } = application
  const discovery = { 'user-agent': 'python-httpx/0.28.1' }
  const headers = { 'user-agent': 'Claude-User' }

  const challenge = await ask(mcp, 'initialize', { headers: discovery })
  const [, pointer = ''] = /resource_metadata="([^"]+)"/.exec(challenge.headers.get('www-authenticate') ?? '') ?? []
  const resource = await (await fetch(pointer, { headers: discovery })).json()
  const [issuer] = resource.authorization_servers // the first alone
  const server = await (await fetch(`${issuer}/.well-known/oauth-authorization-server`, { headers: discovery })).json()
  const callback = 'https://claude.ai/api/mcp/auth_callback'
  const claude = { name: 'Claude', redirectUri: callback, userAgent: discovery['user-agent'] }
  const clients = [await registerClient(application, claude), await registerClient(application, claude)] // twice, as seen
  const client = clients.at(-1) ?? assert.fail()
  const [, asked = ''] = /scope="([^"]+)"/.exec(challenge.headers.get('www-authenticate') ?? '') ?? []
  const wanted = server.scopes_supported.includes('offline_access') ? `${asked} offline_access` : asked
  const landed = await client.askFor(wanted)
  const first = await client.redeem(landed)
  const refreshed = await client.refresh(first.refresh_token ?? '')
  const second = (await refreshed.json()) as typeof first
  const again = await client.refresh(first.refresh_token ?? '')

  assert.equal(challenge.status, 401)
  assert.equal(pointer, `${origin}/.well-known/oauth-protected-resource/mcp`)
  assert.equal(resource.resource, mcp) // the URL that was typed, or it throws the document away
  assert.equal(server.issuer, clerk.issuer)
  assert.equal(landed.origin + landed.pathname, callback)
  for (const { access_token } of [first, second])
    assert.match(await said(await call(mcp, access_token, 'whoami', {}, headers)), /^You are Ada Lovelace/)
  assert.equal(again.status, 400)
  assert.equal((await again.json()).error, 'invalid_grant') // by which it knows that its person has to sign in
})
