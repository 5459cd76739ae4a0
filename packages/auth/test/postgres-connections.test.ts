import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { type PostgresPool, type PostgresStore, postgresStore } from '@portcullis/auth/stores/postgres'
import pg from 'pg'
import { type PostgresCluster, startPostgres, whyNoPostgres } from '../../../scripts/postgres-cluster.ts'

type TestKinds = { note: { value: { text: string }; index: 'author' } }

const skip = whyNoPostgres()
let cluster: PostgresCluster

if (!skip) {
  before(async () => {
    cluster = await startPostgres({ isDurable: false })
  })
  after(() => cluster.close())
}

const put = (id: string, text = 'text') => ({ kind: 'note', id, version: 'absent', value: { text } }) as const

test('a commit is one query, whatever its size, and what is asked for at once shares few', { skip }, async (t) => {
  const { pool } = database(t)
  const queries: string[] = []
  const store = await postgresStore<TestKinds>({ pool: watched(pool, (text) => queries.push(text)) })

  queries.length = 0
  await store.commit(Array.from({ length: 500 }, (_, nth) => put(`n${nth}`)))
  assert.equal(queries.length, 1)

  await Promise.all(Array.from({ length: 50 }, (_, nth) => store.commit([put(`m${nth}`)])))
  assert.equal(queries.length, 2)

  await Promise.all(Array.from({ length: 50 }, (_, nth) => store.get('note', `m${nth}`)))
  assert.equal(queries.length, 3)
})

test('one commit that Postgres cannot hold fails alone among those asked for with it', { skip }, async (t) => {
  const { store } = await opened(t)
  const long = Array.from({ length: 3000 }, (_, nth) => String.fromCharCode(0x4e00 + ((nth * 7919) % 20_000))).join('')

  const [before, tooLong, after] = await Promise.allSettled([
    store.commit([put('before')]),
    store.commit([put('beside'), put(long)]),
    store.commit([put('after')]),
  ])

  assert.deepEqual([before, after], Array(2).fill({ status: 'fulfilled', value: true }))
  assert.ok(tooLong.status === 'rejected' && tooLong.reason instanceof TypeError)
  assert.equal(await store.get('note', 'beside'), undefined)
  assert.equal(await store.get('note', long), undefined)
  assert.equal(await store.count(long, 60), 1)
  assert.equal(await store.count(`${long}!`, 60), 1)
  assert.equal(await store.count(long, 60), 2)
})

test('a call that only reads is made again where its connection is lost in the middle', { skip }, async (t) => {
  const { pool, url } = database(t)
  const operator = new pg.Pool({ connectionString: url })
  t.after(() => operator.end())
  let toCut = 0
  const cutting = watched(pool, async () => {
    if (toCut === 0) return
    toCut -= 1
    await operator.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    )
  })
  const store = await postgresStore<TestKinds>({ pool: cutting })
  await store.commit([{ ...put('one'), index: { author: 'mia' } }])

  toCut = 1
  assert.equal((await store.get('note', 'one'))?.value.text, 'text')
  toCut = 2
  assert.equal((await store.list('note', 'author', 'mia')).length, 1)
})

test('a commit whose connection is lost rejects, and is not asked again: it may have been written', {
  skip,
}, async (t) => {
  const { pool } = database(t)
  let written: Promise<unknown> | undefined
  const lossy: PostgresPool = {
    on: (event, listener) => pool.on(event, listener),
    async connect() {
      const client = await pool.connect()
      return {
        on: (event, listener) => client.on(event, listener),
        release: (isBroken) => client.release(isBroken),
        async query(query) {
          const result = await client.query(query)
          if (written !== undefined || !query.text.includes('.commit_1($1')) return result
          written = Promise.resolve(result)
          throw new Error('Connection terminated unexpectedly')
        },
      }
    },
  }
  const store = await postgresStore<TestKinds>({ pool: lossy })

  await assert.rejects(store.commit([put('one')]), /Connection terminated/)

  await written
  assert.equal((await store.get('note', 'one'))?.value.text, 'text')
})

