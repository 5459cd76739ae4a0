import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inviteAccount, signIn } from '../accounts.ts'
import { inspectPage } from '../inspect-page.ts'
import { startScene } from '../scene.ts'

const { server, person } = await startScene()
const home = `${server.origin}/account`

test('a person sees where they are signed in, and ends one of the browsers', async () => {
  const [one, other] = [await person(), await person()]
  const alan = await inviteAccount(server, 'alan')
  await signIn(other, server, alan)
  await signIn(one, server, alan)

  await one.submit('Where you are signed in')
  await inspectPage(one, { name: 'sessions' })
  await one.submit(/^End: /)
  await inspectPage(one, { name: 'sessions' })
  assert.match(await one.text(), /That browser is signed out/)
  await other.open(home)

  assert.equal(new URL(other.page.url()).pathname, '/account/sign-in')
})

test('a browser that nobody used for two weeks is signed out', async () => {
  const somebody = await person()
  await signIn(somebody, server)
  server.advance(15 * 86_400)

  await somebody.open(home)

  assert.equal(new URL(somebody.page.url()).pathname, '/account/sign-in')
})

test('an invitation that nobody used for a week leads nowhere any more', async () => {
  const somebody = await person()
  const { link } = await server.command('users', 'invite')
  server.advance(8 * 86_400)

  await somebody.open(String(link))

  await inspectPage(somebody, { name: 'link gone', status: 410 })
})
