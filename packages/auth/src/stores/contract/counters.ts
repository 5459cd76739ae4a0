import assert from 'node:assert/strict'
import { createNote, type SubjectCase, times } from './contract-case.ts'

export const counterCases: readonly SubjectCase[] = [
  {
    name: 'counts from one, each name by itself',
    async run({ store }) {
      assert.deepEqual([await store.count('a', 60), await store.count('a', 60)], [1, 2])
      for (const name of ['A', 'a\0', '', '__proto__', '\ud800', '\udc00']) {
        assert.equal(await store.count(name, 60), 1, JSON.stringify(name))
        assert.equal(await store.count(name, 60), 2, JSON.stringify(name))
      }
      assert.equal(await store.count('a', 60), 3)
    },
  },
  {
    name: 'starts a counter again its lifetime after the first count, however often it counted since',
    async run({ store, advance }) {
      const counted = [await store.count('a', 60)]
      for (const seconds of [30, 29, 1, 59, 1]) {
        advance(seconds)
        counted.push(await store.count('a', 60))
      }

      assert.deepEqual(counted, [1, 2, 3, 1, 2, 1])
    },
  },
  {
    name: 'keeps the window of the first count when later ones name another lifetime',
    async run({ store, advance }) {
      await store.count('a', 60)
      advance(30)
      assert.equal(await store.count('a', 600), 2)
      advance(30)
      assert.equal(await store.count('a', 600), 1)
    },
  },
  {
    name: 'counts 50 racers one by one',
    async run({ store, other }) {
      const counted = await Promise.all(times(50, (nth) => (nth % 2 === 0 ? store : other).count('a', 60)))

      assert.deepEqual(
        counted.toSorted((a, b) => a - b),
        times(50, (nth) => nth + 1),
      )
    },
  },
  {
    name: 'counts beside commits that fail, without losing a count',
    async run({ store }) {
      await createNote(store, 'one')

      const [, wrote, ...counted] = await Promise.all([
        store.count('a', 60),
        store.commit([{ kind: 'note', id: 'one', version: 'absent', value: { text: 'text' } }]),
        store.count('a', 60),
        store.count('a', 60),
      ])

      assert.equal(wrote, false)
      assert.deepEqual(counted, [2, 3])
    },
  },
  {
    name: 'keeps running counters while many others run out',
    async run({ store, advance }) {
      await store.count('long', 6000)
      for (let nth = 0; nth < 200; nth += 1) await store.count(`short${nth}`, 60)
      advance(60)
      for (let nth = 0; nth < 200; nth += 1) assert.equal(await store.count(`short${nth}`, 60), 1)

      assert.equal(await store.count('long', 6000), 2)
    },
  },
  {
    name: 'refuses a lifetime that is none',
    async run({ store }) {
      for (const lifetime of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
        await assert.rejects(store.count('a', lifetime), TypeError)
      assert.equal(await store.count('a', 60), 1)
    },
  },
]
