import assert from 'node:assert/strict'
import { createNote, type Note, type SubjectCase, times, versionOf } from './contract-case.ts'

export const recordCases: readonly SubjectCase[] = [
  {
    name: 'gives back a record as it was put',
    async run({ store, now }) {
      const expiresAt = now() + 60
      const value: Note = {
        text: 'text',
        number: -1.5e-7,
        yes: true,
        nothing: null,
        list: [1, ['two', {}]],
        object: { a: {} },
      }

      const wrote = await store.commit([{ kind: 'note', id: 'one', version: 'absent', value, expiresAt }])

      assert.equal(wrote, true)
      const entry = await store.get('note', 'one')
      assert.equal(typeof entry?.version, 'number')
      assert.deepEqual(entry, { id: 'one', value, version: entry?.version, expiresAt })
    },
  },
  {
    name: 'gives back odd text in a value',
    async run({ store }) {
      const value: Note = { text: oddTexts.join('|'), ...Object.fromEntries(oddTexts.map((odd) => [odd, odd])) }

      await store.commit([{ kind: 'note', id: 'odd', version: 'absent', value }])

      assert.deepEqual((await store.get('note', 'odd'))?.value, value)
    },
  },
  {
    name: 'says of a record that never expires only that: no expiresAt',
    async run({ store }) {
      await createNote(store, 'one')

      assert.deepEqual(Object.keys((await store.get('note', 'one')) ?? {}).sort(), ['id', 'value', 'version'])
    },
  },
  {
    name: 'has nothing where nothing was put',
    async run({ store }) {
      for (const id of ['', 'one', ...oddTexts])
        assert.equal(await store.get('note', id), undefined, JSON.stringify(id))
      assert.deepEqual(await store.list('note', 'author', 'anybody'), [])
    },
  },
  {
    name: 'keeps kinds apart',
    async run({ store }) {
      await createNote(store, 'one', { text: 'a note', index: { author: 'mia' } })
      await store.commit([
        { kind: 'constructor', id: 'one', version: 'absent', value: { text: 'other' }, index: { author: 'mia' } },
      ])
      const note = await store.get('note', 'one')

      await store.commit([{ kind: 'note', id: 'one', version: note?.version ?? 0, value: undefined }])

      assert.deepEqual(note?.value, { text: 'a note' })
      assert.equal(await store.get('note', 'one'), undefined)
      assert.deepEqual((await store.get('constructor', 'one'))?.value, { text: 'other' })
      assert.equal((await store.list('constructor', 'author', 'mia')).length, 1)
    },
  },
  {
    name: 'keeps ids apart that differ in any character',
    async run({ store }) {
      const ids = [
        '',
        ...oddTexts,
        ...oddTexts.map((odd) => `${odd}x`),
        'a',
        'A',
        'á',
        'a\u0301',
        ' a',
        'a ',
        'a%',
        'a_',
        'a*',
      ]

      const wrote = await store.commit(
        ids.map((id) => ({ kind: 'note', id, version: 'absent', value: { text: JSON.stringify(id) } })),
      )

      assert.equal(wrote, true)
      for (const id of ids) {
        const entry = await store.get('note', id)
        assert.equal(entry?.id, id)
        assert.equal(entry.value.text, JSON.stringify(id))
      }
    },
  },
  {
    name: 'replaces a value, and gives the record another version',
    async run({ store }) {
      const version = await createNote(store, 'one', { text: 'first' })

      const wrote = await store.commit([{ kind: 'note', id: 'one', version, value: { text: 'second' } }])

      assert.equal(wrote, true)
      assert.deepEqual((await store.get('note', 'one'))?.value, { text: 'second' })
      assert.notEqual(await versionOf(store, 'one'), version)
    },
  },
  {
    name: 'gives a record another version also when it is put as it was',
    async run({ store }) {
      const version = await createNote(store, 'one', { text: 'same' })

      await store.commit([{ kind: 'note', id: 'one', version, value: { text: 'same' } }])

      assert.notEqual(await versionOf(store, 'one'), version)
    },
  },
  {
    name: 'deletes a record',
    async run({ store }) {
      const version = await createNote(store, 'one')

      const wrote = await store.commit([{ kind: 'note', id: 'one', version, value: undefined }])

      assert.equal(wrote, true)
      assert.equal(await store.get('note', 'one'), undefined)
    },
  },
  {
    name: 'keeps its own copy: what a caller does to a value afterwards changes nothing',
    async run({ store }) {
      const value: Note = { text: 'as put', list: ['as put'] }

      const committed = store.commit([{ kind: 'note', id: 'one', version: 'absent', value }])
      value.text = 'changed before the answer'
      await committed
      const read = await store.get('note', 'one')
      if (read !== undefined) read.value.list = ['changed by a reader']

      assert.deepEqual((await store.get('note', 'one'))?.value, { text: 'as put', list: ['as put'] })
    },
  },
  {
    name: 'keeps a value of a megabyte',
    async run({ store }) {
      const value: Note = { text: 'größer '.repeat(150_000) }

      await store.commit([{ kind: 'note', id: 'big', version: 'absent', value }])

      assert.equal((await store.get('note', 'big'))?.value.text, value.text)
    },
  },
  {
    name: 'writes five hundred records in one commit',
    async run({ store }) {
      const wrote = await store.commit(
        times(500, (nth) => ({ kind: 'note', id: `n${nth}`, version: 'absent', value: { text: `${nth}` } })),
      )

      assert.equal(wrote, true)
      for (const nth of [0, 250, 499]) assert.equal((await store.get('note', `n${nth}`))?.value.text, `${nth}`)
    },
  },
  {
    name: 'shows a commit whole to another store over the same records, as soon as it is answered',
    async run({ store, other }) {
      await createNote(store, 'one', { text: 'first' })

      const seen = await other.get('note', 'one')
      await other.commit([{ kind: 'note', id: 'one', version: seen?.version ?? 0, value: { text: 'second' } }])

      assert.equal(seen?.value.text, 'first')
      assert.equal((await store.get('note', 'one'))?.value.text, 'second')
    },
  },
]

/** Texts that databases, encodings and objects stumble over. */
const oddTexts: readonly string[] = [
  '\0',
  'a\0b',
  '\u0001',
  '\u0001\u0001',
  "'",
  '"',
  '\\',
  '\\u0000',
  '%',
  ';--',
  '\n',
  '\r\n',
  '\u007f',
  '\u2028',
  '\ud7ff',
  '\ud800',
  '\udc00',
  '\ud83d\ude00',
  '\ue000',
  '\ufeff',
  '\ufffd',
  '\uffff',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  '0',
  '-1',
  '1e3',
  'x'.repeat(1500),
]