test('when Postgres goes down calls reject, and when it is back they work, with the same store', {
  skip,
}, async (t) => {
  const own = await startPostgres({ isDurable: true })
  const pool = new pg.Pool({ connectionString: own.createDatabase() })
  t.after(async () => {
    await pool.end()
    await own.close()
  })
  const store = await postgresStore<TestKinds>({ pool })
  await Promise.all(Array.from({ length: 5 }, (_, nth) => store.count(`${nth}`, 60)))

  await own.crash()
  await assert.rejects(store.get('note', 'one'))
  await assert.rejects(store.commit([put('one')]))
  await assert.rejects(store.count('counter', 60))
  await own.start()

  assert.equal(await store.commit([put('one')]), true)
  assert.equal((await store.get('note', 'one'))?.value.text, 'text')
})

test('a call that is held up for longer than the timeout rejects, those behind it too, and later ones are tried afresh', {
  skip,
}, async (t) => {
  const { pool, url } = database(t)
  const store = await postgresStore<TestKinds>({ pool, timeout: 0.3 })
  const holder = new pg.Client({ connectionString: url })
  await holder.connect()
  t.after(() => holder.end())
  await holder.query('BEGIN; LOCK TABLE portcullis.entries IN ACCESS EXCLUSIVE MODE')

  const late = /did not answer within 0.3 s/
  await Promise.all([
    assert.rejects(store.commit([put('one')]), late),
    assert.rejects(store.get('note', 'one'), late),
    new Promise(setImmediate).then(() => assert.rejects(store.commit([put('two')]), late)),
  ])
  await holder.query('ROLLBACK')

  assert.equal(await store.commit([put('three')]), true)
})

test('a pool that gives no connection holds no call for longer than the timeout', async () => {
  const never: PostgresPool = { on: () => {}, connect: () => new Promise(() => {}) }
  const store = postgresStore({ pool: never, timeout: 0.05 })

  await assert.rejects(store, /did not answer within 0.05 s/)
})

test('what the database took back for the sake of another transaction is asked for again', { skip }, async (t) => {
  const { pool } = database(t)
  const refusals = ['40001', '40P01', '40001']
  const refusing = watched(pool, (text) => {
    const code = text.includes('.commit_1($1') ? refusals.pop() : undefined
    if (code !== undefined) throw Object.assign(new Error('taken back'), { code, severity: 'ERROR' })
  })
  const store = await postgresStore<TestKinds>({ pool: refusing })

  assert.equal(await store.commit([put('one')]), true)
  assert.deepEqual(refusals, [])
})

