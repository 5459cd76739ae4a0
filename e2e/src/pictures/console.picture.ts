import { after, test } from 'node:test'
import { ada, makeAccount, signIn } from '../accounts.ts'
import { authorizationRequest, callTool, registerClient } from '../client.ts'
import { createPerson, type Person } from '../person.ts'
import { takePicture } from '../picture.ts'
import { startServer } from '../server.ts'
import { startWeb } from '../web.ts'

/** The address that pictures show, at which a reverse proxy stands. */
const origin = 'https://notes.example'

const web = await startWeb()
const server = await startServer({ publicUrl: `${origin}/mcp`, clockStoppedAt: new Date('2027-05-14T09:30:00Z') })
web.elsewhere.forward('notes.example', server.port)
after(async () => {
  await web.close()
  await server.stop()
})

test('pictures of the console', async () => {
  const owner = await createPerson(web, { viewport: { width: 1000, height: 800 } })
  await makeAccount(server, server.ownerLink, ada)
  await signIn(owner, { origin })

  const attempts = `${origin}/console/attempts`
  const connected = authorizationRequest(
    server,
    await registerClient(server, { name: 'Claude Code', redirectUri: 'http://localhost:3118/callback' }),
  )
  await owner.open(connected.url)
  server.advance(3) // people and clients take their time, which is what the recorder tells steps apart by
  const { body } = await connected.redeem(await answered(owner, 'Allow'))
  server.advance(1)
  await callTool(server, String(body.access_token), 'list_notes')
  await untilShown(owner, attempts, /Claude Code[\s\S]*connected\n/)
  server.advance(240)
  const denied = authorizationRequest(server, await registerClient(server, { name: 'Writing desk' }))
  await owner.open(denied.url)
  await answered(owner, 'Deny')
  server.advance(240)
  const waiting = authorizationRequest(
    server,
    await registerClient(server, { name: 'Claude', redirectUri: 'https://claude.ai/api/mcp/auth_callback' }),
  )
  await owner.open(waiting.url)

  await untilShown(owner, attempts, /Claude\s+proved\s+ada/)
  await takePicture(owner, 'console-attempts')
  await owner.open(attempts)
  await owner.submit('Writing desk')
  await takePicture(owner, 'console-attempt')
})

/** The answer is for a client that is not here. */
async function answered({ page }: Person, button: string): Promise<URL> {
  const posted = page.waitForResponse((each) => each.status() === 303)
  await page.getByRole('button', { name: button }).press('Enter')
  return new URL((await (await posted).headerValue('location')) ?? '')
}

/** What is written down a moment after it happened. */
async function untilShown({ page, open }: Person, url: string, text: RegExp): Promise<void> {
  const end = performance.now() + 20_000
  for (;;) {
    await open(url).catch(() => {}) // the way to a client that is not here may still be under way
    const shown = await page
      .locator('main')
      .innerText({ timeout: 2000 })
      .catch(() => '')
    if (text.test(shown)) return
    if (performance.now() > end) throw new Error(`${url} never shows ${text}`)
  }
}
