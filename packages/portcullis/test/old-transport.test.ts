import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { oldMcpServer } from './old-mcp-server.ts'
import { connect, Person, startProgram, startUpstream } from './running-program.ts'

test('through `portcullis serve` an old client and a new one sign in to an old server, each at the URL that it was given', async (t) => {
  const { program, old, tokenFor } = await oldServer(t)
  const mcp = `${program.origin}/mcp`
  const sse = `${program.origin}/sse`

  const byOld = await oldClient(sse, await tokenFor(sse))
  const { session, opened } = await openSession(mcp, await tokenFor(mcp))

  assert.deepEqual(byOld, { tools: ['echo'], content: [{ type: 'text', text: '{"text":"hello"}' }] })
  assert.equal(opened.result.serverInfo.name, 'old')
  assert.notEqual(session, null)
  const subjects = new Set(old.requests.map(({ headers }) => headers['x-portcullis-subject']))
  assert.equal(subjects.size, 1)
  assert.ok(!program.output().includes('portcullis_session'), 'no address of a stream is logged')
})

test('law 14: a grant that is ended by command ends the stream of an old client and its session at the server', async (t) => {
  const { program, old, person } = await oldServer(t)
  const { accessToken, grantId } = await connect(person, { resource: `${program.origin}/mcp` })
  const { session } = await openSession(`${program.origin}/mcp`, accessToken)
  const stream = await fetch(`${program.origin}/sse`, {
    headers: { authorization: `Bearer ${accessToken}`, accept: 'text/event-stream' },
  })
  assert.equal(old.streams.size, 1)

  await program.command('grants', 'revoke', grantId)
  const text = await stream.text()
  const until = Date.now() + 5000
  while (old.streams.size > 0) {
    assert.ok(Date.now() < until, 'within five seconds')
    await new Promise((resolve) => setImmediate(resolve))
  }

  assert.match(text, /^event: endpoint\ndata: \/sse\?portcullis_session=/)
  assert.ok(session)
})

test('an old server that names an address elsewhere is told of in the log, with what to look at', async (t) => {
  const { program, tokenFor } = await oldServer(t, () => 'http://169.254.169.254/latest/meta-data')
  const mcp = `${program.origin}/mcp`

  const { status } = await openSession(mcp, await tokenFor(mcp))
  const { level, msg } = await program.line(/names an endpoint at another origin/)

  assert.equal(status, 502)
  assert.equal(level, 'warn')
  assert.match(String(msg), /http:\/\/169\.254\.169\.254\/latest\/meta-data/)
})

async function oldServer(t: TestContext, endpoint?: (session: string) => string) {
  const old = oldMcpServer(endpoint === undefined ? {} : { endpoint })
  const upstream = await startUpstream(t, old.listener)
  const program = await startProgram(t, {
    argv: ['--upstream', `${upstream}/sse`],
    settings: `publicUrl: http://localhost:PORT/mcp\ntransport: sse\nalsoServedAt: ["http://localhost:PORT/sse"]`,
  })
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const tokenFor = async (resource: string) => (await connect(person, { resource })).accessToken
  return { program, old, person, tokenFor }
}

async function openSession(url: string, token: string) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 0,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'new', version: '1' } },
    }),
  })
  const opened = await response.json()
  return { status: response.status, session: response.headers.get('mcp-session-id'), opened }
}

async function oldClient(url: string, token: string): Promise<unknown> {
  const script = fileURLToPath(new URL('old-sdk-client.mjs', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [script, url, token], { timeout: 20_000 })
  return JSON.parse(stdout)
}