test('under another default isolation, in which a commit could not see what was written while it waited, nothing is written', {
  skip,
}, async (t) => {
  const { pool } = database(t)
  await pool.query(
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = ''repeatable read''', current_database()); END $$`,
  )
  const later = new pg.Pool(pool.options)
  t.after(() => later.end())
  const store = await postgresStore<TestKinds>({ pool: later })

  await assert.rejects(store.commit([put('one')]), /default_transaction_isolation must be "read committed"/)
})

test('a commit waits for the disk though the database is set not to, and a count does not', { skip }, async (t) => {
  const { pool } = database(t) // its server is set so
  const store = await postgresStore<TestKinds>({ pool })
  await pool.query(`
    CREATE TABLE seen (place text, setting text);
    CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO public.seen VALUES (TG_TABLE_NAME, current_setting('synchronous_commit')); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER see AFTER INSERT ON portcullis.entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION see();
    CREATE CONSTRAINT TRIGGER see AFTER INSERT ON portcullis.counters DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION see()`)

  await store.commit([put('one')])
  await store.count('counter', 60)

  const { rows } = await pool.query('SELECT * FROM seen ORDER BY place')
  assert.deepEqual(rows, [
    { place: 'counters', setting: 'off' },
    { place: 'entries', setting: 'on' },
  ])
})

test('what has expired is removed by later commits, rows of indexes too, but not what lives longer meanwhile', {
  skip,
}, async (t) => {
  let time = 1000
  const { pool } = database(t)
  const store = await postgresStore<TestKinds>({ pool, now: () => time })
  const short = Array.from({ length: 40 }, (_, nth) => ({
    ...put(`short${nth}`),
    expiresAt: 1010,
    index: { author: 'mia' },
  }))
  await store.commit([...short, { ...put('longer'), expiresAt: 1010, index: { author: 'mia' } }])
  const entry = await store.get('note', 'longer')
  await store.commit([
    {
      kind: 'note',
      id: 'longer',
      version: entry?.version ?? 0,
      value: { text: 'again' },
      expiresAt: 2000,
      index: { author: 'mia' },
    },
  ])

  time = 1010
  for (let nth = 0; nth < 3; nth += 1) await store.commit([put(`later${nth}`)])

  const { rows } = await pool.query(
    'SELECT (SELECT count(*) FROM portcullis.entries) AS entries, (SELECT count(*) FROM portcullis.index_entries) AS places',
  )
  assert.deepEqual(rows, [{ entries: '4', places: '1' }])
  assert.equal((await store.list('note', 'author', 'mia'))[0]?.value.text, 'again')
})

test('of two commits on one version that wait for the same row at the same time, one writes', { skip }, async (t) => {
  const { pool, url, store } = await opened(t)
  const otherPool = new pg.Pool({ connectionString: url })
  const other = await postgresStore<TestKinds>({ pool: otherPool })
  const holder = new pg.Client({ connectionString: url })
  await holder.connect()
  t.after(() => Promise.all([otherPool.end(), holder.end()]))
  await store.commit([put('one')])
  const version = (await store.get('note', 'one'))?.version ?? 0
  await holder.query("BEGIN; SELECT FROM portcullis.entries WHERE id = 'one' FOR UPDATE")

  const commits = [store, other].map((each, nth) =>
    each.commit([{ kind: 'note', id: 'one', version, value: { text: `${nth}` } }]),
  )
  const waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
  while ((await pool.query(waiting)).rowCount !== 2) await new Promise(setImmediate)
  await holder.query('ROLLBACK')

  const wrote = await Promise.all(commits)
  assert.equal(wrote.filter(Boolean).length, 1)
  assert.equal((await store.get('note', 'one'))?.value.text, `${wrote.indexOf(true)}`)
})

test('after it is closed a store refuses every call, having finished those before', { skip }, async (t) => {
  const { pool, store } = await opened(t)

  const committed = store.commit([put('one')])
  await store.close()

  assert.equal(await committed, true)
  await assert.rejects(store.get('note', 'one'), /closed/)
  await assert.rejects(store.commit([put('two')]), /closed/)
  assert.equal((await pool.query('SELECT FROM portcullis.entries')).rowCount, 1)
})

function database(t: TestContext): { pool: pg.Pool; url: string } {
  const url = cluster.createDatabase()
  const pool = new pg.Pool({ connectionString: url })
  t.after(() => pool.end())
  return { pool, url }
}

async function opened(t: TestContext): Promise<{ pool: pg.Pool; url: string; store: PostgresStore<TestKinds> }> {
  const { pool, url } = database(t)
  return { pool, url, store: await postgresStore<TestKinds>({ pool }) }
}

/** The same pool; `tell` is told of each query before it is sent. */
function watched(pool: pg.Pool, tell: (text: string) => unknown): PostgresPool {
  return {
    on: (event, listener) => pool.on(event, listener),
    async connect() {
      const client = await pool.connect()
      return {
        on: (event, listener) => client.on(event, listener),
        release: (isBroken) => client.release(isBroken),
        async query(query) {
          await tell(query.text)
          return client.query(query)
        },
      }
    },
  }
}
