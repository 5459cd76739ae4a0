import { after, before, test } from 'node:test'
import { storeContract } from '@portcullis/auth/stores/contract'
import { postgresStore } from '@portcullis/auth/stores/postgres'
import pg from 'pg'
import { type PostgresCluster, startPostgres, whyNoPostgres } from '../../../scripts/postgres-cluster.ts'
import { requireSameAnswers, type TestKinds } from './same-answers.ts'

const skip = whyNoPostgres()
let cluster: PostgresCluster
let pool: pg.Pool
let otherPool: pg.Pool
let schemas = 0

if (!skip) {
  before(async () => {
    cluster = await startPostgres({ isDurable: false })
    const connectionString = cluster.createDatabase()
    pool = new pg.Pool({ connectionString })
    otherPool = new pg.Pool({ connectionString })
  })
  after(async () => {
    await pool.end()
    await otherPool.end()
    await cluster.close()
  })
}

const cases = storeContract(async ({ now }) => {
  const schema = newSchema()
  const store = await postgresStore({ pool, schema, now })
  const other = await postgresStore({ pool: otherPool, schema, now })
  const close = async () => {
    await Promise.all([store.close(), other.close()])
  }
  return { store, other, close }
})

for (const { name, run } of cases) test(`the Postgres store ${name}`, { skip }, run)

test('the memory store and the Postgres store give the same answers to any calls', { skip }, async () => {
  await requireSameAnswers((now) => postgresStore<TestKinds>({ pool, schema: newSchema(), now }))
})

function newSchema(): string {
  schemas += 1
  return `contract_${schemas}`
}
