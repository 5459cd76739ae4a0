import assert from 'node:assert/strict'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { settingsInForce } from '../administration/settings.ts'
import { loadConfiguration } from './load.ts'

const hole = (name: string) => `\${${name}}`

test('the command of an MCP server on the command line is read as its words, and each person has a process of their own', async () => {
  const stdio = `npx -y 'some server' "a \\"b\\"" c\\ d`
  const [{ upstream }] = (await loadConfiguration({ folder: '/x', flags: { stdio } })).mcpServers

  assert.deepEqual(upstream, {
    command: 'npx',
    args: ['-y', 'some server', 'a "b"', 'c d'],
    env: {},
    per: 'person',
    cwd: '/x',
  })
})

test('a folder and a program that are named relatively are taken from the folder of the file', async (t) => {
  const folder = folderWith(t, 'upstream: { command: ./server, cwd: data, per: server }')

  const [{ upstream }] = (await loadConfiguration({ folder })).mcpServers

  assert.deepEqual(upstream, {
    ...{ command: join(folder, 'server'), args: [], env: {} },
    ...{ cwd: join(folder, 'data'), per: 'server' },
  })
})

const wrong: [settings: string, problem: RegExp][] = [
  [
    'upstream: 3',
    /upstream must be the http or https URL of an MCP server, or a table with the command of one, but is 3/,
  ],
  ['upstream: ftp://x', /upstream must be an http or https URL/],
  [
    'upstream: npx -y some-server',
    /upstream must be an http or https URL .*, or a table with the command of a program: \{ command: npx, args: \[-y, some-server\] \}, but is "npx -y some-server"/,
  ],
  ['upstream: { cmd: x }', /upstream\.cmd is not a setting; did you mean upstream\.command\?/],
  ['command: npx', /:1: command is not a setting; did you mean upstream\.command\?/],
  ['mcpServers: { notes: {} }', /mcpServers is not a setting; did you mean servers\?/],
  [
    'servers: { notes: { url: "http://x/mcp" } }',
    /servers\.notes\.url is not a setting; did you mean servers\.notes\.upstream\?/,
  ],
  [
    'servers: { notes: { args: [] } }',
    /servers\.notes\.args is not a setting; did you mean servers\.notes\.upstream\.args\?/,
  ],
  ['servers: {}', /:1: servers must name at least one MCP server, or be left out/],
  [
    'upstream: { command: x }\ntransport: sse',
    /:2: transport is of servers at a URL: leave it out where "upstream" is a command/,
  ],
  [
    `upstream: { command: "${hole('claims.program')}" }`,
    /upstream\.command must be the program as it stands; what is filled in belongs into args, env or cwd/,
  ],
  ['upstream: {}', /upstream\.command must be the program that is the MCP server/],
  ['upstream: { command: x, args: [3] }', /:1: upstream\.args\[0\] must be a text, but is 3/],
  ['upstream: { command: x, evn: {} }', /upstream\.evn is not a setting; did you mean upstream\.env\?/],
  ['upstream: { command: x, per: people }', /upstream\.per must be one of person, server/],
  ['upstream: { command: x, env: { "A=B": x } }', /upstream\.env\["A=B"\] must be called as environment variables are/],
  [`upstream: { command: x, args: ["${hole('email')}"] }`, /upstream\.args\[0\] must have only \$\{subject\}/],
  [`upstream: { command: x, cwd: "${hole('claims')}" }`, /upstream\.cwd must have only/],
  [`upstream: { command: x, args: ["$\{subject"] }`, /upstream\.args\[0\] must have only/],
  [
    `upstream: { command: x, env: { S: "${hole('env.PORTCULLIS_SECRET')}" } }`,
    /upstream\.env\.S must not have .*: what Portcullis is set up with is not for the MCP server/,
  ],
  [
    `upstream: { command: x, per: server, env: { WHO: "${hole('subject')}" } }`,
    /upstream\.per must be "person" where args, env or cwd say something of the person/,
  ],
]
for (const [settings, problem] of wrong)
  test(`nothing starts with ${settings}`, async (t) => {
    await assert.rejects(loadConfiguration({ folder: folderWith(t, settings) }), problem)
  })

test('law 11: no variable of Portcullis is filled in anywhere', async (t) => {
  for (const setting of ['args: ["X"]', 'env: { S: "X" }', 'cwd: "X"'])
    for (const name of ['PORTCULLIS_SECRET', 'portcullis_database_password'])
      await assert.rejects(
        loadConfiguration({
          folder: folderWith(t, `upstream: { command: x, ${setting.replace('X', hole(`env.${name}`))} }`),
        }),
        /what Portcullis is set up with is not for the MCP server/,
      )
})

const wrongCommands: [stdio: string, problem: RegExp][] = [
  ['server | tee log', /--stdio: upstream must be one program and its arguments, but has \|: no shell reads it/],
  ['server $(id)', /but has \(/],
  ['server "a', /must end what it begins with "/],
  ["''", /must be the program/],
]
for (const [stdio, problem] of wrongCommands)
  test(`a command that a shell would read, or nobody can, is refused: ${stdio}`, async () => {
    await assert.rejects(loadConfiguration({ folder: '/x', flags: { stdio } }), problem)
  })

test('one server behind is named in one way', async () => {
  const flags = { stdio: 'server', upstream: 'http://localhost:3000/mcp' }

  await assert.rejects(loadConfiguration({ folder: '/x', flags }), /must be said in one way, but is in two: --upstream/)
})

test('law 11: who looks at the settings sees of an environment and of arguments nothing that may be a key', async (t) => {
  const folder = folderWith(
    t,
    `upstream: { command: x, args: [--api-key, k1, --token=k2, plain], env: { KEY: k3, FROM: "${hole('env.K')}" } }`,
  )

  const shown = settingsInForce(await loadConfiguration({ folder })).find(({ name }) => name === 'upstream')

  assert.deepEqual(shown?.value, {
    command: 'x',
    args: ['--api-key', '[redacted]', '--token=[redacted]', 'plain'],
    env: { KEY: '[redacted]', FROM: hole('env.K') },
    per: 'person',
    cwd: folder,
  })
})

function folderWith(t: TestContext, settings: string): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'portcullis-upstream-')))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'portcullis.yaml'), settings)
  return folder
}
