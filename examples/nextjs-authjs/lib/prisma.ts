import { PrismaLibSql } from '@prisma/adapter-libsql'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient as PostgresClient } from '../generated/postgresql/client.ts'
import { PrismaClient as SqliteClient } from '../generated/sqlite/client.ts'
import { once } from './once.ts'
import { settings } from './settings.ts'

/** The database: SQLite in a file, or Postgres, as DATABASE_URL has it. */
export const prisma = once('prisma', () => openDatabase(settings().databaseUrl))

export function openDatabase(url: string): PostgresClient {
  if (!url.startsWith('file:')) return new PostgresClient({ adapter: new PrismaPg({ connectionString: url }) })
  const client = new SqliteClient({ adapter: new PrismaLibSql({ url }) })
  return client as unknown as PostgresClient // of the same models; they differ in what Postgres alone can do, which is not used here
}
