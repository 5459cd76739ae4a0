import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

/** Each kind of record with its indexes and the fields of its value, read from the types, since nothing is left of them at run time. */
function kindsOf(file: string): Map<string, { indexes: string[]; fields: string[] }> {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8')
  const lines = [...text.matchAll(/^ {2}(\w+): \{ value: (\w+); index: ([^}]*) \}$/gm)]
  return new Map(
    lines.map(([, kind = '', type = '', indexes = '']) => {
      const body = new RegExp(`^export interface ${type}(?: [^{]*)?\\{\\n(.*?)^\\}`, 'ms').exec(text)?.[1] ?? ''
      const fields = [...body.matchAll(/^ {2}(\w+)\??: /gm)].map(([, name = '']) => name)
      return [kind, { indexes: [...indexes.matchAll(/'(\w+)'/g)].map(([, name = '']) => name), fields }]
    }),
  )
}

const kinds = new Map([
  ...kindsOf('../../auth/src/authorization-server/records.ts'),
  ...kindsOf('../../auth/src/dev-links/records.ts'),
  ...kindsOf('../src/store/records.ts'),
])
const page = readFileSync(new URL('../../../docs/storage-schema.md', import.meta.url), 'utf8')
const rows = new Map(
  [...page.slice(page.indexOf('## Every kind of record')).matchAll(/^\| `(\w+)` \|(.*)\|$/gm)].map(
    ([, kind = '', rest = '']) => [kind, rest.split('|')],
  ),
)

test('docs/storage-schema.md has every kind of record, and no other', () => {
  assert.ok(kinds.size >= 23)
  assert.deepEqual([...rows.keys()].sort(), [...kinds.keys()].sort())
})

for (const [kind, { indexes, fields }] of kinds)
  test(`docs/storage-schema.md names every index and every field of ${kind}`, () => {
    const [, , index = '', told = ''] = rows.get(kind) ?? []

    for (const name of indexes) assert.ok(index.includes(`\`${name}\``), `the index ${name} is missing`)
    for (const name of fields) assert.ok(told.includes(`\`${name}\``), `the field ${name} is missing`)
    assert.ok(indexes.length > 0 || index.trim() === '', 'it has no index')
  })
