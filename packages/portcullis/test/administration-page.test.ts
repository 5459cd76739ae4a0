import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { catalogue } from '../src/administration/catalogue.ts'
import { rights } from '../src/administration/rights.ts'
import { type Role, roles } from '../src/store/role.ts'

const page = readFileSync(new URL('../../../docs/administration.md', import.meta.url), 'utf8')

test('docs/administration.md says of each right which roles have it', () => {
  const rows = [...page.matchAll(/^\| `(\w+)`: [^|]+\|(.*)\|$/gm)].map(([, right, cells = '']) => [
    right,
    cells.split('|').flatMap((cell, nth) => (cell.trim() === 'yes' ? [roles[nth]] : [])),
  ])

  assert.deepEqual(rows, Object.entries(rights satisfies Record<string, readonly Role[]>))
})

test('docs/administration.md has each operation of the API, with what it takes and which right it needs', () => {
  const rows = page.split('\n').filter((line) => /^\| `\w+\.\w+` \|/.test(line))

  assert.deepEqual(
    rows,
    catalogue.map(({ name, method, path, right }) => `| \`${name}\` | \`${method} ${path}\` | \`${right}\` |`),
  )
})
