import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect as connectTo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openStore } from '../src/store/open-store.ts'
import { connect, freePort, Person, type RunningProgram, startProgram, startUpstream } from './running-program.ts'

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

test('AS-11 a client that a document describes connects without registering, and is listed by the name in it', async (t) => {
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const host = await startUpstream(t, (req, res) => {
    const document = {
      client_id: `${host}${req.url}`,
      client_name: 'Described',
      redirect_uris: ['http://127.0.0.1/callback'],
    }
    res.setHeader('content-type', 'application/json').end(JSON.stringify(document))
  })
  const program = await startProgram(t, {
    argv: ['--upstream', `${upstream}/mcp`],
    settings: `clientDocuments: { dangerouslyAllowLoopback: ["${new URL(host).host}"] }`,
  })
  const person = new Person(program.origin)
  await person.becomeOwner(program)

  const { clientId } = await connect(person, { resource: `${program.origin}/mcp`, clientId: `${host}/client.json` })

  assert.equal(clientId, `${host}/client.json`)
  assert.match((await program.command('grants', 'list')).stdout, /Described/)
})

test('P-03 all pages are branded alike, those of accounts and those of the authorization server, and load nothing from elsewhere', async (t) => {
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const program = await startProgram(t, {
    argv: ['--upstream', `${upstream}/mcp`],
    settings:
      'branding: { color: "#b00020", support: "https://help.example/", logo: "data:image/png;base64,iVBORw0KGgo=" }',
  })

  for (const path of ['/account/sign-in', '/authorize?client_id=nobody', '/nothing']) {
    const page = await fetch(program.origin + path, { headers: { accept: 'text/html' } })
    const text = await page.text()

    assert.match(text, /--accent:#b00020/)
    assert.match(text, /<img src="data:image\/png;base64,iVBORw0KGgo=" alt="">/)
    assert.match(text, /<footer><a href="https:\/\/help\.example\/"/)
    assert.match(
      page.headers.get('content-security-policy') ?? '',
      /^default-src 'none'; style-src [^;]*; (script-src 'nonce-[^']*'; )?img-src data:;/,
    )
  }
})

test('law 8: a document at an address that is not public is not asked for, and the person is told', async (t) => {
  const asked: (string | undefined)[] = []
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const host = await startUpstream(t, (req, res) => {
    asked.push(req.url)
    res.end('{}')
  })
  const program = await startProgram(t, {
    argv: ['--upstream', `${upstream}/mcp`],
  })
  const person = new Person(program.origin)
  await person.becomeOwner(program)

  const page = await person.open(`/authorize?client_id=${encodeURIComponent(`${host}/client.json`)}`)

  assert.equal(page.status, 400)
  assert.deepEqual(asked, [])
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

test('the log says of every refused request why, under the id of that request and with the address that asked', async (t) => {
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const program = await startProgram(t, {
    argv: ['--upstream', `${upstream}/mcp`],
    settings: 'trustedProxies: [127.0.0.0/8, "::1"]',
  })
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const own = { ...form, origin: program.origin }
  const metadata = '/.well-known/oauth-protected-resource'
  const requests: [path: string, init: RequestInit, status: number, event: string, message: RegExp][] = [
    ['/mcp', { method: 'POST' }, 401, 'challenged', /carried no access token/],
    ['/mcp', { headers: { origin: 'https://evil.example' } }, 403, 'origin_rejected', /another origin/],
    ['/token', { method: 'POST', headers: form, body: 'grant_type=password' }, 400, 'token_refused', /grant type/],
    ['/register', { method: 'POST', body: '{}' }, 400, 'registration_refused', /application\/json/],
    ['/revoke', { method: 'POST', headers: form, body: 'token=x' }, 401, 'revocation_refused', /client_id/],
    ['/authorize?client_id=nobody', {}, 400, 'authorization_refused', /not registered/],
    ['/account/sign-in', { method: 'POST', headers: form }, 403, 'foreign_form_refused', /not sent by a page of ours/],
    [
      '/account/sign-in',
      { method: 'POST', headers: own, body: 'a=1&a=2' },
      400,
      'request_refused',
      /stands in it twice/,
    ],
    ['/account/nothing', {}, 404, 'request_refused', /There is no such page/],
    ['/account', { method: 'DELETE', headers: own }, 405, 'request_refused', /cannot be asked in this way/],
    ['/nothing?code=s3cret', {}, 404, 'request_refused', /Nothing is served at this path/],
    // The server, and the page that a person gets, are one line.
    ['/nothing', { headers: { accept: 'text/html' } }, 404, 'request_refused', /Nothing is served at this path/],
    ['/revocations', {}, 404, 'request_refused', /Nothing is served at this path/],
    ['/token', {}, 405, 'request_refused', /This endpoint takes POST/],
    ['/jwks', { method: 'POST' }, 405, 'request_refused', /This endpoint takes GET/],
    [`${metadata}/other`, {}, 404, 'request_refused', /No protected resource has its metadata here/],
    [metadata, { method: 'POST' }, 405, 'request_refused', /Metadata is only read/],
    ['/healthz', { method: 'POST' }, 405, 'request_refused', /Health is only read/],
    ['/readyz', { method: 'POST' }, 405, 'request_refused', /Health is only read/],
  ]

  for (const [path, init, status, event, message] of requests) {
    const before = program.log().length
    const response = await fetch(program.origin + path, {
      ...init,
      headers: { ...init.headers, 'x-forwarded-for': '192.0.2.7' },
    })
    const text = await response.text()
    const [line, ...more] = program.log().slice(before)

    assert.deepEqual([response.status, line?.event, more], [status, event, []], path)
    assert.match(String(line?.msg), message)
    assert.equal(line?.clientAddress, '192.0.2.7')
    const [, shown] = /give this reference: <code>([^<]+)</.exec(text) ?? []
    assert.equal(shown ?? line?.requestId, line?.requestId)
  }
  const refusals = program.log().filter(({ requestId }) => requestId !== undefined)
  assert.equal(new Set(refusals.map(({ requestId }) => requestId)).size, requests.length)
  assert.doesNotMatch(program.output(), /s3cret/)
})

test('the log says of what is no request at all that it was refused, and who sent it', async (t) => {
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const program = await startProgram(t, { argv: ['--upstream', `${upstream}/mcp`] })
  const { port } = new URL(program.origin)
  const before = program.log().length

  for (const bytes of [
    'no request',
    'GET / HTTP/1.1',
    'TRACE / HTTP/1.1\r\nHost: x',
    'GET http://a:s3cret@b/ HTTP/1.1\r\nHost: x',
  ]) {
    const socket = connectTo(Number(port), '127.0.0.1').on('error', () => {})
    t.after(() => socket.destroy())
    socket.write(`${bytes}\r\nConnection: close\r\n\r\n`)
    socket.resume()
    await once(socket, 'close')
  }

  const lines = program.log().slice(before)
  assert.deepEqual(
    lines.map(({ reason, status, clientAddress }) => [reason, status, clientAddress]),
    [
      ['malformed_http', 400, '127.0.0.1'],
      ['no_host', 400, '127.0.0.1'],
      ['bad_target', 400, '127.0.0.1'],
      ['bad_target', 400, '127.0.0.1'],
    ],
  )
  assert.equal(new Set(lines.map(({ requestId }) => requestId)).size, 4)
  assert.doesNotMatch(program.output(), /s3cret/)
})

test('law 11: that the server behind is down is said at the start and once for each request, without the key in its URL', async (t) => {
  const port = await freePort()
  const program = await startProgram(t, { argv: ['--upstream', `http://127.0.0.1:${port}/mcp?key=s3cret`] })
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const { accessToken } = await connect(person, { resource: `${program.origin}/mcp` })
  const before = program.log().length
  const sentence = `The MCP server at http://127.0.0.1:${port}/mcp?key=[redacted] refuses connections; it may not be running`

  const response = await fetch(`${program.origin}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}` },
  })

  assert.equal(response.status, 502)
  assert.deepEqual(
    program
      .log()
      .filter(({ msg }) => String(msg).startsWith('The MCP server'))
      .map(({ level, msg }) => [level, msg]),
    [
      ['warn', `${sentence}. Clients get an error until that changes`],
      ['warn', sentence],
    ],
  )
  assert.equal(program.log().length, before + 1)
  assert.doesNotMatch(program.output(), /s3cret| {4}at /)
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

test('law 11: what operators do on the command line comes into the log of the server, and no link with it', async (t) => {
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const program = await startProgram(t, {
    argv: ['--upstream', `${upstream}/mcp`],
    environment: { USER: 'root', SUDO_USER: 'eve' },
  })
  const [owner, person] = [new Person(program.origin), new Person(program.origin)]
  await owner.becomeOwner(program)
  const invited = new URL((await program.command('users', 'invite')).stdout.trim())
  const password = 'correct horse battery'
  const fields = { user_name: 'bob', password, again: password }
  await person.submit(await person.open(invited.pathname + invited.search), fields)
  const { grantId, clientId } = await connect(person, { resource: `${program.origin}/mcp` })

  const reset = await program.command('users', 'reset', 'bob')
  const disabled = await program.command('users', 'disable', 'bob')
  const ended = await program.line(/^An operator ended a grant, because the account was disabled$/)

  assert.deepEqual([reset.code, disabled.code], [0, 0])
  assert.deepEqual(
    [ended.event, ended.grantId, ended.clientId, ended.from, ended.by, ended.requestId],
    ['grant_ended', grantId, clientId, 'command line', 'eve', undefined],
  )
  assert.equal((await program.line(/^An operator disabled bob$/)).userName, 'bob')
  await program.line(/^An operator made a link with which bob sets a new password$/)
  const { searchParams } = new URL(reset.stdout.split('\n')[0] ?? '')
  assert.ok(!program.output().includes(searchParams.get('token') ?? ''))
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

test('law 3: a client that wants a fresh sign-in gets one, whatever address the person at a signed-in browser opens', async (t) => {
  const program = await startProgram(t, { argv: ['--upstream', 'http://127.0.0.1:1/mcp'] })
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  await ageSessions(program, 60)
  const clientId = await registerClient(program)
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: 'http://127.0.0.1/callback',
    code_challenge: 'A'.repeat(43),
    code_challenge_method: 'S256',
    prompt: 'login',
  })

  const asked = await person.open(`/authorize?${query}`)
  const signIn = new URL(asked.headers.get('location') ?? '', program.origin)
  const returnTo = signIn.searchParams.get('return_to') ?? ''
  signIn.searchParams.delete('again')
  const skipped = await person.open(signIn.pathname + signIn.search)

  assert.match(asked.headers.get('location') ?? '', /^\/account\/sign-in\?.*again=1/)
  assert.equal(skipped.headers.get('location'), returnTo)
  const back = await person.open(returnTo)
  assert.match(back.headers.get('location') ?? '', /^\/account\/sign-in\?.*again=1/)
  const form = await person.open(back.headers.get('location') ?? '')
  await person.submit(form, { user_name: 'ada', password: 'correct horse battery' })
  assert.match(await (await person.open(returnTo)).text(), /name="decision" value="allow"/)
})

test('the file with the owner link goes when the owner is made', async (t) => {
  const program = await startProgram(t, { argv: ['--upstream', 'http://127.0.0.1:1/mcp'] })
  const file = join(program.folder, 'portcullis.owner-link')
  assert.equal(existsSync(file), true)

  await new Person(program.origin).becomeOwner(program)

  assert.equal(existsSync(file), false)
})

test('a client to which nobody consents is kept as long as is configured', async (t) => {
  const program = await startProgram(t, {
    argv: ['--upstream', 'http://127.0.0.1:1/mcp'],
    settings: 'lifetimes: { unusedClient: 2h }',
  })

  const clientId = await registerClient(program)

  const store = await openStore({ database: join(program.folder, 'portcullis.db') })
  const client = await store.get('client', clientId)
  await store.close()

  assert.equal((client?.expiresAt ?? 0) - (client?.value.issuedAt ?? 0), 7200)
})

test('a proxy that is not trusted is warned of once, with the setting that trusts it', async (t) => {
  const program = await startProgram(t, { argv: ['--upstream', 'http://127.0.0.1:1/mcp'] })

  for (const path of ['/account/sign-in', '/authorize'])
    await fetch(program.origin + path, { headers: { 'x-forwarded-for': '192.0.2.1' } })

  const warnings = program.log().filter(({ msg }) => String(msg).includes('trustedProxies'))
  assert.equal(warnings.length, 1)
  assert.match(String(warnings[0]?.msg), /^(127\.0\.0\.1|::1) says .* set trustedProxies: \["/)
  assert.equal(warnings[0]?.level, 'warn')
})

test('a secret that was changed is the operator’s to put right, and with the old one after it the server starts', async (t) => {
  const argv = ['--upstream', 'http://127.0.0.1:1/mcp']
  const [old, changed] = ['o'.repeat(40), 'n'.repeat(40)]
  const first = await startProgram(t, { argv, environment: { PORTCULLIS_SECRET: old } })
  await first.stop()
  const database = ['--database', join(first.folder, 'portcullis.db')]
  const again = (secret: string) =>
    startProgram(t, { argv: [...argv, ...database], environment: { PORTCULLIS_SECRET: secret } })

  await assert.rejects(again(changed), ({ message }) => {
    assert.match(message, /^It ended with 1: /)
    assert.match(
      message,
      /portcullis\.db was written with another secret than PORTCULLIS_SECRET has\.\nPut the old secret after/,
    )
    return !message.includes(changed)
  })
  const rotated = await again(`${changed} ${old}`)
  await rotated.stop()
  await again(changed)
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

async function registerClient({ origin }: RunningProgram): Promise<string> {
  const registered = await fetch(`${origin}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: ['http://127.0.0.1/callback'], token_endpoint_auth_method: 'none' }),
  })
  return (await registered.json()).client_id
}

/** Makes all sessions as if they had begun so many seconds ago. */
async function ageSessions({ folder }: RunningProgram, seconds: number): Promise<void> {
  const store = await openStore({ database: join(folder, 'portcullis.db') })
  for (const account of await store.list('account', 'all', 'all'))
    for (const { id, version, value } of await store.list('session', 'account', account.id))
      await store.commit([{ kind: 'session', id, version, value: { ...value, authTime: value.authTime - seconds } }])
  await store.close()
}
