import type { DatabaseSync } from 'node:sqlite'
import type { Entry } from '../../authorization-server/store.ts'
import { isGone } from '../clock.ts'
import { fromKeyText, toKeyText } from '../key-text.ts'
import { entryOf, type IndexPair, type Write } from '../write.ts'
import { prepareRows } from './rows.ts'

/** The records of a database: its statements, prepared once. The last three only make sense inside a transaction. */
export interface Records {
  get<Value>(kind: string, id: string, now: number): Entry<Value> | undefined
  list<Value>(place: IndexPlace, page: { after: string | undefined; limit: number }, now: number): Entry<Value>[]
  /** The newest version that a record was given. It only grows, so that a record made anew is never at a version it had before. */
  lastVersion: { read(): number; write(version: number): void }
  /** Writes all, or nothing where a condition does not hold; says which. Versions are counted on from that of the transaction. */
  write(writes: readonly Write[], transaction: Transaction): boolean
  /** Removes at most `limit` records that have expired. Tells whether none is left. */
  sweep(limit: number, now: number): boolean
}

export interface IndexPlace {
  kind: string
  index: string
  value: string
}

export interface Transaction {
  readonly now: number
  lastVersion: number
}

export function prepareRecords(database: DatabaseSync): Records {
  const read = prepareRows<ReadRow>(
    database,
    'SELECT value, version, expires_at FROM entries WHERE kind = ? AND id = ?',
  )
  // SQLite plans a statement anew at each call where a parameter alone is its LIMIT; hence `? + 0`.
  const readByIndex = prepareRows<ListedRow>(
    database,
    `
    SELECT e.value, e.version, e.expires_at, i.id FROM index_entries AS i JOIN entries AS e ON e.entry = i.entry
    WHERE i.kind = ? AND i.name = ? AND i.value = ? AND i.id >= ? AND (e.expires_at IS NULL OR e.expires_at > ?)
    ORDER BY i.id LIMIT (? + 0)`,
  )
  const readLastVersion = prepareRows<[last: number]>(database, 'SELECT last FROM last_version')
  const writeLastVersion = database.prepare('UPDATE last_version SET last = ?')
  const find = prepareRows<FoundRow>(
    database,
    'SELECT entry, version, expires_at, indexed, sweep_at FROM entries WHERE kind = ? AND id = ?',
  )
  const insert = database.prepare(
    'INSERT INTO entries (kind, id, version, value, expires_at, indexed, sweep_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const update = database.prepare('UPDATE entries SET version = ?, value = ?, expires_at = ? WHERE entry = ?')
  const setIndexed = database.prepare('UPDATE entries SET indexed = ? WHERE entry = ?')
  const setSweepAt = database.prepare('UPDATE entries SET sweep_at = ? WHERE entry = ?')
  const remove = database.prepare('DELETE FROM entries WHERE entry = ?')
  const insertIndex = database.prepare(
    'INSERT INTO index_entries (kind, name, value, id, entry) VALUES (?, ?, ?, ?, ?)',
  )
  const removeIndex = database.prepare('DELETE FROM index_entries WHERE kind = ? AND name = ? AND value = ? AND id = ?')
  const findDue = prepareRows<DueRow>(
    database,
    'SELECT entry, kind, id, expires_at, indexed FROM entries WHERE sweep_at <= ? LIMIT (? + 0)',
  )

  function put(key: Key, text: string, { expiresAt, index }: Write, old: Found | undefined, version: number): void {
    const expiry = expiresAt ?? null
    const indexed = index.length === 0 ? null : JSON.stringify(index)
    if (old === undefined) {
      const { lastInsertRowid } = insert.run(key.kind, key.id, version, text, expiry, indexed, expiry)
      addToIndex(key, index, lastInsertRowid)
      return
    }
    update.run(version, text, expiry, old.entry)
    // A later expiry needs no write here: `sweep` looks again when the earlier one has come. So a refresh leaves that index alone.
    if (expiry !== null && (old.sweepAt === null || expiry < old.sweepAt)) setSweepAt.run(expiry, old.entry)
    if (old.indexed === indexed) return
    removeFromIndex(key, old.indexed)
    setIndexed.run(indexed, old.entry)
    addToIndex(key, index, old.entry)
  }

  function addToIndex({ kind, id }: Key, index: readonly IndexPair[], entry: number | bigint): void {
    for (const [name, value] of index) insertIndex.run(kind, toKeyText(name), toKeyText(value), id, entry)
  }

  function removeFromIndex({ kind, id }: Key, indexed: string | null): void {
    // The store's border: `put` wrote it.
    const index: readonly IndexPair[] = indexed === null ? [] : (JSON.parse(indexed) as IndexPair[])
    for (const [name, value] of index) removeIndex.run(kind, toKeyText(name), toKeyText(value), id)
  }

  function discard(key: Key, { entry, indexed }: Pick<Found, 'entry' | 'indexed'>): void {
    removeFromIndex(key, indexed)
    remove.run(entry)
  }

  return {
    get(kind, id, now) {
      const row = read.get(toKeyText(kind), toKeyText(id))
      if (row === undefined || isGone(row[2] ?? undefined, now)) return undefined
      return entryOf(id, row[0], row[1], row[2] ?? undefined)
    },

    list({ kind, index, value }, { after, limit }, now) {
      // In this order a text with a NUL behind it comes directly after the text itself.
      const from = after === undefined ? '' : toKeyText(`${after}\0`)
      const rows = readByIndex.all(toKeyText(kind), toKeyText(index), toKeyText(value), from, now, limit)
      return rows.map(([text, version, expiry, id]) => entryOf(fromKeyText(id), text, version, expiry ?? undefined))
    },

    lastVersion: {
      read: () => Number(readLastVersion.get()?.[0]),
      write: (version) => {
        writeLastVersion.run(version)
      },
    },

    write(writes, transaction) {
      const found: { key: Key; write: Write; old: Found | undefined }[] = []
      for (const write of writes) {
        const key = { kind: toKeyText(write.kind), id: toKeyText(write.id) }
        const old = foundOf(find.get(key.kind, key.id))
        const isThere = old !== undefined && !isGone(old.expiresAt, transaction.now)
        if ((isThere ? old.version : 'absent') !== write.version) return false
        found.push({ key, write, old })
      }
      for (const { key, write, old } of found) {
        if (write.text !== undefined) {
          transaction.lastVersion += 1
          put(key, write.text, write, old, transaction.lastVersion)
        } else if (old !== undefined) discard(key, old)
      }
      return true
    },

    sweep(limit, now) {
      const due = findDue.all(now, limit)
      for (const [entry, kind, id, expiry, indexed] of due) {
        if (isGone(expiry ?? undefined, now)) discard({ kind, id }, { entry, indexed })
        else setSweepAt.run(expiry, entry)
      }
      return due.length < limit
    },
  }
}

/** A record's name as the tables have it. */
interface Key {
  kind: string
  id: string
}

type ReadRow = [value: string, version: number, expiresAt: number | null]
type ListedRow = [...ReadRow, id: string]
type FoundRow = [
  entry: number,
  version: number,
  expiresAt: number | null,
  indexed: string | null,
  sweepAt: number | null,
]
type DueRow = [entry: number, kind: string, id: string, expiresAt: number | null, indexed: string | null]

/** What a write has to know of the record that is there. */
interface Found {
  entry: number
  version: number
  expiresAt: number | undefined
  indexed: string | null
  sweepAt: number | null
}

function foundOf(row: FoundRow | undefined): Found | undefined {
  if (row === undefined) return undefined
  const [entry, version, expiry, indexed, sweepAt] = row
  return { entry, version, expiresAt: expiry ?? undefined, indexed, sweepAt }
}
