import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSweep } from './sweep.ts'

test('sweeping comes round to everything that has expired, a few steps at a time, and leaves the rest', () => {
  const map = new Map<string, { expiresAt: number | undefined }>()
  const sweep = createSweep(map, (key) => map.delete(key))
  for (let nth = 0; nth < 100; nth += 1) map.set(`old${nth}`, { expiresAt: nth % 2 === 0 ? 60 : undefined })

  for (let nth = 0; nth < 30; nth += 1) {
    const before = map.size
    sweep(60, 4)
    assert.ok(before - map.size <= 4)
    map.set(`new${nth}`, { expiresAt: 61 })
  }

  assert.equal(map.size, 50 + 30)
  assert.ok([...map.values()].every(({ expiresAt }) => expiresAt !== 60))
})

test('an empty map is swept without end or error', () => {
  const sweep = createSweep(new Map<string, { expiresAt: number }>(), () => assert.fail())

  sweep(60, 1000)
  sweep(60, 1000)
})
