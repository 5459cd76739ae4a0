import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { callWith, claimsOf, postForm } from './machine-caller.ts'
import { connect, Person, startProgram, startUpstream } from './running-program.ts'
import { scripted } from './stdio-scene.ts'

const metadataPath = '/.well-known/oauth-protected-resource'

test('several servers by path are each a resource of their own: with metadata, scopes and an upstream, and one issuer', async (t) => {
  const { program, notes, files, seen } = await severalServers(t)
  const person = new Person(program.origin)
  await person.becomeOwner(program)

  const ofNotes = await connect(person, { resource: notes })
  const ofFiles = await connect(person, { resource: files })
  const statuses = [await callWith(ofNotes.accessToken, notes), await callWith(ofFiles.accessToken, files)]

  assert.deepEqual(statuses, [200, 200])
  assert.deepEqual(seen, ['notes /mcp', 'files /behind/mcp'])
  assert.deepEqual([ofNotes.scope, ofFiles.scope], ['notes:read', 'mcp'])
  assert.deepEqual(await metadataAt(program.origin, '/notes/mcp'), {
    resource: notes,
    authorization_servers: [program.origin],
    scopes_supported: ['notes:read'],
    bearer_methods_supported: ['header'],
    resource_name: 'Your notes',
  })
  assert.equal((await metadataAt(program.origin, '/files/v1/')).resource, files)
  const challenge = (await fetch(files, { method: 'POST' })).headers.get('www-authenticate') ?? ''
  assert.ok(challenge.includes(`resource_metadata="${program.origin}${metadataPath}/files/v1"`), challenge)
})

test('law 2: with several servers the root form of the metadata is nobody’s', async (t) => {
  const { program } = await severalServers(t)

  for (const path of ['', '/', '/mcp', '/notes', '/notes/mcp/x', '/notes%2Fmcp'])
    assert.equal((await fetch(`${program.origin}${metadataPath}${path}`)).status, 404, path)
  assert.equal((await fetch(`${program.origin}${metadataPath}/notes/mcp`, { method: 'HEAD' })).status, 200)
})

test('law 2: a token of one server is refused by every other, and its refresh token brings none for them', async (t) => {
  const { program, notes, files, seen } = await severalServers(t)
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const ofNotes = await connect(person, { resource: notes })
  const refresh = (resource: string) =>
    postForm(`${program.origin}/token`, {
      grant_type: 'refresh_token',
      refresh_token: ofNotes.refreshToken,
      client_id: ofNotes.clientId,
      resource,
    })

  assert.equal(await callWith(ofNotes.accessToken, files), 401)
  const refused = await refresh(files)
  const renewed = await refresh(notes)

  assert.deepEqual(seen, [])
  assert.equal(refused.body.error, 'invalid_target')
  assert.equal(claimsOf(renewed.body.access_token).aud, notes)
  assert.equal(await callWith(renewed.body.access_token, notes), 200)
  assert.equal(await callWith(renewed.body.access_token, files), 401)
  const line = await program.line(/^Refused an access token, because .*another/)
  assert.equal(line.resource, files)
})

