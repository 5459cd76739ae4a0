import assert from 'node:assert/strict'
import process from 'node:process'
import { test } from 'node:test'
import { storeContract } from './contract.ts'
import { memoryStore } from './memory.ts'

for (const { name, run } of storeContract(async ({ now }) => ({ store: memoryStore({ now }) })))
  test(`the memory store ${name}`, run)

test('the memory store gives back the memory of what has expired, while it is written to', async () => {
  let time = 0
  const store = memoryStore<{ note: { value: { text: string }; index: 'all' } }>({ now: () => time })
  const before = process.memoryUsage().heapUsed

  for (; time < 20_000; time += 1) {
    const value = { text: `${time}`.repeat(2000) }
    const expiry = { expiresAt: time + 60, index: { all: 'yes' } }
    await store.commit([{ kind: 'note', id: `${time}`, version: 'absent', value, ...expiry }])
  }

  // Without sweeping 180 MB would be kept; with it there are about 80 records, and what the garbage collector has yet to take.
  assert.ok(process.memoryUsage().heapUsed - before < 120e6)
  assert.equal((await store.list('note', 'all', 'yes')).length, 59)
})
