import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatHtml, html } from './html.ts'
import type { ConsentRequest } from './interaction.ts'
import { page } from './page.ts'
import { consentPage, errorPage } from './pages.ts'
import { styleSheet } from './theme.ts'

test('P-03 the consent page names the client as it claims, the resource, each scope, the person and the lifetime', async () => {
  const text = await consentPage(request).text()

  for (const shown of [
    'Claude Code',
    'Notes',
    'https://notes.example/mcp',
    'Read your notes',
    'notes:read',
    'alice',
    '30 days',
  ])
    assert.ok(text.includes(shown), shown)
  assert.match(text, /own claim/)
})

test('AS-19 the consent page shows where the code will be sent, loopback port and private-use URI included', async () => {
  for (const destination of ['localhost:33418', 'claude.ai', 'cursor://anysphere.cursor-mcp/oauth/callback'])
    assert.ok(
      (await consentPage({ ...request, destination }).text()).includes(`<span class="at">${destination}</span>`),
    )
})

test('AS-20 the consent page warns when the destination proves no identity, and only then', async () => {
  const warning = /any program there could have asked/

  assert.match(await consentPage({ ...request, destinationProvesIdentity: false }).text(), warning)
  assert.doesNotMatch(await consentPage({ ...request, destinationProvesIdentity: true }).text(), warning)
})

test('P-03 the consent form carries its fields and one decision by POST', async () => {
  const text = await consentPage(request).text()

  assert.match(text, /<form method="post" action="\/consent"/)
  assert.match(text, /<input type="hidden" name="request" value="a&quot;b">/)
  assert.match(text, /<button class="plain" name="decision" value="deny">Deny<\/button>/)
  assert.match(text, /<button name="decision" value="allow">Allow<\/button>/)
})

test('P-03 what the decision is about stands before it, and the buttons stay in sight while a person reads', async () => {
  const text = await consentPage(request).text()

  const inOrder = ['<h1>', 'any program there', 'localhost:33418', 'Read your notes', '>Deny<', '>Allow<'].map(
    (shown) => text.lastIndexOf(shown),
  )
  assert.deepEqual(
    inOrder,
    inOrder.toSorted((a, b) => a - b),
  )
  assert.match(text, /<div class="bar">/)
  assert.match(formatHtml(styleSheet), /\.bar\{position:sticky;bottom:0;/)
})

test('law 3: a name without end pushes nothing out of sight on the consent page', async () => {
  const name = `Claude ${'and more '.repeat(30)}`

  const text = await consentPage({ ...request, client: { ...request.client, name } }).text()

  assert.ok(text.includes(`<bdi>${name.slice(0, 79)}…</bdi>`))
  assert.ok(!text.includes(name.slice(0, 81)))
})

test('what a client says of itself is text on the consent page, never markup or a link', async () => {
  const hostile = `</h1><script>1</script><a href="//evil.example">`

  const text = await consentPage({
    ...request,
    client: { ...request.client, clientId: hostile, name: hostile, uri: hostile },
  }).text()

  assert.doesNotMatch(text, /<script|<a /)
})

test('P-03 pages cannot be framed, load nothing, run nothing, and are not kept', async () => {
  const shown = consentPage(request)
  const { headers } = shown
  const [, nonce = ''] = /<style nonce="([^"]{16,})">/.exec(await shown.text()) ?? []

  assert.notEqual(nonce, '')
  assert.equal(
    headers.get('content-security-policy'),
    `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self' http://localhost:33418; frame-ancestors 'none'; base-uri 'none'`,
  )
  assert.equal(headers.get('x-frame-options'), 'DENY')
  assert.equal(headers.get('x-content-type-options'), 'nosniff')
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.equal(headers.get('content-type'), 'text/html; charset=utf-8')
})

test('pages keep the opener that a client in a browser waits with', () => {
  assert.equal(consentPage(request).headers.get('cross-origin-opener-policy'), null)
})

test('a page with a form keeps the Origin of its submission, a page without one tells nobody and submits nothing', () => {
  const withoutForm = page({ title: 'Done', body: html`<h1>Done</h1>` }).headers

  assert.equal(consentPage(request).headers.get('referrer-policy'), 'same-origin')
  assert.equal(withoutForm.get('referrer-policy'), 'no-referrer')
  assert.match(withoutForm.get('content-security-policy') ?? '', /form-action 'none'/)
})

test('a form action source that would change the policy is refused', () => {
  for (const source of [`https://a.example; script-src *`, 'a b', 'a,b', '', 'a\r\nb'])
    assert.throws(() => page({ title: '', body: html``, formActionSources: [source] }), TypeError)
})

test('P-03 a page runs the scripts of its own origin that it names, and no other', async () => {
  const shown = page({ title: 'Done', body: html`<h1>Done</h1>`, scripts: ['/account/a.js?v=1&w'] })
  const text = await shown.text()
  const [, nonce = ''] = /<script src="\/account\/a.js\?v=1&amp;w" nonce="([^"]+)" defer><\/script>/.exec(text) ?? []

  assert.ok(nonce.length >= 16)
  assert.match(shown.headers.get('content-security-policy') ?? '', new RegExp(`; script-src 'nonce-${nonce}'; `))
})

test('law 8: a script of another origin is refused', () => {
  for (const path of [
    'https://evil.example/a.js',
    '//evil.example/a.js',
    '/\\evil.example/a.js',
    'a.js',
    'data:,1',
    '',
    '/a b',
  ])
    assert.throws(() => page({ title: '', body: html``, scripts: [path] }), TypeError, path)
})

test('the error page says what happened, the next step and the id, with the status of the error', async () => {
  const response = errorPage({
    code: 'invalid_request',
    status: 400,
    description: 'The address is <not> registered.',
    nextStep: 'Remove the server in your client and add it again.',
    server: 'Notes <x>',
    id: 'k3f9x2',
  })
  const text = await response.text()

  assert.equal(response.status, 400)
  for (const shown of [
    '<bdi>Notes &lt;x&gt;</bdi>',
    'The address is &lt;not&gt; registered.',
    'add it again',
    'k3f9x2',
    'invalid_request',
  ])
    assert.ok(text.includes(shown), shown)
})

test('a consent page weighs at most 10 kB', async () => {
  assert.ok((await consentPage(request).arrayBuffer()).byteLength <= 10_000)
})

const request: ConsentRequest = {
  signedIn: { subject: 'u1', authTime: 0, sessionId: 's1', displayName: 'alice' },
  client: { clientId: 'c1', name: 'Claude Code', identity: { by: 'itself' } },
  destination: 'localhost:33418',
  destinationProvesIdentity: false,
  resource: { identifier: 'https://notes.example/mcp', name: 'Notes' },
  scopes: [{ token: 'notes:read', description: 'Read your notes', brings: [], isTicked: true }],
  lifetime: 30 * 86_400,
  rememberedFor: 0,
  form: { action: '/consent', fields: [['request', 'a"b']] },
  formActionSources: ['http://localhost:33418'],
}
