import { randomInt } from 'node:crypto'
import type { Kinds, Page, Store } from '@portcullis/auth/authorization-server'
import {
  entryOf,
  fromKeyText,
  parseChanges,
  parseLifetime,
  parsePage,
  toKeyText,
  type Write,
} from '@portcullis/auth/stores/custom'
import { and, asc, eq, gt, gte, inArray, isNull, lte, or, sql } from 'drizzle-orm'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import { counters, entries, indexEntries } from './tables.ts'

export interface DrizzleStoreOptions {
  /** A database that has the three tables of `tables.ts`. */
  db: NodePgDatabase
  /** The time, in seconds since the epoch. Default: the system clock. */
  now?: () => number
}

type Transaction = Parameters<Parameters<NodePgDatabase['transaction']>[0]>[0]

/** The store of Portcullis over Drizzle, on Postgres. One transaction a commit; commits and counts of one process take turns. */
export function drizzleStore<K extends Kinds>({ db, now = epochSeconds }: DrizzleStoreOptions): Store<K> {
  const inTurn = createTurns()

  return {
    async get<Kind extends keyof K & string>(kind: Kind, id: string) {
      const [found] = await db
        .select()
        .from(entries)
        .where(and(eq(entries.kind, toKeyText(kind)), eq(entries.id, toKeyText(id)), isThere(now())))
      if (found === undefined) return undefined
      return entryOf<K[Kind]['value']>(id, found.value, found.version, found.expiresAt ?? undefined)
    },

    async list<Kind extends keyof K & string>(kind: Kind, index: K[Kind]['index'], value: string, page?: Page) {
      const { after, limit } = parsePage(page)
      const rows = await db
        .select({ id: entries.id, value: entries.value, version: entries.version, expiresAt: entries.expiresAt })
        .from(indexEntries)
        .innerJoin(entries, and(eq(entries.kind, indexEntries.kind), eq(entries.id, indexEntries.id)))
        .where(
          and(
            eq(indexEntries.kind, toKeyText(kind)),
            eq(indexEntries.name, toKeyText(index)),
            eq(indexEntries.value, toKeyText(value)),
            // In this order a text with a NUL behind it comes directly after the text itself.
            gte(indexEntries.id, after === undefined ? '' : toKeyText(`${after}\0`)),
            isThere(now()),
          ),
        )
        .orderBy(asc(indexEntries.id))
        .limit(limit)
      return rows.map((row) =>
        entryOf<K[Kind]['value']>(fromKeyText(row.id), row.value, row.version, row.expiresAt ?? undefined),
      )
    },

    async count(name, lifetime) {
      const seconds = parseLifetime(lifetime)
      return inTurn(() => addOne(db, toKeyText(name), { seconds, time: now() }))
    },

    async commit(changes) {
      const writes = parseChanges(changes)
      if (writes.length === 0) return true
      return inTurn(async () => {
        const wrote = await writeAll(db, writes, now())
        if (wrote) await sweep(db, writes.length, now())
        return wrote
      })
    },
  }
}

/** Rolls a transaction back whose conditions do not hold. */
class Stale extends Error {}

async function writeAll(db: NodePgDatabase, writes: readonly Write[], time: number): Promise<boolean> {
  // In the order of their keys, so that no two commits wait for each other in a circle.
  const inOrder = writes
    .map((write) => ({ ...write, kind: toKeyText(write.kind), id: toKeyText(write.id) }))
    .sort((a, b) => (a.kind === b.kind ? compare(a.id, b.id) : compare(a.kind, b.kind)))
  try {
    await db.transaction(async (transaction) => {
      for (const write of inOrder) await writeOne(transaction, write, time)
    })
    return true
  } catch (cause) {
    if (cause instanceof Stale) return false
    throw cause
  }
}

async function writeOne(transaction: Transaction, write: Write, time: number): Promise<void> {
  const { kind, id, version, text, expiresAt, index } = write
  const isIt = and(eq(entries.kind, kind), eq(entries.id, id))
  // A random version is one that the record never had, whoever made it and whatever was deleted: nothing has to be counted on.
  const row = { version: randomInt(1, 2 ** 47), value: text ?? '', expiresAt: expiresAt ?? null }
  if (version === 'absent') {
    await transaction.delete(entries).where(and(isIt, lte(entries.expiresAt, time)))
    const { rowCount } = await transaction
      .insert(entries)
      .values({ kind, id, ...row })
      .onConflictDoNothing()
    if (rowCount !== 1) throw new Stale()
  } else {
    if (!Number.isSafeInteger(version)) throw new Stale()
    const isAsRead = and(isIt, eq(entries.version, version), isThere(time))
    const { rowCount } =
      text === undefined
        ? await transaction.delete(entries).where(isAsRead)
        : await transaction.update(entries).set(row).where(isAsRead)
    if (rowCount !== 1) throw new Stale()
  }
  await transaction.delete(indexEntries).where(and(eq(indexEntries.kind, kind), eq(indexEntries.id, id)))
  if (index.length === 0) return
  await transaction
    .insert(indexEntries)
    .values(index.map(([name, value]) => ({ kind, id, name: toKeyText(name), value: toKeyText(value) })))
}

async function addOne(
  db: NodePgDatabase,
  name: string,
  { seconds, time }: { seconds: number; time: number },
): Promise<number> {
  const runs = sql`${counters.expiresAt} > ${time}`
  const [counted] = await db
    .insert(counters)
    .values({ name, count: 1, expiresAt: time + seconds })
    .onConflictDoUpdate({
      target: counters.name,
      set: {
        count: sql`CASE WHEN ${runs} THEN ${counters.count} + 1 ELSE 1 END`,
        expiresAt: sql`CASE WHEN ${runs} THEN ${counters.expiresAt} ELSE ${time + seconds} END`,
      },
    })
    .returning({ count: counters.count })
  if (counted === undefined) throw new Error('The counter was not returned')
  if (counted.count === 1) await sweepCounters(db, time)
  return counted.count
}

/** More than was written, so that what has expired becomes less with every commit. What others hold is left to theirs. */
async function sweep(db: NodePgDatabase, written: number, time: number): Promise<void> {
  const due = db
    .select({ kind: entries.kind, id: entries.id })
    .from(entries)
    .where(lte(entries.expiresAt, time))
    .limit(4 + 2 * written)
    .for('update', { skipLocked: true })
  await db.delete(entries).where(sql`(${entries.kind}, ${entries.id}) IN ${due}`)
}

async function sweepCounters(db: NodePgDatabase, time: number): Promise<void> {
  const due = db
    .select({ name: counters.name })
    .from(counters)
    .where(lte(counters.expiresAt, time))
    .limit(10)
    .for('update', { skipLocked: true })
  await db.delete(counters).where(inArray(counters.name, due))
}

function isThere(time: number) {
  return or(isNull(entries.expiresAt), gt(entries.expiresAt, time))
}

/** What is asked for at once is done in its order. */
function createTurns(): <Answer>(act: () => Promise<Answer>) => Promise<Answer> {
  let last: Promise<unknown> = Promise.resolve()
  return (act) => {
    const mine = last.then(act)
    last = mine.catch(() => {})
    return mine
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function epochSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
