import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startNotes } from '../../../examples/notes/notes.ts'
import { connect, Person, type RunningProgram, startProgram } from './running-program.ts'

// The program in front of a server on the official SDK, with rules by configuration alone.

const settings = `
scopes: { notes: Use your notes, "notes:delete": Delete notes }
tools:
  delete_note: { scopes: ["notes:delete"] }
  slow_count: { roles: [owner, operator] }
  add_note: { denied: true }
`

async function start(t: TestContext): Promise<{ program: RunningProgram; owner: Person }> {
  const notes = await startNotes({ port: 0, log: () => {} })
  t.after(() => notes.close())
  const program = await startProgram(t, { argv: ['--upstream', notes.url], settings })
  const owner = new Person(program.origin)
  await owner.becomeOwner(program)
  return { program, owner }
}

test('RS-17 RS-18 RS-19 a client of the official SDK steps up by itself, and sees what its person may use', async (t) => {
  const { program, owner } = await start(t)
  const client = startClient(t, program)

  const first = await allow(owner, await client.says(/^open (.*)$/))
  client.hears(first)
  assert.equal(await client.says(/^tools (.*)$/), 'whoami list_notes delete_note slow_count')
  client.hears('delete_note id=7')
  const challenged = new URL(await client.says(/^open (.*)$/))
  assert.deepEqual(challenged.searchParams.get('scope')?.split(' ').sort(), ['notes', 'notes:delete'])
  client.hears(await allow(owner, challenged.href))
  await client.says(/^tools (.*)$/)
  client.hears('delete_note id=7')

  assert.equal(await client.says(/^answered (.*)$/), 'There is no note 7.')
})

test('a member is told what the owner may do and they may not, and a rule holds for the owner too; the log and the recorder say so', async (t) => {
  const { program, owner } = await start(t)
  const invited = await program.command('users', 'invite')
  const member = new Person(program.origin)
  const link = new URL(/https?:\S+/.exec(invited.stdout)?.[0] ?? '')
  await member.submit(await member.open(link.pathname + link.search), {
    user_name: 'bob',
    password: 'correct horse battery',
    again: 'correct horse battery',
  })
  const ofOwner = await connect(owner, { resource: `${program.origin}/mcp` })
  const ofMember = await connect(member, { resource: `${program.origin}/mcp` })

  const counted = await call(`${program.origin}/mcp`, ofOwner.accessToken, 'slow_count', { to: 1, milliseconds: 0 })
  const denied = await call(`${program.origin}/mcp`, ofMember.accessToken, 'slow_count')
  const closed = await call(`${program.origin}/mcp`, ofOwner.accessToken, 'add_note', { text: 'x' })

  assert.equal(counted.result.content[0].text, 'Counted to 1.')
  assert.deepEqual(denied.error, {
    code: -32003,
    message: 'The tool "slow_count" needs one of the roles "owner", "operator"',
  })
  assert.deepEqual(closed.error, { code: -32003, message: 'The tool "add_note" may not be used here' })
  const told = await program.line(/^Refused .*slow_count/)
  assert.match(String(told.msg), /: The tool "slow_count" needs one of the roles "owner", "operator"$/)
})

test('each of several servers has rules of its own, one that speaks over its standard streams too', async (t) => {
  const notes = await startNotes({ port: 0, log: () => {} })
  t.after(() => notes.close())
  const stdio = fileURLToPath(new URL('../../../examples/notes/stdio.ts', import.meta.url))
  const program = await startProgram(t, {
    argv: [],
    settings: `
publicUrl: http://localhost:PORT
servers:
  web: { upstream: "${notes.url}", tools: { delete_note: { denied: true } } }
  local: { upstream: { command: "${process.execPath}", args: ["--conditions=source", "${stdio}"] }, otherTools: { denied: true }, tools: { delete_note: {} } }
`,
  })
  const owner = new Person(program.origin)
  await owner.becomeOwner(program)

  const answers = await Promise.all(
    ['web', 'local'].map(async (name) => {
      const resource = `${program.origin}/${name}/mcp`
      const { accessToken } = await connect(owner, { resource })
      const { result } = await ask(resource, accessToken, 'tools/list')
      const called = await call(resource, accessToken, 'delete_note', { id: '7' })
      return [
        result.tools.map((tool: { name: string }) => tool.name).join(' '),
        called.error?.code ?? called.result.content[0].text,
      ]
    }),
  )

  assert.deepEqual(answers, [
    ['whoami list_notes add_note slow_count', -32003],
    ['delete_note', 'There is no note 7.'],
  ])
})

/** Resolves to where the browser is sent. */
async function allow(person: Person, url: string): Promise<string> {
  const answer = await person.submit(await person.open(url), { decision: 'allow' })
  return answer.headers.get('location') ?? ''
}

function call(url: string, token: string, name: string, given: object = {}) {
  return ask(url, token, 'tools/call', { name, arguments: given })
}

async function ask(url: string, token: string, method: string, params: { name?: string; arguments?: object } = {}) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(params.name !== undefined && { 'mcp-name': params.name }),
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method,
      params: {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  })
  const text = await answer.text()
  return JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text)
}

/** The client of the SDK: what it is told, and what it says, each line once. */
function startClient(t: TestContext, { origin }: RunningProgram) {
  const script = fileURLToPath(new URL('rules-sdk-client.mjs', import.meta.url))
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
    async says(pattern: RegExp): Promise<string> {
      for (;;) {
        const at = lines.findIndex((line) => pattern.test(line))
        if (at >= 0) return pattern.exec(lines.splice(at, 1)[0] ?? '')?.[1] ?? ''
        await once(reader, 'line')
      }
    },
  }
}
