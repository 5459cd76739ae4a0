import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ada, inviteAccount, signIn } from '../accounts.ts'
import { authorizationRequest, registerClient } from '../client.ts'
import { inspectPage } from '../inspect-page.ts'
import { startScene } from '../scene.ts'

const { server, person } = await startScene({ configuration: 'limits: { signInsPerAccount: 3 }' })
const page = `${server.origin}/account/sign-in`

test('a person signs in by name and password, and is told no more than that one of them is wrong', async () => {
  const somebody = await person()

  await somebody.open(`${server.origin}/account`)
  await inspectPage(somebody, { name: 'sign-in' })
  await somebody.submit('Sign in', { 'User name': 'ada', Password: 'not the password' })
  await inspectPage(somebody, { name: 'sign-in', status: 422 })
  const ofPassword = await somebody.text()
  await somebody.submit('Sign in', { 'User name': 'nobody at all', Password: 'not the password' })
  assert.equal(await somebody.text(), ofPassword)
  await somebody.submit('Sign in', { 'User name': 'ada', Password: ada.password })

  await inspectPage(somebody, { name: 'home' })
})

test('after too many wrong passwords a person is told how long to wait, and what else there is', async () => {
  const somebody = await person()
  const grace = await inviteAccount(server, 'grace')

  await somebody.open(page)
  for (let attempt = 0; attempt < 4; attempt++)
    await somebody.submit('Sign in', { 'User name': grace.userName, Password: 'not the password' })

  await inspectPage(somebody, { name: 'sign-in', status: 429 })
  assert.match(await somebody.text(), /Wait \S+ minutes? and try again/)
})

test('whoever has the password of a disabled account is told that it is disabled', async () => {
  const somebody = await person()
  const linus = await inviteAccount(server, 'linus')
  await server.command('users', 'disable', linus.userName)

  await signIn(somebody, server, linus)

  await inspectPage(somebody, { name: 'sign-in', status: 403 })
  assert.match(await somebody.text(), /disabled/)
})

test('the sign-in page says for which application it is, as the application calls itself, and may be told who signs in', async () => {
  const somebody = await person()
  const client = await registerClient(server, { name: 'A <b>bold</b> application' })

  await somebody.open(authorizationRequest(server, client, { login_hint: 'ada' }).url)

  await inspectPage(somebody, { name: 'sign-in' })
  assert.match(
    await somebody.text(),
    /An application that calls itself A <b>bold<\/b> application wants to use Notes for you/,
  )
  assert.equal(await somebody.page.getByLabel('User name').inputValue(), 'ada')
  assert.ok(await somebody.page.getByLabel('Password').evaluate((field) => field === document.activeElement))
})

test('whoever is signed in can go on as they are, or as somebody else, where an application lets them choose', async () => {
  const somebody = await person()
  const client = await registerClient(server, { name: 'Chooser' })
  await signIn(somebody, server)

  await somebody.open(authorizationRequest(server, client, { prompt: 'select_account' }).url)
  await inspectPage(somebody, { name: 'sign-in' })
  await somebody.submit('Continue as ada')

  await inspectPage(somebody, { name: 'consent' })
})

test('the page after signing in stands on its own, for a browser that does not go on by itself', async () => {
  const somebody = await person()
  await signIn(somebody, server)
  await somebody.page.route(/\/account\/continue/, async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: (await response.text()).replace(/<meta http-equiv="refresh".*/, '') })
  })

  await somebody.open(`${server.origin}/account/continue?return_to=/account`)
  await inspectPage(somebody, { name: 'signed in' })
  await somebody.submit('Continue')

  assert.equal(somebody.page.url(), `${server.origin}/account`)
})

test('a browser that keeps no cookies is told so, and how to get in', async () => {
  const somebody = await person()
  await somebody.open(page)
  await somebody.page.route(page, async (route) => {
    const answer = await route.fetch({ maxRedirects: 0 })
    const { 'set-cookie': _, ...headers } = answer.headers()
    await somebody.context.clearCookies() // where `fetch` put it
    await route.fulfill({ response: answer, headers })
  })
  await somebody.page.getByLabel('User name').fill(ada.userName)
  await somebody.page.getByLabel('Password').fill(ada.password)

  await Promise.all([somebody.page.waitForURL(/\/account\/continue/), somebody.page.keyboard.press('Enter')])

  await inspectPage(somebody, { name: 'cookie not kept', status: 403 })
})
