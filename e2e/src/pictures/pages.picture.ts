import { after, test } from 'node:test'
import { ada, makeAccount } from '../accounts.ts'
import { authorizationRequest, callTool, registerClient } from '../client.ts'
import { startDevice } from '../device.ts'
import { createPerson, type Person } from '../person.ts'
import { takePicture } from '../picture.ts'
import { startServer } from '../server.ts'
import { startWeb } from '../web.ts'

/** The address that pictures show, at which a reverse proxy stands. */
const origin = 'https://notes.example'
const claude = { name: 'Claude', redirectUri: 'https://claude.ai/api/mcp/auth_callback' }
const claudeCode = { name: 'Claude Code', redirectUri: 'http://localhost:3118/callback' }

const web = await startWeb()
const server = await startServer({
  publicUrl: `${origin}/mcp`,
  clockStoppedAt: new Date('2027-05-14T09:30:00Z'),
  configuration: 'devices: { enabled: true }',
})
web.elsewhere.forward('notes.example', server.port)
after(async () => {
  await web.close()
  await server.stop()
})

test('pictures of the pages that people meet', async () => {
  const first = await createPerson(web, { scripts: true, viewport: { width: 1100, height: 800 } })
  const { context } = first
  const picture = async (name: string, url: string, shownAs: Readonly<Record<string, string>> = {}) => {
    const tab = await createPerson(web, { scripts: true, context })
    await tab.open(url)
    await takePicture(tab, name, shownAs)
    return tab
  }
  await makeAccount(server, server.ownerLink, ada)

  const request = authorizationRequest(server, await registerClient(server, claude))
  const atSignIn = await picture('sign-in', request.url)
  await atSignIn.submit('Sign in', { 'User name': ada.userName, Password: ada.password })
  const { body } = await request.redeem(await allow(await picture('consent-vendor', request.url)))
  for (const text of ['Milk', 'Bread']) await callTool(server, String(body.access_token), 'add_note', { text })
  await callTool(server, String(body.access_token), 'list_notes')

  server.advance(3 * 86_400)
  const program = authorizationRequest(server, await registerClient(server, claudeCode))
  await program.redeem(await allow(await picture('consent', program.url)))
  const device = await startDevice(server, 'Television in the living room')
  await picture('device', device.verificationUriComplete, { [device.userCode]: 'BCDF-GHJK' })
  await untilShown('.rows details', await createPerson(web, { context }), `${origin}/account/connections`)
  await picture('connections', `${origin}/account/connections`)
})

/** The answer is for a client that is not here. */
async function allow({ page }: Person): Promise<URL> {
  const posted = page.waitForResponse((each) => each.status() === 303)
  await page.getByRole('button', { name: 'Allow' }).press('Enter')
  return new URL((await (await posted).headerValue('location')) ?? '')
}

/** What is written down a moment after it happened. */
async function untilShown(selector: string, { page, open }: Person, url: string): Promise<void> {
  const end = performance.now() + 20_000
  for (;;) {
    await open(url)
    if ((await page.locator(selector).count()) > 0) return
    if (performance.now() > end) throw new Error(`${url} never shows ${selector}`)
  }
}
