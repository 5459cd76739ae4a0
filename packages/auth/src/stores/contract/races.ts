import assert from 'node:assert/strict'
import type { Store } from '../../authorization-server/store.ts'
import { type ContractKinds, createNote, idsOf, type SubjectCase, times } from './contract-case.ts'

export const raceCases: readonly SubjectCase[] = [
  {
    name: 'lets one of 50 racing commits on one version write',
    async run({ store, other }) {
      const version = await createNote(store, 'one')

      const wrote = await Promise.all(
        times(50, (nth) =>
          (nth % 2 === 0 ? store : other).commit([{ kind: 'note', id: 'one', version, value: { text: `${nth}` } }]),
        ),
      )

      assert.equal(wrote.filter(Boolean).length, 1)
      assert.equal((await other.get('note', 'one'))?.value.text, `${wrote.indexOf(true)}`)
    },
  },
  {
    name: 'lets one of 50 racing commits create a record',
    async run({ store, other }) {
      const wrote = await Promise.all(
        times(50, (nth) =>
          (nth % 2 === 0 ? store : other).commit([
            { kind: 'note', id: 'one', version: 'absent', value: { text: `${nth}` }, index: { author: `${nth}` } },
          ]),
        ),
      )

      assert.equal(wrote.filter(Boolean).length, 1)
      const winner = `${wrote.indexOf(true)}`
      assert.equal((await store.get('note', 'one'))?.value.text, winner)
      for (let nth = 0; nth < 50; nth += 1)
        assert.equal((await store.list('note', 'author', `${nth}`)).length, `${nth}` === winner ? 1 : 0)
    },
  },
  {
    name: 'lets one of racing puts and deletions of one version through',
    async run({ store, other }) {
      const version = await createNote(store, 'one')

      const wrote = await Promise.all(
        times(20, (nth) =>
          (nth % 2 === 0 ? store : other).commit([
            nth % 4 < 2
              ? { kind: 'note', id: 'one', version, value: undefined }
              : { kind: 'note', id: 'one', version, value: { text: `${nth}` } },
          ]),
        ),
      )

      assert.equal(wrote.filter(Boolean).length, 1)
      const winner = wrote.indexOf(true)
      assert.equal((await store.get('note', 'one'))?.value.text, winner % 4 < 2 ? undefined : `${winner}`)
    },
  },
  {
    name: 'lets commits that cross each other in two records through one at a time',
    async run({ store, other }) {
      const a = await createNote(store, 'a')
      const b = await createNote(store, 'b')
      const put = (id: string, version: number, text: string) =>
        ({ kind: 'note', id, version, value: { text } }) as const

      const wrote = await Promise.all(
        times(20, (nth) =>
          nth % 2 === 0
            ? store.commit([put('a', a, `${nth}`), put('b', b, `${nth}`)])
            : other.commit([put('b', b, `${nth}`), put('a', a, `${nth}`)]),
        ),
      )

      assert.equal(wrote.filter(Boolean).length, 1)
      const texts = await Promise.all(['a', 'b'].map(async (id) => (await store.get('note', id))?.value.text))
      assert.deepEqual(
        texts,
        times(2, () => `${wrote.indexOf(true)}`),
      )
    },
  },
  {
    name: 'loses no change of writers that read, change and try again',
    async run({ store, other }) {
      await store.commit([{ kind: 'head', id: 'head', version: 'absent', value: { position: 0 } }])

      await Promise.all(
        times(10, async (nth) => {
          const mine = nth % 2 === 0 ? store : other
          for (let round = 0; round < 5; round += 1) await advanceHead(mine)
        }),
      )

      assert.equal((await store.get('head', 'head'))?.value.position, 50)
    },
  },
  {
    name: 'lets no entry of a feed appear behind a position that was read, while others add to it',
    async run({ store, other }) {
      await store.commit([{ kind: 'head', id: 'head', version: 'absent', value: { position: 0 } }])
      const total = 60
      const write = async (nth: number) => {
        const mine = nth % 2 === 0 ? store : other
        for (let round = 0; round < total / 6; round += 1) await advanceHead(mine, { withFeed: true })
      }
      const read = async (mine: Store<ContractKinds>) => {
        const seen: string[] = []
        while (seen.length < total) {
          const after = seen.at(-1)
          seen.push(
            ...idsOf(await mine.list('feed', 'all', 'yes', { limit: 7, ...(after !== undefined && { after }) })),
          )
          // Gives the writers of the same process a turn.
          await mine.get('head', 'head')
          await new Promise((resolve) => setTimeout(resolve))
        }
        return seen
      }

      const [first, second] = await Promise.all([read(store), read(other), ...times(6, write)])

      const expected = times(total, (nth) => feedId(nth + 1))
      assert.deepEqual(first, expected)
      assert.deepEqual(second, expected)
    },
  },
]

/** Moves the head on by one, however often others are quicker; with a feed, an entry at the new position comes with it. */
async function advanceHead(store: Store<ContractKinds>, options: { withFeed?: true } = {}): Promise<void> {
  for (;;) {
    const head = await store.get('head', 'head')
    if (head === undefined) throw new Error('the head is gone')
    const position = head.value.position + 1
    const wrote = await store.commit([
      { kind: 'head', id: 'head', version: head.version, value: { position } },
      ...(options.withFeed
        ? [
            {
              kind: 'feed',
              id: feedId(position),
              version: 'absent',
              value: { position },
              index: { all: 'yes' },
            } as const,
          ]
        : []),
    ])
    if (wrote) return
  }
}

/** An id that sorts as its position does. */
function feedId(position: number): string {
  return position.toString().padStart(16, '0')
}
