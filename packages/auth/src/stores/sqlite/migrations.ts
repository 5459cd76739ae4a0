import type { DatabaseSync } from 'node:sqlite'
import { prepareRows } from './rows.ts'
import { rollBack } from './transaction.ts'

/** Stands in the head of the file (bytes 68 to 71) and tells our databases from those of other programs. */
export const applicationId = 0x50_74_43_6c // "PtCl"

/**
 * The way from each version of the schema to the next; the first makes an empty file version 1. A step that was released is never changed.
 * What the tables mean: docs/storage-schema.md.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE entries (
    entry      INTEGER PRIMARY KEY,
    kind       TEXT NOT NULL,
    id         TEXT NOT NULL,
    version    INTEGER NOT NULL,
    value      TEXT NOT NULL,
    expires_at REAL,
    indexed    TEXT,
    sweep_at   REAL,
    UNIQUE (kind, id)
  ) STRICT;
  CREATE INDEX entries_to_sweep ON entries (sweep_at) WHERE sweep_at IS NOT NULL;

  CREATE TABLE index_entries (
    kind  TEXT NOT NULL,
    name  TEXT NOT NULL,
    value TEXT NOT NULL,
    id    TEXT NOT NULL,
    entry INTEGER NOT NULL,
    PRIMARY KEY (kind, name, value, id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE counters (
    name       TEXT PRIMARY KEY,
    count      INTEGER NOT NULL,
    expires_at REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX counters_to_sweep ON counters (expires_at);

  CREATE TABLE last_version (last INTEGER NOT NULL) STRICT;
  INSERT INTO last_version VALUES (0);
  `,
]

/**
 * Refuses a database that is not ours or newer than `steps`, and changes nothing in it.
 * Throws an `Error` that says what to do.
 */
export function requireOwnDatabase(database: DatabaseSync, path: string, steps: readonly string[] = migrations): void {
  const { application, version, tables } = readHead(database, path)
  const isEmpty = application === 0 && version === 0 && tables === 0
  if (!isEmpty && application !== applicationId)
    throw new Error(`${path} is a database of another program. Name another file; this one was not changed.`)
  if (version > steps.length) throw new Error(newerMessage(path, version, steps))
}

/** Brings the database to the newest version, all or nothing. Another process may do the same at the same time. */
export function migrate(database: DatabaseSync, path: string, steps: readonly string[] = migrations): void {
  if (versionOf(database) === steps.length) return
  database.exec('BEGIN IMMEDIATE')
  try {
    const version = versionOf(database)
    if (version > steps.length) throw new Error(newerMessage(path, version, steps))
    for (const step of steps.slice(version)) database.exec(step)
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${steps.length}; COMMIT`)
  } catch (cause) {
    rollBack(database)
    throw cause
  }
}

/**
 * A check for the start of every transaction: a newer program beside this one may have migrated the file meanwhile, and then nothing may be
 * written that only an older schema allows.
 */
export function prepareSchemaCheck(database: DatabaseSync, steps: readonly string[] = migrations): () => void {
  const read = prepareRows<[version: number]>(database, 'PRAGMA user_version')
  return () => {
    if (read.get()?.[0] !== steps.length)
      throw new Error(
        'The database was migrated by another version of Portcullis while this one was running. Restart this one with that version.',
      )
  }
}

function versionOf(database: DatabaseSync): number {
  return numberOf(database, 'PRAGMA user_version', 'user_version')
}

function readHead(database: DatabaseSync, path: string): { application: number; version: number; tables: number } {
  try {
    // In one transaction, so that a file that another process is setting up looks either empty or ours.
    database.exec('BEGIN')
    const tables = numberOf(database, 'SELECT count(*) AS tables FROM sqlite_schema', 'tables')
    const application = numberOf(database, 'PRAGMA application_id', 'application_id')
    const version = versionOf(database)
    database.exec('COMMIT')
    return { application, version, tables }
  } catch (cause) {
    throw new Error(
      `${path} cannot be read as a database: ${messageOf(cause)}. Name another file, or restore a backup.`,
      { cause },
    )
  }
}

function newerMessage(path: string, version: number, steps: readonly string[]): string {
  return (
    `${path} was written by a newer version of Portcullis (schema ${version}; this one knows up to ${steps.length}). ` +
    'Update Portcullis, or restore a backup from before the update; the file was not changed.'
  )
}

function numberOf(database: DatabaseSync, sql: string, column: string): number {
  return Number(database.prepare(sql).get()?.[column])
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
