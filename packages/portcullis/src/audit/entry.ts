import { createHash } from 'node:crypto'
import type { AuditRecord } from '../store/records.ts'

/** A place in the log: an entry's number and its hash. */
export interface AuditPlace {
  sequence: number
  hash: string
}

/** Before the first entry. */
export const beginning: AuditPlace = { sequence: 0, hash: '0'.repeat(64) }

/** What there is to tell. */
export type Told = Pick<AuditRecord, 'at' | 'by' | 'act' | 'result'>

/** The entry that comes after `before`. */
export function entryAfter(before: AuditPlace, told: Told): AuditRecord {
  const entry = { sequence: before.sequence + 1, ...told, previous: before.hash }
  return { ...entry, hash: hashOf(entry) }
}

/** What binds an entry and all before it: SHA-256 of its fields as JSON, their names sorted, so that the hash outlives any store. */
export function hashOf({ sequence, at, by, act, result, previous }: Omit<AuditRecord, 'hash'>): string {
  const text = JSON.stringify({ sequence, at, by, act, result, previous }, (_, value) => sorted(value))
  return createHash('sha256').update(text).digest('hex')
}

/** The id of the entry in the store: ids sort as their numbers do. */
export function auditId(sequence: number): string {
  return String(sequence).padStart(12, '0')
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
