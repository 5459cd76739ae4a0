import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signIn } from '../accounts.ts'
import { authorizationRequest, registerClient } from '../client.ts'
import { inspectPage } from '../inspect-page.ts'
import { startScene } from '../scene.ts'

const logo = `data:image/svg+xml;base64,${Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 28"><rect width="60" height="28" fill="#ffcc00"/></svg>').toString('base64')}`
const { server, person } = await startScene({
  example: 'none',
  configuration: `name: "Ångström & Søn <Lab>"\nscopes: { notes:read: Read notes }\nbranding: { logo: "${logo}", color: "#ffcc00", support: "https://help.example/portcullis" }`,
})

test('pages in the colours of an operator stay legible, whatever the colour, and load nothing from elsewhere', async () => {
  const somebody = await person()
  const client = await registerClient(server, { name: 'Writing desk' })

  await somebody.open(`${server.origin}/account`)
  await inspectPage(somebody, { name: 'sign-in' })
  assert.match(await somebody.text(), /Ångström & Søn <Lab>/)
  assert.match(await somebody.page.locator('footer').innerText(), /Help/)
  await signIn(somebody, server)
  await inspectPage(somebody, { name: 'home' })
  await somebody.open(authorizationRequest(server, client).url)
  await inspectPage(somebody, { name: 'consent' })
})
