/**
 * What callers hand to a store, read once and completely before anything is written, so that a commit that cannot be written fails alone
 * and every store refuses the same.
 */
import type { Change, Entry, Kinds, Page } from '../authorization-server/store.ts'

/** A change in the form that stores keep: its value is text from now on, whatever the caller does to the object. */
export interface Write {
  kind: string
  id: string
  version: number | 'absent'
  /** JSON; `undefined` deletes. */
  text: string | undefined
  expiresAt: number | undefined
  /** Pairs of index and value, in the order of the names. */
  index: readonly IndexPair[]
}

export type IndexPair = readonly [name: string, value: string]

/** The longest JSON text of a value, in UTF-16 code units. */
const maxValueLength = 16 * 1024 * 1024

/** Throws `TypeError` for a change that is malformed, a value that is not JSON, and a record that is named twice. */
export function parseChanges<K extends Kinds>(changes: readonly Change<K>[]): readonly Write[] {
  const writes = changes.map(parseChange)
  if (writes.length > 1 && new Set(writes.map(({ kind, id }) => keyOf(kind, id))).size !== writes.length)
    throw new TypeError('a commit names one record twice')
  return writes
}

/** Where a list starts and how long it is; throws `TypeError` for a limit that is none. */
export function parsePage(page: Page | undefined): { after: string | undefined; limit: number } {
  const limit = page?.limit ?? 100
  if (!Number.isSafeInteger(limit) || limit < 0) throw new TypeError('"limit" must be a whole number, 0 or more')
  return { after: page?.after, limit }
}

/** The seconds a counter runs; throws `TypeError` where they are none. */
export function parseLifetime(lifetime: number): number {
  if (!Number.isFinite(lifetime) || lifetime <= 0) throw new TypeError('"lifetime" must be a number of seconds above 0')
  return lifetime
}

/** The entry that a record is read as. */
export function entryOf<Value>(id: string, text: string, version: number, expiresAt: number | undefined): Entry<Value> {
  // The store's border: what stands under a kind was put there as that kind's value.
  const value = JSON.parse(text) as Value
  return expiresAt === undefined ? { id, value, version } : { id, value, version, expiresAt }
}

/** One string for several, different for different ones. */
export function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts)
}

function parseChange(change: Change<Kinds>): Write {
  const { kind, id, version, value } = change
  requireString(kind, 'kind')
  requireString(id, 'id')
  if (version !== 'absent' && typeof version !== 'number')
    throw new TypeError('"version" must be that of the record, or "absent"')
  if (value === undefined) {
    // Not in the type, but a caller without types would otherwise learn of a forgotten value only by a commit that wrote nothing.
    if (typeof version !== 'number') throw new TypeError('a deletion must name a version')
    return { kind, id, version, text: undefined, expiresAt: undefined, index: [] }
  }
  const { expiresAt, index } = change
  // `Infinity` and `NaN` would become "never" in some databases and "at once" in others.
  if (expiresAt !== undefined && !Number.isFinite(expiresAt))
    throw new TypeError('"expiresAt" must be a finite number of seconds')
  return { kind, id, version, text: textOf(value), expiresAt, index: pairsOf(index ?? {}) }
}

function textOf(value: object): string {
  const text: string | undefined = JSON.stringify(value)
  if (text === undefined) throw new TypeError('a value must be JSON')
  if (text.length > maxValueLength)
    throw new TypeError(`a value must not be longer than ${maxValueLength} characters of JSON`)
  return text
}

function pairsOf(index: Readonly<Record<string, string | undefined>>): readonly IndexPair[] {
  const pairs: IndexPair[] = []
  for (const [name, value] of Object.entries(index)) {
    if (value === undefined) continue
    requireString(value, `index.${name}`)
    pairs.push([name, value])
  }
  return pairs.sort(([a], [b]) => (a < b ? -1 : 1))
}

function requireString(value: unknown, name: string): void {
  if (typeof value !== 'string') throw new TypeError(`"${name}" must be a string`)
}
