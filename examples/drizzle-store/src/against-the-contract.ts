import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { storeContract } from '@portcullis/auth/stores/contract'
import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { type PostgresCluster, startPostgres, whyNoPostgres } from '../../../scripts/postgres-cluster.ts'
import { drizzleStore } from './drizzle-store.ts'

const skip = whyNoPostgres()
let cluster: PostgresCluster
if (!skip) {
  before(async () => {
    cluster = await startPostgres({ isDurable: false })
  })
  after(() => cluster.close())
}

async function open({ now }: { now?: () => number }) {
  const connectionString = cluster.createDatabase()
  const pools = [new pg.Pool({ connectionString }), new pg.Pool({ connectionString })] as const
  await pools[0].query(readFileSync(new URL('../migration.sql', import.meta.url), 'utf8'))
  const [store, other] = pools.map((client) => drizzleStore({ db: drizzle({ client }), now }))
  const close = async () => {
    await Promise.all(pools.map((pool) => pool.end()))
  }
  return { store: store as never, other: other as never, close }
}

for (const { name, run } of storeContract(open)) test(`Drizzle on Postgres ${name}`, { skip }, run)
