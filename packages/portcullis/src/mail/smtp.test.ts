import assert from 'node:assert/strict'
import { type AddressInfo, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type MailServerOptions, startMailServer } from '../../test/mail-server.ts'
import { addressMessage, invitationMessage, noticeMessage, recoveryMessage } from './messages.ts'
import type { MailSettings } from './settings.ts'
import { createSmtp, DeliveryError } from './smtp.ts'

const site = { name: 'Notes', origin: 'https://mcp.example' }
const message = invitationMessage('ada@example.com', {
  link: 'https://mcp.example/account/invitation?token=x_Y-1',
  until: '2027-01-15 08:00 UTC',
  site,
})
const credentials = { user: 'notes', password: 'päss wörd' }

async function serverAndSettings(t: TestContext, options: MailServerOptions, settings: Partial<MailSettings> = {}) {
  const server = await startMailServer(t, options)
  const given: MailSettings = {
    host: 'localhost',
    port: server.port,
    isTlsFirst: options.tls === 'first',
    isTlsRequired: true,
    from: 'Notes <notes@mcp.example>',
    authorities: server.certificate,
    ...settings,
  }
  return { server, deliver: createSmtp(given) }
}

for (const tls of ['first', 'start'] as const)
  test(`a message goes to a server that speaks TLS (${tls}), by whoever signs in there`, async (t) => {
    const { server, deliver } = await serverAndSettings(t, { tls, credentials }, { credentials })

    await deliver(message)

    const [arrived] = server.messages
    assert.deepEqual(
      [arrived?.from, arrived?.to, arrived?.isEncrypted, arrived?.user],
      ['notes@mcp.example', ['ada@example.com'], true, 'notes'],
    )
    assert.equal(arrived?.subject, 'You are invited to Notes')
    assert.match(arrived?.text ?? '', /^https:\/\/mcp\.example\/account\/invitation\?token=x_Y-1$/m)
    assert.match(arrived?.html ?? '', /<a href="https:\/\/mcp\.example\/account\/invitation\?token=x_Y-1">/)
    assert.match(arrived?.raw ?? '', /^Auto-Submitted: auto-generated\r$/m)
  })

test('law 11: nothing goes to a server without TLS, not a password either, save on this machine', async (t) => {
  const plain = await serverAndSettings(t, { tls: 'none', credentials }, { credentials })
  const local = await serverAndSettings(t, { tls: 'none', credentials }, { credentials, isTlsRequired: false })

  await assert.rejects(plain.deliver(message), DeliveryError)
  await local.deliver(message)

  assert.equal(plain.server.messages.length, 0)
  assert.equal(local.server.messages.length, 1)
})

test('law 11: nothing goes to a server whose certificate nobody vouches for', async (t) => {
  for (const tls of ['first', 'start'] as const) {
    const other = await startMailServer(t)
    const { server, deliver } = await serverAndSettings(t, { tls }, { authorities: other.certificate })

    await assert.rejects(deliver(message), DeliveryError)
    assert.equal(server.messages.length, 0)
  }
})

test('what fails for now may be tried again, what is refused is not, and what is said of it has no secret', async (t) => {
  const wrong = await serverAndSettings(
    t,
    { tls: 'start', credentials },
    { credentials: { ...credentials, password: 'x' } },
  )
  const busy = await serverAndSettings(t, { tls: 'start', failures: [451] })
  const full = await serverAndSettings(t, { tls: 'start', failures: [552] })
  const port = await freePort()
  const away = createSmtp({ host: '127.0.0.1', port, isTlsFirst: false, isTlsRequired: false, from: 'a@b.example' })
  const failures = await Promise.all(
    [wrong.deliver, busy.deliver, full.deliver, away].map((deliver) =>
      deliver(message).then(
        () => assert.fail('it was taken'),
        (cause: unknown) => (cause instanceof DeliveryError ? cause : assert.fail()),
      ),
    ),
  )

  assert.deepEqual(
    failures.map(({ isTemporary }) => isTemporary),
    [false, true, false, true],
  )
  assert.match(failures[0]?.message ?? '', /did not take the user and the password, code 535/)
  for (const { message: said } of failures) assert.doesNotMatch(said, /token|ada@|notes|Not now/)
})

test('a mail server that never comes to an end is left after a time, which is told, and asked again later', async (t) => {
  const silent = createServer((socket) => socket.on('error', () => {}))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  t.after(() => silent.close())
  const { port } = silent.address() as AddressInfo // it listens on a port
  const settings = { host: '127.0.0.1', port, isTlsFirst: false, isTlsRequired: false, from: 'a@b.example' }

  const failure = await createSmtp(settings, { patience: 0.1 })(message).catch((cause: unknown) => cause)

  assert.ok(failure instanceof DeliveryError)
  assert.deepEqual([failure.message, failure.isTemporary], ['it did not answer in time', true])
})

test('whatever people and servers are called, a message stays one message with one link', async (t) => {
  const { server, deliver } = await serverAndSettings(t, { tls: 'start' })
  const hostile = {
    name: 'X\r\nBcc: eve@evil.example\r\n\r\n<a href="https://evil.example">',
    origin: 'https://mcp.example',
  }
  const userName = '"><img src=x>'
  const link = 'https://mcp.example/account/recover?token=t'

  await deliver(recoveryMessage('ada@example.com', { link, userName, site: hostile }))
  await deliver(addressMessage('ada@example.com', { link, userName, site: hostile }))
  await deliver(
    noticeMessage('ada@example.com', { change: 'passkey_added', at: 1_800_000_000, userName, site: hostile }),
  )

  for (const { to, html, raw, text } of server.messages) {
    assert.doesNotMatch(text, /^Bcc:/m)
    assert.deepEqual(to, ['ada@example.com'])
    assert.doesNotMatch(raw.slice(0, raw.indexOf('\r\n\r\n')), /^Bcc:/m)
    assert.doesNotMatch(html, /<img|href="https:\/\/evil/)
  }
  assert.deepEqual(
    server.messages.map(({ html }) => html.match(/<a /g)?.length ?? 0),
    [1, 1, 0],
  )
})

test('the messages say what they are about, what a link does, and what to do where it was somebody else', async (t) => {
  const { server, deliver } = await serverAndSettings(t, { tls: 'start' })
  const link = 'https://mcp.example/account/recover?token=t'
  await deliver(recoveryMessage('ada@example.com', { link, userName: 'ada', site }))
  await deliver(noticeMessage('ada@example.com', { change: 'passkey_added', at: 1_800_000_000, userName: 'ada', site }))

  assert.equal(
    server.messages[0]?.text,
    `Somebody, you we suppose, asked for a new password for ada at Notes.

${link}

The link works once, for an hour. Once a new password is set, all browsers are signed out, passkeys are removed, and no application has access any more.

If it was not you, delete this message. Your password stays as it is, and whoever asked learns nothing.`,
  )
  assert.equal(
    server.messages[1]?.text,
    `This happened to the account ada at Notes, on Fri, 15 Jan 2027 08:00:00 GMT:

A passkey was added: it can sign in from now on.

If it was you, there is nothing to do.

If it was not, open https://mcp.example/account, end what you do not know, and set another password; or tell whoever runs Notes.`,
  )
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
