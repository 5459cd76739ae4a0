import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isTooDeep } from './json-depth.ts'
import { parseJson } from './read-json.ts'

for (const [what, text, isDeep] of [
  ['100 lists', '['.repeat(100) + ']'.repeat(100), false],
  ['101 lists', '['.repeat(101) + ']'.repeat(101), true],
  ['101 objects', `${'{"a":'.repeat(101)}1${'}'.repeat(101)}`, true],
  ['many lists beside each other', `[${'[],'.repeat(1000)}1]`, false],
  ['brackets within a text', `"\\"${'['.repeat(1000)}"`, false],
] as const)
  test(`${what} ${isDeep ? 'are too deep' : 'are read'}`, () => {
    assert.equal(isTooDeep(text), isDeep)
    assert.equal(parseJson(text) === undefined, isDeep)
  })
