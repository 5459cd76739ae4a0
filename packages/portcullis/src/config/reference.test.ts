import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { example, formatReference } from './reference.ts'
import { schema } from './schema.ts'

test('docs/configuration.md is what the schema says', () => {
  const page = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8')

  assert.equal(page, formatReference(), 'run: npm run docs')
})

test('the example of the reference page stands', () => {
  assert.equal(schema.safeParse(parse(example)).success, true)
})

test('every setting has a description', () => {
  const page = formatReference()

  for (const name of [
    'publicUrl',
    'listen.port',
    'tools.NAME.scopes',
    'privileges.NAME.tokenExchange.from',
    'limits.body',
    'log.format',
  ])
    assert.match(page, new RegExp(`\\| \`${name.replaceAll('.', '\\.')}\` \\| .+ \\| .* \\| \\S.+ \\|`))
})
