import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inviteAccount, signIn } from '../accounts.ts'
import { addAuthenticator } from '../authenticator.ts'
import { inspectPage } from '../inspect-page.ts'
import { startScene } from '../scene.ts'

const { server, person } = await startScene()
const home = `${server.origin}/account`

test('a person adds a passkey, names it, signs in with it alone, and removes it', async () => {
  const somebody = await person({ scripts: true })
  const authenticator = await addAuthenticator(somebody)
  await signIn(somebody, server, await inviteAccount(server, 'grace'))

  await somebody.submit('Add: Passkeys')
  await inspectPage(somebody, { name: 'passkeys' })
  await somebody.submit('Add a passkey')
  await inspectPage(somebody, { name: 'add a passkey' })
  await somebody.submit('Add a passkey', { Name: 'Telephone' })
  await inspectPage(somebody, { name: 'passkeys' })
  assert.equal(await authenticator.count(), 1)
  await somebody.submit('Name Telephone')
  await inspectPage(somebody, { name: 'name a passkey' })
  await somebody.submit('Save the name', { Name: 'My old telephone' })
  await somebody.open(home)
  await authenticator.recognise(false)
  await somebody.submit('Sign out')
  await inspectPage(somebody, { name: 'sign-in' })
  await authenticator.recognise(true)
  await somebody.submit('Sign in with a passkey')
  assert.match(await somebody.text(), /Hello, grace/)
  await somebody.submit('Change: Passkeys')
  await somebody.submit('Remove My old telephone')
  await inspectPage(somebody, { name: 'remove a passkey' })
  await somebody.submit('Remove it')

  assert.match(await somebody.text(), /The passkey is removed[\s\S]*You have none yet/)
})

test('whoever is invited makes an account with a passkey alone, which cannot be removed while it is the only way in', async () => {
  const somebody = await person({ scripts: true })
  await addAuthenticator(somebody)
  const { link } = await server.command('users', 'invite')

  await somebody.open(String(link))
  await inspectPage(somebody, { name: 'invitation' })
  await somebody.submit('Make the account with a passkey', { 'User name': 'alan' })
  assert.match(await somebody.text(), /Hello, alan[\s\S]*Password\s+none/)
  await somebody.submit('Change: Passkeys')
  await somebody.submit(/^Remove /)

  await inspectPage(somebody, { name: 'remove a passkey' })
  assert.match(await somebody.text(), /is the only way in to your account/)
})

test('a person who signed in a while ago proves who they are before a passkey is added: by the password, or by a passkey', async () => {
  const somebody = await person({ scripts: true })
  const authenticator = await addAuthenticator(somebody)
  const linus = await inviteAccount(server, 'linus')
  await signIn(somebody, server, linus)
  server.advance(700)

  await somebody.open(`${home}/passkeys/add`)
  await inspectPage(somebody, { name: 'confirm' })
  await somebody.submit('Confirm', { Password: 'not the password' })
  await inspectPage(somebody, { name: 'confirm', status: 422 })
  await somebody.submit('Confirm', { Password: linus.password })
  await somebody.submit('Add a passkey', { Name: 'Laptop' })
  server.advance(700)
  await somebody.submit('Add a passkey')
  await inspectPage(somebody, { name: 'confirm' })
  await somebody.submit('Confirm with a passkey')

  assert.equal(new URL(somebody.page.url()).pathname, '/account/passkeys/add')
  assert.equal(await authenticator.count(), 1)
})

test('whoever is not recognised by their device is told, and gets in by the password', async () => {
  const somebody = await person({ scripts: true })
  const authenticator = await addAuthenticator(somebody)
  const katherine = await inviteAccount(server, 'katherine')
  await signIn(somebody, server, katherine)
  await somebody.open(`${home}/passkeys/add`)
  await somebody.submit('Add a passkey', { Name: 'Laptop' })
  await somebody.open(home)
  await authenticator.recognise(false)
  await somebody.submit('Sign out')

  await somebody.page.getByRole('button', { name: 'Sign in with a passkey' }).press('Enter')
  await somebody.page.getByText('No passkey was used').waitFor()
  await inspectPage(somebody, { name: 'sign-in' })
  await somebody.submit('Sign in', { 'User name': katherine.userName, Password: katherine.password })

  assert.match(await somebody.text(), /Hello, katherine/)
})

test('where no script runs the pages of passkeys say so, and what works there', async () => {
  const somebody = await person()
  await signIn(somebody, server)

  await somebody.open(`${home}/passkeys/add`)

  await inspectPage(somebody, { name: 'add a passkey' })
  assert.match(await somebody.text(), /Passkeys need JavaScript, which does not run here/)
})
