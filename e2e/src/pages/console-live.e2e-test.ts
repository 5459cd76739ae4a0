import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inviteAccount, signIn } from '../accounts.ts'
import { authorizationRequest, callTool, registerClient } from '../client.ts'
import { inspectPage } from '../inspect-page.ts'
import type { Person } from '../person.ts'
import { startScene } from '../scene.ts'

const { server, person } = await startScene()
const attempts = `${server.origin}/console/attempts`

test('an operator watches an attempt as it happens, from its first request to its first call, without a reload', async () => {
  const owner = await person({ scripts: true })
  const writer = await person()
  await signIn(owner, server)
  await signIn(writer, server, await inviteAccount(server, 'grace'))
  await owner.open(attempts)
  const opened = owner.traffic.requests().at(0)
  await owner.page.getByLabel('Text').focus()

  const client = await registerClient(server, { name: 'Writing desk' })
  const request = authorizationRequest(server, client)
  await writer.open(request.url)
  const row = owner.page.getByRole('row').filter({ hasText: 'Writing desk' })
  await row.filter({ hasText: 'still waiting' }).waitFor()
  await row.getByRole('link').focus()
  const { body } = await request.redeem(await writer.leave('Allow'))
  await callTool(server, String(body.access_token), 'list_notes')
  await row.filter({ hasText: 'connected' }).waitFor()

  assert.equal(owner.traffic.requests().at(0), opened, 'the page was not loaded again')
  assert.equal(await owner.page.evaluate(() => document.activeElement?.textContent), 'Writing desk')
  await inspectPage(owner, { name: 'console Connections' })
  await owner.submit('Writing desk')
  assert.match(await owner.text(), /“Writing desk” is connected/)
  await inspectPage(owner, { name: 'console attempt, connected' })
  assert.deepEqual(owner.traffic.takeErrors(), [])
})

test('whoever watches and is signed out elsewhere sees the sign-in, and no more of it', async () => {
  const owner = await person({ scripts: true })
  await signIn(owner, server)
  await owner.open(attempts)
  await owner.page.getByRole('link', { name: 'Ask the doctor' }).waitFor()

  const { context } = owner
  await context.clearCookies()
  await registerClient(server, { name: 'Later' })

  await owner.page.waitForURL(/\/account\/sign-in/)
})

test('without scripts a reload shows an attempt: one that waits, and one that a person stopped', async () => {
  const owner = await person()
  const writer = await person()
  await signIn(owner, server)
  await signIn(writer, server, await inviteAccount(server, 'alan'))
  const waiting = authorizationRequest(server, await registerClient(server, { name: 'Slow desk' }))
  await writer.open(waiting.url)

  await untilShown(owner, attempts, 'Slow desk')
  await owner.submit('Slow desk')
  assert.match(await owner.text(), /Next, /)
  await inspectPage(owner, { name: 'console attempt, waiting' })

  await writer.leave('Deny')
  await untilShown(owner, owner.page.url(), 'What to do now')
  await inspectPage(owner, { name: 'console attempt, failed' })
  await owner.open(`${attempts}?text=nothing-like-it`)
  assert.match(await owner.text(), /None is like that/)
  await inspectPage(owner, { name: 'console Connections' })
})

test('an operator asks the doctor', async () => {
  const owner = await person()
  await signIn(owner, server)

  await owner.open(attempts)
  await owner.submit('Ask the doctor')
  await inspectPage(owner, { name: 'console doctor' })
  await owner.submit('Examine this server')

  assert.match(await owner.text(), /\d+ requests, in/)
  await inspectPage(owner, { name: 'console doctor report' })
})

/** What is written down a moment after it happened. */
async function untilShown({ page, open }: Person, url: string, text: string): Promise<void> {
  const end = performance.now() + 20_000
  for (;;) {
    await open(url)
    if ((await page.getByText(text).count()) > 0) return
    if (performance.now() > end) throw new Error(`${url} never shows ${text}`)
  }
}
