import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { answerIn, type Message } from './messages-in.ts'
import { connect, freePort, Person, startProgram } from './running-program.ts'
import { scripted } from './stdio-scene.ts'

// `portcullis serve` in front of servers that speak over their standard streams, by its own command line.

const notes = fileURLToPath(new URL('../../../examples/notes/stdio.ts', import.meta.url))
const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))
const node = `"${process.execPath}"`

test('law 12: two people who sign in at serve --stdio have each their own notes, on a server of the official SDK', async (t) => {
  const program = await startProgram(t, {
    argv: ['--stdio', `${node} ${notes}`, '--dev'],
    environment: { PATH: process.env.PATH ?? '' },
  })
  const [alice, bob] = await Promise.all(['alice', 'bob'].map((user) => clientOf(program.origin, user)))

  await alice?.('add_note', { text: 'Of alice' })
  const [toAlice, toBob] = [await alice?.('list_notes'), await bob?.('list_notes')]
  const code = await program.stop()

  assert.match(JSON.stringify(toAlice), /Of alice/)
  assert.match(JSON.stringify(toBob), /You have no notes/)
  assert.equal(code, 0)
  assert.equal(program.log().filter(({ event }) => event === 'upstream_started').length, 2)
  assert.equal(program.log().filter(({ event }) => event === 'upstream_ended').length, 2)
})

test('law 11: what a server writes beside its messages is in the log, without what looks like a secret', async (t) => {
  const program = await startProgram(t, {
    argv: ['--stdio', `${node} ${scripted}`, '--dev'],
    environment: { PATH: process.env.PATH ?? '', PORTCULLIS_LOG_FORMAT: 'json' },
  })
  const call = await clientOf(program.origin, 'alice')

  await call('say', { text: 'the key is sk_live_0123456789abcdefghijklmnopqrstuvwxyzABCD' })
  const line = await program.line(/says: the key is/)
  const { env } = (await call('about')) as { env: Record<string, string> }

  assert.match(String(line.msg), /the key is \[redacted\]$/)
  assert.doesNotMatch(program.output(), /sk_live/)
  assert.deepEqual(
    Object.keys(env).filter((name) => name.startsWith('PORTCULLIS_')),
    [],
  )
})

test('a program that is not there is warned of at the start', async (t) => {
  const program = await startProgram(t, {
    argv: ['--stdio', 'no-such-program', '--dev'],
    environment: { PATH: '/bin' },
  })

  const line = await program.line(/cannot be started: there is no program "no-such-program" in any folder of PATH/)

  assert.equal(line.level, 'warn')
})

test('when Portcullis is killed at once, the input of its processes ends, by which they end too', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-killed-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const port = await freePort()
  const gateway = await startHere(t, folder, ['--port', String(port), '--stdio', `${node} ${scripted}`, '--dev'])
  const call = await clientOf(`http://localhost:${port}`, 'alice')
  const { pid } = (await call('about')) as { pid: number }
  assert.ok(isThere(pid))

  gateway.kill('SIGKILL')
  await once(gateway, 'exit')
  for (let waited = 0; waited < 600 && isThere(pid); waited++) await pause(50)

  assert.ok(!isThere(pid))
})

/** A client that somebody let in on the real pages: calls a tool, and resolves to its result. */
async function clientOf(origin: string, user: string) {
  const person = new Person(origin)
  const resource = `${origin}/mcp`
  const page = await person.open('/account/sign-in')
  await person.submit(page, { user })
  const { accessToken } = await connect(person, { resource })
  const post = (message: Message, session: Record<string, string> = {}) =>
    fetch(resource, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${accessToken}`,
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
        ...session,
      },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
    })
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } }
  const opened = await post({ id: 0, method: 'initialize', params })
  assert.equal(opened.status, 200, await opened.text())
  const session = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') ?? '' }
  return async (name: string, args: object = {}) =>
    (await answerIn(await post({ id: 1, method: 'tools/call', params: { name, arguments: args } }, session))).result
}

/** The program in a process of its own. */
async function startHere(t: TestContext, folder: string, argv: string[]): Promise<ChildProcess> {
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env
  const child = spawn(process.execPath, ['--conditions=source', cli, 'serve', ...argv], {
    ...{ cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'inherit'] },
  })
  t.after(() => child.kill('SIGKILL'))
  let output = ''
  await new Promise<void>((resolve) => {
    child.stdout?.on('data', (chunk) => {
      output += chunk
      if (output.includes('stands in front of')) resolve()
    })
  })
  return child
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
