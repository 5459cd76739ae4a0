import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask } from './ask.ts'
import { Browser } from './browser.ts'
import { callTool } from './client.ts'
import { startPortal } from './scene.ts'

test('law 10: a dev link calls the tools as its person, until it is taken back, and stands in no log', async (t) => {
  const { origin, log } = await startPortal(t, () => ({ hasDevLinks: true }))
  const browser = new Browser(origin)
  await browser.signIn('ada')

  const page = await (await browser.post('/dev-links', { hours: '1' })).text()
  const [url = ''] = /http:[^<]*\/mcp\/dev\/[\w-]{43}/.exec(page) ?? []
  const called = await callTool(url, { name: 'set_holding', arguments: { symbol: 'CBA.AX', units: 3 } })
  const listed = await (await browser.get('/dev-links')).text()
  const [, link = ''] = /name="link" value="([^"]*)"/.exec(listed) ?? []
  await browser.post('/dev-links/end', { link })
  const afterwards = await callTool(url, { name: 'whoami' })
  const discovered = await fetch(url.replace('/mcp/dev', '/.well-known/oauth-protected-resource/mcp/dev'))

  const secret = url.split('/').at(-1) ?? ''
  assert.match(await called.text(), /You hold 3 CBA\.AX/)
  assert.ok(!listed.includes(secret))
  assert.equal(afterwards.status, 404)
  assert.equal(afterwards.headers.get('www-authenticate'), null)
  assert.equal(discovered.status, 404)
  assert.ok(log.some((line) => line === 'POST /mcp/dev/[redacted] 200'))
  assert.ok(!log.join('\n').includes(`/mcp/dev/${secret}`))
})

test('law 10: a dev link counts for no other machine and through no proxy, and neither does the page that makes them', async (t) => {
  const { origin } = await startPortal(t, () => ({ hasDevLinks: true }))
  const { host } = new URL(origin)
  const browser = new Browser(origin)
  await browser.signIn('ada')
  const page = await (await browser.post('/dev-links', { hours: '8' })).text()
  const [url = ''] = /http:[^<]*\/mcp\/dev\/[\w-]{43}/.exec(page) ?? []

  for (const headers of [
    { host, 'x-forwarded-for': '192.0.2.1' },
    { host, forwarded: 'for=192.0.2.1' },
    { host, 'cf-connecting-ip': '192.0.2.1' },
    { host, origin: 'https://evil.example' },
    { host: 'evil.example' },
  ]) {
    assert.equal((await ask(url, headers, 'POST')).status, 403, JSON.stringify(headers))
    const form = await ask(`${origin}/dev-links`, { ...headers, cookie: browser.cookie })
    assert.ok([403, 421].includes(form.status), JSON.stringify(headers))
  }
})

test('law 10: where nobody asked for dev links there are none', async (t) => {
  const { origin } = await startPortal(t)
  const browser = new Browser(origin)
  await browser.signIn('ada')

  const home = await (await browser.get('/')).text()

  assert.ok(!home.includes('/dev-links'))
  for (const path of ['/dev-links', `/mcp/dev/${'x'.repeat(43)}`])
    assert.ok([401, 404].includes((await browser.get(path)).status), path)
  for (const elsewhere of ['https://folio.example', 'https://10.0.0.1'])
    await assert.rejects(
      startPortal(t, () => ({ origin: elsewhere, hasDevLinks: true })),
      { name: 'TypeError', message: /for this machine alone/ },
    )
})
