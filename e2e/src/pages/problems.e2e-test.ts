import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signIn } from '../accounts.ts'
import { authorizationRequest, registerClient } from '../client.ts'
import { inspectPage } from '../inspect-page.ts'
import { startScene } from '../scene.ts'

const { server, person } = await startScene()

test('whoever opens the MCP address in a browser is told what it is for, and how to add it to a client', async () => {
  const somebody = await person()

  await somebody.open(server.url)

  await inspectPage(somebody, { name: 'MCP address', status: 401 })
  assert.match(await somebody.text(), new RegExp(`claude mcp add .*${server.url}`))
})

test('an address that leads nowhere is said to, and where people go instead', async () => {
  const somebody = await person()

  for (const path of ['/no-such-page', '/account/no-such-page', '/mcp/else']) {
    await somebody.open(server.origin + path)
    await inspectPage(somebody, { name: 'not found', status: 404 })
  }
})

test('an address that takes forms alone says so to whoever opens it', async () => {
  const somebody = await person()

  await somebody.open(`${server.origin}/account/sign-out`)

  await inspectPage(somebody, { name: 'wrong method', status: 405 })
})

for (const [what, change, status] of [
  ['is too long', 'value', 413],
  ['is of another type', 'type', 415],
  ['says a field twice', 'twice', 400],
] as const)
  test(`a form that ${what} is answered by a page that says so`, async () => {
    const somebody = await person()
    await somebody.open(`${server.origin}/account/sign-in`)
    await somebody.page.evaluate((kind) => {
      const form = document.querySelector<HTMLFormElement>('form:has(input[type=password])')
      const field = form?.querySelector<HTMLInputElement>('input[name=return_to]')
      if (!form || !field) return
      if (kind === 'value') field.value = '/'.repeat(40_000)
      if (kind === 'type') form.enctype = 'multipart/form-data'
      if (kind === 'twice') form.append(field.cloneNode())
    }, change)

    await somebody.submit('Sign in', { 'User name': 'ada', Password: 'whatever it is' })

    await inspectPage(somebody, { name: `form that ${what}`, status })
  })

test('AS-18 a request of an application that cannot be answered ends on a page, not at the application', async () => {
  const somebody = await person()
  const client = await registerClient(server)
  const unknown = authorizationRequest(server, { ...client, clientId: 'nobody' })
  const elsewhere = authorizationRequest(server, { ...client, redirectUri: 'https://evil.example/callback' })

  for (const { url } of [unknown, elsewhere]) {
    await somebody.open(url)
    await inspectPage(somebody, { name: 'request cannot go on', status: 400 })
    assert.equal(new URL(somebody.page.url()).origin, server.origin)
  }
})

test('a consent that was answered already, or whose person signed out meanwhile, is refused on a page', async () => {
  const somebody = await person()
  const client = await registerClient(server, { name: 'Twice' })
  const { url } = authorizationRequest(server, client)
  await signIn(somebody, server)
  await somebody.open(url)
  const other = await somebody.context.newPage()
  await other.goto(`${server.origin}/account`)
  await other.getByRole('button', { name: 'Sign out', exact: true }).click()
  await other.waitForURL(/sign-in/)

  await somebody.submit('Allow')

  assert.equal(new URL(somebody.page.url()).origin, server.origin)
  await inspectPage(somebody, { name: 'not allowed', status: 403 })
})
