import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Application, startApplication } from './application.ts'
import { ask, tokensFor } from './client.ts'

/** The four endpoints of the document, and what each has to be; docs/seeds.md says why. */
let application: Application
before(async () => {
  application = await startApplication()
})
after(() => application.stop())

test('without a token, /mcp answers 401 and says where its metadata is, and what to ask for', async () => {
  const { origin, mcp } = application

  for (const method of ['GET', 'POST', 'HEAD', 'DELETE']) {
    const answer = await fetch(mcp, { method })

    assert.equal(answer.status, 401, method)
    assert.equal(
      answer.headers.get('www-authenticate'),
      `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp", scope="profile email"`,
    )
  }
})

test('the metadata of the resource name it as people type it, Clerk, and the scopes, at both places', async () => {
  const { origin, mcp, clerk } = application

  for (const path of ['', '/mcp']) {
    const answer = await fetch(`${origin}/.well-known/oauth-protected-resource${path}`)

    assert.deepEqual(await answer.json(), {
      resource: mcp,
      authorization_servers: [clerk.issuer],
      scopes_supported: ['profile', 'email'],
      bearer_methods_supported: ['header'],
      resource_name: 'Shelf',
    })
  }
})

test('law 15: both documents of Clerk are shown at the host of the MCP server byte by byte, wherever clients look for them', async () => {
  const { origin, clerk } = application

  for (const name of ['oauth-authorization-server', 'openid-configuration']) {
    const own = await (await fetch(`${clerk.issuer}/.well-known/${name}`)).text()
    for (const path of [`/.well-known/${name}`, `/.well-known/${name}/mcp`, `/mcp/.well-known/${name}`])
      assert.equal(await (await fetch(origin + path)).text(), own, path)
  }
})

test('a page may read every document, and ask beforehand; HEAD is answered as GET', async () => {
  const { origin, mcp } = application
  const documents = ['oauth-protected-resource/mcp', 'oauth-authorization-server', 'openid-configuration']

  for (const name of documents) {
    const url = `${origin}/.well-known/${name}`
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      headers: { origin: 'https://inspector.example', 'access-control-request-headers': 'mcp-protocol-version' },
    })

    assert.ok(preflight.status < 300, name)
    assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /mcp-protocol-version/i)
    for (const method of ['GET', 'HEAD']) {
      const answer = await fetch(url, { method })
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('access-control-allow-origin'), '*')
    }
  }
  assert.notEqual((await fetch(mcp, { method: 'OPTIONS' })).status, 405)
})

test('what was had of Clerk is shown on while it is down, and its tokens are good', async () => {
  const { origin, mcp, clerk } = application
  const { access_token } = await tokensFor(application)
  const tools = () => ask(mcp, 'tools/list', { headers: { authorization: `Bearer ${access_token}` } })
  assert.equal((await tools()).status, 200)

  clerk.switches.isDown = true
  const shown = await fetch(`${origin}/.well-known/oauth-authorization-server`)
  const listed = await tools()
  clerk.switches.isDown = false

  assert.equal(shown.status, 200)
  assert.equal(listed.status, 200)
})
