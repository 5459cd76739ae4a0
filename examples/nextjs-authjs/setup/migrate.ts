import { readFileSync } from 'node:fs'
import { createClient } from '@libsql/client'
import pg from 'pg'

/** Makes the tables that are not there yet. Where Prisma's own engine can be had, `prisma migrate deploy` does as well. */
export async function migrate(url: string): Promise<void> {
  await (url.startsWith('file:') ? migrateSqlite(url) : migratePostgres(url))
}

async function migrateSqlite(url: string): Promise<void> {
  const file = createClient({ url })
  await file.execute('PRAGMA journal_mode = WAL')
  const { rows } = await file.execute(`SELECT name FROM sqlite_master WHERE type = 'table'`)
  const there = rows.map(({ name }) => String(name))
  for (const { table, sql } of migrations('sqlite'))
    if (!there.includes(table)) await file.migrate([sql].flatMap(parts))
  file.close()
}

async function migratePostgres(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  await client.query('SELECT pg_advisory_lock(20260101)') // several processes may start at once
  const { rows } = await client.query('SELECT tablename FROM pg_tables WHERE schemaname = current_schema()')
  const there = rows.map(({ tablename }) => String(tablename))
  for (const { table, sql } of migrations('postgresql'))
    if (!there.includes(table)) await client.query(`BEGIN; ${sql}; COMMIT`)
  await client.end()
}

/** Each with a table that is there once it has been applied. */
function migrations(provider: string): readonly { table: string; sql: string }[] {
  const store = `node_modules/portcullis-example-prisma-store/prisma/${provider}/migrations/1_portcullis/migration.sql`
  return [
    { table: 'portcullis_entries', sql: readFileSync(store, 'utf8') },
    { table: 'User', sql: readFileSync(`prisma/migrations/${provider}/2_app.sql`, 'utf8') },
  ]
}

function parts(sql: string): string[] {
  return sql.split(/;\s*$/m).filter((part) => part.trim() !== '')
}
