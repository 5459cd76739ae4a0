import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ada } from '../accounts.ts'
import { inspectPage } from '../inspect-page.ts'
import { startScene } from '../scene.ts'

const { server, person } = await startScene({ owner: 'none' })

test('whoever has the owner link makes the first account, is told what is wrong with it, and is signed in then', async () => {
  const somebody = await person()

  await somebody.open(server.ownerLink)
  await inspectPage(somebody, { name: 'owner link' })
  await somebody.submit('Make the account', {
    'User name': ada.userName,
    Password: 'short',
    'The same password again': 'short',
  })
  await inspectPage(somebody, { name: 'owner link', status: 422 })
  await somebody.submit('Make the account', { Password: ada.password, 'The same password again': 'another horse' })
  await inspectPage(somebody, { name: 'owner link', status: 422 })
  await somebody.submit('Make the account', { Password: ada.password, 'The same password again': ada.password })

  await inspectPage(somebody, { name: 'home' })
  assert.match(await somebody.text(), /Hello, ada\s+You are signed in as an owner\. Open the console/)
})

test('an owner link works once: who comes later is told so, and what to do', async () => {
  const somebody = await person()

  await somebody.open(server.ownerLink)

  await inspectPage(somebody, { name: 'link gone', status: 410 })
  assert.match(await somebody.text(), /portcullis owner-link/)
})
