import assert from 'node:assert/strict'
import { createNote, idsOf, type SubjectCase, times, versionOf } from './contract-case.ts'

export const expiryCases: readonly SubjectCase[] = [
  {
    name: 'has a record until the instant of its expiry, and not at it',
    async run({ store, now, advance }) {
      await createNote(store, 'one', { expiresAt: now() + 60, index: { author: 'mia' } })

      advance(59)
      assert.notEqual(await store.get('note', 'one'), undefined)
      assert.deepEqual(idsOf(await store.list('note', 'author', 'mia')), ['one'])
      advance(1)
      assert.equal(await store.get('note', 'one'), undefined)
      assert.deepEqual(await store.list('note', 'author', 'mia'), [])
    },
  },
  {
    name: 'takes a fraction of a second as it is',
    async run({ store, now, advance }) {
      await createNote(store, 'one', { expiresAt: now() + 0.5 })

      advance(0.25)
      assert.equal((await store.get('note', 'one'))?.expiresAt, now() + 0.25)
      advance(0.25)
      assert.equal(await store.get('note', 'one'), undefined)
    },
  },
  {
    name: 'has an expired record no more: it cannot be replaced or deleted, but created',
    async run({ store, now, advance }) {
      const version = await createNote(store, 'one', { expiresAt: now() + 60, index: { author: 'mia', tag: 'old' } })
      advance(60)

      assert.equal(await store.commit([{ kind: 'note', id: 'one', version, value: { text: 'late' } }]), false)
      assert.equal(await store.commit([{ kind: 'note', id: 'one', version, value: undefined }]), false)
      const created = await createNote(store, 'one', { text: 'new', index: { author: 'leo' } })

      assert.notEqual(created, version)
      assert.deepEqual(await store.get('note', 'one'), { id: 'one', value: { text: 'new' }, version: created })
      assert.deepEqual(idsOf(await store.list('note', 'author', 'leo')), ['one'])
      assert.deepEqual(await store.list('note', 'author', 'mia'), [])
      assert.deepEqual(await store.list('note', 'tag', 'old'), [])
    },
  },
  {
    name: 'takes the expiry of the last put: later, earlier, or none',
    async run({ store, now, advance }) {
      for (const id of ['later', 'earlier', 'never']) await createNote(store, id, { expiresAt: now() + 60 })
      const put = async (id: string, rest: { expiresAt?: number }) =>
        store.commit([{ kind: 'note', id, version: await versionOf(store, id), value: { text: 'again' }, ...rest }])
      await put('later', { expiresAt: now() + 90 })
      await put('earlier', { expiresAt: now() + 30 })
      await put('never', {})

      const there = async () => {
        const entries = await Promise.all(['later', 'earlier', 'never'].map((id) => store.get('note', id)))
        return entries.flatMap((entry) => entry?.id ?? [])
      }
      advance(30)
      assert.deepEqual(await there(), ['later', 'never'])
      advance(30)
      await createNote(store, 'a write, which may sweep')
      assert.deepEqual(await there(), ['later', 'never'])
      advance(30)
      assert.deepEqual(await there(), ['never'])
    },
  },
  {
    name: 'takes a record that has expired already for one that is gone at once',
    async run({ store, now }) {
      const version = await createNote(store, 'there')

      assert.equal(
        await store.commit([
          { kind: 'note', id: 'there', version, value: { text: 'text' }, expiresAt: now() },
          { kind: 'note', id: 'new', version: 'absent', value: { text: 'text' }, expiresAt: now() - 1 },
        ]),
        true,
      )

      assert.equal(await store.get('note', 'there'), undefined)
      assert.equal(await store.get('note', 'new'), undefined)
    },
  },
  {
    name: 'keeps what has not expired while much else does',
    async run({ store, now, advance }) {
      for (let nth = 0; nth < 200; nth += 1)
        await createNote(store, `short${nth}`, { expiresAt: now() + 60, index: { author: 'mia' } })
      for (let nth = 0; nth < 20; nth += 1)
        await createNote(store, `long${nth}`, { expiresAt: now() + 600, index: { author: 'mia' } })
      advance(60)

      for (let nth = 0; nth < 100; nth += 1) await createNote(store, `forever${nth}`, { index: { author: 'mia' } })

      const expected = [...times(20, (nth) => `long${nth}`), ...times(100, (nth) => `forever${nth}`)].sort()
      assert.deepEqual(idsOf(await store.list('note', 'author', 'mia', { limit: 1000 })), expected)
      for (const id of expected) assert.notEqual(await store.get('note', id), undefined)
    },
  },
]
