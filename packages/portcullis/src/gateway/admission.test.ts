import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAdmission } from './admission.ts'

test('a body in parts of one byte counts for what it takes in memory', () => {
  const megabyte = 1024 * 1024
  const admission = createAdmission({ open: 1, openPerCaller: 1, bodies: megabyte, bodiesPerCaller: megabyte })
  const place = admission.admit('alice')
  assert.ok('hold' in place)
  const part = Buffer.alloc(1)

  let parts = 0
  while (place.hold(part)) parts += 1

  assert.ok(parts > 1000 && parts < 10_000, String(parts))
})
