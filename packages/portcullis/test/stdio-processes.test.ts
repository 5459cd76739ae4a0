import assert from 'node:assert/strict'
import { mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { StdioUpstream } from '../src/gateway/config.ts'
import { messagesIn, messagesOf } from './messages-in.ts'
import { modern, openStdioScene, type StdioScene } from './stdio-scene.ts'

// How processes of a server that speaks over its standard streams begin, live and end.

const bob = { claims: { sub: 'bob', client_id: 'client-1', grant_id: 'grant-2' } }
const hold = (name: string) => ({
  id: 9,
  method: 'tools/call',
  params: { name: 'hold', arguments: { name }, _meta: { progressToken: 9 } },
})
const hole = (name: string) => `\${${name}}`

test('P-18 law 11: a process has what programs need of the environment and what is configured, and no secret of the gateway', async (t) => {
  const scene = await openStdioScene(t, {
    environment: {
      ...{ PATH: process.env.PATH, HOME: '/h', LC_ALL: 'C', NODE_EXTRA_CA_CERTS: '/ca.pem', SSL_CERT_FILE: '/ca.pem' },
      ...{ PORTCULLIS_SECRET: 's', AWS_SECRET: 's', HTTPS_PROXY: 'http://name:password@proxy', KEY: 'k' },
    },
    upstream: { env: { FOR: hole('subject'), KEY_OF_SERVER: hole('env.KEY'), PLAIN: 'as it is' } },
  })

  const { env } = await (await scene.connect()).call('about')

  const { PATH, __CF_USER_TEXT_ENCODING: _, ...others } = env as Record<string, string>
  assert.equal(PATH, process.env.PATH)
  assert.deepEqual(others, {
    ...{ HOME: '/h', LC_ALL: 'C', NODE_EXTRA_CA_CERTS: '/ca.pem', SSL_CERT_FILE: '/ca.pem' },
    ...{ FOR: 'alice', KEY_OF_SERVER: 'k', PLAIN: 'as it is' },
  })
})

test('a process is of whom its claims name, in its arguments, its environment and its folder', async (t) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'portcullis-')))
  const scene = await openStdioScene(t, {
    upstream: {
      args: ['--for', hole('claims.email'), `${hole('claims.realm.name')}/${hole('clientId')}`],
      env: { DATA: `/data/${hole('subject')}` },
      cwd: join(folder, hole('subject')),
    },
  })

  const about = await (
    await scene.connect({ claims: { email: 'a b@example.com; rm -rf $HOME', realm: { name: 'x' } } })
  ).call('about')

  assert.deepEqual(about.args, ['--for', 'a b@example.com; rm -rf $HOME', 'x/client-1'])
  assert.equal((about.env as Record<string, string>).DATA, '/data/alice')
  assert.equal(about.cwd, join(folder, 'alice'))
})

test('law 12: people whose names differ in case alone have folders of their own, on file systems too that take those for one', async (t) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'portcullis-')))
  const scene = await openStdioScene(t, { upstream: { cwd: join(folder, hole('subject')) } })

  const of = async (sub: string) =>
    (await (await scene.connect({ claims: { sub, grant_id: `grant-of-${sub}` } })).call('about')).cwd

  assert.deepEqual(
    [await of('bob'), await of('Bob'), await of('bob.')],
    ['bob', '%42ob', 'bob%2e'].map((name) => join(folder, name)),
  )
})

