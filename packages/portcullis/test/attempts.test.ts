import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { AttemptView } from '../src/administration/attempts.ts'
import { connect, Person, type RunningProgram, startProgram, startUpstream } from './running-program.ts'

test('a client of MCP’s own SDK that connects is one attempt, from its first request to its first call, and the verdict says so', async (t) => {
  const program = await startProgram(t, { argv: ['--upstream', `${await mcpServer(t)}/mcp`] })
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const client = await startClient(t, program)
  const callback = await allow(person, await client.says(/^open (.*)/))

  client.hears(callback)
  assert.match(await client.says(/^(connected|failed) .*/, 0), /^connected 1/)

  const view = await attemptOf(program, ({ verdict }) => verdict.party === 'connected')
  assert.deepEqual(
    view.timeline.flatMap(({ steps }) => steps).filter((step) => step !== 'called'),
    [
      'challenged',
      'resource_metadata',
      'server_metadata',
      'registered',
      'authorization_started',
      'consent_shown',
      'consented',
      'code_issued',
      'token_issued',
    ],
  )
  assert.equal(view.client.claimedName, 'SDK host')
  assert.equal(view.person?.userName, 'ada')
  assert.deepEqual(view.doubts, [])
  assert.match(view.verdict.sentence, /^“SDK host” is connected/)
  assert.equal(view.next, undefined)
})

test('a client that stops after the code waits to redeem it, and what it does next is told', async (t) => {
  const program = await startProgram(t, { argv: ['--upstream', `${await mcpServer(t)}/mcp`] })
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const client = await startClient(t, program)
  await allow(person, await client.says(/^open (.*)/))

  const view = await attemptOf(program, ({ timeline }) => timeline.some(({ steps }) => steps.includes('code_issued')))

  assert.equal(view.verdict.party, 'still_waiting')
  assert.match(view.next?.what ?? '', /redeems the code at \/token/)
})

test('a person who denies is the verdict', async (t) => {
  const program = await startProgram(t, { argv: ['--upstream', `${await mcpServer(t)}/mcp`] })
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const client = await startClient(t, program)
  await person.submit(await person.open(await client.says(/^open (.*)/)), { decision: 'deny' })

  const view = await attemptOf(program, ({ verdict }) => verdict.party !== 'still_waiting')

  assert.equal(view.verdict.party, 'the_person')
  assert.equal(view.verdict.riddle?.code, 'consent_denied')
})

test('a client that signed in while the MCP server behind is down is told apart from one that is connected', async (t) => {
  const program = await startProgram(t, { argv: ['--upstream', 'http://127.0.0.1:9/mcp'] })
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const client = await startClient(t, program)
  client.hears(await allow(person, await client.says(/^open (.*)/)))
  await client.says(/^failed (.*)/)

  const view = await attemptOf(program, ({ verdict }) => verdict.party !== 'still_waiting')

  assert.equal(view.verdict.party, 'your_server')
  assert.equal(view.verdict.riddle?.code, 'upstream_down')
  assert.equal(view.connectedAt, undefined)
})

test('law 11: nothing secret stands in what is kept, what is shown and what is given away', async (t) => {
  const program = await startProgram(t, { argv: ['--upstream', `${await mcpServer(t)}/mcp`] })
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const tokens = await connect(person, { resource: `${program.origin}/mcp` })
  await call(program, tokens.accessToken)
  const view = await attemptOf(program, ({ verdict }) => verdict.party === 'connected')

  const shown = (await program.command('attempts', 'show', view.id)).stdout
  const exported = (await program.command('attempts', 'export', view.id)).stdout
  const named = (await program.command('attempts', 'export', view.id, '--names')).stdout

  for (const text of [JSON.stringify(view), shown, exported, named]) {
    for (const secret of [tokens.accessToken, tokens.refreshToken, 'correct horse battery', 'state-of-this-client'])
      assert.ok(!text.includes(secret), 'a secret stands in it')
    assert.ok(!text.includes(person.cookies), 'a cookie stands in it')
    assert.doesNotMatch(text, /code_challenge|[?&](code|state|consent)=|eyJ/)
  }
  assert.match(shown, /CONNECTED\n/)
  assert.ok(!exported.includes('"ada"') && !exported.includes(new URL(program.origin).host))
  assert.ok(named.includes('"ada"'))
})

