import assert from 'node:assert/strict'
import { createNote, idsOf, type SubjectCase, times, versionOf } from './contract-case.ts'

export const listCases: readonly SubjectCase[] = [
  {
    name: 'lists the entries under a value of an index, whole and in the order of their ids',
    async run({ store, now }) {
      await createNote(store, 'b', { text: 'B', index: { author: 'mia', tag: 'x' }, expiresAt: now() + 60 })
      await createNote(store, 'a', { text: 'A', index: { author: 'mia' } })
      await createNote(store, 'c', { text: 'C', index: { author: 'leo', tag: 'mia' } })
      await createNote(store, 'd', { text: 'D' })

      const listed = await store.list('note', 'author', 'mia')

      assert.deepEqual(listed, [await store.get('note', 'a'), await store.get('note', 'b')])
      assert.deepEqual(idsOf(await store.list('note', 'tag', 'x')), ['b'])
      assert.deepEqual(idsOf(await store.list('note', 'tag', 'mia')), ['c'])
    },
  },
  {
    name: 'lists a record under the values of its last put alone',
    async run({ store }) {
      await createNote(store, 'one', { index: { author: 'mia', tag: 'x' } })
      const put = async (index: { author?: string; tag?: string } | undefined) => {
        const version = await versionOf(store, 'one')
        await store.commit([{ kind: 'note', id: 'one', version, value: { text: 'again' }, ...(index && { index }) }])
      }
      const found = async () => {
        const places = [
          ['author', 'mia'],
          ['author', 'leo'],
          ['tag', 'x'],
        ] as const
        const lists = await Promise.all(places.map(([index, value]) => store.list('note', index, value)))
        return lists.map(({ length }) => length)
      }

      assert.deepEqual(await found(), [1, 0, 1])
      await put({ author: 'leo', tag: 'x' })
      assert.deepEqual(await found(), [0, 1, 1])
      await put({ author: 'leo', tag: 'x' })
      assert.deepEqual(await found(), [0, 1, 1])
      await put({ author: 'mia' })
      assert.deepEqual(await found(), [1, 0, 0])
      await put(undefined)
      assert.deepEqual(await found(), [0, 0, 0])
    },
  },
  {
    name: 'lists a record no more that was deleted, and one made anew where it is now',
    async run({ store }) {
      const version = await createNote(store, 'one', { index: { author: 'mia' } })
      await createNote(store, 'two', { index: { author: 'mia' } })

      await store.commit([{ kind: 'note', id: 'one', version, value: undefined }])
      assert.deepEqual(idsOf(await store.list('note', 'author', 'mia')), ['two'])
      await createNote(store, 'one', { index: { author: 'leo' } })

      assert.deepEqual(idsOf(await store.list('note', 'author', 'mia')), ['two'])
      assert.deepEqual(idsOf(await store.list('note', 'author', 'leo')), ['one'])
    },
  },
  {
    name: 'tells index values apart that differ in any character',
    async run({ store }) {
      const values = ['', '\0', 'a', 'a\0', 'A', "'", '%', '__proto__', '\ud800', '\udc00', '\ufffd', '\ud83d\ude00']
      for (const [nth, author] of values.entries()) await createNote(store, `n${nth}`, { index: { author } })

      for (const [nth, author] of values.entries())
        assert.deepEqual(idsOf(await store.list('note', 'author', author)), [`n${nth}`], JSON.stringify(author))
    },
  },
  {
    name: 'lists in code unit order, which is neither that of code points nor that of a language',
    async run({ store }) {
      const ids = [
        '',
        '\0',
        '\u0001',
        '\u0001x',
        '10',
        '9',
        'B',
        'a',
        'a\0',
        'a\0b',
        'a\u0001',
        'ab',
        'b',
        'ä',
        '\u3042',
        '\ud7ff',
      ]
      const inOrder = [...ids, '\ud800', '\ud83d\ude00', '\udc00', '\ue000', '\uff41', '\uffff', '\uffff\uffff']
      for (const id of inOrder.toReversed()) await createNote(store, id, { index: { author: 'mia' } })

      assert.deepEqual(idsOf(await store.list('note', 'author', 'mia')), inOrder)
      for (const [place, after] of inOrder.entries())
        assert.deepEqual(idsOf(await store.list('note', 'author', 'mia', { after })), inOrder.slice(place + 1))
    },
  },
  {
    name: 'lists page by page: every entry once, none left out',
    async run({ store, now, advance }) {
      const ids = times(45, (nth) => `n${nth}`)
      for (const [nth, id] of ids.entries())
        await createNote(store, id, { index: { author: 'mia' }, expiresAt: now() + (nth % 3 === 0 ? 60 : 600) })
      advance(60)

      const seen: string[] = []
      for (;;) {
        const after = seen.at(-1)
        const page = await store.list('note', 'author', 'mia', { limit: 7, ...(after !== undefined && { after }) })
        seen.push(...idsOf(page))
        if (page.length < 7) break
      }

      assert.deepEqual(seen, ids.filter((_, nth) => nth % 3 !== 0).sort())
    },
  },
  {
    name: 'goes on behind an id that is not there',
    async run({ store }) {
      for (const id of ['a', 'c', 'e']) await createNote(store, id, { index: { author: 'mia' } })

      assert.deepEqual(idsOf(await store.list('note', 'author', 'mia', { after: 'b' })), ['c', 'e'])
      assert.deepEqual(idsOf(await store.list('note', 'author', 'mia', { after: 'e' })), [])
    },
  },
  {
    name: 'lists 100 entries where no limit is named, none for 0, and refuses a limit that is none',
    async run({ store }) {
      await store.commit(
        times(120, (nth) => ({
          kind: 'note',
          id: `n${nth}`,
          version: 'absent',
          value: { text: '' },
          index: { author: 'mia' },
        })),
      )

      assert.equal((await store.list('note', 'author', 'mia')).length, 100)
      assert.equal((await store.list('note', 'author', 'mia', { limit: 120 })).length, 120)
      assert.deepEqual(await store.list('note', 'author', 'mia', { limit: 0 }), [])
      for (const limit of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
        await assert.rejects(store.list('note', 'author', 'mia', { limit }), TypeError)
    },
  },
]