const refused: [what: string, upstream: Partial<StdioUpstream>, claims: object, fault: RegExp][] = [
  ['it is not there', { env: { MAIL: hole('claims.email') } }, {}, /needs \$\{claims\.email\}/],
  ['it is empty', { env: { MAIL: hole('claims.email') } }, { email: '' }, /needs \$\{claims\.email\}/],
  ['it is a list', { args: [hole('claims.groups')] }, { groups: ['a'] }, /as one text/],
  ['it has a line break', { env: { MAIL: hole('claims.email') } }, { email: 'a\nPATH=/evil' }, /control characters/],
  ['it would be an option', { args: [hole('claims.email')] }, { email: '--eval=evil' }, /take it for an option/],
  [
    'it would be one behind a variable that is empty',
    { args: [`${hole('env.NONE')}${hole('claims.email')}`] },
    { email: '--eval=evil' },
    /take it for an option/,
  ],
  ['it leads out of the folder', { cwd: `/tmp/x/${hole('claims.email')}` }, { email: '..' }, /leads to another/],
  ['it leads elsewhere', { cwd: `/tmp/x/${hole('claims.email')}` }, { email: 'a/../../b' }, /leads to another/],
  [
    'it is too long for the name of a folder',
    { cwd: `/tmp/x/${hole('claims.email')}` },
    { email: 'E'.repeat(100) },
    /too long for the name of one/,
  ],
  ['it is inherited', { env: { X: hole('claims.toString') } }, {}, /needs \$\{claims\.toString\}/],
]
for (const [what, upstream, claims, fault] of refused)
  test(`a claim is refused that cannot be filled in, and nothing is started: ${what}`, async (t) => {
    const scene = await openStdioScene(t, { upstream, environment: { PATH: process.env.PATH, NONE: '' } })

    const response = await initialize(scene, claims)

    assert.equal(response.status, 403)
    assert.equal(response.headers.get('www-authenticate'), null)
    assert.match((await response.json()).error.message, /needs to know more of you than your sign-in says/)
    const failed = await scene.event('upstream_failed')
    assert.equal(failed.reason, 'upstream_claim_missing')
    assert.match(failed.detail, fault)
    assert.doesNotMatch(failed.detail, /evil/)
    assert.equal(scene.events.filter(({ type }) => type === 'upstream_started').length, 0)
  })

test('whose claims change gets another process, and not what the one before was set up with', async (t) => {
  const scene = await openStdioScene(t, { upstream: { env: { ROLE: hole('claims.role') } } })
  const before = await (await scene.connect({ claims: { role: 'admin' } })).call('about')

  const after = await (await scene.connect({ claims: { role: 'guest' } })).call('about')

  assert.notEqual(after.pid, before.pid)
  assert.equal((after.env as Record<string, string>).ROLE, 'guest')
})

test('a process is started when it is first needed, ends when nobody needs it, and is started anew for the same session', async (t) => {
  const scene = await openStdioScene(t, { timeouts: { processIdle: 60, sweep: 0.05, processStop: 60 } })
  assert.deepEqual(scene.events, [])
  const client = await scene.connect()
  const { pid } = await client.call('about')

  scene.clock.offset = 100
  const ended = await scene.event('upstream_ended')
  const again = await client.call('about')

  assert.deepEqual([ended.wasStopped, ended.detail], [true, 'ended with exit code 0'])
  assert.notEqual(again.pid, pid)
})

test('a process that takes its time to end is not mistaken for the one that came after it', async (t) => {
  const scene = await openStdioScene(t, {
    upstream: { args: ['--stubborn'] },
    timeouts: { sweep: 0.05, processStop: 0.4 },
  })
  const client = await scene.connect()
  const { pid: first } = await client.call('about')

  scene.clock.offset = 1000
  await pause(150)
  const { pid: second } = await client.call('about')
  const ended = await scene.event('upstream_ended')
  await scene.gateway.close()

  assert.notEqual(second, first)
  assert.equal(ended.detail, 'was ended by SIGKILL')
  assert.throws(() => process.kill(Number(second), 0))
})

test('a process with somebody who waits or listens is not ended for being idle', async (t) => {
  const scene = await openStdioScene(t, { timeouts: { processIdle: 60, sweep: 0.05 } })
  const client = await scene.connect()
  const { pid } = await client.call('about')

  const listening = await client.listen()
  scene.clock.offset = 100
  await pause(300)
  const still = await client.call('about')
  await listening.body?.cancel()

  assert.equal(still.pid, pid)
})

test('more processes than the limit: one ends that nobody waits for, and where there is none clients are told', async (t) => {
  const scene = await openStdioScene(t, { limits: { processes: 1 } })
  const alice = await scene.connect()
  const held = await alice.send(hold('x'))

  const busy = await initialize(scene, bob.claims)
  await alice.call('release', { name: 'x' })
  await held.body?.cancel()
  const bobs = await scene.connect(bob)

  assert.equal(busy.status, 503)
  assert.equal(busy.headers.get('retry-after'), '5')
  assert.deepEqual(await bobs.call('recall'), { memory: [] })
  assert.equal((await scene.event('upstream_ended')).subject, 'alice')
})

