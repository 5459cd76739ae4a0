import assert from 'node:assert/strict'
import { test } from 'node:test'
import { heapInUse } from '../../test/fuzz/heap.ts'
import { storeContract } from './contract.ts'
import { memoryStore } from './memory.ts'

for (const { name, run } of storeContract(async ({ now }) => ({ store: memoryStore({ now }) })))
  test(`the memory store ${name}`, run)

test('the memory store gives back the memory of what has expired, while it is written to', async () => {
  let time = 0
  const store = memoryStore<{ note: { value: { text: string }; index: 'all' } }>({ now: () => time })
  const before = heapInUse()

  for (; time < 20_000; time += 1) {
    const value = { text: `${time}`.repeat(2000) }
    const expiry = { expiresAt: time + 60, index: { all: 'yes' } }
    await store.commit([{ kind: 'note', id: `${time}`, version: 'absent', value, ...expiry }])
  }

  // Without sweeping 180 MB would be kept; with it there are about 80 records, not one of them of a megabyte in all.
  assert.ok(heapInUse() - before < 10e6)
  assert.equal((await store.list('note', 'all', 'yes')).length, 59)
})
