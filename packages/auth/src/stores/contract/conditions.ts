import assert from 'node:assert/strict'
import { type ContractChange, createNote, type Note, type SubjectCase, versionOf } from './contract-case.ts'

export const conditionCases: readonly SubjectCase[] = [
  {
    name: 'does not create a record that is there',
    async run({ store }) {
      await createNote(store, 'one', { text: 'first' })

      const wrote = await store.commit([{ kind: 'note', id: 'one', version: 'absent', value: { text: 'second' } }])

      assert.equal(wrote, false)
      assert.equal((await store.get('note', 'one'))?.value.text, 'first')
    },
  },
  {
    name: 'does not replace or delete a record at another version than the one named',
    async run({ store }) {
      const old = await createNote(store, 'one', { text: 'first' })
      await store.commit([{ kind: 'note', id: 'one', version: old, value: { text: 'second' } }])
      const current = await versionOf(store, 'one')

      for (const version of [old, current + 1, current - 1, 0, -1, current + 0.5, Number.NaN]) {
        assert.equal(await store.commit([{ kind: 'note', id: 'one', version, value: { text: 'third' } }]), false)
        assert.equal(await store.commit([{ kind: 'note', id: 'one', version, value: undefined }]), false)
      }
      assert.equal((await store.get('note', 'one'))?.value.text, 'second')
      assert.equal(await versionOf(store, 'one'), current)
    },
  },
  {
    name: 'does not replace or delete a record that is not there',
    async run({ store }) {
      for (const version of [0, 1]) {
        assert.equal(await store.commit([{ kind: 'note', id: 'one', version, value: { text: 'text' } }]), false)
        assert.equal(await store.commit([{ kind: 'note', id: 'one', version, value: undefined }]), false)
      }
      assert.equal(await store.get('note', 'one'), undefined)
    },
  },
  {
    name: 'writes nothing of a commit with one stale change, wherever it stands',
    async run({ store }) {
      const replaced = await createNote(store, 'replaced', { text: 'before', index: { author: 'before' } })
      const deleted = await createNote(store, 'deleted', { text: 'before', index: { author: 'before' } })
      const stale: ContractChange = { kind: 'head', id: 'head', version: 1, value: { position: 1 } }
      const good: ContractChange[] = [
        { kind: 'note', id: 'created', version: 'absent', value: { text: 'after' }, index: { author: 'after' } },
        { kind: 'note', id: 'replaced', version: replaced, value: { text: 'after' }, index: { author: 'after' } },
        { kind: 'note', id: 'deleted', version: deleted, value: undefined },
        { kind: 'feed', id: 'created', version: 'absent', value: { position: 1 }, index: { all: 'after' } },
      ]

      for (let place = 0; place <= good.length; place += 1)
        assert.equal(await store.commit(good.toSpliced(place, 0, stale)), false)

      assert.equal(await store.get('note', 'created'), undefined)
      assert.equal(await store.get('feed', 'created'), undefined)
      assert.equal(await versionOf(store, 'replaced'), replaced)
      assert.equal(await versionOf(store, 'deleted'), deleted)
      assert.deepEqual(await store.list('note', 'author', 'after'), [])
      assert.equal((await store.list('note', 'author', 'before')).length, 2)
      assert.equal(await store.commit(good), true)
    },
  },
  {
    name: 'judges commits asked for at once in their order, each by itself',
    async run({ store }) {
      const version = await createNote(store, 'one', { text: 'before' })
      const put = (id: string, at: number | 'absent', text: string): ContractChange => ({
        kind: 'note',
        id,
        version: at,
        value: { text },
      })

      const wrote = await Promise.all([
        store.commit([put('two', 'absent', 'first')]),
        store.commit([put('two', 'absent', 'second'), put('three', 'absent', 'second')]),
        store.commit([put('one', version, 'third')]),
        store.commit([put('one', version, 'fourth')]),
        store.commit([put('three', 'absent', 'fifth')]),
      ])

      assert.deepEqual(wrote, [true, false, true, false, true])
      const texts = await Promise.all(
        ['one', 'two', 'three'].map(async (id) => (await store.get('note', id))?.value.text),
      )
      assert.deepEqual(texts, ['third', 'first', 'fifth'])
    },
  },
  {
    name: 'never gives a record that is made anew a version it had before',
    async run({ store }) {
      const seen = new Set<number>()

      for (let round = 0; round < 10; round += 1) {
        const created = await createNote(store, 'one')
        await store.commit([{ kind: 'note', id: 'one', version: created, value: { text: 'again' } }])
        const current = await versionOf(store, 'one')
        for (const version of [created, current]) {
          assert.ok(!seen.has(version), `version ${version} came twice`)
          seen.add(version)
        }
        await store.commit([{ kind: 'note', id: 'one', version: current, value: undefined }])
      }
    },
  },
  {
    name: 'writes nothing, and says so by true, for a commit without changes',
    async run({ store }) {
      assert.equal(await store.commit([]), true)
    },
  },
  {
    name: 'refuses a commit that names one record twice',
    async run({ store }) {
      const put: ContractChange = { kind: 'note', id: 'one', version: 'absent', value: { text: 'text' } }

      await assert.rejects(store.commit([put, { ...put, id: 'two' }, { ...put, value: { text: 'other' } }]), TypeError)

      assert.equal(await store.get('note', 'one'), undefined)
      assert.equal(await store.get('note', 'two'), undefined)
    },
  },
  {
    name: 'refuses a value that is not JSON and an expiry that is no number, and that commit alone',
    async run({ store }) {
      const circular: Note = { text: 'text' }
      circular.self = circular
      const bad: ContractChange[] = [
        { kind: 'note', id: 'bad', version: 'absent', value: { text: 'text', number: 1n } },
        { kind: 'note', id: 'bad', version: 'absent', value: circular },
        { kind: 'note', id: 'bad', version: 'absent', value: { text: 'text', toJSON: () => undefined } },
        { kind: 'note', id: 'bad', version: 'absent', value: { text: 'text' }, expiresAt: Number.NaN },
        { kind: 'note', id: 'bad', version: 'absent', value: { text: 'text' }, expiresAt: Number.POSITIVE_INFINITY },
      ]

      const before = createNote(store, 'before')
      const refused = bad.map((change) =>
        assert.rejects(
          store.commit([{ kind: 'note', id: 'beside', version: 'absent', value: { text: 'text' } }, change]),
          TypeError,
        ),
      )
      const after = createNote(store, 'after')

      await Promise.all([before, ...refused, after])
      for (const id of ['bad', 'beside']) assert.equal(await store.get('note', id), undefined)
    },
  },
]