test('one person may not have more processes than their limit, and takes nobody else’s', async (t) => {
  const scene = await openStdioScene(t, {
    limits: { processesPerPerson: 1 },
    upstream: { env: { ROLE: hole('claims.role') } },
  })
  const bobs = await scene.connect({ claims: { ...bob.claims, role: 'a' } })
  const alice = await scene.connect({ claims: { role: 'a' } })
  const held = await alice.send(hold('x'))

  const second = await initialize(scene, { role: 'b' })
  await bobs.call('remember', { text: 'still' })

  assert.equal(second.status, 503)
  assert.deepEqual(await bobs.call('recall'), { memory: ['still'] })
  await held.body?.cancel()
})

test('a process that ends within a call is said to the client, with its cause to the operator, and the next call starts another', async (t) => {
  const scene = await openStdioScene(t)
  const client = await scene.connect()
  await client.call('say', { text: 'out of paper' })
  await scene.event('upstream_said')

  const response = await client.send({ id: 1, method: 'tools/call', params: { name: 'exit' } })
  const next = await client.call('recall')

  assert.equal(response.status, 502)
  assert.match((await response.json()).error.message, /^The MCP server behind this gateway ended before it answered\./)
  assert.match(
    (await scene.event('upstream_failed')).detail,
    /ended with exit code 3; its last words were: out of paper$/,
  )
  assert.deepEqual(next, { memory: [] })
})

test('a stream that has begun is told when the process ends, by an answer to its own request', async (t) => {
  const scene = await openStdioScene(t)
  const client = await scene.connect()
  const held = messagesIn(await client.send(hold('x')))
  await held.next()

  await client.send({ id: 1, method: 'tools/call', params: { name: 'exit' } })
  const last = (await held.next()).value

  assert.equal(last?.id, 9)
  assert.match(last?.error?.message ?? '', /ended before it answered/)
})

test('a process that ends again and again is left alone for longer and longer, and clients are told when to come again', async (t) => {
  const scene = await openStdioScene(t, { upstream: { args: ['--fail'] } })

  const answers: [number, string | null][] = []
  for (const offset of [0, 0, 0, 3, 3]) {
    scene.clock.offset = offset
    const { status, headers } = await initialize(scene)
    answers.push([status, headers.get('retry-after')])
  }

  assert.deepEqual(
    answers.map(([status]) => status),
    [502, 502, 503, 502, 503],
  )
  assert.ok(Number(answers[4]?.[1]) > Number(answers[2]?.[1]))
  const failed = await scene.event('upstream_failed')
  assert.match(failed.detail, /ended with exit code 7; its last words were: MISSING_KEY is not set$/)
})

test('a program that is not there is said to the operator by its name', async (t) => {
  const scene = await openStdioScene(t, { upstream: { command: 'no-such-program' } })

  const response = await initialize(scene)

  assert.equal(response.status, 502)
  assert.match((await scene.event('upstream_failed')).detail, /there is no program "no-such-program"/)
})

test('P-18 what a process writes beside its messages is told to the operator, so many lines in a second and no more', async (t) => {
  let now = Math.floor(Date.now() / 1000) // stands still, or what is said might fall into two seconds
  const scene = await openStdioScene(t, { now: () => now })
  const client = await scene.connect()

  await client.call('say', { text: `\u001b[31mred\u001b[0m\n${'line\n'.repeat(50)}${'x'.repeat(5000)}` })
  await client.call('noise')
  await client.call('recall')
  now += 2
  await client.call('say', { text: 'later' })
  while (!said(scene).includes('later')) await scene.event('upstream_said').then(() => pause(5))

  const lines = said(scene)
  assert.equal(lines[0], 'red')
  assert.ok(lines.length <= 22, `${lines.length} lines`)
  assert.match(lines.at(-2) ?? '', /^\(\d+ more lines were left out\)$/)
})

test('a message that is too long ends its process, and takes no memory', async (t) => {
  const scene = await openStdioScene(t, { limits: { message: 100_000 } })
  const client = await scene.connect()

  const response = await client.send({
    id: 1,
    method: 'tools/call',
    params: { name: 'flood', arguments: { bytes: 1e6 } },
  })

  assert.equal(response.status, 502)
  assert.match((await scene.event('upstream_ended')).detail, /wrote a message of more than 100000 bytes/)
})

