import { test } from 'node:test'
import { signIn } from '../accounts.ts'
import { authorizationRequest, registerClient } from '../client.ts'
import { startDevice } from '../device.ts'
import { inspectPage } from '../inspect-page.ts'
import { startScene } from '../scene.ts'

const long = 'urn:example:a-scope-whose-name-has-no-end:'.repeat(4)
const names = ['notes:read', ...Array.from({ length: 24 }, (_, at) => `area-${at}:${at % 5 === 0 ? long : 'write'}`)]
const descriptions = names.map(
  (name, at) => `  "${name}": ${'Do something that takes many words to say '.repeat((at % 4) + 1)}`,
)
const { server, person } = await startScene({
  example: 'none',
  configuration: `name: ${'A server with a very long name '.repeat(3)}\ndevices: { enabled: true }\nscopes:\n${descriptions.join('\n')}\n`,
})

test('a consent to many scopes with long names can be read, and answered by keyboard, at every width', async () => {
  const somebody = await person()
  const client = await registerClient(server, { name: 'Wants everything' })
  await signIn(somebody, server)

  await somebody.open(authorizationRequest(server, client, { scope: names.join(' ') }).url)
  await inspectPage(somebody, { name: 'consent' })
  await somebody.leave('Allow')
  await somebody.open(`${server.origin}/account`)

  await inspectPage(somebody, { name: 'home' })
})

test('so can the consent of a device', async () => {
  const somebody = await person()
  const device = await startDevice(server, 'Wants everything')
  await signIn(somebody, server)

  await somebody.open(device.verificationUriComplete)

  await inspectPage(somebody, { name: 'device consent' })
})
