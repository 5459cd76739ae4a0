import type { Kinds, Page, Store } from '../authorization-server/store.ts'
import { epochSeconds, isGone } from './clock.ts'
import { fromKeyText, toKeyText } from './key-text.ts'
import { createCommits } from './postgres/commits.ts'
import { createCounters } from './postgres/counters.ts'
import { createGroups } from './postgres/groups.ts'
import { migrate } from './postgres/migrations.ts'
import { type Ask, createAsk, type PostgresPool, tellNobody } from './postgres/pool.ts'
import { createRetries } from './postgres/retries.ts'
import { entryOf, parseChanges, parseLifetime, parsePage } from './write.ts'

export type { PostgresConnection, PostgresPool } from './postgres/pool.ts'

export interface PostgresStoreOptions {
  /**
   * Connections to the database: a `Pool` of the package `pg` (8.x), which stays the caller's: neither its settings nor its end are this store's
   * affair. The store uses none for longer than one query takes.
   */
  pool: PostgresPool
  /** The schema that the tables stand in; made where there is none. A name of lower-case letters, digits and `_`. Default `portcullis`. */
  schema?: string
  /** How many seconds a call waits for the database, a connection included. Default 10. */
  timeout?: number
  /** The time, in seconds since the epoch. Default: the system clock; those of machines that share a database should agree. */
  now?: () => number
}

export interface PostgresStore<K extends Kinds> extends Store<K> {
  /** Waits for the calls already made; every later one is refused. The pool stays open. */
  close(): Promise<void>
}

/**
 * A store in a Postgres database, which any number of processes may share. Makes its schema, or brings it to the newest version, first.
 * A commit that was answered is durable as the database understands it (`synchronous_commit`, which is not let off). What one process asks for
 * while an earlier query of its is under way goes together as one query, and so as one wait for the disk.
 *
 * Rejects with an `Error` that says what to do where the database cannot be used or was written by a newer version, and with `TypeError` for
 * options that cannot stand. Calls of the store reject with the error of `pg` where the database refuses or is not reached. A call that only reads
 * is made again on another connection where the first was lost; a commit is not, because nobody can know whether it was written.
 */
export async function postgresStore<K extends Kinds>(options: PostgresStoreOptions): Promise<PostgresStore<K>> {
  const { pool, schema: schemaName = 'portcullis', timeout = 10, now = epochSeconds } = options
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schemaName))
    throw new TypeError('"schema" must be a name of lower-case letters, digits and "_", at most 63')
  if (!Number.isFinite(timeout) || timeout <= 0) throw new TypeError('"timeout" must be a number of seconds above 0')
  const schema = `"${schemaName}"`
  tellNobody(pool)
  await migrate(pool, { schema, timeout })

  const retries = createRetries(createAsk(pool, timeout))
  const readRecord = createGroups<Key, StoredRecord | undefined>(
    (keys) => readRecords(retries.whenLost, schema, keys),
    {
      atOnce: 2,
      most: 100,
    },
  )
  const count = createCounters({ ask: retries.whenRefused, schema, now })
  const commit = createCommits({ ask: retries.whenRefused, schema, now })
  let closing: Promise<void> | undefined
  const underWay = new Set<Promise<unknown>>()

  function call<Result>(make: () => Promise<Result>): Promise<Result> {
    if (closing !== undefined) throw new Error('The store is closed')
    const result = make()
    underWay.add(result)
    const forget = () => underWay.delete(result)
    result.then(forget, forget)
    return result
  }

  return {
    async get<Kind extends keyof K & string>(kind: Kind, id: string) {
      const found = await call(() => readRecord({ kind: toKeyText(kind), id: toKeyText(id) }))
      if (found === undefined || isGone(found.expiresAt, now())) return undefined
      return entryOf<K[Kind]['value']>(id, found.text, found.version, found.expiresAt)
    },

    async list<Kind extends keyof K & string>(kind: Kind, index: K[Kind]['index'], value: string, page?: Page) {
      const { after, limit } = parsePage(page)
      // In this order a text with a NUL behind it comes directly after the text itself.
      const from = after === undefined ? '' : toKeyText(`${after}\0`)
      const values = [toKeyText(kind), toKeyText(index), toKeyText(value), from, limit, now()]
      const rows = await call(() => retries.whenLost(`SELECT * FROM ${schema}.list_1($1, $2, $3, $4, $5, $6)`, values))
      return rows.map((row) => {
        const { text, version, expiresAt } = recordOf(row)
        return entryOf<K[Kind]['value']>(fromKeyText(String(row.id)), text, version, expiresAt)
      })
    },

    async count(name, lifetime) {
      const seconds = parseLifetime(lifetime)
      return call(() => count({ name, lifetime: seconds }))
    },

    async commit(changes) {
      const writes = parseChanges(changes)
      if (writes.length === 0) return true
      return call(() => commit(writes))
    },

    close: () => {
      closing ??= Promise.allSettled(underWay).then(() => {})
      return closing
    },
  }
}

interface Key {
  kind: string
  id: string
}

interface StoredRecord {
  text: string
  version: number
  expiresAt: number | undefined
}

async function readRecords(ask: Ask, schema: string, keys: readonly Key[]): Promise<(StoredRecord | undefined)[]> {
  const values = [keys.map(({ kind }) => kind), keys.map(({ id }) => id)]
  const found: (StoredRecord | undefined)[] = keys.map(() => undefined)
  for (const row of await ask(`SELECT * FROM ${schema}.get_1($1, $2)`, values))
    found[Number(row.place) - 1] = recordOf(row)
  return found
}

function recordOf({ value, version, expires_at }: Record<string, unknown>): StoredRecord {
  return {
    text: String(value),
    version: Number(version),
    expiresAt: expires_at === null ? undefined : Number(expires_at),
  }
}
