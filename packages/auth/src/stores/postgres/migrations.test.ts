import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { type PostgresCluster, startPostgres, whyNoPostgres } from '../../../../../scripts/postgres-cluster.ts'
import { postgresStore } from '../postgres.ts'
import { migrate, migrations } from './migrations.ts'

type TestKinds = { note: { value: { text: string }; index: never } }

const skip = whyNoPostgres()
let cluster: PostgresCluster

if (!skip) {
  before(async () => {
    cluster = await startPostgres({ isDurable: false })
  })
  after(() => cluster.close())
}

const one = { kind: 'note', id: 'one', version: 'absent', value: { text: 'text' } } as const
const options = { schema: '"portcullis"', timeout: 10 }
const addColumn = (schema: string) =>
  `ALTER TABLE ${schema}.entries ADD COLUMN added text; DROP FUNCTION ${schema}.commit_1, ${schema}.get_1, ${schema}.list_1, ${schema}.count_1`

test('many processes may make one schema at the same time', { skip }, async (t) => {
  const connectionString = cluster.createDatabase()
  const pools = Array.from({ length: 12 }, () => new pg.Pool({ connectionString }))
  t.after(() => Promise.all(pools.map((pool) => pool.end())))

  const stores = await Promise.all(pools.map((pool) => postgresStore<TestKinds>({ pool })))

  const wrote = await Promise.all(stores.map((store) => store.commit([one])))
  assert.equal(wrote.filter(Boolean).length, 1)
})

test('stores in two schemas of one database keep their records apart', { skip }, async (t) => {
  const pool = poolOf(t)
  const first = await postgresStore<TestKinds>({ pool, schema: 'first' })
  const second = await postgresStore<TestKinds>({ pool, schema: 'user' }) // a word that SQL has for itself

  await first.commit([one])

  assert.equal(await second.get('note', 'one'), undefined)
  assert.equal(await second.commit([one]), true)
})

test('a schema is brought to a newer version with what it holds, once, by however many at the same time', {
  skip,
}, async (t) => {
  const pool = poolOf(t)
  const old = await postgresStore<TestKinds>({ pool })
  await old.commit([one])

  const steps = [...migrations, addColumn]
  await Promise.all(Array.from({ length: 8 }, () => migrate(pool, { ...options, steps })))

  const { rows } = await pool.query('SELECT id, added FROM portcullis.entries')
  assert.deepEqual(rows, [{ id: 'one', added: null }])
})

test('a step that fails leaves the schema as it was', { skip }, async (t) => {
  const pool = poolOf(t)
  const store = await postgresStore<TestKinds>({ pool })
  const broken = (schema: string) => `ALTER TABLE ${schema}.entries ADD COLUMN added text; SELECT 1 / 0`

  await assert.rejects(migrate(pool, { ...options, steps: [...migrations, broken] }), /division by zero/)

  assert.equal(await store.commit([one]), true)
  const { rows } = await pool.query("SELECT FROM information_schema.columns WHERE column_name = 'added'")
  assert.deepEqual(rows, [])
})

test('a schema of a newer version is refused, with what to do, and not changed', { skip }, async (t) => {
  const pool = poolOf(t)
  await migrate(pool, { ...options, steps: [...migrations, () => 'SELECT 1'] })

  await assert.rejects(postgresStore({ pool }), /newer version of Portcullis \(schema 2; this one knows up to 1\)/)

  assert.deepEqual((await pool.query('SELECT version FROM portcullis.schema_version')).rows, [{ version: 2 }])
})

test('a store whose schema was migrated under it neither writes nor reads, and says that it must be restarted', {
  skip,
}, async (t) => {
  const pool = poolOf(t)
  const store = await postgresStore<TestKinds>({ pool })
  await store.commit([one])

  await migrate(pool, { ...options, steps: [...migrations, addColumn] })

  const restart = /migrated by another version .* Restart this one/
  await assert.rejects(store.commit([{ ...one, id: 'two' }]), restart)
  await assert.rejects(store.get('note', 'one'), restart)
  await assert.rejects(store.count('counter', 60), restart)
})

test('a schema with tables of another program is refused and not changed', { skip }, async (t) => {
  const pool = poolOf(t)
  await pool.query('CREATE SCHEMA portcullis; CREATE TABLE portcullis.entries (theirs text)')

  await assert.rejects(postgresStore({ pool }), /tables or functions of another program/)

  const { rows } = await pool.query(
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'portcullis'",
  )
  assert.deepEqual(rows, [{ table_name: 'entries' }])
})

test('a role that may make nothing is told who can, and may use what was made for it', { skip }, async (t) => {
  const connectionString = cluster.createDatabase()
  const owner = new pg.Pool({ connectionString })
  await owner.query('DROP ROLE IF EXISTS app; CREATE ROLE app LOGIN')
  const pool = new pg.Pool({ connectionString: connectionString.replace('postgres@', 'app@') })
  t.after(() => Promise.all([owner.end(), pool.end()]))
  await assert.rejects(postgresStore({ pool }), /may not make the schema .* CREATE SCHEMA "portcullis" AUTHORIZATION/)

  await postgresStore({ pool: owner })
  await owner.query(`
    GRANT USAGE ON SCHEMA portcullis TO app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA portcullis TO app;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA portcullis TO app`)

  const store = await postgresStore<TestKinds>({ pool })
  assert.equal(await store.commit([one]), true)
  assert.equal(await store.count('counter', 60), 1)
})

test('a database of another encoding is refused, with what to do', { skip }, async (t) => {
  const administrator = new pg.Pool({ host: cluster.host, user: 'postgres', database: 'postgres' })
  await administrator.query("CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
  const pool = new pg.Pool({ host: cluster.host, user: 'postgres', database: 'latin' })
  t.after(() => Promise.all([administrator.end(), pool.end()]))

  await assert.rejects(postgresStore({ pool }), /encoding is LATIN1, and must be UTF8/)
})

test('names no schema that SQL would have to quote with care, and no timeout that is none', { skip }, async (t) => {
  const pool = poolOf(t)

  for (const schema of ['', 'a"b', 'Upper', 'a-b', '1a', 'x'.repeat(64)])
    await assert.rejects(postgresStore({ pool, schema }), TypeError)
  for (const timeout of [0, -1, Number.NaN]) await assert.rejects(postgresStore({ pool, timeout }), TypeError)
})

function poolOf(t: { after(act: () => Promise<void>): void }): pg.Pool {
  const pool = new pg.Pool({ connectionString: cluster.createDatabase() })
  t.after(() => pool.end())
  return pool
}
