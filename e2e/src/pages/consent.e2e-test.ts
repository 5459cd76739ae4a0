import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listenForCallbacks } from '../../../interop/src/callback-listener.ts'
import { signIn } from '../accounts.ts'
import { authorizationRequest, registerClient } from '../client.ts'
import { inspectPage } from '../inspect-page.ts'
import { startScene } from '../scene.ts'

const { server, person } = await startScene()

test('P-03 AS-19 a person allows a client at https: the page says where the answer goes, and the code is good for a token', async () => {
  const somebody = await person()
  const client = await registerClient(server, { name: 'Writing desk' })
  const request = authorizationRequest(server, client)
  await signIn(somebody, server)

  await somebody.open(request.url)
  await inspectPage(somebody, { name: 'consent' })
  assert.match(await somebody.text(), /client\.example/)
  await somebody.submit('Allow')

  const { page } = somebody
  assert.match(page.url(), /^https:\/\/client\.example\/callback\?code=/)
  const { status, body } = await request.redeem(new URL(page.url()))
  assert.deepEqual([status, body.scope], [200, 'notes:read notes:write'])
})

test('a person who denies is sent back with access_denied', async () => {
  const somebody = await person()
  const client = await registerClient(server, { name: 'Refused' })
  await signIn(somebody, server)

  await somebody.open(authorizationRequest(server, client).url)
  await somebody.submit('Deny')

  const { searchParams } = new URL(somebody.page.url())
  assert.deepEqual([searchParams.get('error'), searchParams.get('code')], ['access_denied', null])
})

test('AS-20 of a client on this device the page warns that any program could have asked, and its listener gets the code', async (t) => {
  const listener = await listenForCallbacks()
  t.after(() => listener.close())
  const somebody = await person()
  const client = await registerClient(server, { name: 'Terminal', redirectUri: listener.redirectUri })
  const request = authorizationRequest(server, client)
  await signIn(somebody, server)

  await somebody.open(request.url)
  await inspectPage(somebody, { name: 'consent' })
  assert.match(await somebody.text(), /Did you just start this yourself\?/)
  await somebody.submit('Allow')

  assert.ok((await listener.next(5)).has('code'))
})

test('RFC 8252 §7.1 a client with an address of its own scheme is warned of, and no policy stands in the way of its answer', async () => {
  const somebody = await person()
  const client = await registerClient(server, { name: 'Pocket notes', redirectUri: 'com.example.notes:/callback' })
  await signIn(somebody, server)

  await somebody.open(authorizationRequest(server, client).url)
  await inspectPage(somebody, { name: 'consent' })
  assert.match(await somebody.text(), /Did you just start this yourself\?/)
  const answer = await somebody.leave('Allow')

  assert.deepEqual([answer.protocol, answer.searchParams.has('code')], ['com.example.notes:', true])
  assert.deepEqual(
    somebody.traffic.takeErrors().filter((error) => /Content Security Policy/.test(error)),
    [],
  )
})

test('a client without a name, and a scope for more than it asked at first, are said as they are', async () => {
  const somebody = await person()
  const client = await registerClient(server)
  await signIn(somebody, server)

  await somebody.open(authorizationRequest(server, client, { scope: 'notes:read notes:write notes:delete' }).url)

  await inspectPage(somebody, { name: 'consent' })
  assert.match(await somebody.text(), /Delete notes for good/)
})

test('P-03 a person unticks what a client should not do: it gets the rest, and with nothing left the page says so', async () => {
  const somebody = await person()
  const client = await registerClient(server, { name: 'Reading lamp' })
  const request = authorizationRequest(server, client)
  await signIn(somebody, server)
  await somebody.open(request.url)
  const boxes = somebody.page.getByRole('checkbox')

  for (const box of await boxes.all()) {
    await box.focus()
    await somebody.page.keyboard.press('Space')
  }
  await somebody.submit('Allow')
  await inspectPage(somebody, { name: 'consent', status: 422 })
  assert.match(await somebody.text(), /Nothing is left/)
  await boxes.first().focus()
  await somebody.page.keyboard.press('Space')
  const answer = await somebody.leave('Allow')

  const { status, body } = await request.redeem(answer)
  assert.deepEqual([status, body.scope], [200, 'notes:read'])
})

test('a client that goes by the name of a well-known one, while its answers go elsewhere, is warned of', async () => {
  const somebody = await person()
  const client = await registerClient(server, { name: 'Сlaude' })
  await signIn(somebody, server)

  await somebody.open(authorizationRequest(server, client).url)

  await inspectPage(somebody, { name: 'consent' })
  assert.match(await somebody.text(), /It calls itself Сlaude, but the answer goes to client\.example/)
})
