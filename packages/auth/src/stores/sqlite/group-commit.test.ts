import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { type SqliteStore, sqliteStore } from '../sqlite.ts'

type TestKinds = { note: { value: { text: string }; index: 'author' } }

interface Opened {
  path: string
  store: SqliteStore<TestKinds>
  /** Another program at the same file. */
  raw: DatabaseSync
}

async function open(t: TestContext, options: { lockTimeout?: number; now?: () => number } = {}): Promise<Opened> {
  const directory = await mkdtemp(join(tmpdir(), 'portcullis-group-'))
  const path = join(directory, 'store.db')
  const store = sqliteStore<TestKinds>({ path, ...options })
  const raw = new DatabaseSync(path)
  t.after(async () => {
    raw.close()
    await store.close()
    await rm(directory, { recursive: true })
  })
  return { path, store, raw }
}

function create(store: SqliteStore<TestKinds>, id: string): Promise<boolean> {
  return store.commit([{ kind: 'note', id, version: 'absent', value: { text: 'text' }, index: { author: 'mia' } }])
}

/** How many transactions the write-ahead log holds: frames that name a size of the database end one. */
async function transactionsIn(path: string): Promise<number> {
  const log = await readFile(`${path}-wal`)
  const frame = 24 + log.readUInt32BE(8)
  let transactions = 0
  for (let at = 32; at + frame <= log.length; at += frame) if (log.readUInt32BE(at + 4) > 0) transactions += 1
  return transactions
}

test('commits and counts asked for in one turn share one transaction', async (t) => {
  const { path, store } = await open(t)
  await create(store, 'first')
  const before = await transactionsIn(path)

  await Promise.all([...Array.from({ length: 20 }, (_, nth) => create(store, `n${nth}`)), store.count('a', 60)])

  assert.equal((await transactionsIn(path)) - before, 1)
})

test('a commit is answered only when another process can see it', async (t) => {
  const { store, raw } = await open(t)
  const find = raw.prepare("SELECT 1 FROM entries WHERE id = 'one'")

  const committed = create(store, 'one')
  const seenBefore = find.get()
  await committed

  assert.equal(seenBefore, undefined)
  assert.notEqual(find.get(), undefined)
})

test('a commit that does not write leaves the file as it is', async (t) => {
  const { path, store } = await open(t)
  await create(store, 'one')
  const before = await transactionsIn(path)

  assert.equal(await create(store, 'one'), false)

  assert.equal(await transactionsIn(path), before)
})

const isFault = "NEW.id = 'fault'"
const faults = {
  'a statement fails': `CREATE TRIGGER fault BEFORE INSERT ON entries WHEN ${isFault} BEGIN SELECT RAISE(ABORT, 'disk is full'); END`,
  'SQLite rolls back itself, as with a full disk': `CREATE TRIGGER fault BEFORE INSERT ON entries WHEN ${isFault} BEGIN SELECT RAISE(ROLLBACK, 'disk is full'); END`,
  'the commit fails': `
    CREATE TABLE parent (id INTEGER PRIMARY KEY);
    CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER fault BEFORE INSERT ON entries WHEN ${isFault} BEGIN INSERT INTO child VALUES (1); END`,
}
for (const [name, sql] of Object.entries(faults))
  test(`where ${name}, the whole group is rejected, nothing is written, and it is over afterwards`, async (t) => {
    const { store, raw } = await open(t)
    await create(store, 'before')
    const previous = await store.get('note', 'before')
    raw.exec(sql)

    const answers = await Promise.allSettled([
      create(store, 'one'),
      store.commit([
        { kind: 'note', id: 'before', version: previous?.version ?? 0, value: { text: 'changed' } },
        { kind: 'note', id: 'fault', version: 'absent', value: { text: 'text' } },
      ]),
      store.count('a', 60),
      create(store, 'two'),
    ])
    raw.exec('DROP TRIGGER fault')

    for (const answer of answers)
      assert.match(String(answer.status === 'rejected' && answer.reason), /disk is full|FOREIGN KEY/)
    assert.deepEqual(await store.list('note', 'author', 'mia'), [previous])
    assert.equal(await store.get('note', 'fault'), undefined)
    assert.equal(await create(store, 'one'), true)
    assert.equal(await store.count('a', 60), 1)
  })

