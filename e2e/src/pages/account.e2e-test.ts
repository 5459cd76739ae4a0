import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ada, inviteAccount, signIn } from '../accounts.ts'
import { authorizationRequest, registerClient } from '../client.ts'
import { inspectPage } from '../inspect-page.ts'
import { startScene } from '../scene.ts'

const { server, person } = await startScene()
const home = `${server.origin}/account`

test('a person sees which applications have access, ends one, and is asked again about it', async () => {
  const somebody = await person()
  const client = await registerClient(server, { name: 'Writing desk' })
  const request = authorizationRequest(server, client)
  await signIn(somebody, server)

  await inspectPage(somebody, { name: 'home' })
  await somebody.open(request.url)
  const answer = await somebody.leave('Allow')
  assert.equal((await request.redeem(answer)).status, 200)
  await somebody.open(home)
  await inspectPage(somebody, { name: 'home' })
  assert.match(await somebody.text(), /Writing desk/)
  await somebody.submit('See and end')
  await inspectPage(somebody, { name: 'connections' })
  assert.match(await somebody.text(), /Writing desk.*At client\.example.*may use notes:read, notes:write/s)
  await somebody.submit(/^End the access of Writing desk/)

  await inspectPage(somebody, { name: 'connections' })
  assert.match(await somebody.text(), /Its access is ended/)
  assert.doesNotMatch(await somebody.text(), /Writing desk/)
  await somebody.open(authorizationRequest(server, client).url)
  await inspectPage(somebody, { name: 'consent' })
})

test('a person ends all access of an application that connected twice, and has one asked again that came for no token', async () => {
  const somebody = await person()
  const [twice, never] = [
    await registerClient(server, { name: 'Connected twice' }),
    await registerClient(server, { name: 'Asked again' }),
  ]
  await signIn(somebody, server)
  for (const client of [twice, twice]) {
    const request = authorizationRequest(server, client)
    await somebody.open(`${request.url}&prompt=consent`)
    assert.equal((await request.redeem(await somebody.leave('Allow'))).status, 200)
  }
  await somebody.open(authorizationRequest(server, never).url)
  await somebody.leave('Allow')

  await somebody.open(`${home}/connections`)
  await inspectPage(somebody, { name: 'connections' })
  await somebody.submit('End all access of Connected twice')
  await somebody.submit('Ask again about Asked again')

  assert.doesNotMatch(await somebody.text(), /Connected twice|Asked again/)
})

test('a person changes the password, is told what is wrong, and all other browsers are signed out', async () => {
  const [one, other] = [await person(), await person()]
  const grace = await inviteAccount(server, 'grace')
  await signIn(one, server, grace)
  await signIn(other, server, grace)
  const password = 'a longer horse battery'

  await one.submit('Change')
  await inspectPage(one, { name: 'password' })
  await one.submit('Change the password', {
    'Present password': 'not the password',
    'New password': password,
    'The new password again': password,
  })
  await inspectPage(one, { name: 'password', status: 422 })
  await one.submit('Change the password', {
    'Present password': ada.password,
    'New password': password,
    'The new password again': 'another horse',
  })
  await inspectPage(one, { name: 'password', status: 422 })
  await one.submit('Change the password', {
    'Present password': ada.password,
    'New password': password,
    'The new password again': password,
  })
  await inspectPage(one, { name: 'home' })
  assert.match(await one.text(), /Your password is changed/)
  await other.open(home)

  assert.equal(new URL(other.page.url()).pathname, '/account/sign-in')
})

test('a person signs all other browsers out, and then this one', async () => {
  const [one, other] = [await person(), await person()]
  const alan = await inviteAccount(server, 'alan')
  await signIn(one, server, alan)
  await signIn(other, server, alan)

  await one.open(home)
  await one.submit('Sign out everywhere else')
  await inspectPage(one, { name: 'home' })
  await other.open(home)
  assert.equal(new URL(other.page.url()).pathname, '/account/sign-in')
  await one.submit('Sign out')

  await inspectPage(one, { name: 'sign-in' })
})

test('names without end, of other scripts, and that are markup, stand on the page as text, and in its bounds', async () => {
  const somebody = await person()
  const names = [
    'W'.repeat(250),
    'مُحَرِّر الملاحظات',
    '<img src=x onerror=alert(1)>',
    '\u202eeverything backwards',
    '👩‍👩‍👧‍👦'.repeat(20),
  ]
  await signIn(somebody, server, await inviteAccount(server, `${'w'.repeat(50)}@example.com`))
  for (const name of names) {
    const client = await registerClient(server, { name })
    await somebody.open(authorizationRequest(server, client).url)
    await inspectPage(somebody, { name: 'consent' })
    await somebody.leave('Allow')
  }

  await somebody.open(home)

  await inspectPage(somebody, { name: 'home' })
  assert.equal(await somebody.page.locator('main img').count(), 0)
})
