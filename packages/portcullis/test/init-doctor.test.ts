import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { projectOf } from './init-scene.ts'
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
