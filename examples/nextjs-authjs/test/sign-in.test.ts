import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Application, startApplication } from './application.ts'
import { addAccount } from './people.ts'
import { createBrowser, signedIn } from './walk.ts'

/** The application's own sign-in, by Auth.js. */
let application: Application
before(async () => {
  application = await startApplication()
})
after(() => application.stop())

test('a page of the application sends whoever is not signed in to the sign-in page, and brings them back', async () => {
  const { origin, ada } = application
  const browser = createBrowser(origin)
  const sent = await browser.get('/connections')
  const page = await (await browser.get(sent.headers.get('location') ?? '')).text()
  const [, to = ''] = /name="to" value="([^"]*)"/.exec(page) ?? []
  const back = await browser.post('/sign-in/credentials', { ...ada, to })

  assert.equal(back.headers.get('location'), '/connections')
  assert.equal((await browser.get('/connections')).status, 200)
})

test('a link to sign in leads nowhere else afterwards', async () => {
  const { origin, ada } = application

  for (const to of [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
  ]) {
    const answer = await createBrowser(origin).post('/sign-in/credentials', { ...ada, to })

    assert.equal(new URL(answer.headers.get('location') ?? '', origin).origin, origin, to)
  }
})

test('a page of another site signs nobody in as somebody else', async () => {
  const { origin, ada } = application
  const answer = await createBrowser(origin).post('/sign-in/credentials', { ...ada, to: '/' }, 'https://evil.example')

  assert.equal(answer.status, 403)
  assert.deepEqual(answer.headers.getSetCookie(), [])
})

test('a wrong password is told so, and after ten tries the right one is, too, for a minute', async () => {
  const { origin } = application
  const { username, password } = await addAccount(application)
  const attempt = async (given: string) => {
    const form = { username, password: given, to: '/' }
    return (await createBrowser(origin).post('/sign-in/credentials', form)).headers.get('location')
  }
  const wrong = await attempt('wrong')
  for (let tries = 2; tries <= 10; tries++) await attempt('wrong')

  assert.match(wrong ?? '', /^\/sign-in\?.*error=CredentialsSignin/)
  assert.match((await attempt(password)) ?? '', /error=CredentialsSignin/)
})

test('pages of the application cannot be framed, and its session cookie comes with links from elsewhere, and not with their forms', async () => {
  const { origin } = application
  const browser = createBrowser(origin)
  const { username, password } = await addAccount(application)
  const answer = await browser.post('/sign-in/credentials', { username, password, to: '/' })
  const page = await browser.get('/')

  assert.match(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
  const session = answer.headers.getSetCookie().find((cookie) => cookie.startsWith('authjs.session-token='))
  assert.match(session ?? '', /HttpOnly/i)
  assert.match(session ?? '', /SameSite=Lax/i)
})

test('people see their own notes alone', async () => {
  const { origin } = application
  const [mine, theirs] = [await addAccount(application), await addAccount(application)]
  const browser = await signedIn(origin, mine)

  const page = await (await browser.get('/')).text()
  assert.match(page, new RegExp(`Notes of.*${mine.username}`))
  assert.ok(!page.includes(theirs.username))
})
