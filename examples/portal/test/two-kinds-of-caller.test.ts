import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Browser } from './browser.ts'
import { callTool, registerClient, tokensFor } from './client.ts'
import { startPortal } from './scene.ts'

test('a browser’s session signs nobody in at /mcp, from whichever page the request comes', async (t) => {
  const { origin } = await startPortal(t)
  const browser = new Browser(origin)
  await browser.signIn('ada')
  const pages: Record<string, Record<string, string>> = {
    'no page': {},
    'its own page': { origin, 'sec-fetch-site': 'same-origin' },
    'a page of this machine': { origin: 'http://localhost:5173', 'sec-fetch-site': 'same-site' },
  }

  for (const [where, headers] of Object.entries(pages)) {
    const answer = await callTool(`${origin}/mcp`, {
      name: 'read_portfolio',
      headers: { ...headers, cookie: browser.cookie },
    })

    assert.equal(answer.status, 401, where)
    const challenge = answer.headers.get('www-authenticate') ?? ''
    assert.match(challenge, /^Bearer resource_metadata="/, where)
    assert.doesNotMatch(challenge, /error=/, where)
  }
})

test('a page of another site is not even asked to sign in', async (t) => {
  const { origin } = await startPortal(t)
  const browser = new Browser(origin)
  await browser.signIn('ada')

  const answer = await callTool(`${origin}/mcp`, {
    name: 'read_portfolio',
    headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', cookie: browser.cookie },
  })

  assert.equal(answer.status, 403)
  assert.equal(answer.headers.get('access-control-allow-origin'), null)
})

test('where a session and a token come together, the token says who calls', async (t) => {
  const { origin } = await startPortal(t)
  const [adas, bobs] = [new Browser(origin), new Browser(origin)]
  await Promise.all([adas.signIn('ada'), bobs.signIn('bob')])
  const { access_token: token } = await tokensFor(bobs, await registerClient(origin))

  const answer = await callTool(`${origin}/mcp`, {
    name: 'whoami',
    headers: { authorization: `Bearer ${token}`, cookie: adas.cookie },
  })

  assert.match(await answer.text(), /You are bob/)
})

test('a token opens no page of the portal', async (t) => {
  const { origin } = await startPortal(t)
  const browser = new Browser(origin)
  await browser.signIn('ada')
  const { access_token: token } = await tokensFor(browser, await registerClient(origin))

  for (const path of ['/', '/applications']) {
    const headers = { authorization: `Bearer ${token}`, cookie: `folio=${token}` }
    const answer = await fetch(`${origin}${path}`, { headers, redirect: 'manual' })

    assert.equal(answer.status, 303, path)
    assert.match(answer.headers.get('location') ?? '', /^\/sign-in\?/)
  }
})

test('the tools and the pages are about one portfolio, and of the person alone who called', async (t) => {
  const { origin, portal, ada, bob } = await startPortal(t)
  const browser = new Browser(origin)
  await browser.signIn('ada')
  const scope = 'portfolio:read portfolio:write tools:invoke'
  const { access_token: token } = await tokensFor(browser, await registerClient(origin), scope)
  const headers = { authorization: `Bearer ${token}` }

  await browser.post('/holdings', { symbol: 'cba.ax', units: '7' })
  const read = await callTool(`${origin}/mcp`, { name: 'read_portfolio', headers })
  const set = await callTool(`${origin}/mcp`, {
    name: 'set_holding',
    arguments: { symbol: 'BHP.AX', units: 5 },
    headers,
  })
  const page = await (await browser.get('/')).text()

  assert.match(await read.text(), /BHP\.AX: 120\\nCBA\.AX: 7/)
  assert.match(await set.text(), /You hold 5 BHP\.AX/)
  assert.match(page, /BHP\.AX<\/b><small>5 units/)
  assert.equal(portal.portfolios.list(ada.id).length, 2)
  assert.deepEqual(portal.portfolios.list(bob.id), [])
})

test('a tool that changes something is refused with a challenge that names every scope of the call (RS-17)', async (t) => {
  const { origin, portal, ada } = await startPortal(t)
  const browser = new Browser(origin)
  await browser.signIn('ada')
  const { access_token: token } = await tokensFor(browser, await registerClient(origin))

  const answer = await callTool(`${origin}/mcp`, {
    name: 'set_holding',
    arguments: { symbol: 'BHP.AX', units: 0 },
    headers: { authorization: `Bearer ${token}` },
  })

  assert.equal(answer.status, 403)
  const challenge = answer.headers.get('www-authenticate') ?? ''
  assert.match(challenge, /error="insufficient_scope"/)
  for (const scope of ['portfolio:read', 'portfolio:write', 'tools:invoke']) assert.ok(challenge.includes(scope), scope)
  assert.deepEqual(portal.portfolios.list(ada.id), [{ symbol: 'BHP.AX', units: 120 }])
})

test('whoever takes access back ends it: the token is refused within seconds, and the refresh token at once', async (t) => {
  const { origin } = await startPortal(t)
  const browser = new Browser(origin)
  await browser.signIn('ada')
  const client = await registerClient(origin, { client_name: 'A client' })
  const tokens = await tokensFor(browser, client)
  const page = await (await browser.get('/applications')).text()
  const [, grant = ''] = /name="grant" value="([^"]*)"/.exec(page) ?? []

  await browser.post('/applications/end', { grant })
  const refreshed = await client.refresh(tokens.refresh_token)
  let status = 0
  for (const deadline = Date.now() + 5000; status !== 401 && Date.now() < deadline; ) {
    const answer = await callTool(`${origin}/mcp`, {
      name: 'whoami',
      headers: { authorization: `Bearer ${tokens.access_token}` },
    })
    status = answer.status
    await answer.body?.cancel()
  }

  assert.match(page, /A client/)
  assert.equal(((await refreshed.json()) as { error: string }).error, 'invalid_grant')
  assert.equal(status, 401)
})

test('nobody takes back what is another’s', async (t) => {
  const { origin } = await startPortal(t)
  const [adas, bobs] = [new Browser(origin), new Browser(origin)]
  await Promise.all([adas.signIn('ada'), bobs.signIn('bob')])
  const client = await registerClient(origin)
  const tokens = await tokensFor(adas, client)
  const [, grant = ''] = /name="grant" value="([^"]*)"/.exec(await (await adas.get('/applications')).text()) ?? []

  await bobs.post('/applications/end', { grant })

  assert.equal((await client.refresh(tokens.refresh_token)).status, 200)
})
