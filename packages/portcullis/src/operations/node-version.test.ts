import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { requireNode } from './node-version.ts'
import { OperatorError } from './operator-error.ts'

test('a Node that is too old is said to be, and the oldest that the package promises is not', () => {
  const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  const oldest = `${engines.node.replace('>=', '')}.0`

  for (const version of [oldest, '22.20.1', '24.0.0', '26.1.0-nightly']) requireNode(version)
  for (const version of ['18.20.4', '20.20.2', '22.18.0'])
    assert.throws(
      () => requireNode(version),
      (error) => error instanceof OperatorError && error.message.endsWith(`this is ${version}`),
    )
})