test('law 11: whatever a client puts where it does not belong, a token is not kept', async (t) => {
  const program = await startProgram(t, { argv: ['--upstream', `${await mcpServer(t)}/mcp`] })
  const jwt = `eyJ${'a'.repeat(250)}.eyJzZWNyZXQ.c2lnbmF0dXJl`
  const key = 'k'.repeat(43)
  const headers = { accept: 'application/json, text/event-stream', 'user-agent': `agent/1.0 ${jwt}` }

  await fetch(`${program.origin}/mcp/${jwt}`, { method: 'POST', headers })
  await fetch(`${program.origin}/register`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: `agent ${key}`,
      redirect_uris: [`http://127.0.0.1/cb/${key}`],
      token_endpoint_auth_method: 'none',
    }),
  })
  const view = await attemptOf(program, ({ client }) => client.clientIds.length > 0)

  const text = JSON.stringify(view)
  assert.match(text, /POST \/mcp\/\[redacted\]/)
  assert.doesNotMatch(text, /eyJ|kkkk/)
})

test('whose name somebody typed who did not get in is not said to be who signed in', async (t) => {
  const program = await startProgram(t, { argv: ['--upstream', `${await mcpServer(t)}/mcp`] })
  await new Person(program.origin).becomeOwner(program)
  const stranger = new Person(program.origin)
  const registered = await fetch(`${program.origin}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: ['http://127.0.0.1/cb'], token_endpoint_auth_method: 'none' }),
  })
  const { client_id: clientId } = await registered.json()
  const query = new URLSearchParams({
    ...{ client_id: clientId, response_type: 'code', redirect_uri: 'http://127.0.0.1/cb', state: 's' },
    ...{ code_challenge: 'c'.repeat(43), code_challenge_method: 'S256', resource: `${program.origin}/mcp` },
  })
  const toSignIn = await stranger.open(`/authorize?${query}`)
  const page = await stranger.open(toSignIn.headers.get('location') ?? assert.fail('no sign-in'))
  await stranger.submit(page, { user_name: 'ada', password: 'not the password' })

  const view = await attemptOf(program, ({ timeline }) =>
    timeline.some(({ steps }) => steps.includes('sign_in_refused')),
  )

  assert.equal(view.person, undefined)
})

test('an authorised call after the first adds nothing, and where the recorder is off nothing is kept', async (t) => {
  const upstream = await mcpServer(t)
  const program = await startProgram(t, { argv: ['--upstream', `${upstream}/mcp`] })
  const off = await startProgram(t, {
    argv: ['--upstream', `${upstream}/mcp`],
    settings: 'recorder: { enabled: false }',
  })
  const tokens = await connectAs(program)
  const others = await connectAs(off)

  for (let count = 0; count < 5; count++) {
    await call(program, tokens.accessToken)
    await call(off, others.accessToken)
  }
  const view = await attemptOf(program, ({ verdict }) => verdict.party === 'connected')

  await program.stop()
  await off.stop()
  const [kept] = await attemptsOf(program)
  assert.equal(view.timeline.filter(({ steps }) => steps.includes('called')).length, 1)
  assert.equal(kept?.changedAt, view.changedAt)
  assert.deepEqual(await attemptsOf(off), [])
})

test('attempts outlive the process: one begun before a restart is finished after it, as one', async (t) => {
  const argv = ['--upstream', `${await mcpServer(t)}/mcp`]
  const program = await startProgram(t, { argv })
  const tokens = await connectAs(program)
  await program.stop()
  const before = await attemptsOf(program)
  assert.equal(before[0]?.verdict.party, 'still_waiting')

  const again = await startProgram(t, {
    argv: [...argv, '--database', `${program.folder}/portcullis.db`, '--public-url', `${program.origin}/mcp`],
  })
  await call(again, tokens.accessToken, new URL(program.origin).host)

  const view = await attemptOf(again, ({ verdict }) => verdict.party === 'connected', `${program.folder}/portcullis.db`)
  assert.equal(view.id, before[0]?.id)
  assert.equal((await attemptsOf(again, `${program.folder}/portcullis.db`)).length, 1)
})

test('attempts are listed by client, verdict, person, time and the reference on an error page, and watched while they happen', async (t) => {
  const program = await startProgram(t, { argv: ['--upstream', `${await mcpServer(t)}/mcp`] })
  const watching = program.command('attempts', 'watch', '--json')
  const tokens = await connectAs(program)
  await call(program, tokens.accessToken)
  const person = new Person(program.origin)
  const page = await (await person.open('/authorize?client_id=gone&code_challenge=x')).text()
  const reference = /<code>([a-z0-9]{10})<\/code>/.exec(page)?.[1] ?? 'none'
  const connected = await attemptOf(program, ({ verdict }) => verdict.party === 'connected')
  const stale = await attemptOf(program, ({ verdict }) => verdict.riddle?.code === 'stale_client')
  const idsBy = async (...filter: string[]) => {
    const { stdout, stderr, code } = await program.command('attempts', 'list', '--json', ...filter)
    assert.equal(code, 0, stderr)
    return (JSON.parse(stdout) as AttemptView[]).map(({ id }) => id) // as `--json` prints it
  }

  assert.deepEqual(await idsBy('--client', 'test cl'), [connected.id])
  assert.deepEqual(await idsBy('--verdict', 'connected'), [connected.id])
  assert.deepEqual(await idsBy('--verdict', 'stale_client'), [stale.id])
  assert.deepEqual(await idsBy('--user', 'ada'), [connected.id])
  assert.deepEqual(await idsBy('--text', reference), [stale.id])
  assert.deepEqual(await idsBy('--since', '1h'), [stale.id, connected.id])
  assert.deepEqual(await idsBy('--since', '2100-01-01'), [])
  assert.deepEqual(await idsBy('--limit', '1'), [stale.id])
  const { stdout } = await program.command('attempts', 'list')
  assert.match(stdout, /^ATTEMPT +BEGAN \(UTC\) +CLIENT +PERSON +WHOSE +WHAT\n/)
  assert.match(stdout, /Test client +ada +connected\n/)

  await program.stop()
  const told = (await watching).stdout.trimEnd().split('\n')
  const verdicts = told.map((line) => (JSON.parse(line) as AttemptView).verdict.party) // one view a line
  assert.ok(verdicts.includes('connected') && verdicts.includes('the_client'), verdicts.join())
})

test('a list without attempts says why: none came, none is like that, or none is remembered', async (t) => {
  const argv = ['--upstream', 'http://127.0.0.1:9/mcp']
  const on = await startProgram(t, { argv })
  const off = await startProgram(t, { argv, settings: 'recorder: { enabled: false }' })
  const said = async (program: typeof on, ...words: string[]) =>
    (await program.command('attempts', 'list', ...words)).stdout

  assert.equal(await said(on), 'No client has tried to connect.\n')
  assert.equal(await said(on, '--client', 'claude'), 'No attempt is like that.\n')
  assert.match(await said(off), /^The flight recorder is switched off \(recorder\.enabled\)/)
})

test('what cannot be read says what can: another attempt, another time, another number', async (t) => {
  const program = await startProgram(t, { argv: ['--upstream', 'http://127.0.0.1:9/mcp'] })

  for (const [argv, said] of [
    [['show', 'nobody'], /no attempt "nobody"/],
    [['list', '--since', 'soon'], /"soon" is no time/],
    [['list', '--limit', '-1'], /no number of attempts/],
    [['list', '--verdict', 'your-edge'], /no verdict "your-edge"\.\nName one of connected, your_server, your_edge/],
  ] as const) {
    const { code, stderr } = await program.command('attempts', ...argv)

    assert.equal(code, 1)
    assert.match(stderr, said)
  }
  assert.match((await program.command('attempts', 'list')).stdout, /No client has tried to connect/)
})

test('the doctor looks at this server at its public URL, and leaves no attempt behind', async (t) => {
  const program = await startProgram(t, { argv: ['--upstream', `${await mcpServer(t)}/mcp`] })

  const { stdout } = await program.command('attempts', 'doctor', '--json')

  const report = JSON.parse(stdout)
  assert.equal(report.target, `${program.origin}/mcp`)
  assert.ok(report.clients.length > 20)

  // Written after what the doctor asked, if that is.
  const registered = await fetch(`${program.origin}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'Late', redirect_uris: ['http://localhost/callback'] }),
  })
  assert.equal(registered.status, 201)
  await attemptOf(program, ({ client }) => client.claimedName === 'Late')
  assert.deepEqual(
    (await attemptsOf(program)).map(({ client, timeline }) => [client.claimedName, timeline.length]),
    [['Late', 1]],
  )
})

