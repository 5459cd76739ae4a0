import assert from 'node:assert/strict'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import type { ClientKind, InteropClient } from '../../../interop/src/clients/client.ts'
import { installClients } from '../../../interop/src/install.ts'
import type { KnownClients } from '../../../interop/src/known-clients.ts'
import { type Application, startApplication } from './application.ts'

/** Real clients, through the pages, to calls of tools: what each does is as recorded of it (interop/README.md). */
installClients()
const { createPerson, launchBrowser, whyNoBrowser } = await import('../../../interop/src/browser.ts')
const { claudeCode } = await import('../../../interop/src/clients/claude-code.ts')
const { codex } = await import('../../../interop/src/clients/codex.ts')
const { mcpRemote } = await import('../../../interop/src/clients/mcp-remote.ts')
const { sdk1, sdk1OverSse } = await import('../../../interop/src/clients/sdk-1.ts')
const { sdk2, sdk2Stateless } = await import('../../../interop/src/clients/sdk-2.ts')

const skip = whyNoBrowser() ?? false
const work = join(import.meta.dirname, '..', '.work')
let application: Application
let browser: Browser
before(async () => {
  if (skip) return
  application = await startApplication()
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await application?.stop()
})

for (const [path, kinds] of [
  ['/mcp/mcp', [claudeCode, codex, mcpRemote, sdk1, sdk2, sdk2Stateless]],
  ['/mcp/sse', [sdk1OverSse, mcpRemote]],
] as const)
  for (const kind of kinds) {
    // The older transport has no answer to a message that could carry a challenge, and its clients take a 403 for the end.
    const isRefused = path === '/mcp/sse' || kind.stepUp === 'ends with the refusal'
    test(`${kind.name} signs in at ${path}, calls tools, and asks for more where one needs it`, { skip }, async (t) => {
      const person = await createPerson({
        browser,
        ...application.ada,
        failures: { folder: join(work, 'failures'), name: `${kind.name}${path.replaceAll('/', '-')}` },
      })
      t.after(() => person.close())
      const client = await createClient(kind, application.origin + path, person)
      t.after(() => client.close())

      await client.connect()
      const visit = await client.signIn?.()
      const whoami = await client.callTool('whoami', {})
      const added = await client.callTool('add_note', { text: `from ${kind.name}` })
      const id = /note (\w+)/.exec(added.text)?.[1] ?? ''
      const deleted = await client.callTool('delete_note', { id })
      const listed = await client.callTool('list_notes', {})

      assert.equal(visit?.signedIn, true)
      assert.deepEqual(visit.consent?.scopes, ['notes:read', 'notes:write'])
      assert.match(visit.consent?.text ?? '', /Marginalia/)
      assert.match(whoami.text, /You are \w+, through .+ notes:read notes:write/)
      assert.match(added.text, /Added note/)
      assert.equal(deleted.isError, isRefused, deleted.text)
      const askedFor = isRefused ? undefined : ['notes:delete', 'notes:read', 'notes:write']
      assert.deepEqual(deleted.visits[0]?.consent?.scopes.toSorted(), askedFor)
      assert.equal(listed.text.includes(id), isRefused)
    })
  }

async function createClient(kind: ClientKind, url: string, person: Parameters<ClientKind['create']>[0]['person']) {
  const folder = join(work, kind.name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const none = undefined as unknown as KnownClients // all of these register
  const client: InteropClient = await kind.create({ url, folder, person, knownClients: none })
  return client
}