test('law 2: with several servers a request for access must say which one it is for', async (t) => {
  const { program } = await severalServers(t)
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const { client_id: clientId } = await (
    await fetch(`${program.origin}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['http://127.0.0.1:3999/callback'], token_endpoint_auth_method: 'none' }),
    })
  ).json()
  const ask = async (more: Record<string, string>) => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: 'http://127.0.0.1:3999/callback',
      code_challenge: 'a'.repeat(43),
      code_challenge_method: 'S256',
      ...more,
    })
    const answer = await person.open(`/authorize?${query}`)
    return new URL(answer.headers.get('location') ?? 'about:blank').searchParams.get('error')
  }

  assert.equal(await ask({}), 'invalid_target')
  assert.equal(await ask({ resource: program.origin }), 'invalid_target')
  assert.equal(await ask({ resource: `${program.origin}/mcp` }), 'invalid_target')
})

test('pages name the server: at sign-in, at consent, among the connections, and where somebody opens its URL', async (t) => {
  const { program, notes, files } = await severalServers(t)
  const person = new Person(program.origin)
  const asking = await fetch(
    `${program.origin}/account/sign-in?return_to=${encodeURIComponent(`/authorize?client_id=x&resource=${encodeURIComponent(files)}`)}`,
  )
  await person.becomeOwner(program)
  const tokens = await connect(person, { resource: notes })
  await connect(person, { resource: files, clientId: tokens.clientId })
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: tokens.clientId,
    redirect_uri: 'http://127.0.0.1:3999/callback',
    code_challenge: 'a'.repeat(43),
    code_challenge_method: 'S256',
    resource: files,
  })
  const consent = await (await person.open(`/authorize?${query}`)).text()

  const connections = await (await person.open('/account/connections')).text()
  const home = await (await person.open('/account')).text()
  const opened = await fetch(files, { headers: { accept: 'text/html', 'sec-fetch-mode': 'navigate' } })
  const page = await opened.text()

  assert.match(await asking.text(), /to <bdi>files<\/bdi>/)
  assert.match(consent, /<h1>.* to use <bdi>files<\/bdi>/)
  assert.match(connections, /<small>for <bdi>Your notes<\/bdi><\/small>/)
  assert.match(connections, /<small>for <bdi>files<\/bdi><\/small>/)
  assert.match(connections, /Applications that act for you at <bdi>Everything of ours<\/bdi>/)
  for (const url of [notes, files]) assert.ok(home.includes(url))
  assert.equal(opened.status, 401)
  assert.ok(page.includes(`claude mcp add --transport http files ${files}`) && !page.includes(notes))
})

test('the end of one server’s grant is not that of another’s, and what clients did is told of each', async (t) => {
  const { program, notes, files } = await severalServers(t)
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const ofNotes = await connect(person, { resource: notes })
  const ofFiles = await connect(person, { resource: files })
  await callWith(ofNotes.accessToken, notes)
  await callWith(ofFiles.accessToken, files)

  await program.command('grants', 'revoke', ofNotes.grantId)
  const until = Date.now() + 5000
  while ((await callWith(ofNotes.accessToken, notes)) !== 401) assert.ok(Date.now() < until)

  assert.equal(await callWith(ofFiles.accessToken, files), 200)
  const grants = JSON.parse((await program.command('grants', 'list', '--json')).stdout)
  assert.deepEqual(
    grants.map((grant: { resource: string }) => grant.resource),
    [files],
  )
})

test('a client that connects to two servers makes an attempt at each, and each says which server it is', async (t) => {
  const { program, notes, files } = await severalServers(t)
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const headers = { 'mcp-protocol-version': '2025-11-25', 'user-agent': 'claude-code/2.1.329 (cli)' }
  for (const url of [notes, files, notes, files]) {
    await fetch(url, { method: 'POST', headers })
    await fetch(`${program.origin}${metadataPath}${new URL(url).pathname}`, { headers })
  }

  await program.stop()
  const attempts = JSON.parse((await program.command('attempts', 'list', '--json')).stdout)

  assert.deepEqual(
    attempts.map(({ server, timeline }: { server: object; timeline: object[] }) => ({
      server,
      count: timeline.length,
    })),
    [
      { server: { name: 'files', publicUrl: files }, count: 4 },
      { server: { name: 'Your notes', publicUrl: notes }, count: 4 },
    ],
  )
})

test('an opaque token is asked about by its own server alone', async (t) => {
  const { program, notes, files } = await severalServers(t, { more: '    accessTokenFormat: opaque\n' })
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const ofNotes = await connect(person, { resource: notes })
  const ofFiles = await connect(person, { resource: files })

  const at = (token: string) => Promise.all([notes, files].map((url) => callWith(token, url)))

  for (const { accessToken } of [ofNotes, ofFiles]) assert.ok(!accessToken.startsWith('eyJ'))
  assert.deepEqual(await at(ofNotes.accessToken), [200, 401])
  assert.deepEqual(await at(ofFiles.accessToken), [401, 200])
})

test('law 8: the doctor looks at the server whose button was pressed, and at no other address', async (t) => {
  const { program, notes, files } = await severalServers(t)
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const asked: string[] = []
  const elsewhere = await startUpstream(t, (req, res) => {
    asked.push(req.url ?? '')
    res.end()
  })
  const press = async (server: string) => {
    const page = await person.open('/console/doctor', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: program.origin,
        'sec-fetch-site': 'same-origin',
      },
      body: new URLSearchParams({ server }),
    })
    return /Of <code>([^<]*)</.exec(await page.text())?.[1]
  }

  const shown = await (await person.open('/console/doctor')).text()
  const ofFiles = await press(files)
  const ofOther = await press(`${elsewhere}/mcp`)

  assert.match(shown, /Examine Your notes<.*Examine files</s)
  assert.deepEqual([ofFiles, ofOther], [files, notes])
  assert.deepEqual(asked, [])
})

test('the start names every server, with the lines that add each to a client', async (t) => {
  const { program, notes, files } = await severalServers(t)

  const lines = program.log().filter(({ msg }) => /stands in front of|adds it to a client/.test(String(msg)))
  const checked = await program.command('check-config')

  assert.deepEqual(
    lines.map(({ msg, clients }) => clients?.['Claude Code' as never] ?? String(msg).replace(/.*connect to /, '')),
    [
      notes,
      `claude mcp add --transport http your-notes ${notes}`,
      files,
      `claude mcp add --transport http files ${files}`,
    ],
  )
  assert.match(checked.stdout, /clients of "notes" connect to: \S+\/notes\/mcp\n {2}clients of "files" connect to: /)
})

/** Two servers: one at its usual path with scopes of its own, one with next to nothing set. */
test('so many processes run of all servers as may, and no more: for one more, one ends that nobody waits for at another server', async (t) => {
  const server = (name: string) => `  ${name}:
    upstream: { command: ${process.execPath}, args: [${scripted}] }
`
  const program = await startProgram(t, {
    argv: ['--dev'],
    settings: `publicUrl: http://localhost:PORT\nservers:\n${server('one')}${server('two')}limits: { processes: 1 }\n`,
    environment: { PATH: process.env.PATH ?? '' },
  })
  const person = new Person(program.origin)
  await person.submit(await person.open('/account/sign-in'), { user: 'alice' })
  const clientInfo = { name: 'test', version: '1' }
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
  const statuses = []
  for (const resource of [`${program.origin}/one/mcp`, `${program.origin}/two/mcp`]) {
    const { accessToken } = await connect(person, { resource })
    const { status } = await fetch(resource, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${accessToken}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
    })
    statuses.push(status)
  }

  await program.line(/ended/)
  const told = (wanted: string) => program.log().filter(({ event }) => event === wanted).length
  assert.deepEqual([statuses, told('upstream_started'), told('upstream_ended')], [[200, 200], 2, 1])
})

async function severalServers(t: TestContext, { more = '' } = {}) {
  const seen: string[] = []
  const upstreamOf = (name: string) =>
    startUpstream(t, (req, res) => {
      seen.push(`${name} ${req.url}`)
      res.setHeader('content-type', 'application/json')
      res.end('{"jsonrpc":"2.0","id":1,"result":{}}')
    })
  const program = await startProgram(t, {
    argv: [],
    settings: `
publicUrl: http://localhost:PORT
name: Everything of ours
servers:
  notes:
    upstream: ${await upstreamOf('notes')}/mcp
    name: Your notes
    scopes: { notes:read: Read your notes, notes:write: Write notes }
${more}  files:
    path: /files/v1
    upstream: ${await upstreamOf('files')}/behind/mcp
${more}`,
  })
  return { program, notes: `${program.origin}/notes/mcp`, files: `${program.origin}/files/v1`, seen }
}

async function metadataAt(origin: string, path: string): Promise<Record<string, unknown>> {
  return (await fetch(`${origin}${metadataPath}${path}`)).json()
}
