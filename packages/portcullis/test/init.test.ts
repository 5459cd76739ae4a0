import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { wordsOf } from '../src/config/command-line.ts'
import { express, projectOf } from './init-scene.ts'

// `portcullis init` by its own command line: what it shows, writes, asks and refuses.

const stdioServer =
  "import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'\nnew StdioServerTransport()\n"

test('init shows what it would change as a diff, writes nothing, and asks nothing where nobody sits', async (t) => {
  const project = projectOf(t, { 'server.js': express })

  const { code, stdout } = await project.init()

  assert.equal(code, 0)
  assert.match(stdout, /^server\.js: Express, official SDK 1\.x, JavaScript, ESM, npm\n/)
  assert.match(stdout, /^--- a\/server\.js\n\+\+\+ b\/server\.js\n@@ -1,8 \+1,15 @@\n/m)
  assert.match(stdout, /^\+import \{ protect \} from '@portcullis\/auth\/express'$/m)
  assert.match(
    stdout,
    /^ const app = express\(\)\n\+const resourceServer = [\s\S]*\n\+app\.use\(protect\(resourceServer\)\)\n app\.use\(express\.json/m,
  )
  assert.match(stdout, /Nothing is written yet/)
  assert.equal(project.read('server.js'), express)
})

test('init --write writes the lines, says what to type next to the letter, and a second time there is nothing to do', async (t) => {
  const project = projectOf(t, { 'server.js': express, 'pnpm-lock.yaml': 'lockfileVersion: 9\n' })
  chmodSync(join(project.folder, 'server.js'), 0o755)

  const first = await project.init(['--write'])
  const written = project.read('server.js')
  const second = await project.init(['--write'])

  assert.equal(first.code, 0, first.stderr)
  assert.match(
    first.stdout,
    /\nNext:\n {2}pnpm add @portcullis\/auth\n {2}portcullis dev --resource http:\/\/localhost:3000\/mcp\n {2}portcullis doctor http:\/\/localhost:3000\/mcp\n$/,
  )
  assert.match(
    written,
    /resource: 'http:\/\/localhost:3000\/mcp',\n {2}authorizationServers: \['http:\/\/127\.0\.0\.1:7090'\]/,
  )
  assert.equal(statSync(join(project.folder, 'server.js')).mode & 0o777, 0o755)
  assert.deepEqual(readdirSync(project.folder), ['package.json', 'pnpm-lock.yaml', 'server.js'])
  assert.equal(second.code, 0)
  assert.match(second.stdout, /^It is protected already: server\.js:\d+\. Nothing is changed\./)
  assert.equal(project.read('server.js'), written)
})

test('at a terminal init writes after a yes, and nothing after anything else', async (t) => {
  const project = projectOf(t, { 'server.js': express })

  const no = await project.init([], '')
  const unchanged = project.read('server.js')
  const dry = await project.init(['--dry-run'], 'y')
  const yes = await project.init([], 'y')

  assert.deepEqual(no.questions, ['Write this? [y/N] '])
  assert.equal(unchanged, express)
  assert.deepEqual(dry.questions, [])
  assert.match(yes.stdout, /Written: server\.js/)
  assert.match(project.read('server.js'), /@portcullis\/auth\/express/)
})

test('init --json says the same to machines, and asks nothing', async (t) => {
  const project = projectOf(t, { 'src/server.js': express, 'yarn.lock': '# yarn\n' })

  const shown = await project.init(['--json'], 'y')
  const { changes, ...facts } = shown.json()

  assert.deepEqual(shown.questions, [])
  assert.deepEqual(facts, {
    status: 'ready',
    framework: 'Express',
    sdk: 'official SDK 1.x',
    language: 'JavaScript',
    module: 'ESM',
    file: 'src/server.js',
    packageManager: 'yarn',
    resource: 'http://localhost:3000/mcp',
    alsoServedAt: [],
    issuer: 'http://127.0.0.1:7090',
    scopes: [],
    notes: [],
    next: ['portcullis init --write'],
  })
  assert.match(JSON.stringify(changes), /"file":"src\/server\.js","kind":"change","diff":"--- a/)
  assert.equal(project.read('src/server.js'), express)
})

for (const [what, text] of [
  ['a file', express],
  ['a file whose last line has no end', express.replace(/app\.use[\s\S]*/, "app.post('/mcp', handle)")],
] as const)
  test(`what init shows as a diff is what it writes: git applies it to ${what}`, async (t) => {
    const [shown, written] = [projectOf(t, { 'server.js': text }), projectOf(t, { 'server.js': text })]
    const { changes } = (await shown.init(['--json'])).json() as { changes: { diff: string }[] } // of our own schema

    const { status, stderr } = spawnSync('git', ['apply'], {
      cwd: shown.folder,
      input: changes[0]?.diff ?? '',
      encoding: 'utf8',
    })
    await written.init(['--write'])

    assert.equal(status, 0, stderr)
    assert.equal(shown.read('server.js'), written.read('server.js'))
  })

test('init writes all files or none: where a new file is there already, the others stay as they were', async (t) => {
  const route = `import { createMcpHandler } from 'mcp-handler'\nconst handler = createMcpHandler(() => {})\nexport { handler as GET, handler as POST }\n`
  const project = projectOf(t, {
    'package.json': '{"dependencies":{"next":"16"}}',
    'app/mcp/route.ts': route,
    'app/.well-known': 'a file, where a folder has to be',
  })

  const { code, stderr } = await project.init(['--write'])

  assert.equal(code, 1)
  assert.match(stderr, /The files cannot be written[\s\S]*Nothing was changed/)
  assert.equal(project.read('app/mcp/route.ts'), route)
  assert.deepEqual(readdirSync(join(project.folder, 'app', 'mcp')), ['route.ts'])
})

test('init follows no link out of the folder, neither to read nor to write', async (t) => {
  const project = projectOf(t, { 'notes.js': "import '@modelcontextprotocol/sdk/server/mcp.js'\n" })
  const outside = mkdtempSync(join(tmpdir(), 'portcullis-outside-'))
  t.after(() => rmSync(outside, { recursive: true }))
  writeFileSync(join(outside, 'server.js'), express)
  symlinkSync(join(outside, 'server.js'), join(project.folder, 'server.js'))
  symlinkSync(outside, join(project.folder, 'src'))

  const found = await project.init(['--write'])
  const linked = await project.init(['server.js', '--write'])
  const within = await project.init(['src/server.js', '--write'])
  const above = await project.init([join(outside, 'server.js'), '--write'])

  for (const { code } of [found, linked, within, above]) assert.equal(code, 1)
  for (const { stderr } of [linked, within, above]) assert.match(stderr, /is a link, or leads out of/)
  assert.deepEqual(readdirSync(outside), ['server.js'])
})

test('init makes no file through a folder that is a link', async (t) => {
  const project = projectOf(t, {
    'package.json': '{"dependencies":{"next":"16"}}',
    'app/mcp/route.ts': `import { createMcpHandler } from 'mcp-handler'\nconst handler = createMcpHandler(() => {})\nexport { handler as GET, handler as POST }\n`,
  })
  const outside = mkdtempSync(join(tmpdir(), 'portcullis-outside-'))
  t.after(() => rmSync(outside, { recursive: true }))
  symlinkSync(outside, join(project.folder, 'app', '.well-known'))

  const { code, stderr } = await project.init(['--write'])

  assert.equal(code, 1)
  assert.match(stderr, /leads out of/)
  assert.deepEqual(readdirSync(outside), [])
})

test('init refuses settings that the server would not start with, before anything is shown', async (t) => {
  const project = projectOf(t, { 'server.js': express })

  const notUrl = await project.init(['--resource', 'mcp.example.com'])
  const fragment = await project.init(['--issuer', 'https://login.example/#a'])
  const both = await project.init(['--write', '--dry-run'])

  for (const { code, stdout, stderr } of [notUrl, fragment, both]) {
    assert.equal(code, 2)
    assert.equal(stdout, '')
    assert.match(stderr, /error:/)
  }
})

test('what is written of a URL or a scope ends no string and begins no code', async (t) => {
  const project = projectOf(t, { 'server.js': express })

  const { code, stderr } = await project.init(['--write', '--issuer', "https://login.example/a'b", '--scopes', "it's"])

  assert.equal(code, 0, stderr)
  assert.match(project.read('server.js'), /protect\(resourceServer, \{ scope: \["it's"\] \}\)/)
  assert.match(project.read('server.js'), /authorizationServers: \["https:\/\/login\.example\/a'b"\]/)
})

for (const [file, command] of [
  ['my server.ts', `portcullis serve --stdio "node 'my server.ts'"`],
  ['-v.ts', 'portcullis serve --stdio "node ./-v.ts"'],
  ['a;b.ts', `portcullis serve --stdio "node 'a;b.ts'"`],
  ['$(id).ts', undefined],
  ["it's `x`.ts", undefined],
  ['!"\\.ts', undefined],
] as const)
  test(`init names a command of the gateway that can be pasted for a file of any name: ${file}`, {
    skip: process.platform === 'win32' && 'files have no such names there',
  }, async (t) => {
    const project = projectOf(t, { [file]: stdioServer })

    const [{ code, stdout }, json] = [await project.init(), (await project.init(['--json'])).json()]

    assert.equal(code, 0)
    assert.ok(stdout.includes(`\n    ${json.command}\n`), stdout)
    assert.equal(/That is for a POSIX shell/.test(stdout), command === undefined)
    if (command !== undefined) assert.equal(json.command, command)
    const script = `portcullis() { printf '%s\\0' "$@"; }; ${json.command}`
    const [, , line = ''] = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\0')
    assert.deepEqual(wordsOf(line), ['node', file.replace(/^-/, './-')])
  })

test('init takes the script "start" for the gateway where it is one program, which no shell has to read', async (t) => {
  const commandFor = async (start: string) =>
    (
      await projectOf(t, {
        'package.json': JSON.stringify({ type: 'module', scripts: { start } }),
        'index.ts': stdioServer,
      }).init(['--json'])
    ).json().command

  assert.equal(await commandFor('tsx index.ts'), 'portcullis serve --stdio "tsx index.ts"')
  for (const start of ['tsc && node dist/index.js', 'NODE_ENV=production node index.ts', 'node "index.ts"'])
    assert.equal(await commandFor(start), 'portcullis serve --stdio "node index.ts"', start)
})

test('for a server in another language, or over standard streams, init names the command of the gateway', async (t) => {
  const python = projectOf(t, {
    'package.json': '',
    'pyproject.toml': '[project]\nname = "x"\n',
    'server.py': 'mcp.run(transport="streamable-http")\n',
  })
  const pythonStdio = projectOf(t, {
    'package.json': '',
    'pyproject.toml': '[project]\nname = "x"\n',
    'server.py': 'mcp.run(transport="stdio")\n',
  })
  const go = projectOf(t, { 'package.json': '', 'go.mod': 'module x\n' })
  const stdio = projectOf(t, { 'index.ts': stdioServer })

  const said = await Promise.all([python, pythonStdio, go, stdio].map((project) => project.init(['--json'])))

  assert.deepEqual(
    said.map((each) => each.json().command),
    [
      'portcullis serve --upstream http://localhost:3000/mcp',
      'portcullis serve --stdio "uv run your-server"',
      'portcullis serve --upstream http://localhost:3000/mcp',
      'portcullis serve --stdio "node index.ts"',
    ],
  )
  assert.deepEqual(
    said.map(({ code }) => code),
    [0, 0, 0, 0],
  )
})

test('where there is no MCP server init says so, and what to do', async (t) => {
  const empty = projectOf(t, { 'index.js': 'console.log(1)\n' })
  const broken = projectOf(t, { 'server.ts': "import '@modelcontextprotocol/server'\nconst = 1\n" })

  const [nothing, unreadable] = [await empty.init(), await broken.init()]

  assert.equal(nothing.code, 1)
  assert.match(nothing.stderr, /There is no MCP server in .*\n.*portcullis init src\/server\.ts/)
  assert.equal(unreadable.code, 1)
  assert.match(unreadable.stderr, /server\.ts could not be read/)
})

test('a folder that nobody may look into keeps init from nothing', async (t) => {
  if (process.getuid?.() === 0) return t.skip('root may look into all')
  const project = projectOf(t, { 'server.js': express, 'data/pg.txt': 'of a database' })
  chmodSync(join(project.folder, 'data'), 0)
  t.after(() => chmodSync(join(project.folder, 'data'), 0o700))

  assert.equal((await project.init(['--json'])).json().status, 'ready')
})

test('of several servers init asks for the name of one, and takes it', async (t) => {
  const project = projectOf(t, { 'one.js': express, 'two.js': express })

  const both = await project.init()
  const two = await project.init(['two.js', '--write'])

  assert.equal(both.code, 1)
  assert.match(
    both.stderr,
    /More than one file could be the MCP server: one\.js, two\.js\.\nName it: portcullis init one\.js/,
  )
  assert.equal(two.code, 0)
  assert.match(project.read('two.js'), /@portcullis\/auth/)
  assert.equal(project.read('one.js'), express)
})

test('a file that changed between reading and writing is left alone', async (t) => {
  const project = projectOf(t, { 'server.js': express })
  const file = join(project.folder, 'server.js')
  const changed = `${express}// mine\n`
  const { writeChanges } = await import('../src/init/write-changes.ts')
  writeFileSync(file, changed)

  assert.throws(
    () => writeChanges(project.folder, [{ path: 'server.js', before: express, after: 'ours' }]),
    /was changed meanwhile/,
  )

  assert.equal(project.read('server.js'), changed)
})

test('a write that fails half-way takes back what was written before it', async (t) => {
  const project = projectOf(t, { 'a.js': 'a\n' })
  const { writeChanges } = await import('../src/init/write-changes.ts')
  mkdirSync(join(project.folder, 'taken'))

  assert.throws(() =>
    writeChanges(project.folder, [
      { path: 'a.js', before: 'a\n', after: 'b\n' },
      { path: 'new/file.js', before: undefined, after: 'c\n' },
      { path: 'taken', before: undefined, after: 'd\n' },
    ]),
  )

  assert.equal(project.read('a.js'), 'a\n')
  assert.equal(existsSync(join(project.folder, 'new')), false)
  renameSync(join(project.folder, 'a.js'), join(project.folder, 'b.js'))
  assert.deepEqual(readdirSync(project.folder).sort(), ['b.js', 'package.json', 'taken'])
})

test('a file that is not UTF-8 is left as it is: what cannot be read would be written back as something else', async (t) => {
  const server =
    "import express from 'express'\nconst app = express()\napp.post('/mcp', () => 'caf\uFFFD')\napp.listen(3000)\n"
  const project = projectOf(t, { 'server.js': server })

  const { code } = await project.init(['--write', '--no-doctor'])

  assert.equal(code, 1)
  assert.equal(project.read('server.js'), server)
})
