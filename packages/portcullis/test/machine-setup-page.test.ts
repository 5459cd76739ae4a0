import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { run } from 'portcullis'

const page = readFileSync(new URL('../../../docs/machine-setup.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/```yaml\n# portcullis\.yaml\n(.*?)```/gs)].map(([, text = '']) => text)
const says = [
  '"nightly" may: act for itself (notes:read)',
  '"desk-server" may: exchange tokens of https://desk.example/mcp for http://localhost:7080/mcp',
  'https://acme.okta.com decides: for its people, who use acme-desk',
  'further servers: https://files.example/api (opaque)',
]

test('each configuration that docs/machine-setup.md prints stands, and is what the page says', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-page-'))
  t.after(() => rmSync(folder, { recursive: true }))
  assert.equal(blocks.length, says.length)

  for (const [at, block] of blocks.entries()) {
    writeFileSync(join(folder, 'portcullis.yaml'), block)
    let out = ''
    const write = (text: string) => {
      out += text
    }
    const io = { stdout: { write }, stderr: { write }, environment: {}, folder, signals: process, exit: () => {} }

    assert.equal(await run(['check-config'], io), 0, out)
    assert.ok(out.includes(says[at] ?? ''), out)
  }
})
