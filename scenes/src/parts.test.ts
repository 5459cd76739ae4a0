import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mcp } from './parts.ts'

for (const id of [7, 'server-discover-probe-1'])
  test(`who asks with the id ${JSON.stringify(id)} is answered with it`, () => {
    const { body } = mcp(JSON.stringify({ jsonrpc: '2.0', id, method: 'initialize' }))

    assert.equal(JSON.parse(body).id, id)
  })

for (const [what, asked] of [
  ['nothing', ''],
  ['no JSON', '<p>'],
  ['no id', '{}'],
] as const)
  test(`who sends ${what} is answered with no id`, () => {
    const { body } = mcp(asked)

    assert.equal(JSON.parse(body).id, null)
  })
