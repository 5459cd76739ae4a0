import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ada } from '../accounts.ts'
import { inspectPage } from '../inspect-page.ts'
import { startScene } from '../scene.ts'

const { server, person } = await startScene()

test('whoever is invited makes an account, with a name that nobody has', async () => {
  const somebody = await person()
  const { link } = await server.command('users', 'invite', '--for', 'Grace')
  const password = { Password: ada.password, 'The same password again': ada.password }

  await somebody.open(String(link))
  await inspectPage(somebody, { name: 'invitation' })
  await somebody.submit('Make the account', { 'User name': 'ADA', ...password })
  await inspectPage(somebody, { name: 'invitation', status: 422 })
  assert.match(await somebody.text(), /User name is taken/)
  await somebody.submit('Make the account', { 'User name': 'grace', ...password })

  await inspectPage(somebody, { name: 'home' })
  assert.match(await somebody.text(), /Hello, grace\s+You are signed in\./)
})

test('an invitation that was taken back leads to a page that says whom to ask', async () => {
  const somebody = await person()
  const { link, id } = await server.command('users', 'invite')
  await server.command('users', 'withdraw', String(id))

  await somebody.open(String(link))

  await inspectPage(somebody, { name: 'link gone', status: 410 })
  assert.match(await somebody.text(), /ask whoever runs this server for a new link/)
})

test('whoever forgot the password sets a new one by a link, for their own name alone', async () => {
  const somebody = await person()
  const { link } = await server.command('users', 'reset', 'ada')

  await somebody.open(String(link))
  await inspectPage(somebody, { name: 'reset' })
  assert.equal(await somebody.page.getByLabel('User name').getAttribute('readonly'), '')
  await somebody.submit('Set the password', { 'New password': 'ada', 'The same password again': 'ada' })
  await inspectPage(somebody, { name: 'reset', status: 422 })
  const password = 'a longer horse battery'
  await somebody.submit('Set the password', { 'New password': password, 'The same password again': password })

  await inspectPage(somebody, { name: 'home' })
})
