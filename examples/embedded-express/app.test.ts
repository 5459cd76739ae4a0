import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { allow, Browser, codeIn, redeem, registerClient, startApp } from './walk.ts'

test('a client is let in by the application’s own sign-in, is not asked about again, and the MCP server learns who calls', async (t) => {
  const origin = await startApp(t)
  const browser = new Browser(origin)
  const client = await registerClient(origin, 'read')

  const toSignIn = await browser.get(client.request)
  const login = toSignIn.headers.get('location') ?? ''
  const page = await browser.get(login)
  const [, to = ''] = /name="to" value="([^"]*)"/.exec(await page.text()) ?? []
  const back = await browser.post('/login', { name: 'ada', password: 'lovelace', to: to.replaceAll('&amp;', '&') })
  const consent = await browser.get(back.headers.get('location') ?? '')
  const branded = await consent.clone().text()
  const tokens = (await (await redeem(origin, client, await allow(browser, consent))).json()) as {
    access_token: string
  }
  const called = await fetch(`${origin}/mcp`, { headers: { authorization: `Bearer ${tokens.access_token}` } })
  const again = await browser.get(client.request)

  assert.match(login, /^\/login\?to=%2Foauth%2Fauthorize/)
  assert.match(branded, /<bdi>Acme<\/bdi>/)
  assert.deepEqual(await called.json(), { subject: 'u-1', scope: ['read'], team: 'engines' })
  assert.equal(again.status, 302)
  assert.match(codeIn(again), /^k1\.code\./)
})

test('an MCP client that has no token finds its way: challenge, metadata, authorization server', async (t) => {
  const origin = await startApp(t)

  const challenge = await fetch(`${origin}/mcp`)
  const [, url = ''] = /resource_metadata="([^"]*)"/.exec(challenge.headers.get('www-authenticate') ?? '') ?? []
  const metadata = (await (await fetch(url)).json()) as { authorization_servers: string[] }
  const server = await fetch(`${origin}/.well-known/oauth-authorization-server/oauth`)

  assert.equal(challenge.status, 401)
  assert.deepEqual(metadata.authorization_servers, [`${origin}/oauth`])
  assert.equal(((await server.json()) as { issuer: string }).issuer, `${origin}/oauth`)
})

test('what the application does not allow is said to the person, with a way back', async (t) => {
  const origin = await startApp(t)
  const browser = new Browser(origin)
  await browser.signIn('bob', 'guest')

  const page = await browser.get((await registerClient(origin, 'read write')).request)

  assert.equal(page.status, 403)
  assert.match(await page.text(), /Guests cannot let applications change projects/)
})

test('a link to sign in leads nowhere else afterwards', async (t) => {
  const origin = await startApp(t)
  const elsewhere = [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
  ]

  for (const to of elsewhere) {
    const back = await new Browser(origin).post('/login', { name: 'ada', password: 'lovelace', to })

    assert.equal(new URL(back.headers.get('location') ?? '', origin).origin, origin, to)
  }
})

test('people see what they let in, and take it back', async (t) => {
  const origin = await startApp(t)
  const browser = new Browser(origin)
  await browser.signIn('ada', 'lovelace')
  const client = await registerClient(origin, 'read')
  await redeem(origin, client, await allow(browser, await browser.get(client.request)))

  const listed = (await (await browser.get('/settings/applications')).json()) as Record<string, { clientId: string }[]>
  await browser.post('/settings/applications/revoke', { client: client.clientId })
  const after = await (await browser.get('/settings/applications')).json()
  const asked = await browser.get(client.request)

  for (const list of [listed.connected, listed.remembered])
    assert.deepEqual(
      list?.map(({ clientId }) => clientId),
      [client.clientId],
    )
  assert.deepEqual(after, { connected: [], remembered: [] })
  assert.equal(asked.status, 200)
})

test('the page on embedding shows this application as it is', () => {
  const page = readFileSync(new URL('../../docs/embedding.md', import.meta.url), 'utf8')
  const app = readFileSync(new URL('app.ts', import.meta.url), 'utf8')

  assert.ok(page.includes(`\`\`\`ts\n${app}\`\`\``))
})
