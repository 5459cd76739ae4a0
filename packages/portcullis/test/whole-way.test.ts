import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectTo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { connect, Person, startProgram, startUpstream } from './running-program.ts'

test('law 7: a person signs up by the owner link, a client connects, and the server behind learns who calls and never sees the token', async (t) => {
  const seen: NodeJS.Dict<string | string[]>[] = []
  const upstream = await startUpstream(t, (req, res) => {
    seen.push(req.headers)
    res.setHeader('content-type', 'application/json').end('{"jsonrpc":"2.0","id":1,"result":{}}')
  })
  const program = await startProgram(t, { argv: ['--upstream', `${upstream}/mcp`] })
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const tokens = await connect(person, { resource: `${program.origin}/mcp` })

  const response = await fetch(`${program.origin}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${tokens.accessToken}`,
      'content-type': 'application/json',
      'x-portcullis-subject': 'admin',
      cookie: 'a=b',
    },
    body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
  })

  assert.equal(response.status, 200)
  const [headers] = seen
  assert.ok(headers)
  assert.equal(headers['x-portcullis-client'], tokens.clientId)
  assert.match(String(headers['x-portcullis-subject']), /^[0-9a-f-]{36}$/)
  assert.equal(headers['x-portcullis-scope'], 'mcp')
  assert.equal(headers.authorization, undefined)
  assert.equal(headers.cookie, undefined)
})

test('law 7: with upstreamHeaders: strict the server behind gets no header of a client that it need not', async (t) => {
  const seen: NodeJS.Dict<string | string[]>[] = []
  const upstream = await startUpstream(t, (req, res) => {
    seen.push(req.headers)
    res.end('{}')
  })
  for (const settings of ['', 'upstreamHeaders: strict']) {
    const program = await startProgram(t, { argv: ['--upstream', `${upstream}/mcp`], settings })
    const person = new Person(program.origin)
    await person.becomeOwner(program)
    const { accessToken } = await connect(person, { resource: `${program.origin}/mcp` })
    const headers = { authorization: `Bearer ${accessToken}`, 'mcp-method': 'ping', 'x-odd': '1' }
    await fetch(`${program.origin}/mcp`, { method: 'POST', headers, body: '{}' })
  }

  assert.deepEqual(
    seen.map((headers) => [headers['mcp-method'], headers['x-odd']]),
    [
      ['ping', '1'],
      ['ping', undefined],
    ],
  )
})

test('law 11: whatever happens, no secret stands in what the program writes', async (t) => {
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const program = await startProgram(t, {
    argv: ['--upstream', `${upstream}/mcp?key=key-of-the-server-behind`, '--log-level', 'debug'],
  })
  const person = new Person(program.origin)
  await person.becomeOwner(program, { password: 'a very secret password' })
  const { accessToken, refreshToken, clientId } = await connect(person, { resource: `${program.origin}/mcp` })
  const secrets = [
    accessToken,
    refreshToken,
    'a very secret password',
    'key-of-the-server-behind',
    ...person.cookies.split('; ').map((cookie) => cookie.split('=')[1] ?? ''),
  ]

  await fetch(`${program.origin}/mcp?access_token=${accessToken}`, { method: 'POST' })
  await fetch(`${program.origin}/mcp`, { method: 'POST', headers: { authorization: `Bearer ${refreshToken}` } })
  await fetch(`${program.origin}/nothing?code=${refreshToken}`, {
    headers: { authorization: `Bearer ${accessToken}`, cookie: person.cookies },
  })
  for (let times = 0; times < 2; times += 1)
    await fetch(`${program.origin}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: `${refreshToken}x`,
        client_id: clientId,
      }).toString(),
    })

  assert.ok(program.log().length > 10)
  for (const secret of secrets) assert.ok(secret.length > 10 && !program.output().includes(secret))
  for (const part of [accessToken.split('.')[2] ?? '', refreshToken.split('.').at(-1) ?? ''])
    assert.ok(!program.output().includes(part))
})

test('the log says of every refused request why, under the id of that request', async (t) => {
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const program = await startProgram(t, { argv: ['--upstream', `${upstream}/mcp`] })

  await fetch(`${program.origin}/mcp`, { method: 'POST' })
  await fetch(`${program.origin}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=password',
  })
  await fetch(`${program.origin}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  await fetch(`${program.origin}/authorize?client_id=nobody`)
  await fetch(`${program.origin}/mcp`, { method: 'POST', headers: { origin: 'https://evil.example' } })

  const refusals = program.log().filter(({ requestId }) => requestId !== undefined)
  assert.deepEqual(
    refusals.map(({ event }) => event),
    ['challenged', 'token_refused', 'registration_refused', 'authorization_refused', 'origin_rejected'],
  )
  assert.equal(new Set(refusals.map(({ requestId }) => requestId)).size, 5)
})

test('law 14: a grant that the operator ends beside the running server is over within five seconds, open streams too', async (t) => {
  const upstream = await startUpstream(t, (req, res) => {
    if (req.method !== 'GET') return res.end('{}')
    return res.setHeader('content-type', 'text/event-stream').write(': open\n\n')
  })
  const program = await startProgram(t, { argv: ['--upstream', `${upstream}/mcp`] })
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const { accessToken, grantId } = await connect(person, { resource: `${program.origin}/mcp` })
  const authorization = `Bearer ${accessToken}`
  const stream = await fetch(`${program.origin}/mcp`, { headers: { authorization, accept: 'text/event-stream' } })
  const ended = stream.text().catch(() => 'cut off')

  const revoked = await program.command('grants', 'revoke', grantId)
  assert.equal(revoked.code, 0, revoked.stderr)
  const startedAt = Date.now()
  await ended

  assert.ok(Date.now() - startedAt < 5000)
  const after = await fetch(`${program.origin}/mcp`, { method: 'POST', headers: { authorization } })
  assert.equal(after.status, 401)
  await after.body?.cancel()
})

test('law 14: a new password by a reset link ends the grants of the old one, with open streams and all tokens', async (t) => {
  const upstream = await startUpstream(t, (req, res) => {
    if (req.method !== 'GET') return res.end('{}')
    return res.setHeader('content-type', 'text/event-stream').write(': open\n\n')
  })
  const program = await startProgram(t, { argv: ['--upstream', `${upstream}/mcp`] })
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const { accessToken, refreshToken, clientId } = await connect(person, { resource: `${program.origin}/mcp` })
  const authorization = `Bearer ${accessToken}`
  const stream = await fetch(`${program.origin}/mcp`, { headers: { authorization, accept: 'text/event-stream' } })
  const ended = stream.text().catch(() => 'cut off')
  const link = new URL((await program.command('users', 'reset', 'ada')).stdout.trim())

  const password = 'another set of words'
  await person.submit(await person.open(link.pathname + link.search), { password, again: password })
  await ended

  const refreshed = await fetch(`${program.origin}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_id: clientId,
    }).toString(),
  })
  assert.equal(refreshed.status, 400)
  assert.ok(program.log().some(({ event, clientId: of }) => event === 'grant_ended' && of === clientId))
})