test(`${modern}: a client that leaves cancels its request at the server; before, it may end in peace`, async (t) => {
  const scene = await openStdioScene(t)
  const [old, young] = [await scene.connect(), await scene.connect({ revision: modern })]
  const abort = new AbortController()
  const streams = [await old.send(hold('x'), {}, abort.signal), await young.send(hold('x'), {}, abort.signal)]
  for (const stream of streams) await messagesIn(stream).next()

  abort.abort()
  const { text } = await scene.event('upstream_said')
  await old.call('recall')

  assert.match(text, /^cancelled \d+$/)
  assert.equal(said(scene).length, 1)
})

test(`law 12 ${modern}: a client cancels nothing by a number that it guesses`, async (t) => {
  const scene = await openStdioScene(t)
  const client = await scene.connect({ revision: modern })
  const held = await client.send(hold('x'))

  const answers: number[] = []
  for (let requestId = 0; requestId < 5; requestId++)
    answers.push((await client.send({ method: 'notifications/cancelled', params: { requestId } })).status)
  await client.call('release', { name: 'x' })

  assert.deepEqual(new Set(answers), new Set([202]))
  assert.equal((await messagesOf(held)).at(-1)?.result?.held, 'x')
  assert.deepEqual(said(scene), [])
})

for (const revision of ['2025-11-25', modern])
  test(`law 12 law 14 ${revision}: when the last grant of a person ends, their streams and their process end, and nobody else’s`, async (t) => {
    const scene = await openStdioScene(t, { timeouts: { sweep: 0.05 } })
    const alice = await scene.connect({ revision })
    const bobs = await scene.connect({ ...bob, revision })
    const held = await alice.send(hold('x'))
    await bobs.call('remember', { text: 'kept' })

    scene.feed.ended.push('grant-1')
    await held.text().catch(() => {})
    const ended = await scene.event('upstream_ended')

    assert.deepEqual([ended.subject, ended.wasStopped], ['alice', true])
    assert.deepEqual(await bobs.call('recall'), { memory: ['kept'] })
  })

test('law 14: while another grant of the same person stands, their process goes on', async (t) => {
  const scene = await openStdioScene(t)
  const one = await scene.connect()
  const other = await scene.connect({ claims: { client_id: 'client-2', grant_id: 'grant-3' } })
  await one.call('remember', { text: 'kept' })

  scene.gateway.endGrant('grant-1')
  const after = await one.send({ id: 1, method: 'tools/list' })

  assert.equal(after.status, 404) // its session ended with it, whatever its token
  assert.deepEqual(await other.call('recall'), { memory: ['kept'] })
})

test('on stopping, a process is asked to end, told to, and made to', async (t) => {
  const scene = await openStdioScene(t, { upstream: { args: ['--stubborn'] }, timeouts: { processStop: 0.2 } })
  const { pid } = await (await scene.connect()).call('about')

  await scene.gateway.close()

  assert.equal((await scene.event('upstream_ended')).detail, 'was ended by SIGKILL')
  assert.throws(() => process.kill(Number(pid), 0))
})

test('a server of the eras with sessions alone is started once for a client that asks for the newer one first', async (t) => {
  const scene = await openStdioScene(t, { upstream: { args: ['--legacy'] } })
  const young = await scene.connect({ revision: modern })

  const probe = await young.send({ id: 1, method: 'server/discover' })
  const old = await scene.connect()
  const later = await young.send({ id: 1, method: 'tools/list' })

  assert.deepEqual([probe.status, later.status], [400, 400])
  const { code } = (await probe.json()).error
  assert.ok(code > -32020 || code < -32099, 'clients would take it for a modern server')
  assert.deepEqual(await old.call('recall'), { memory: [] })
  assert.equal(scene.events.filter(({ type }) => type === 'upstream_started').length, 1)
})

test('whose server knows no revision without sessions, or is too slow to say so, takes it from nobody else', async (t) => {
  const scene = await openStdioScene(t, { upstream: { args: [`--\${claims.era}`] } })
  const bob = await scene.connect({ revision: modern, claims: { sub: 'bob', era: 'legacy', grant_id: 'grant-2' } })
  const alice = await scene.connect({ revision: modern, claims: { era: 'both' } })

  const refused = await bob.send({ id: 1, method: 'tools/list' })

  assert.equal(refused.status, 400)
  assert.deepEqual(await alice.call('recall'), { memory: [] })
})

