import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { projectOf, type Scene } from './init-scene.ts'
import { startDev } from './running-dev.ts'
import { freePort } from './running-program.ts'

// What `portcullis init --write` wrote, started by the project's own script with the packages of this workspace, and asked by the doctor.

const manifest = (script: string) =>
  JSON.stringify({ type: 'module', scripts: { start: script }, dependencies: { '@modelcontextprotocol/server': '2' } })
const script = `exec '${process.execPath}' --conditions=source server.ts`

const tools = `function createNotes() {
  return new McpServer({ name: 'notes', version: '1.0.0' })
}
`

const nodeServer = (port: number) => `import { createServer } from 'node:http'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'

const mcp = toNodeHandler(createMcpHandler(createNotes))

createServer((req, res) => {
  if (req.url === '/mcp') void mcp(req, res)
  else res.end('home')
}).listen(${port})

${tools}`

const honoServer = (port: number) => `import { serve } from '@hono/node-server'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { Hono } from 'hono'

const mcp = createMcpHandler(createNotes)
const app = new Hono()
app.all('/mcp', (c) => mcp.fetch(c.req.raw))
serve({ fetch: app.fetch, port: ${port} })

${tools}`

for (const [name, server] of Object.entries({ 'node:http': nodeServer, Hono: honoServer }))
  test(`after writing, init starts a server on ${name} by its own script, and the doctor finds nothing wrong`, async (t) => {
    const { origin } = await startDev(t)
    const project = projectOf(
      t,
      { 'package.json': manifest(script), 'server.ts': server(await freePort()) },
      { linked: true },
    )

    const { code, stdout, stderr } = await project.init(['--write', '--issuer', origin])

    assert.equal(code, 0, stdout + stderr)
    assert.match(stdout, /Written: server\.ts\nStarting it by npm run start, to ask the doctor\.\n/)
    assert.match(stdout, /all \d+ will connect|\d+ connect/)
  })

test('init waits for a server that takes its time with the first request, as those do that compile what is asked for', async (t) => {
  const { origin } = await startDev(t)
  // Longer than the doctor waits for one answer.
  const compiling = `async (request) => {
  await (compiled ??= new Promise((resolve) => setTimeout(resolve, 6000)))
  return app.fetch(request)
}`
  const server = honoServer(await freePort()).replace('fetch: app.fetch', `fetch: ${compiling}`)
  const project = projectOf(
    t,
    { 'package.json': manifest(script), 'server.ts': `let compiled\n${server}` },
    { linked: true },
  )

  const { code, stdout, stderr } = await project.init(['--write', '--issuer', origin])

  assert.equal(code, 0, stdout + stderr)
})

test('init --json has the report of the doctor in it', async (t) => {
  const { origin } = await startDev(t)
  const project = projectOf(
    t,
    { 'package.json': manifest(script), 'server.ts': nodeServer(await freePort()) },
    { linked: true },
  )

  const { code, stdout } = await project.init(['--write', '--json', '--issuer', origin])
  const { status, doctor } = JSON.parse(stdout)

  assert.equal(code, 0, stdout)
  assert.equal(status, 'written')
  assert.deepEqual(doctor.causes, [])
})

test('where the server does not start, init says what it printed, and what was written stands', async (t) => {
  const project = projectOf(
    t,
    { 'package.json': manifest("echo 'no database' >&2; exit 3"), 'server.ts': nodeServer(await freePort()) },
    { linked: true },
  )

  const { code, stderr } = await project.init(['--write', '--issuer', 'https://login.example'])

  assert.equal(code, 1)
  assert.match(stderr, /The server did not start: it ended with 3\.[\s\S]*no database/)
  assert.match(project.read('server.ts'), /@portcullis\/auth\/node/)
})

test('a server that somebody ends while it starts did not start', async (t) => {
  const project = projectOf(
    t,
    { 'package.json': manifest('kill -9 0'), 'server.ts': nodeServer(await freePort()) },
    { linked: true },
  )

  const { code, stderr } = await project.init(['--write', '--issuer', 'https://login.example'])

  assert.equal(code, 1)
  assert.match(stderr, /The server did not start: it ended with SIGKILL\./)
})