test('a write waits while another process writes, and reading goes on meanwhile', async (t) => {
  const { store, raw } = await open(t)
  await create(store, 'before')
  raw.exec('BEGIN IMMEDIATE')

  const answers = Promise.all([create(store, 'one'), store.count('a', 60)])
  await new Promise((resolve) => setImmediate(resolve))
  const readWhileLocked = await store.get('note', 'before')
  raw.exec('COMMIT')

  assert.equal(readWhileLocked?.value.text, 'text')
  assert.deepEqual(await answers, [true, 1])
})

test('a write is rejected when the lock does not come free in time, and later ones are tried afresh', async (t) => {
  const { store, raw } = await open(t, { lockTimeout: 0.05 })
  raw.exec('BEGIN IMMEDIATE')

  await assert.rejects(create(store, 'one'), /database is locked/)
  await assert.rejects(store.count('a', 60), /database is locked/)
  raw.exec('ROLLBACK')

  assert.equal(await store.get('note', 'one'), undefined)
  assert.equal(await create(store, 'one'), true)
})

test('while another process holds the lock for long, this one goes on with everything else', async (t) => {
  const { store, raw } = await open(t, { lockTimeout: 0.4 })
  raw.exec('BEGIN IMMEDIATE')
  const before = performance.eventLoopUtilization()

  await assert.rejects(create(store, 'one'), /database is locked/)

  const { utilization } = performance.eventLoopUtilization(before)
  assert.ok(utilization < 0.5, `the event loop was held up for ${Math.round(100 * utilization)} % of the time`)
  raw.exec('ROLLBACK')
})

test('close waits for the writes asked for, copies the log into the file, and refuses what comes later', async (t) => {
  const { path, store, raw } = await open(t)
  const asked = [create(store, 'one'), create(store, 'two')]
  raw.close()

  const closed = store.close()
  const late = Promise.allSettled([
    create(store, 'late'),
    store.get('note', 'one'),
    store.list('note', 'author', 'mia'),
    store.count('a', 60),
  ])
  await closed

  assert.deepEqual(await Promise.all(asked), [true, true])
  for (const answer of await late) assert.match(String(answer.status === 'rejected' && answer.reason), /closed/)
  await assert.rejects(readFile(`${path}-wal`), { code: 'ENOENT' })
  await store.close()
  raw.open()
})

test('close does not wait for ever for a lock of another process', async (t) => {
  const { store, raw } = await open(t, { lockTimeout: 0.05 })
  raw.exec('BEGIN IMMEDIATE')
  const refused = assert.rejects(create(store, 'one'), /locked/)

  await store.close()

  await refused
  raw.exec('ROLLBACK')
})

test('what has expired leaves the file, with its index rows, while others write', async (t) => {
  let time = 1000
  const { store, raw } = await open(t, { now: () => time })
  const expiring = (nth: number) =>
    ({
      kind: 'note',
      id: `short${nth}`,
      version: 'absent',
      value: { text: '' },
      expiresAt: 1060,
      index: { author: 'mia' },
    }) as const
  for (let nth = 0; nth < 100; nth += 1) {
    await store.commit([expiring(nth)])
    await store.count(`short${nth}`, 60)
  }
  // Those that sweeping comes upon first live longer by now, and must not stand in its way.
  for (let nth = 0; nth < 60; nth += 1) {
    const { id, value, version } = (await store.get('note', `short${nth}`)) ?? assert.fail()
    await store.commit([{ kind: 'note', id, version, value, expiresAt: 5000 }])
  }
  time = 1060

  for (let nth = 0; nth < 20; nth += 1) {
    await create(store, `long${nth}`)
    await store.count('long', 60)
  }

  const rowsOf = (table: string) => raw.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.rows
  assert.equal(rowsOf('entries'), 80)
  assert.equal(rowsOf('index_entries'), 20)
  assert.equal(rowsOf('counters'), 1)
  time = 5000
  for (let nth = 0; nth < 10; nth += 1) await create(store, `last${nth}`)
  assert.equal(rowsOf('entries'), 30)
})

test('a lock timeout that is none is refused', () => {
  for (const lockTimeout of [-1, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => sqliteStore({ path: 'never-made.db', lockTimeout }), TypeError)
})
