import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { frameworks } from './frameworks.ts'
import { runInit } from './run-init.ts'
import { minimal } from './start-command.ts'
import { atRoot, filesOfPortcullis, served, writeUnprotected } from './unprotected.ts'

const resource = 'https://mcp.example/mcp'
const issuer = 'https://login.example'

/** Where `portcullis init` writes the very lines that examples/minimal, and so docs/frameworks.md, shows. */
const same = ['express', 'fastify', 'koa', 'hono', 'h3', 'h3-1', 'nitro', 'nitro-3', 'nest', 'nest-fastify', 'next']

for (const framework of frameworks.filter(({ folder, instead }) => same.includes(folder) && instead === undefined))
  test(`portcullis init makes of the ${framework.name} server without Portcullis what examples/minimal shows`, (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'portcullis-init-'))
    t.after(() => rmSync(folder, { recursive: true }))
    writeUnprotected(framework, folder)

    const said = runInit(folder, '--write', '--no-doctor', '--resource', resource, '--issuer', issuer)

    assert.equal(said.status, 'written', JSON.stringify(said))
    const file = served(framework.folder)
    for (const path of [...(file === undefined ? [] : [file]), ...filesOfPortcullis(framework)]) {
      const shown = readFileSync(join(minimal, framework.folder, path), 'utf8')
      assert.equal(withSharedSettings(readFileSync(join(folder, path), 'utf8')), atRoot(withoutRules(shown), path))
    }
  })

/** The examples share their settings, where `init` writes them out. */
function withSharedSettings(text: string): string {
  return text
    .replace(/^const resourceServer = createResourceServer\(\{[^}]*\}\)\n/m, '')
    .replace('protect(resourceServer', 'protect(createResourceServer(settings)')
}

function withoutRules(text: string): string {
  return text
    .replace(/, rules\)/, ')')
    .replace(/^import \{ rules, settings \} from .*\n/m, '')
    .replace(', rules, settings }', ' }')
}
