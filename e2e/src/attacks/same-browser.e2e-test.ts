import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ada, inviteAccount, signIn } from '../accounts.ts'
import { authorizationRequest, registerClient } from '../client.ts'
import { createPerson } from '../person.ts'
import { startScene } from '../scene.ts'

const { server, person } = await startScene()
const home = `${server.origin}/account`

test('whoever goes back after signing out sees nothing of the account', async () => {
  const somebody = await person({ scripts: true })
  await signIn(somebody, server)
  await somebody.submit('Change: Password')
  await somebody.submit('Back, and leave it as it is')
  await somebody.submit('Sign out')

  for (let step = 0; step < 3; step++) {
    await somebody.page.goBack({ waitUntil: 'commit' })
    await somebody.page.waitForLoadState()
    assert.doesNotMatch(await somebody.text(), /\bada\b/)
    assert.equal(await somebody.page.locator('input[value=ada]').count(), 0)
  }
})

test('whoever goes back after a wrong password finds no password in the form', async () => {
  const somebody = await person({ scripts: true })
  await somebody.open(`${home}/sign-in`)
  await somebody.submit('Sign in', { 'User name': 'ada', Password: 'not the password' })
  assert.equal(await somebody.page.getByLabel('Password').inputValue(), '')

  await somebody.page.goBack()

  assert.equal(await somebody.page.getByLabel('Password').inputValue(), '')
})

test('a consent that is sent twice, as by a double click, gives one grant, and each answer the same code', async () => {
  const somebody = await person()
  const client = await registerClient(server, { name: 'Pressed twice' })
  const request = authorizationRequest(server, client)
  await signIn(somebody, server)
  await somebody.open(request.url)
  const { url, form } = await somebody.page.evaluate(() => {
    const [only] = document.forms
    return { url: only?.action ?? '', form: Object.fromEntries(new FormData(only)) as Record<string, string> }
  })

  const sent = { form: { ...form, decision: 'allow' }, headers: { origin: server.origin }, maxRedirects: 0 }
  const answers = await Promise.all([1, 2, 3].map(() => somebody.context.request.post(url, sent)))
  const codes = answers.map((answer) => new URL(answer.headers().location ?? '', home).searchParams.get('code'))

  assert.equal(new Set(codes).size, 1)
  assert.equal((await request.redeem(new URL(answers[0]?.headers().location ?? ''))).status, 200)
  await somebody.open(`${home}/connections`)
  assert.equal(await somebody.page.getByRole('button', { name: /^End the access of Pressed twice/ }).count(), 1)
})

test('two tabs that sign in as two people leave one of them signed in, and what the other tab shows acts for nobody else', async () => {
  const one = await person()
  const grace = await inviteAccount(server, 'grace')
  const client = await registerClient(server, { name: 'In a tab' })
  await signIn(one, server, ada)
  await one.open(authorizationRequest(server, client).url)
  const other = await createPerson({ browser: one.browser }, { context: one.context })
  await other.open(`${home}/sign-in?select=1`)
  await other.submit('Sign in', { 'User name': grace.userName, Password: grace.password })
  assert.match(await other.text(), /Hello, grace/)

  await one.submit('Allow')

  assert.equal(new URL(one.page.url()).origin, server.origin)
  await other.open(home)
  assert.doesNotMatch(await other.text(), /In a tab/)
})

test('two tabs that sign in as one person are both signed in', async () => {
  const one = await person()
  const other = await createPerson({ browser: one.browser }, { context: one.context })
  await one.open(home)
  await other.open(home)

  await one.submit('Sign in', { 'User name': ada.userName, Password: ada.password })
  await other.submit('Sign in', { 'User name': ada.userName, Password: ada.password })
  await one.open(home)

  for (const each of [one, other]) assert.match(await each.text(), /Hello, ada/)
})
