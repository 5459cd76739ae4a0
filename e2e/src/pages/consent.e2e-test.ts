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

test('a person unticks what a client should not do, and it gets the rest alone; nothing at all is refused on the page', async () => {
  const somebody = await person()
  const client = await registerClient(server, { name: 'Wants to write' })
  const request = authorizationRequest(server, client, { scope: 'notes:read notes:write' })
  await signIn(somebody, server)

  await somebody.open(request.url)
  await somebody.submit('Allow', { 'Add notes notes:write': '', 'See your notes, and who you are notes:read': '' })
  await inspectPage(somebody, { name: 'consent', status: 422 })
  assert.match(await somebody.text(), /Nothing is left of what it could do/)
  const answer = await somebody.leave('Allow', { 'See your notes, and who you are notes:read': 'ticked' })

  assert.equal((await request.redeem(answer)).body.scope, 'notes:read')
})

test('a name that is known to be another’s, or mixes letters that look alike, is warned of', async () => {
  const somebody = await person()
  await signIn(somebody, server)
  for (const name of ['Claude', 'Cl\u0430ude Code']) {
    const client = await registerClient(server, { name })

    await somebody.open(authorizationRequest(server, client).url)

    await inspectPage(somebody, { name: 'consent' })
    assert.equal(await somebody.page.locator('.note.bad').count(), 1)
  }
})

test('a client of a known vendor is said to be, and is not warned of', async () => {
  const somebody = await person()
  const client = await registerClient(server, {
    name: 'Claude',
    redirectUri: 'https://claude.ai/api/mcp/auth_callback',
  })
  await signIn(somebody, server)

  await somebody.open(authorizationRequest(server, client).url)

  await inspectPage(somebody, { name: 'consent' })
  assert.equal(await somebody.page.locator('.note.bad').count(), 0)
  assert.match(await somebody.text(), /the answer goes to Anthropic/)
})
