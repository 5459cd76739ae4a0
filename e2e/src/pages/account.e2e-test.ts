import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ada, inviteAccount, signIn } from '../accounts.ts'
import { inspectPage } from '../inspect-page.ts'
import { startScene } from '../scene.ts'

const { server, person } = await startScene()
const home = `${server.origin}/account`

test('a person changes the password, is told what is wrong, and all other browsers are signed out', async () => {
  const [one, other] = [await person(), await person()]
  const grace = await inviteAccount(server, 'grace')
  await signIn(one, server, grace)
  await signIn(other, server, grace)
  const password = 'a longer horse battery'

  await one.submit('Change: Password')
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
