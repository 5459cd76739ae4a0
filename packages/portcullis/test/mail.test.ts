import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startMailServer } from './mail-server.ts'
import { Person, startProgram, startUpstream } from './running-program.ts'

test('an invitation goes by mail, and so does the way back in, of which the person is told; no log has a link or an address', async (t) => {
  const credentials = { user: 'notes', password: 'of the mail server' }
  const server = await startMailServer(t, { credentials })
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const program = await startProgram(t, {
    argv: ['--upstream', `${upstream}/mcp`],
    environment: { MAIL_PASSWORD: credentials.password },
    settings: `name: Notes\nmail:\n  server: smtp://localhost:${server.port}\n  from: Notes <notes@mcp.example>\n  user: notes\n  secretVariable: MAIL_PASSWORD\n`,
  })
  const person = new Person(program.origin)

  const invited = await program.command('users', 'invite', '--email', 'grace@example.com')
  const link = linkIn(server.messages[0]?.text)
  const made = await person.submit(await person.open(link), {
    user_name: 'grace',
    password: 'four quiet words here',
    again: 'four quiet words here',
  })
  const recovery = server.next()
  await person.submit(await person.open('/account/forgot'), { user_name: 'grace@example.com' })
  const recovered = await recovery
  const notice = server.next()
  const set = await person.submit(await person.open(linkIn(recovered.text)), {
    password: 'another set of words',
    again: 'another set of words',
  })
  const told = await notice

  assert.deepEqual([invited.code, invited.stdout], [0, ''])
  assert.match(
    invited.stderr,
    /^Sent to grace@example\.com\.\nIt works once, until .* UTC\.\nTo take it back: portcullis/m,
  )
  assert.deepEqual([made.status, set.status], [303, 303])
  assert.deepEqual(
    [recovered, told].map(({ to, subject }) => [to, subject]),
    [
      [['grace@example.com'], 'Sign in to Notes again'],
      [['grace@example.com'], 'Your account at Notes was changed'],
    ],
  )
  await program.line(/Sent a message \(notice\)/)
  assert.doesNotMatch(program.output(), /grace@|token=|of the mail server/)
})

test('an invitation that cannot be sent is taken back, and says why without the password; one that is printed, too, gives no address', async (t) => {
  const server = await startMailServer(t, { credentials: { user: 'notes', password: 'right' } })
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const program = await startProgram(t, {
    argv: ['--upstream', `${upstream}/mcp`],
    environment: { MAIL_PASSWORD: 'wrong-and-secret' },
    settings: `mail:\n  server: smtp://localhost:${server.port}\n  from: notes@mcp.example\n  user: notes\n  secretVariable: MAIL_PASSWORD\n`,
  })

  const refused = await program.command('users', 'invite', '--email', 'grace@example.com')
  const left = await program.command('users', 'invitations', '--json')
  const wrong = await program.command('users', 'invite', '--email', 'grace, eve@evil.example')
  const open = await startMailServer(t)
  const printing = await startProgram(t, {
    argv: ['--upstream', `${upstream}/mcp`],
    settings: `mail:\n  server: smtp://localhost:${open.port}\n  from: notes@mcp.example\n`,
  })
  const printed = await printing.command('users', 'invite', '--email', 'grace@example.com', '--print')
  const person = new Person(printing.origin)
  await person.submit(await person.open(linkIn(printed.stdout)), {
    user_name: 'grace',
    password: 'four quiet words here',
    again: 'four quiet words here',
  })
  const account = await (await person.open('/account')).text()

  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /did not take the invitation: it did not take the user and the password, code 535/)
  assert.doesNotMatch(refused.stdout + refused.stderr, /token=|wrong-and-secret/)
  assert.deepEqual(JSON.parse(left.stdout), [])
  assert.notEqual(wrong.code, 0)
  assert.equal(open.messages.length, 1)
  assert.match(account, /E-mail address<small>none/)
})

test('that who may administrate has another address, to which links to recover go, is in the audit log', async (t) => {
  const server = await startMailServer(t)
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const program = await startProgram(t, {
    argv: ['--upstream', `${upstream}/mcp`],
    settings: `mail:\n  server: smtp://localhost:${server.port}\n  from: notes@mcp.example\n`,
  })
  const owner = new Person(program.origin)
  await owner.becomeOwner(program)
  const asked = server.next()
  await owner.submit(await owner.open('/account/email'), { email: 'ada@example.com' })
  const confirmed = await owner.submit(await owner.open(linkIn((await asked).text)), {})

  const listed = await program.command('audit', 'list')

  assert.equal(confirmed.headers.get('location'), '/account?done=email')
  assert.match(listed.stdout, /ada +administrator_email_changed /)
  assert.doesNotMatch(listed.stdout, /ada@example/)
})

test('a mail server that is down holds up no page: what is said and done is the same', async (t) => {
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const program = await startProgram(t, {
    argv: ['--upstream', `${upstream}/mcp`],
    settings: 'mail:\n  server: smtp://localhost:1\n  from: notes@mcp.example\n',
  })
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  await person.submit(await person.open('/account/email'), { email: 'ada@example.com' })

  const line = await program.line(/Could not send a message \(address\)/)
  const answer = await person.submit(await person.open('/account/forgot'), { user_name: 'ada' })

  assert.match(String(line.msg), /because there is no connection to it; it is tried again/)
  assert.equal(answer.status, 200)
  assert.equal(await program.stop(), 0)
})

test('what is wrong with the settings of mail is told at the start, and no mail asked for where there are none', async (t) => {
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const start = (settings: string) => startProgram(t, { argv: ['--upstream', `${upstream}/mcp`], settings })
  const cases: [string, RegExp][] = [
    ['server: http://mail.example\n  from: a@b.example', /mail\.server must be smtps:\/\/HOST/],
    ['server: smtp://user:password@mail.example\n  from: a@b.example', /mail\.server must be smtps:\/\/HOST/],
    ['server: smtp://mail.example\n  from: nobody', /mail\.from must be an e-mail address/],
    ['server: smtp://mail.example\n  from: a@b.example\n  user: a', /mail\.user needs secretFile or secretVariable/],
    ['server: smtp://mail.example\n  from: a@b.example\n  secretVariable: MAIL_PASSWORD', /mail\.user must be set/],
    [
      'server: smtp://mail.example\n  from: a@b.example\n  user: a\n  secretVariable: MAIL_PASSWORD',
      /The password of the mail server is not in MAIL_PASSWORD/,
    ],
  ]

  for (const [settings, said] of cases) await assert.rejects(start(`mail:\n  ${settings}\n`), said)
  const program = await start('')
  const refused = await program.command('users', 'invite', '--email', 'grace@example.com')
  assert.match(refused.stderr, /Nothing says how messages are sent/)
  assert.equal((await program.command('users', 'invitations', '--json')).stdout.trim(), '[]')
})

function linkIn(text = ''): string {
  return /http:\/\/localhost:\d+(\/account\/\S+)/.exec(text)?.[1] ?? assert.fail(text)
}
