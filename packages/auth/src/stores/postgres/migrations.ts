import { codeOf, type PostgresConnection, type PostgresPool, withConnection } from './pool.ts'
import { schema1 } from './schema-1.ts'

/** The way from each version of the schema to the next; the first makes version 1 of nothing. A step that was released is never changed. */
export const migrations: readonly ((schema: string) => string)[] = [schema1]

export interface MigrateOptions {
  /** As SQL writes it. */
  schema: string
  /** Seconds to wait for the database where nothing has to be done. */
  timeout: number
  /** Default: all there are. */
  steps?: readonly ((schema: string) => string)[]
}

/**
 * Brings the schema to the newest version, all or nothing, and makes it where there is none; several processes may do so at once.
 * Throws an `Error` that says what to do where the database cannot be used, and changes nothing in it then.
 */
export async function migrate(pool: PostgresPool, options: MigrateOptions): Promise<void> {
  const { schema, timeout, steps = migrations } = options
  // A role that may not make tables can use a schema that is there.
  const version = await withConnection(pool, timeout, async (connection) => {
    await requireUtf8(connection)
    return versionOf(connection, schema, steps)
  })
  if (version === steps.length) return
  await withConnection(pool, longestMigration, async (connection) => {
    await connection.query({ text: 'BEGIN' })
    try {
      await bringToNewest(connection, schema, steps)
      await connection.query({ text: 'COMMIT' })
    } catch (cause) {
      await connection.query({ text: 'ROLLBACK' }).catch(() => {})
      throw explained(cause, schema)
    }
  })
}

/** Seconds, the wait for another process that does it included. */
const longestMigration = 600

async function requireUtf8(connection: PostgresConnection): Promise<void> {
  const [{ encoding } = {}] = await rowsOf(connection, "SELECT current_setting('server_encoding') AS encoding")
  if (encoding !== 'UTF8')
    throw new Error(
      `The database's encoding is ${encoding}, and must be UTF8. Make another database: CREATE DATABASE … ENCODING 'UTF8'.`,
    )
}

async function bringToNewest(
  connection: PostgresConnection,
  schema: string,
  steps: readonly ((schema: string) => string)[],
): Promise<void> {
  // The default of the role may be another isolation, in which this would not see what was done while it waited for the lock.
  await connection.query({ text: 'SET TRANSACTION ISOLATION LEVEL READ COMMITTED' })
  await connection.query({ text: 'SELECT pg_advisory_xact_lock($1, hashtext($2))', values: [lockSpace, schema] })
  const version = await versionOf(connection, schema, steps)
  if (version === steps.length) return
  if (version === 0) {
    // Not IF NOT EXISTS, which asks for the right to make schemas even where there is this one.
    const there = await rowsOf(connection, 'SELECT FROM pg_namespace WHERE nspname = $1', [nameOf(schema)])
    if (there.length === 0) await connection.query({ text: `CREATE SCHEMA ${schema}` })
    await connection.query({
      text: `CREATE TABLE ${schema}.schema_version (version integer NOT NULL); INSERT INTO ${schema}.schema_version VALUES (0)`,
    })
  }
  for (const step of steps.slice(version)) await connection.query({ text: step(schema) })
  await connection.query({ text: `UPDATE ${schema}.schema_version SET version = ${steps.length}` })
}

/** Ours among the advisory locks of the database. */
const lockSpace = 0x50_74_43_6c // "PtCl"

async function versionOf(connection: PostgresConnection, schema: string, steps: readonly unknown[]): Promise<number> {
  // Not to_regclass, which asks a cache that may not know yet what another process made while this one waited for it.
  const tables = "SELECT FROM pg_tables WHERE schemaname = $1 AND tablename = 'schema_version'"
  if ((await rowsOf(connection, tables, [nameOf(schema)])).length === 0) return 0
  const [{ version } = {}] = await rowsOf(connection, `SELECT version FROM ${schema}.schema_version`)
  if (Number(version) > steps.length)
    throw new Error(
      `The schema ${schema} was written by a newer version of Portcullis (schema ${version}; this one knows up to ${steps.length}). ` +
        'Update Portcullis, or restore a backup from before the update; the database was not changed.',
    )
  return Number(version)
}

function nameOf(schema: string): string {
  return schema.replaceAll('"', '')
}

async function rowsOf(
  connection: PostgresConnection,
  text: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  return (await connection.query({ text, values })).rows
}

function explained(cause: unknown, schema: string): unknown {
  switch (codeOf(cause)) {
    case '42P07': // duplicate_table
    case '42723': // duplicate_function
      return new Error(
        `The schema ${schema} has tables or functions of another program. Name another schema; this one was not changed.`,
        { cause },
      )
    case '42501': // insufficient_privilege
      return new Error(
        `The role may not make the schema ${schema} or its tables. Let its owner run: CREATE SCHEMA ${schema} AUTHORIZATION the-role; or connect once as a role that may.`,
        { cause },
      )
    default:
      return cause
  }
}
