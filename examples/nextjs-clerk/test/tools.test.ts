import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Application, ada, bob, startApplication } from './application.ts'
import { Browser } from './browser.ts'
import { call, messageIn, said, tokensFor } from './client.ts'

/** Tools are called as the Clerk user, who sees the same in a browser. */
let application: Application
before(async () => {
  application = await startApplication()
})
after(() => application.stop())

test('tools act for the Clerk user whose token it is, and nobody else', async () => {
  const { mcp } = application
  const { access_token: mine } = await tokensFor(application)
  const { access_token: theirs } = await tokensFor(application, { account: bob })
  await call(mcp, mine, 'add_book', { title: 'Middlemarch' })

  assert.match(await said(await call(mcp, mine, 'whoami')), /^You are Ada Lovelace \(user_/)
  assert.equal(await said(await call(mcp, mine, 'my_email')), 'ada@example.com')
  assert.match(await said(await call(mcp, mine, 'list_books')), /Middlemarch/)
  assert.match(await said(await call(mcp, theirs, 'whoami')), /^You are Bob Baker \(user_/)
  assert.equal(await said(await call(mcp, theirs, 'list_books')), 'Your shelf is empty.')
})

test('a person who signs in at Clerk sees in the application what their assistant put there', async () => {
  const { origin, mcp } = application
  const { access_token } = await tokensFor(application)
  await call(mcp, access_token, 'add_book', { title: 'Daniel Deronda' })
  const browser = new Browser()
  const page = await browser.submit(await browser.open(`${origin}/books`), {
    identifier: ada.username,
    password: ada.password,
  })
  const html = await page.answer?.text()

  assert.equal(page.url.href, `${origin}/books`)
  assert.match(html ?? '', /Ada Lovelace/)
  assert.match(html ?? '', /Daniel Deronda/)
})

test('the session of a browser opens nothing at /mcp, as a cookie or as a token of the same issuer and key', async () => {
  const { origin, mcp } = application
  const browser = new Browser()
  const { username: identifier, password } = ada
  await browser.submit(await browser.open(`${origin}/books`), { identifier, password })
  const session = browser.cookie(origin, '__session') ?? ''
  const asCookie = await fetch(mcp, { method: 'POST', headers: { cookie: `__session=${session}` } })
  const asToken = await call(mcp, session, 'whoami')

  assert.match(session, /^ey/)
  assert.equal(asCookie.status, 401)
  assert.doesNotMatch(asCookie.headers.get('www-authenticate') ?? '', /error=/)
  assert.equal(asToken.status, 401)
  assert.match(asToken.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
  await application.says(/a token was refused, wrong_type/)
})

test('a token without the scope of a tool is told which one, and the person is asked for it', async () => {
  const { mcp } = application
  const { access_token } = await tokensFor(application, { scope: 'profile' })
  const answer = await call(mcp, access_token, 'my_email')

  assert.equal(answer.status, 403)
  assert.match(answer.headers.get('www-authenticate') ?? '', /error="insufficient_scope".*scope="email profile"/)
  assert.match(await said(await call(mcp, access_token, 'whoami')), /Ada/)
})

test('law 7: Clerk is asked with the key of the application, and never with a token of a client', async () => {
  const { mcp, clerk } = application
  const { access_token } = await tokensFor(application)
  await call(mcp, access_token, 'whoami')

  assert.ok(clerk.backendCredentials.length > 0)
  assert.deepEqual([...new Set(clerk.backendCredentials)], [`Bearer ${clerk.secretKey}`])
})

test('a book is a title, and a short one', async () => {
  const { mcp } = application
  const { access_token } = await tokensFor(application)
  const { result, error } = await messageIn(await call(mcp, access_token, 'add_book', { title: 'x'.repeat(121) }))

  assert.ok(error !== undefined || result.isError)
})
