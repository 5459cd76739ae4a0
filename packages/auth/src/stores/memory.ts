import type { Entry, Kinds, Page, Store } from '../authorization-server/store.ts'
import { epochSeconds, isGone } from './clock.ts'
import { createOrderedSets } from './ordered-sets.ts'
import { createSweep } from './sweep.ts'
import { entryOf, type IndexPair, keyOf, parseChanges, parseLifetime, parsePage, type Write } from './write.ts'

export interface MemoryStoreOptions {
  /** The time, in seconds since the epoch. Default: the system clock. */
  now?: () => number
}

/**
 * A store in the memory of this process: for tests, and for servers whose sign-ins may end with the process.
 * What has expired is removed a little at a time by later commits, so that nothing runs on its own and no call takes long.
 */
export function memoryStore<K extends Kinds>(options: MemoryStoreOptions = {}): Store<K> {
  const { now = epochSeconds } = options
  const records = new Map<string, MemoryRecord>()
  const idsByIndex = createOrderedSets()
  const counters = new Map<string, Counter>()
  const sweepRecords = createSweep(records, remove)
  const sweepCounters = createSweep(counters, (name) => counters.delete(name))
  let lastVersion = 0

  function live(kind: string, id: string, time: number): MemoryRecord | undefined {
    const record = records.get(keyOf(kind, id))
    return record === undefined || isGone(record.expiresAt, time) ? undefined : record
  }

  function remove(key: string, { kind, id, index }: MemoryRecord): void {
    records.delete(key)
    reindex(kind, id, index, [])
  }

  function write({ kind, id, text, expiresAt, index }: Write): void {
    const key = keyOf(kind, id)
    const old = records.get(key)
    if (text === undefined) {
      if (old !== undefined) remove(key, old)
      return
    }
    lastVersion += 1
    records.set(key, { kind, id, version: lastVersion, text, expiresAt, index })
    reindex(kind, id, old?.index ?? [], index)
  }

  function reindex(kind: string, id: string, from: readonly IndexPair[], to: readonly IndexPair[]): void {
    if (keyOf(...from.flat()) === keyOf(...to.flat())) return
    for (const [name, value] of from) idsByIndex.remove(keyOf(kind, name, value), id)
    for (const [name, value] of to) idsByIndex.add(keyOf(kind, name, value), id)
  }

  return {
    async get<Kind extends keyof K & string>(kind: Kind, id: string) {
      const record = live(kind, id, now())
      return record === undefined ? undefined : entry<K[Kind]['value']>(record)
    },

    async list<Kind extends keyof K & string>(kind: Kind, index: K[Kind]['index'], value: string, page?: Page) {
      const { after, limit } = parsePage(page)
      const time = now()
      const entries: Entry<K[Kind]['value']>[] = []
      for (const id of idsByIndex.after(keyOf(kind, index, value), after)) {
        if (entries.length === limit) break
        const record = live(kind, id, time)
        if (record !== undefined) entries.push(entry(record))
      }
      return entries
    },

    async count(name, lifetime) {
      const seconds = parseLifetime(lifetime)
      const time = now()
      sweepCounters(time, 4)
      const counter = counters.get(name)
      if (counter === undefined || isGone(counter.expiresAt, time)) {
        counters.set(name, { count: 1, expiresAt: time + seconds })
        return 1
      }
      counter.count += 1
      return counter.count
    },

    async commit(changes) {
      const writes = parseChanges(changes)
      const time = now()
      const current = writes.every(({ kind, id, version }) => (live(kind, id, time)?.version ?? 'absent') === version)
      if (!current) return false
      for (const each of writes) write(each)
      sweepRecords(time, 4 * writes.length)
      return true
    },
  }
}

interface MemoryRecord extends Omit<Write, 'version' | 'text'> {
  version: number
  text: string
}

interface Counter {
  count: number
  expiresAt: number
}

function entry<Value>({ id, text, version, expiresAt }: MemoryRecord): Entry<Value> {
  return entryOf(id, text, version, expiresAt)
}
