import type { Kinds, Page, Store } from '../authorization-server/store.ts'
import { epochSeconds } from './clock.ts'
import { prepareCounters } from './sqlite/counters.ts'
import { createGroupCommit } from './sqlite/group-commit.ts'
import { prepareSchemaCheck } from './sqlite/migrations.ts'
import { openDatabase } from './sqlite/open-database.ts'
import { prepareRecords, type Transaction } from './sqlite/records.ts'
import { parseChanges, parseLifetime, parsePage } from './write.ts'

export interface SqliteStoreOptions {
  /** The database file; made where there is none, for its owner alone (mode 0600), in a directory that exists. */
  path: string
  /** How many seconds a write waits while another process writes to the same file. Default 5. */
  lockTimeout?: number
  /** The time, in seconds since the epoch. Default: the system clock. */
  now?: () => number
}

export interface SqliteStore<K extends Kinds> extends Store<K> {
  /** Waits for the writes already asked for, then closes the file. Every later call is refused. */
  close(): Promise<void>
}

/**
 * A store in one SQLite file (`node:sqlite`, Node 22.19 or newer), which several processes may open. A commit that was answered outlives the
 * process and a loss of power: the answer waits until the disk has it. All commits of one turn of the event loop share one such wait, those of a few turns where each brings several.
 *
 * Throws an `Error` that says what to do where `node:sqlite` is missing, the file cannot be opened, belongs to another program, or was written
 * by a newer version; `TypeError` for options that cannot stand. A call is rejected with the database's error (a full disk, a lock that was not
 * released); nothing of it was written then, and later calls are tried afresh.
 */
export function sqliteStore<K extends Kinds>(options: SqliteStoreOptions): SqliteStore<K> {
  const { path, lockTimeout = 5, now = epochSeconds } = options
  if (!Number.isFinite(lockTimeout) || lockTimeout < 0)
    throw new TypeError('"lockTimeout" must be a number of seconds, 0 or more')
  const database = openDatabase(path)
  const requireSchema = prepareSchemaCheck(database)
  const records = prepareRecords(database)
  const counters = prepareCounters(database)
  const inNextTransaction = createGroupCommit(database, { begin, end }, lockTimeout * 1000)
  let closing: Promise<void> | undefined
  const sweptAt: { records?: number; counters?: number } = {}

  function begin(): Context {
    requireSchema()
    const lastVersion = records.lastVersion.read()
    return { now: now(), firstVersion: lastVersion, lastVersion, counted: 0 }
  }

  function end({ now, firstVersion, lastVersion, counted }: Context): void {
    const written = lastVersion - firstVersion
    if (written > 0) records.lastVersion.write(lastVersion)
    // More than was added, so that what has expired becomes less with every write, and never so much that a write has to wait for it.
    // What is due at this very second is looked for again only where some was left.
    if (written > 0 && now !== sweptAt.records && records.sweep(16 + 2 * written, now)) sweptAt.records = now
    if (counted > 0 && now !== sweptAt.counters && counters.sweep(4 + 2 * counted, now)) sweptAt.counters = now
  }

  function requireOpen(): void {
    if (closing !== undefined) throw new Error('The store is closed')
  }

  async function close(): Promise<void> {
    // Behind all that waits; where the lock never comes free, those before it have been refused by then.
    await inNextTransaction({ durability: 'relaxed', run: () => {} }).catch(() => {})
    database.close() // the last connection to a file copies the write-ahead log into it
  }

  return {
    async get<Kind extends keyof K & string>(kind: Kind, id: string) {
      requireOpen()
      return records.get<K[Kind]['value']>(kind, id, now())
    },

    async list<Kind extends keyof K & string>(kind: Kind, index: K[Kind]['index'], value: string, page?: Page) {
      requireOpen()
      return records.list<K[Kind]['value']>({ kind, index, value }, parsePage(page), now())
    },

    async count(name, lifetime) {
      requireOpen()
      const seconds = parseLifetime(lifetime)
      return inNextTransaction({
        durability: 'relaxed',
        run: (context) => {
          context.counted += 1
          return counters.add(name, seconds, context.now)
        },
      })
    },

    async commit(changes) {
      requireOpen()
      const writes = parseChanges(changes)
      return inNextTransaction({ durability: 'full', run: (context) => records.write(writes, context) })
    },

    close: () => {
      closing ??= close()
      return closing
    },
  }
}

/** What one transaction knows. */
interface Context extends Transaction {
  readonly firstVersion: number
  counted: number
}
