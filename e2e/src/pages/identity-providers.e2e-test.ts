import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { smallIdentityProvider } from '../../../packages/portcullis/test/small-identity-provider.ts'
import { signIn } from '../accounts.ts'
import { authorizationRequest, registerClient } from '../client.ts'
import { inspectPage } from '../inspect-page.ts'
import { startScene } from '../scene.ts'

/** What only a real one does is tried with Keycloak and oidc-provider (`identity/`); here it is about our own pages. */
const corp = await smallIdentityProvider({ after })
const { server, person } = await startScene({
  configuration: `identityProviders:
  corp:
    preset: oidc
    name: "Corp & <Søn>"
    issuer: ${corp.issuer}
    clientId: ${corp.clientId}
    secretFile: corp.secret
    contact: it@corp.example
    allow: { domains: [corp.example], groups: [staff] }`,
  files: { 'corp.secret': 'hush' },
})
const button = 'Sign in with Corp & <Søn>'

test('a person signs in with the company’s identity provider, for an application that sent them, and decides then', async () => {
  const somebody = await person()
  const client = await registerClient(server, { name: 'Writing desk' })
  const request = authorizationRequest(server, client)

  await somebody.open(request.url)
  await inspectPage(somebody, { name: 'sign-in' })
  await somebody.submit(button)
  await inspectPage(somebody, { name: 'consent' })
  const answer = await somebody.leave('Allow')

  assert.equal((await request.redeem(answer)).status, 200)
})

test('the page on the way to the identity provider stands on its own, for a browser that does not go on by itself', async () => {
  const somebody = await person()
  await somebody.open(`${server.origin}/account/sign-in`)
  await somebody.page.route(`${server.origin}/account/sign-in-with`, async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: (await response.text()).replace(/<meta http-equiv="refresh".*/, '') })
  })

  await Promise.all([
    somebody.page.waitForURL(/sign-in-with/),
    somebody.page.getByRole('button', { name: button }).press('Enter'),
  ])

  await inspectPage(somebody, { name: 'on the way to the identity provider' })
})

test('whoever is kept out by a rule is told which, whom to ask, and how to try as somebody else', async () => {
  const somebody = await person()
  const { groups } = corp.person
  corp.person.groups = ['guests']

  await somebody.open(`${server.origin}/account/sign-in`)
  await somebody.submit(button)
  corp.person.groups = groups

  await inspectPage(somebody, { name: 'not let in', status: 403 })
  assert.match(await somebody.text(), /it@corp\.example/)
})

test('an identity provider that does not answer is said not to, and is not our fault', async () => {
  const somebody = await person()
  corp.faults.answers = { '/token': { status: 503 } }

  await somebody.open(`${server.origin}/account/sign-in`)
  await somebody.submit(button)
  corp.faults.answers = {}

  await inspectPage(somebody, { name: 'identity provider silent', status: 503 })
})

test('whoever denied at the identity provider, or comes back without having begun, is told', async () => {
  const somebody = await person()

  await somebody.open(`${server.origin}/account/callback/corp?error=access_denied&state=of-nobody&iss=${corp.issuer}`)

  await inspectPage(somebody, { name: 'identity provider refused', status: 403 })
})

test('a person adds an account elsewhere to theirs, sees it, and takes it away', async () => {
  const somebody = await person()
  const before = { ...corp.person }
  Object.assign(corp.person, { sub: 'u-8', preferred_username: 'grace', email: 'grace@corp.example' })
  await signIn(somebody, server)

  await somebody.open(`${server.origin}/account/identities`)
  await inspectPage(somebody, { name: 'identities' })
  await somebody.submit('Add an account with Corp & <Søn>')
  Object.assign(corp.person, before)
  await inspectPage(somebody, { name: 'identities' })
  assert.match(await somebody.text(), /It opens your account from now on/)
  await somebody.submit(/^Remove Corp/)

  assert.match(await somebody.text(), /There is none yet/)
})