test('a client that does not read holds up its own person’s server and gets all in the end; where people share it, it is cut off', async (t) => {
  const tell = {
    id: 1,
    method: 'tools/call',
    params: { name: 'tell', arguments: { times: 300 }, _meta: { progressToken: 1 } },
  }
  const own = await openStdioScene(t)
  const shared = await openStdioScene(t, { upstream: { per: 'server' } })
  const [slow, slowAmongOthers] = [await own.connect(), await shared.connect()]

  const toSlow = await slow.send(tell)
  const toOther = await slowAmongOthers.send(tell)
  const others = await shared.connect(bob)

  assert.deepEqual(await others.call('recall'), { memory: [] })
  assert.equal((await messagesOf(toSlow)).length, 301)
  await assert.rejects(messagesOf(toOther))
})

test('an answer that takes its time is kept alive, and one that never comes ends', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const scene = await openStdioScene(t, { timeouts: { streamIdle: 60 } })
  const client = await scene.connect()
  const waiting = client.send({ id: 9, method: 'tools/call', params: { name: 'hold', arguments: { name: 'x' } } })
  while (!String((await client.call('seen')).seen).includes('"hold"')) await pause(5)

  t.mock.timers.tick(15_000)
  const stream = await waiting
  t.mock.timers.tick(20_000)
  const chunks = stream.body?.getReader()
  const { value } = (await chunks?.read()) ?? {}
  t.mock.timers.tick(30_000)

  assert.equal(stream.headers.get('content-type'), 'text/event-stream')
  assert.equal(Buffer.from(value ?? []).toString(), ': still here\n\n')
  await assert.rejects(async () => {
    while ((await chunks?.read())?.done === false);
  })
  assert.equal((await scene.event('upstream_failed')).reason, 'upstream_timeout')
})

test('a request without a session is told to open one, a wrong revision that it is wrong', async (t) => {
  const scene = await openStdioScene(t)
  const { send } = await scene.connect()
  const post = (headers: Record<string, string>) =>
    fetch(scene.url, {
      method: 'POST',
      headers: { ...scene.signedIn(), ...headers },
      body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
    })

  const bare = await post({})
  const odd = await send({ id: 1, method: 'tools/list' }, { 'MCP-Protocol-Version': '1999-01-01' })

  assert.deepEqual([bare.status, odd.status], [400, 400])
  assert.match((await bare.json()).error.message, /send "initialize" first/)
})

test('a session that its client ended is over, and what it asked is cancelled', async (t) => {
  const scene = await openStdioScene(t)
  const client = await scene.connect()
  const held = await client.send(hold('x'))

  const ended = await fetch(scene.url, { method: 'DELETE', headers: { ...scene.signedIn(), ...client.session } })
  const after = await client.send({ id: 1, method: 'tools/list' })

  assert.deepEqual([ended.status, after.status], [200, 404])
  assert.equal((await messagesOf(held)).filter(({ id }) => id !== undefined).length, 0)
  assert.match((await scene.event('upstream_said')).text, /^cancelled/)
})

test('a batch of the revision that has them is answered request by request', async (t) => {
  const scene = await openStdioScene(t)
  const client = await scene.connect({ revision: '2025-03-26' })
  const body = JSON.stringify(
    ['a', 'b'].map((id) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: id } })),
  )

  const response = await fetch(scene.url, {
    method: 'POST',
    headers: { ...scene.signedIn(), ...client.session, Accept: 'application/json, text/event-stream' },
    body,
  })

  assert.deepEqual(
    (await messagesOf(response)).map(({ id, result }) => [id, result?.name]),
    [
      ['a', 'a'],
      ['b', 'b'],
    ],
  )
})

function said({ events }: StdioScene): string[] {
  return events.flatMap((event) => (event.type === 'upstream_said' ? [event.text] : []))
}

function initialize(scene: StdioScene, claims: object = {}): Promise<Response> {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } }
  return fetch(scene.url, {
    method: 'POST',
    headers: { ...scene.signedIn({ ...claims }), Accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
  })
}