async function connectAs(program: RunningProgram) {
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  return connect(person, { resource: `${program.origin}/mcp` })
}

/** `host`: as which the server is asked. Default: as which it listens. */
async function call(program: RunningProgram, accessToken: string, host = new URL(program.origin).host): Promise<void> {
  const asked = request(`${program.origin}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json', host },
  })
  asked.end('{"jsonrpc":"2.0","id":1,"method":"ping"}')
  const [answer]: IncomingMessage[] = await once(asked, 'response')
  await answer?.resume().toArray()
  assert.equal(answer?.statusCode, 200)
}

/** Speaks as much MCP as a client needs to list one tool. */
function mcpServer(t: TestContext): Promise<string> {
  return startUpstream(t, async (req, res) => {
    if (req.method !== 'POST') return void res.writeHead(405).end()
    let text = ''
    for await (const chunk of req) text += chunk
    const { id, method, params } = JSON.parse(text)
    if (id === undefined) return void res.writeHead(202).end()
    const results: Record<string, unknown> = {
      initialize: {
        protocolVersion: params?.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: 'one tool', version: '1' },
      },
      'tools/list': { tools: [{ name: 'one', inputSchema: { type: 'object' } }] },
    }
    res
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ jsonrpc: '2.0', id, result: results[method] ?? {} }))
  })
}

async function startClient(t: TestContext, { origin }: RunningProgram) {
  const script = fileURLToPath(new URL('attempts-sdk-client.mjs', import.meta.url))
  const child = spawn(process.execPath, [script, `${origin}/mcp`], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.after(async () => {
    child.stdin.end()
    if (child.exitCode === null) await once(child, 'exit')
  })
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => lines.push(line))
  return {
    hears: (line: string) => child.stdin.write(`${line}\n`),
    async says(pattern: RegExp, group = 1): Promise<string> {
      for (;;) {
        const found = lines.map((line) => pattern.exec(line)).find((match) => match !== null)
        if (found) return found[group] ?? ''
        await once(reader, 'line')
      }
    },
  }
}

/** Resolves to where the browser is sent. */
async function allow(person: Person, url: string): Promise<string> {
  const answer = await person.submit(await person.open(url), { decision: 'allow' })
  return answer.headers.get('location') ?? ''
}

async function attemptsOf(program: RunningProgram, database?: string): Promise<AttemptView[]> {
  const where = database === undefined ? [] : ['--database', database]
  const { code, stdout, stderr } = await program.command('attempts', 'list', '--json', ...where)
  assert.equal(code, 0, stderr)
  return JSON.parse(stdout)
}

/** The first attempt of which `is` holds, as soon as one does: attempts are written behind the requests. */
async function attemptOf(
  program: RunningProgram,
  is: (view: AttemptView) => boolean,
  database?: string,
): Promise<AttemptView> {
  for (;;) {
    const found = (await attemptsOf(program, database)).find(is)
    if (found !== undefined) return found
  }
}
