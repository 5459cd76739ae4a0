import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openStore } from '../src/store/open-store.ts'
import {
  type ClientTokens,
  connect,
  Person,
  type RunningProgram,
  startProgram,
  startUpstream,
} from './running-program.ts'

for (const { what, path, fields } of [
  {
    what: 'a connection',
    path: '/account/grants/end',
    fields: ({ grantId }: ClientTokens) => ({ grant: grantId }),
  },
  {
    what: 'all connections of a client',
    path: '/account/consents/end',
    fields: ({ clientId }: ClientTokens) => ({ client: clientId }),
  },
])
  test(`law 14: ${what} that a person ends on their page is over when they are told so, open streams within five seconds, and others go on`, async (t) => {
    const { program, person } = await running(t)
    const [ended, other] = [await connected(person, program), await connected(person, program)]
    const streams = await Promise.all([ended, other].map((tokens) => openStream(program, tokens)))
    const page = await person.open('/account/connections')

    const startedAt = Date.now()
    const done = await post(person, program, path, fields(ended))
    assert.equal(await call(program, ended), 401)
    await streams[0]?.over

    assert.ok(Date.now() - startedAt < 5000)
    assert.equal(done.headers.get('location'), '/account/connections?done=ended')
    assert.ok((await page.text()).includes(`value="${ended.grantId}"`))
    const after = await (await person.open('/account/connections?done=ended')).text()
    assert.ok(!after.includes(ended.grantId) && !after.includes(ended.clientId) && after.includes(other.grantId))
    assert.match(after, /role="status"><p>Its access is ended/)
    assert.equal(await call(program, other), 200)
    streams[1]?.leave()
  })

test('nobody sees or ends the connections of somebody else, nor does who is not signed in', async (t) => {
  const { program, person } = await running(t)
  const tokens = await connected(person, program)
  const eve = await invited(program, 'eve')
  const nobody = new Person(program.origin)

  for (const other of [eve, nobody]) {
    await post(other, program, '/account/grants/end', { grant: tokens.grantId })
    await post(other, program, '/account/consents/end', { client: tokens.clientId })
    const shown = await (await other.open('/account/connections')).text()
    for (const id of [tokens.grantId, tokens.clientId]) assert.ok(!shown.includes(id))
  }
  const foreign = await fetch(`${program.origin}/account/grants/end`, {
    method: 'POST',
    headers: { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant: tokens.grantId }),
  })

  assert.equal(foreign.status, 403)
  assert.equal(await call(program, tokens), 200)
})

test('what a client calls is kept with its grant, by tool, and goes with it', async (t) => {
  const { program, person } = await running(t)
  const tokens = await connected(person, program)
  for (const name of ['add_note', 'whoami', 'add_note']) await call(program, tokens, toolCall(name))
  await call(program, tokens, `[${toolCall('whoami')},${toolCall('list_notes')}]`)
  await call(program, tokens, '{"jsonrpc":"2.0","id":1,"method":"tools/list"}')
  await call(program, tokens, toolCall('add_note').padEnd(70_000))

  await program.stop()
  const list = async (...only: string[]) =>
    JSON.parse((await program.command('grants', 'list', '--json', ...only)).stdout)
  const listed = await list()
  const ofClient = await list('--client', tokens.clientId, '--user', 'ada')
  const ofOther = await list('--client', 'nobody')
  const table = (await program.command('grants', 'list')).stdout
  await program.command('grants', 'revoke', tokens.grantId)

  const [{ usedAt, issuedAt, tools, unreadRequests }] = listed
  assert.deepEqual([ofClient, ofOther], [listed, []])
  assert.ok(usedAt >= issuedAt)
  assert.deepEqual(tools.map(({ name, count }: { name: string; count: number }) => [name, count]).sort(), [
    ['add_note', 2],
    ['list_notes', 1],
    ['whoami', 2],
  ])
  assert.equal(unreadRequests, 1)
  assert.match(table, /TOOLS\n.*add_note \(2\)/)
  const store = await openStore({ database: join(program.folder, 'portcullis.db') })
  assert.equal(await store.get('grantUse', tokens.grantId), undefined)
  await store.close()
})