test('law 14: while the record of ended grants cannot be read, tokens are served for the grace that is set, and not at all under 0', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const statuses = await Promise.all(
    ['', 'timeouts: { revocationGrace: 0 }'].map(async (settings) => {
      const program = await startProgram(t, { argv: ['--upstream', `${upstream}/mcp`], settings })
      const person = new Person(program.origin)
      await person.becomeOwner(program)
      const { accessToken } = await connect(person, { resource: `${program.origin}/mcp` })
      const call = async () => {
        const headers = { authorization: `Bearer ${accessToken}` }
        return (await fetch(`${program.origin}/mcp`, { method: 'POST', headers })).status
      }
      const before = await call()
      const database = new DatabaseSync(join(program.folder, 'portcullis.db'))
      database.exec('ALTER TABLE entries RENAME TO gone')
      database.close()
      return { before, call }
    }),
  )
  const before = statuses.map((status) => status.before)

  t.mock.timers.tick(3000)
  const after = await Promise.all(statuses.map(({ call }) => call()))

  assert.deepEqual(
    [before, after],
    [
      [200, 200],
      [200, 503],
    ],
  )
})

test('law 12: a changed secret, with the old one behind it for a while, costs nobody sign-in, token or session', async (t) => {
  const upstream = await startUpstream(t, (_, res) => res.setHeader('Mcp-Session-Id', 'session-1').end('{}'))
  const [old, next] = ['o'.repeat(40), 'n'.repeat(40)]
  const withSecret = (secret: string) => ({
    argv: ['--upstream', `${upstream}/mcp`],
    environment: { PORTCULLIS_SECRET: secret },
  })
  const first = await startProgram(t, withSecret(old))
  const place = ['--port', new URL(first.origin).port, '--database', `${first.folder}/portcullis.db`]
  const restart = (secret: string) => {
    const { argv, environment } = withSecret(secret)
    return startProgram(t, { argv: [...argv, ...place], environment })
  }
  const person = new Person(first.origin)
  await person.becomeOwner(first)
  const { accessToken } = await connect(person, { resource: `${first.origin}/mcp` })
  const call = (sessionId?: string) =>
    fetch(`${first.origin}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${accessToken}`,
        ...(sessionId !== undefined && { 'mcp-session-id': sessionId }),
      },
    })
  const sessionId = (await call()).headers.get('mcp-session-id') ?? ''
  await first.stop()

  const second = await restart(`${next} ${old}`)
  const inSession = await call(sessionId)
  const later = await connect(person, { resource: `${first.origin}/mcp` })
  await second.stop()
  await restart(next)
  const onlyNew = await fetch(`${first.origin}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${later.accessToken}` },
  })

  assert.equal(inSession.status, 200)
  assert.equal(onlyNew.status, 200)
})

