import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signIn } from '../accounts.ts'
import { authorizationRequest, registerClient } from '../client.ts'
import { inspectPage } from '../inspect-page.ts'
import { startScene } from '../scene.ts'

const { server, web, person } = await startScene()
const evil = 'https://evil.example'

test('P-03 clickjacking: a page of another origin frames neither consent nor account', async () => {
  const somebody = await person({ scripts: true })
  const client = await registerClient(server, { name: 'Framed' })
  const { url } = authorizationRequest(server, client)
  await signIn(somebody, server)
  for (const framed of [url, `${server.origin}/account`, `${server.origin}/account/sign-in?again=1`]) {
    web.elsewhere.put(
      `${evil}/frame`,
      `<!doctype html><title>x</title><iframe src="${framed.replaceAll('&', '&amp;')}"></iframe>`,
    )

    const complaint = somebody.page.waitForEvent('console', (message) => message.type() === 'error')
    await somebody.page.goto(`${evil}/frame`)

    assert.match((await complaint).text(), /frame-ancestors|X-Frame-Options/i)
    const [, frame] = somebody.page.frames()
    assert.equal(await frame?.locator('main, form').count(), 0)
  }
})

test('a form that a page of another origin sends does nothing, though the person is signed in, and they are told', async () => {
  const somebody = await person({ scripts: true })
  const client = await registerClient(server, { name: 'Writing desk' })
  await signIn(somebody, server)
  const request = authorizationRequest(server, client)
  await somebody.open(request.url)
  await request.redeem(await somebody.leave('Allow'))
  for (const [path, fields] of [
    ['/account/sign-out', {}],
    ['/account/sign-out-elsewhere', {}],
    ['/account/consents/end', { client: client.clientId }],
    ['/account/sign-in', { user_name: 'mallory', password: 'of the attacker' }],
    ['/account/password', { current: 'x', password: 'x', again: 'x' }],
  ] as const) {
    web.elsewhere.put(`${evil}/post`, formTo(server.origin + path, fields))

    await somebody.page.goto(`${evil}/post`)
    await somebody.page.waitForURL((url) => url.origin === server.origin)

    await inspectPage(somebody, { name: 'foreign form', status: 403 })
    await somebody.open(`${server.origin}/account`)
    assert.match(await somebody.text(), /Hello, ada[\s\S]*Writing desk/)
  }
})

test('law 3 a consent whose form a page of another origin sends gives no code, even with a seal that was shown to the person', async () => {
  const somebody = await person({ scripts: true })
  const client = await registerClient(server, { name: 'Forged', redirectUri: `${evil}/callback` })
  await signIn(somebody, server)
  await somebody.open(authorizationRequest(server, client).url)
  const fields = await somebody.page
    .locator('form input[type=hidden]')
    .evaluateAll((inputs) =>
      inputs.map((input) => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? ''] as const),
    )
  web.elsewhere.put(
    `${evil}/post`,
    formTo(`${server.origin}/authorize`, Object.fromEntries([...fields, ['decision', 'allow']])),
  )

  await somebody.page.goto(`${evil}/post`)
  await somebody.page.waitForURL((url) => url.origin === server.origin)

  await inspectPage(somebody, { name: 'not allowed', status: 403 })
  assert.match(await somebody.text(), /came from another site/)
})

test('a page that opens a window of ours learns nothing of it but that it is there', async () => {
  const somebody = await person({ scripts: true })
  await signIn(somebody, server)
  web.elsewhere.put(
    `${evil}/open`,
    `<!doctype html><title>x</title><a href="${server.origin}/account" target="_blank" rel="opener">open</a>`,
  )
  await somebody.page.goto(`${evil}/open`)
  const [opened] = await Promise.all([somebody.context.waitForEvent('page'), somebody.page.getByText('open').click()])
  await opened.waitForLoadState()

  const seen = await opened.evaluate(() => document.referrer)
  const read = await somebody.page.evaluate(async (url) => {
    const answer = await fetch(url, { credentials: 'include' }).catch((error: unknown) => String(error))
    return typeof answer === 'string' ? answer : answer.text()
  }, `${server.origin}/account`)

  assert.match(seen, /^(https:\/\/evil\.example\/)?$/)
  assert.match(read, /Failed to fetch/)
})

function formTo(action: string, fields: Readonly<Record<string, string>>): string {
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  )
  return `<!doctype html><title>x</title><form method="post" action="${escaped(action)}">${inputs.join('')}</form><script>document.forms[0].submit()</script>`
}