// What does not listen when it is told to end.
const deafServer = (port: number, answer: string) => `import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => {})
createServer((_, res) => ${answer}).listen(${port}, 'localhost')
`

for (const [what, times] of [
  ['is told to end', 1],
  ['is told so twice', 2],
] as const)
  test(`init that ${what} while the doctor asks leaves no server behind, though that one does not listen`, async (t) => {
    const port = await freePort()
    const project = deafProject(t, port, "writeFileSync('asked', '')")
    const signals = new EventEmitter()
    const exited = Promise.withResolvers<number>()
    const done = project.init(['--write', '--issuer', 'https://login.example'], undefined, {
      signals,
      exit: exited.resolve,
    })
    await isThere(join(project.folder, 'asked'))

    for (let nth = 0; nth < times; nth++) signals.emit(nth === 0 ? 'SIGINT' : 'SIGTERM')

    assert.equal(await exited.promise, 130)
    await isClosed(port)
    await done
    assert.deepEqual(signals.eventNames(), [])
  })

test('init ends a server that does not listen once the doctor has asked', async (t) => {
  const port = await freePort()
  const project = deafProject(t, port, 'res.writeHead(404).end()')

  const { code } = await project.init(['--write', '--issuer', 'https://login.example'])

  assert.equal(code, 1)
  await isClosed(port)
})

test('init waits for nobody who has the output of a server that has ended', async (t) => {
  const daemon = `import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: ['ignore', 'inherit', 'inherit'] })
writeFileSync('pid', String(child.pid))
console.log('no database')
process.exit(3)
`
  const project = projectOf(
    t,
    {
      'package.json': manifest(`exec '${process.execPath}' daemon.mjs`),
      'daemon.mjs': daemon,
      'server.ts': nodeServer(await freePort()),
    },
    { linked: true },
  )

  const { code, stderr } = await project.init(['--write', '--issuer', 'https://login.example'])
  const left = Number(project.read('pid'))
  t.after(() => process.kill(left, 'SIGKILL'))

  assert.equal(code, 1)
  assert.match(stderr, /it ended with 3\.[\s\S]*no database/)
  assert.equal(process.kill(left, 0), true)
})

function deafProject(t: TestContext, port: number, answer: string): Scene {
  const files = {
    'package.json': manifest(`exec '${process.execPath}' deaf.mjs`),
    'deaf.mjs': deafServer(port, answer),
    'server.ts': nodeServer(port),
  }
  return projectOf(t, files, { linked: true })
}

async function isThere(file: string): Promise<void> {
  while (!existsSync(file)) await pause(20)
}

/** Resolves once nobody listens there any more: a process that was killed has yet to go. */
async function isClosed(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, 'localhost')
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (!isOpen) return
    await pause(20)
  }
}

test('init does not take what listens already for the server that it wrote', async (t) => {
  const other = createServer((_, res) => res.end())
  const port = await freePort()
  await new Promise<void>((resolve) => other.listen(port, 'localhost', resolve))
  t.after(() => new Promise((resolve) => other.close(resolve)))
  const project = projectOf(t, { 'package.json': manifest(script), 'server.ts': nodeServer(port) }, { linked: true })

  const { code, stdout } = await project.init(['--write'])

  assert.equal(code, 0)
  assert.match(stdout, /The doctor was not asked: something listens at port \d+ already/)
})

test('init --url asks the doctor where the server is, of one that is protected already', async (t) => {
  const { origin } = await startDev(t)
  const project = projectOf(t, { 'server.ts': "import { protect } from '@portcullis/auth/node'\n" })

  const { code, stdout } = await project.init(['--url', `${origin}/nothing`, '--json'])

  assert.equal(code, 1)
  assert.equal(JSON.parse(stdout).status, 'protected')
  assert.notEqual(JSON.parse(stdout).doctor.causes.length, 0)
})
