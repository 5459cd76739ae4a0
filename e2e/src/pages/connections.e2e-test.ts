import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inviteAccount, signIn } from '../accounts.ts'
import { authorizationRequest, callTool, registerClient } from '../client.ts'
import { inspectPage } from '../inspect-page.ts'
import { startScene } from '../scene.ts'

const { server, person } = await startScene()
const connections = `${server.origin}/account/connections`

test('a person sees what has access and what it did, ends it, and is asked again', async () => {
  const somebody = await person()
  const client = await registerClient(server, { name: 'Writing desk' })
  const request = authorizationRequest(server, client)
  await signIn(somebody, server)
  await somebody.submit('See and end')
  await inspectPage(somebody, { name: 'connections' })
  await somebody.open(request.url)
  const { status, body } = await request.redeem(await somebody.leave('Allow'))
  assert.equal(status, 200)
  assert.equal(await callTool(server, String(body.access_token), 'whoami'), 200)

  await somebody.open(`${server.origin}/account`)
  assert.match(await somebody.text(), /Applications with access\s+Writing desk/)
  await somebody.submit('See and end')
  await inspectPage(somebody, { name: 'connections' })
  assert.match(await somebody.text(), /Writing desk[\s\S]*may: See your notes, and who you are; Add notes/)
  await somebody.submit(/^End the access of Writing desk/)
  await inspectPage(somebody, { name: 'connections' })
  assert.match(await somebody.text(), /Its access is ended/)

  assert.equal(await callTool(server, String(body.access_token), 'whoami'), 401)
  await somebody.open(authorizationRequest(server, client).url)
  assert.match(await somebody.text(), /Allow Writing desk to use Notes\?/)
})

test('a person ends all that an application has at once', async () => {
  const somebody = await person()
  const client = await registerClient(server, { name: 'Twice allowed' })
  await signIn(somebody, server)
  for (const scope of ['notes:read', 'notes:read notes:write']) {
    const request = authorizationRequest(server, client, { scope, prompt: 'consent' })
    await somebody.open(request.url)
    await request.redeem(await somebody.leave('Allow'))
  }

  await somebody.open(connections)
  assert.equal(await somebody.page.getByRole('button', { name: /^End the access of Twice allowed/ }).count(), 2)
  await inspectPage(somebody, { name: 'connections' })
  await somebody.submit('End all access of Twice allowed')

  assert.doesNotMatch(await somebody.text(), /Twice allowed/)
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

  await somebody.open(connections)

  await inspectPage(somebody, { name: 'connections' })
  await somebody.open(`${server.origin}/account`)
  await inspectPage(somebody, { name: 'home' })
  assert.equal(await somebody.page.locator('main img').count(), 0)
})
