import { after, test } from 'node:test'
import { ada, makeAccount, signIn } from '../accounts.ts'
import { authorizationRequest, callTool, registerClient } from '../client.ts'
import { startDevice } from '../device.ts'
import { createPerson } from '../person.ts'
import { takePicture } from '../picture.ts'
import { startServer } from '../server.ts'
import { startWeb } from '../web.ts'

/** The address that pictures show, at which a reverse proxy stands. */
const origin = 'https://notes.example'

const web = await startWeb()
const server = await startServer({
  publicUrl: `${origin}/mcp`,
  startsAt: new Date('2027-05-14T09:30:00Z'),
  configuration: 'devices: { enabled: true }',
})
web.elsewhere.forward('notes.example', server.front.port)
const direct = { origin: `http://localhost:${server.front.port}`, url: server.url }
after(async () => {
  await web.close()
  await server.stop()
})

test('pictures of the pages that people meet first', async () => {
  const somebody = await createPerson(web, { scripts: true, viewport: { width: 1100, height: 800 } })
  await somebody.open(server.ownerLink)
  await takePicture(somebody, 'welcome')
})
