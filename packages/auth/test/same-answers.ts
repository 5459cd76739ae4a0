import assert from 'node:assert/strict'
import type { Change, Store } from '@portcullis/auth/authorization-server'
import { memoryStore } from '@portcullis/auth/stores/memory'
import fc from 'fast-check'

export type TestKinds = {
  note: { value: { text: string }; index: 'author' | 'tag' }
  mark: { value: { text: string }; index: 'author' }
}

/** One call. Versions are named by how many the record has had since: stores number them each in its own way. */
type Call =
  | { verb: 'get'; kind: Kind; id: string }
  | { verb: 'list'; kind: Kind; value: string; after: string | undefined; limit: number }
  | { verb: 'count'; name: string; lifetime: number }
  | { verb: 'commit'; changes: readonly Planned[] }
  | { verb: 'advance'; seconds: number }

interface Planned {
  kind: Kind
  id: string
  /** 0 is the newest version the record was seen at, 1 the one before. */
  back: number | 'absent'
  text: string | undefined
  lifetime: number | undefined
  author: string | undefined
}

type Kind = 'note' | 'mark'

const kind = fc.constantFrom<Kind>('note', 'mark')
const id = fc.constantFrom('a', 'b', '\0', '\ud800', '\ud83d\ude00', '\uffff')
const author = fc.constantFrom('mia', 'leo', '\ud800')
const seconds = fc.integer({ min: 1, max: 5 })
const optional = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined })
const planned = fc.record<Planned>({
  kind,
  id,
  back: fc.oneof(fc.constant(0), fc.constantFrom<number | 'absent'>('absent', 1)),
  text: fc.oneof(
    { weight: 3, arbitrary: fc.string({ maxLength: 3 }) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  ),
  lifetime: optional(fc.integer({ min: 0, max: 5 })),
  author: optional(author),
})
const call: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ verb: fc.constant('commit'), changes: fc.array(planned, { minLength: 1, maxLength: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ verb: fc.constant('get'), kind, id }) },
  {
    weight: 2,
    arbitrary: fc.record({ verb: fc.constant('list'), kind, value: author, after: optional(id), limit: fc.nat(4) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ verb: fc.constant('count'), name: fc.constantFrom('a', 'b'), lifetime: seconds }),
  },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('advance'), seconds }) },
)

/** The store that `open` gives, a new one each time, answers any calls as the memory store does. */
export async function requireSameAnswers(
  open: (now: () => number) => Promise<Store<TestKinds> & { close(): Promise<void> }>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 40 }), async (calls) => {
      let time = 1000
      const now = () => time
      const store = await open(now)
      const players = [createPlayer(memoryStore<TestKinds>({ now })), createPlayer(store)] as const
      try {
        for (const each of calls) {
          if (each.verb === 'advance') time += each.seconds
          assert.deepEqual(await players[1](each), await players[0](each))
        }
      } finally {
        await store.close()
      }
    }),
    { numRuns: 60 },
  )
}

/** Makes calls to a store; answers with what it said and with all that can be read afterwards, versions as how many were seen. */
function createPlayer(store: Store<TestKinds>): (call: Call) => Promise<unknown> {
  const versions = new Map<string, number[]>()
  const seenAt = (change: Pick<Planned, 'kind' | 'id'>) => {
    const seen = versions.get(`${change.kind} ${change.id}`) ?? []
    versions.set(`${change.kind} ${change.id}`, seen)
    return seen
  }

  async function look(): Promise<unknown[]> {
    const looked: unknown[] = []
    for (const kind of ['note', 'mark'] as const)
      for (const id of ['a', 'b', '\0', '\ud800', '\ud83d\ude00', '\uffff']) {
        const entry = await store.get(kind, id)
        if (entry === undefined) continue
        const seen = seenAt({ kind, id })
        if (!seen.includes(entry.version)) seen.push(entry.version)
        looked.push({ ...entry, kind, version: seen.indexOf(entry.version) })
      }
    return looked
  }

  async function answer(call: Call): Promise<unknown> {
    if (call.verb === 'get') return (await store.get(call.kind, call.id))?.value
    if (call.verb === 'count') return store.count(call.name, call.lifetime)
    if (call.verb === 'list') {
      const { limit, after } = call
      const entries = await store.list(call.kind, 'author', call.value, {
        limit,
        ...(after !== undefined && { after }),
      })
      return entries.map(({ id, value, expiresAt }) => [id, value, expiresAt])
    }
    if (call.verb === 'advance') return undefined
    const changes = call.changes.map((change) => changeOf(change, change.back === 'absent' ? [] : seenAt(change)))
    return store.commit(changes).catch((cause: unknown) => (cause instanceof TypeError ? cause.message : cause))
  }

  return async (call) => [await answer(call), await look()]
}

function changeOf({ kind, id, back, text, lifetime, author }: Planned, seen: readonly number[]): Change<TestKinds> {
  const version = back === 'absent' ? back : (seen.at(-1 - back) ?? 0)
  if (text === undefined) return { kind, id, version: version === 'absent' ? 0 : version, value: undefined }
  const expiry = lifetime === undefined ? {} : { expiresAt: 1000 + lifetime }
  return { kind, id, version, value: { text }, ...expiry, ...(author !== undefined && { index: { author } }) }
}
