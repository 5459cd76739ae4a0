import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signIn } from '../accounts.ts'
import { authorizationRequest } from '../client.ts'
import { inspectPage } from '../inspect-page.ts'
import { startScene } from '../scene.ts'

const { server, web, person } = await startScene(({ elsewhere: { port, certificate } }) => ({
  configuration: `clientDocuments: { dangerouslyAllowLoopback: ["127.0.0.1:${port}"] }`,
  env: { NODE_EXTRA_CA_CERTS: certificate },
}))
const host = `127.0.0.1:${web.elsewhere.port}`
const client = { clientId: `https://${host}/client.json`, redirectUri: `https://${host}/callback` }
web.elsewhere.put(
  client.clientId,
  JSON.stringify({
    client_id: client.clientId,
    client_name: 'Described elsewhere',
    redirect_uris: [client.redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  }),
  { 'content-type': 'application/json' },
)

test('a client that a document describes is said to be, with the host that it stands at, at sign-in and at consent', async () => {
  const somebody = await person()
  const request = authorizationRequest(server, client)

  await somebody.open(request.url)
  await inspectPage(somebody, { name: 'sign-in' })
  assert.match(await somebody.text(), new RegExp(`An application from ${host}`))
  await signIn(somebody, server)
  await somebody.open(request.url)
  await inspectPage(somebody, { name: 'consent' })
  assert.match(await somebody.text(), new RegExp(`Described elsewhere\\s+As ${host} describes it`))
  const answer = await somebody.leave('Allow')

  assert.equal((await request.redeem(answer)).status, 200)
})

test('a client whose document cannot be had is refused on a page', async () => {
  const somebody = await person()
  await signIn(somebody, server)

  await somebody.open(authorizationRequest(server, { ...client, clientId: `https://${host}/missing.json` }).url)

  await inspectPage(somebody, { name: 'request cannot go on', status: 400 })
})