test('after a restart people are signed in, clients refresh, and tokens verify', async (t) => {
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const first = await startProgram(t, { argv: ['--upstream', `${upstream}/mcp`] })
  const port = new URL(first.origin).port
  const person = new Person(first.origin)
  await person.becomeOwner(first)
  const { accessToken, refreshToken, clientId } = await connect(person, { resource: `${first.origin}/mcp` })
  assert.equal(await first.stop(), 0)

  await startProgram(t, {
    argv: ['--upstream', `${upstream}/mcp`, '--port', port, '--database', `${first.folder}/portcullis.db`],
  })

  const call = await fetch(`${first.origin}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}` },
  })
  const refreshed = await fetch(`${first.origin}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_id: clientId,
    }).toString(),
  })
  assert.deepEqual([call.status, refreshed.status, (await person.open('/account')).status], [200, 200, 200])
})

test('a port that is taken is said so, with the option to choose another', async (t) => {
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const first = await startProgram(t, { argv: ['--upstream', `${upstream}/mcp`] })

  await assert.rejects(
    startProgram(t, { argv: ['--upstream', `${upstream}/mcp`, '--port', new URL(first.origin).port] }),
    /Port \d+ is taken.*--port/s,
  )
})

test('shutdown does not wait for requests that do not come to their end, whoever they are for', {
  timeout: 10_000,
}, async (t) => {
  const program = await startProgram(t, {
    argv: ['--upstream', 'http://127.0.0.1:1/mcp'],
    settings: 'timeouts: { shutdown: 0 }',
  })
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const { accessToken } = await connect(person, { resource: `${program.origin}/mcp` })
  const { port } = new URL(program.origin)
  const begun = ['/token', '/account/sign-in', '/mcp'].map(async (path) => {
    const socket = connectTo(Number(port), '127.0.0.1').on('error', () => {})
    t.after(() => socket.destroy())
    // With 100 the server says that it has seen the request.
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nOrigin: ${program.origin}\r\nAuthorization: Bearer ${accessToken}\r\nContent-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\na`,
    )
    await once(socket, 'data')
  })
  await Promise.all(begun)

  const startedAt = Date.now()
  const code = await program.stop()

  assert.equal(code, 0)
  assert.ok(Date.now() - startedAt < 5000)
})

for (const path of ['/account/nothing', '/account/sign-in', '/token'])
  test(`a body that is too long for ${path} does not hold up the next request on its connection, which may be another person's`, async (t) => {
    const program = await startProgram(t, { argv: ['--upstream', 'http://127.0.0.1:1/mcp'] })
    const { host, port } = new URL(program.origin)
    const socket = connectTo(Number(port), '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    const chunk = `2710\r\n${'x'.repeat(10_000)}\r\n`

    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${program.origin}\r\nContent-Type: application/x-www-form-urlencoded\r\n` +
        `Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(60)}0\r\n\r\n` +
        `GET /jwks HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    )
    await once(socket, 'end')

    const [refused, next] =
      Buffer.concat(chunks)
        .toString()
        .match(/(?<=HTTP\/1\.1 )\d+/g) ?? []
    assert.match(refused ?? '', /^4/)
    assert.equal(next, '200')
  })

test('law 15: who begins at 127.0.0.1 is sent to the one origin where pages live, whatever they ask for', async (t) => {
  const program = await startProgram(t, { argv: ['--upstream', 'http://127.0.0.1:1/mcp'] })
  const other = program.origin.replace('localhost', '127.0.0.1')

  for (const path of [
    '/',
    '/account',
    '/account/sign-in',
    '/authorize?client_id=zz',
    '/authorize?response_type=code',
  ]) {
    const answer = await fetch(other + path, { redirect: 'manual' })
    assert.deepEqual([answer.status, answer.headers.get('location')], [302, program.origin + path])
  }
})

test('RS-02 RS-05 who opens the MCP URL in a browser gets the challenge that clients get, and a page that says what to do', async (t) => {
  const program = await startProgram(t, { argv: ['--upstream', 'http://127.0.0.1:1/mcp', '--name', 'Notes'] })
  const open = (accept: string, path = '/mcp') => fetch(program.origin + path, { headers: { accept } })
  const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

  const client = await open('text/event-stream')
  const person = await open(browser)
  const page = await person.text()
  const nothing = await open(browser, '/nothing')

  assert.deepEqual([client.status, client.headers.get('content-type')], [401, 'application/json'])
  assert.deepEqual([person.status, person.headers.get('content-type')], [401, 'text/html; charset=utf-8'])
  for (const name of ['www-authenticate', 'cache-control'])
    assert.equal(person.headers.get(name), client.headers.get(name), name)
  for (const shown of [
    `claude mcp add --transport http notes ${program.origin}/mcp`,
    `codex mcp add notes --url ${program.origin}/mcp`,
    `href="${program.origin}/account"`,
  ])
    assert.ok(page.includes(shown), shown)
  assert.equal(nothing.status, 404)
  assert.match(await nothing.text(), /no such page.*href="\/account".*claude mcp add/s)
  assert.equal((await open('*/*', '/nothing')).headers.get('content-type'), 'application/json')
  assert.equal(
    (await open(browser, '/.well-known/oauth-protected-resource/mcp')).headers.get('content-type'),
    'application/json',
  )
})
