import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exchange, Outcome } from './exchange.ts'
import { readOnce } from './read-once.ts'

test('an answer is read once, whatever came of it, and each answer for itself', () => {
  let reads = 0
  const read = readOnce(({ outcome }) => {
    reads += 1
    return outcome.kind === 'answer' && outcome.body !== '' ? outcome.body : undefined
  })
  const [first, second, empty] = [exchange('first'), exchange('second'), exchange('')]

  const values = [first, second, empty, first, second, empty, { ...first, id: 2 }].map(read)

  assert.deepEqual(values, ['first', 'second', undefined, 'first', 'second', undefined, 'first'])
  assert.equal(reads, 3)
})

function exchange(body: string): Exchange {
  const outcome: Outcome = { kind: 'answer', status: 200, headers: [], body, isWhole: true }
  return { id: 1, request: { method: 'GET', url: 'https://mcp.example/', headers: {} }, outcome, milliseconds: 1 }
}
