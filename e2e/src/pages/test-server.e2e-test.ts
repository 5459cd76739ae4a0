import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { after, test } from 'node:test'
import { startDaemon } from '../../../interop/src/daemon.ts'
import { authorizationRequest, registerClient } from '../client.ts'
import { workFolder } from '../folders.ts'
import { inspectPage } from '../inspect-page.ts'
import { createPerson } from '../person.ts'
import { programUnderTest } from '../program.ts'
import { startWeb } from '../web.ts'

const web = await startWeb()
mkdirSync(workFolder, { recursive: true })
const daemon = startDaemon(
  [...programUnderTest().command, 'dev', '--port', '0', '--json', '--scopes', 'notes:read,notes:write'],
  {
    name: 'portcullis-dev',
    folder: workFolder,
    logs: workFolder,
    env: { PATH: process.env.PATH ?? '' },
  },
)
after(async () => {
  await web.close()
  await daemon.stop(5)
})
const origin = await daemon.until(() => /http:\/\/127\.0\.0\.1:\d+/.exec(daemon.stdout())?.[0], 30)
const server = { origin, url: 'http://localhost:3000/mcp' }

test('the switches of the test server are thrown by keyboard, and a token is had at once', async () => {
  const somebody = await createPerson(web)

  await somebody.open(`${origin}/dev`)
  await inspectPage(somebody, { name: 'switches' })
  await somebody.submit('expired_tokens: Off')
  await inspectPage(somebody, { name: 'switches' })
  assert.match(await somebody.text(), /One fault is on/)
  await somebody.submit('Get a token')

  await inspectPage(somebody, { name: 'token' })
})

test('whoever comes with a client to the test server says who they are, and is asked', async () => {
  const somebody = await createPerson(web)
  const client = await registerClient(server, { name: 'Under test' })

  await somebody.open(authorizationRequest(server, client).url)
  await inspectPage(somebody, { name: 'who are you' })
  await somebody.submit('alice')

  await inspectPage(somebody, { name: 'consent' })
})
