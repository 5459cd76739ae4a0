import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linesOf } from './api.ts'

test('an export breaks off where whoever reads it may no more, however slowly they read', async () => {
  let isAllowed = true
  let isEnded = false
  async function* endless() {
    try {
      for (let sequence = 1; ; sequence += 1) yield { sequence }
    } finally {
      isEnded = true
    }
  }
  const reader = linesOf(endless(), async () => isAllowed).body?.getReader() ?? assert.fail('no body')
  for (let count = 0; count < 250; count += 1) assert.equal((await reader.read()).done, false)

  isAllowed = false

  const further = Array.from({ length: 101 }, () => reader.read())
  await assert.rejects(Promise.all(further), /may no more/)
  assert.ok(isEnded)
})
