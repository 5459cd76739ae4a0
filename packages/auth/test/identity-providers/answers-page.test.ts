import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const folder = new URL('./answers/', import.meta.url)
const page = readFileSync(new URL('../../../../docs/identity-providers.md', import.meta.url), 'utf8')

test('docs/identity-providers.md says of each vendor from which pages its answers are known', () => {
  const files = readdirSync(folder)

  assert.ok(files.length >= 7)
  for (const file of files) {
    const { sources } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
    assert.ok(sources.length > 0, file)
    for (const { url, seen } of sources) {
      assert.ok(page.includes(`](${url})`), `${file}: ${url}`)
      assert.match(seen, /^(2026-\d\d-\d\d|not read)/, `${file}: ${url}`)
    }
  }
})
