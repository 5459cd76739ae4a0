import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createClient } from '@libsql/client'
import { storeContract } from '@portcullis/auth/stores/contract'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { type PostgresCluster, startPostgres, whyNoPostgres } from '../../../scripts/postgres-cluster.ts'
import { PrismaClient as PostgresClient } from '../generated/postgresql/client.ts'
import { PrismaClient as SqliteClient } from '../generated/sqlite/client.ts'
import { prismaStore } from './prisma-store.ts'
import { wholeSignIn } from './whole-sign-in.ts'

async function openOnSqlite({ now }: { now?: () => number }) {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-prisma-'))
  const url = `file:${join(folder, 'store.db')}`
  const file = createClient({ url })
  await file.executeMultiple(migrationOf('sqlite'))
  await file.execute('PRAGMA journal_mode = WAL')
  file.close()
  // It waits with the event loop standing still, also for a transaction of this very process: so it is brief, and the store asks again.
  const connect = () => new SqliteClient({ adapter: new PrismaLibSql({ url, timeout: 10 }) })
  const clients = [connect(), connect()] as const
  const [store, other] = clients.map((prisma) => prismaStore({ prisma, now }))
  const close = async () => {
    await Promise.all(clients.map((client) => client.$disconnect()))
    await rm(folder, { recursive: true })
  }
  return { store: store as never, other: other as never, close }
}
for (const { name, run } of storeContract(openOnSqlite)) test(`Prisma on SQLite ${name}`, run)

const skip = whyNoPostgres()
let cluster: PostgresCluster
if (!skip) {
  before(async () => {
    cluster = await startPostgres({ isDurable: false })
  })
  after(() => cluster.close())
}

async function openOnPostgres({ now }: { now?: () => number }) {
  const connectionString = cluster.createDatabase()
  const pool = new pg.Pool({ connectionString })
  await pool.query(migrationOf('postgresql'))
  await pool.end()
  const connect = () => new PostgresClient({ adapter: new PrismaPg({ connectionString }) })
  const clients = [connect(), connect()] as const
  const [store, other] = clients.map((prisma) => prismaStore({ prisma, now }))
  const close = async () => {
    await Promise.all(clients.map((client) => client.$disconnect()))
  }
  return { store: store as never, other: other as never, close }
}
for (const { name, run } of storeContract(openOnPostgres)) test(`Prisma on Postgres ${name}`, { skip }, run)

for (const { database, open, isMissing } of [
  { database: 'SQLite', open: openOnSqlite, isMissing: false },
  { database: 'Postgres', open: openOnPostgres, isMissing: skip },
])
  test(`MCP’s own client signs in, refreshes and is kept out over Prisma on ${database}`, {
    skip: isMissing,
  }, async () => {
    const { store, close } = await open({})
    try {
      await wholeSignIn(store)
    } finally {
      await close()
    }
  })

function migrationOf(provider: string): string {
  return readFileSync(new URL(`../prisma/${provider}/migrations/1_portcullis/migration.sql`, import.meta.url), 'utf8')
}