test('the page of connections says whose a client is, where it is, when it was last used and what it called, as text alone', async (t) => {
  const { program, person } = await running(t)
  const { grantId } = await connected(person, program, { client_name: 'Claude <b>' })
  const use = {
    usedAt: 1_900_000_000,
    tools: [{ name: '<img src=x>', count: 12, calledAt: 1_900_000_000 }],
    furtherCalls: 3,
    unreadRequests: 1,
  }
  const store = await openStore({ database: join(program.folder, 'portcullis.db') })
  await store.commit([{ kind: 'grantUse', id: grantId, version: 'absent', value: use }])
  await store.close()

  const page = await (await person.open('/account/connections')).text()
  const home = await (await person.open('/account')).text()

  assert.match(page, /<h2><bdi>Claude &lt;b&gt;<\/bdi> <small>Its own claim; nobody has verified it\.<\/small><\/h2>/)
  assert.match(page, /A program on a computer of yours/)
  assert.match(page, /last used 17 Mar 2030, 17:46 UTC/)
  assert.match(page, /<code>&lt;img src=x&gt;<\/code> <small>12 times, last/)
  assert.match(page, /others, 3 times.*in what was not read: once/s)
  assert.doesNotMatch(page, /<img|<script/)
  assert.match(home, /<bdi>Claude &lt;b&gt;<\/bdi>.*href|action="\/account\/connections"/s)
})

async function running(t: TestContext): Promise<{ program: RunningProgram; person: Person }> {
  const upstream = await startUpstream(t, (req, res) => {
    req.resume()
    if (req.method !== 'GET') return res.end('{}')
    return res.setHeader('content-type', 'text/event-stream').write(': open\n\n')
  })
  const program = await startProgram(t, { argv: ['--upstream', `${upstream}/mcp`] })
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  return { program, person }
}

/** A client of its own that registers, and that the person allows. */
async function connected(
  person: Person,
  program: RunningProgram,
  metadata: Record<string, unknown> = {},
): Promise<ClientTokens> {
  const redirectUri = 'http://127.0.0.1/callback'
  const registered = await fetch(`${program.origin}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
      software_version: crypto.randomUUID(), // the same again would be the same client
      ...metadata,
    }),
  })
  const { client_id: clientId } = await registered.json()
  return connect(person, { resource: `${program.origin}/mcp`, clientId })
}

async function invited(program: RunningProgram, userName: string): Promise<Person> {
  const link = new URL((await program.command('users', 'invite')).stdout.trim())
  const person = new Person(program.origin)
  const password = 'other quiet words here'
  const fields = { user_name: userName, password, again: password }
  await person.submit(await person.open(link.pathname + link.search), fields)
  return person
}

function post(
  person: Person,
  program: RunningProgram,
  path: string,
  fields: Record<string, string>,
): Promise<Response> {
  return person.open(path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: program.origin },
    body: new URLSearchParams(fields).toString(),
  })
}

async function call(program: RunningProgram, { accessToken }: ClientTokens, body = '{}'): Promise<number> {
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }
  const answer = await fetch(`${program.origin}/mcp`, { method: 'POST', headers, body })
  await answer.body?.cancel()
  return answer.status
}

function toolCall(name: string): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } })
}

async function openStream(program: RunningProgram, { accessToken }: ClientTokens) {
  const leaving = new AbortController()
  const headers = { authorization: `Bearer ${accessToken}`, accept: 'text/event-stream' }
  const stream = await fetch(`${program.origin}/mcp`, { headers, signal: leaving.signal })
  assert.equal(stream.status, 200)
  return { over: stream.text().catch(() => 'cut off'), leave: () => leaving.abort() }
}
