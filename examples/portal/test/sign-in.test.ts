import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask } from './ask.ts'
import { Browser } from './browser.ts'
import { password, startPortal } from './scene.ts'

test('somebody makes an account, and goes on where they were', async (t) => {
  const { origin } = await startPortal(t)
  const browser = new Browser(origin)

  const made = await browser.post('/sign-up', { name: 'grace', password: 'a few good words', to: '/applications' })
  const page = await browser.get('/applications')

  assert.deepEqual([made.status, made.headers.get('location'), page.status], [303, '/applications', 200])
  const cookie = made.headers.get('set-cookie') ?? ''
  assert.match(cookie, /^folio=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/)
})

test('a name that is taken, a short password and a strange name make no account', async (t) => {
  const { origin } = await startPortal(t)
  const browser = new Browser(origin)

  for (const fields of [
    { name: 'ADA', password },
    { name: 'grace', password: 'short' },
    { name: '<b>grace</b>', password },
    { name: '', password },
  ])
    assert.equal((await browser.post('/sign-up', fields)).status, 422, JSON.stringify(fields))
  assert.equal(browser.cookie, '')
})

test('passwords are tried ten times in a quarter of an hour, and then not even the right one counts', async (t) => {
  const { origin } = await startPortal(t)
  const browser = new Browser(origin)

  for (let attempt = 0; attempt < 10; attempt++)
    assert.equal((await browser.post('/sign-in', { name: 'ada', password: 'wrong password' })).status, 401)

  assert.equal((await browser.post('/sign-in', { name: 'ada', password })).status, 429)
  assert.equal((await browser.post('/sign-in', { name: 'bob', password })).status, 303)
})

test('a session ends with signing out, and a form of another site does nothing', async (t) => {
  const { origin } = await startPortal(t)
  const browser = new Browser(origin)
  await browser.signIn('ada')
  const { cookie } = browser

  for (const path of ['/sign-in', '/sign-up', '/sign-out', '/holdings', '/applications/end'])
    assert.equal((await browser.post(path, { symbol: 'A', units: '1' }, 'https://evil.example')).status, 403, path)
  await browser.post('/sign-out', {})
  const stolen = await ask(`${origin}/`, { host: new URL(origin).host, cookie })

  assert.equal(browser.cookie, '')
  assert.equal(stolen.status, 303)
})

test('a link to sign in leads nowhere else afterwards', async (t) => {
  const { origin } = await startPortal(t)

  for (const to of [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
  ]) {
    const back = await new Browser(origin).post('/sign-in', { name: 'ada', password, to })

    assert.equal(new URL(back.headers.get('location') ?? '', origin).origin, origin, to)
  }
})

test('pages cannot be framed, run no script, and are kept by nobody', async (t) => {
  const { origin } = await startPortal(t)
  const browser = new Browser(origin)
  await browser.signIn('ada')

  for (const path of ['/', '/applications', '/connect', '/sign-up']) {
    const { headers } = await browser.get(path)

    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/, path)
    assert.equal(headers.get('cache-control'), 'no-store', path)
  }
})
