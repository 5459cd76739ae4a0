import type { DatabaseSync } from 'node:sqlite'
import { toKeyText } from '../key-text.ts'
import { prepareRows } from './rows.ts'

/** The counters of a database: its statements, prepared once. Both only make sense inside a transaction. */
export interface Counters {
  /** Adds one to the counter and returns it. */
  add(name: string, lifetime: number, now: number): number
  /** Removes at most `limit` counters that have run out. Tells whether none is left. */
  sweep(limit: number, now: number): boolean
}

export function prepareCounters(database: DatabaseSync): Counters {
  // Nameless `?` alone: Node 22.19 binds a numbered `?1` by name only.
  const add = prepareRows<[count: number]>(
    database,
    `
    INSERT INTO counters (name, count, expires_at) VALUES (?, 1, ?)
    ON CONFLICT (name) DO UPDATE SET
      count = CASE WHEN expires_at <= ? THEN 1 ELSE count + 1 END,
      expires_at = CASE WHEN expires_at <= ? THEN excluded.expires_at ELSE expires_at END
    RETURNING count`,
  )
  const sweep = database.prepare(
    'DELETE FROM counters WHERE name IN (SELECT name FROM counters WHERE expires_at <= ? LIMIT (? + 0))',
  )

  return {
    add: (name, lifetime, now) => Number(add.get(toKeyText(name), now + lifetime, now, now)?.[0]),
    sweep: (limit, now) => Number(sweep.run(now, limit).changes) < limit,
  }
}
