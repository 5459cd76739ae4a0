import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { type SqliteStoreOptions, sqliteStore } from '../sqlite.ts'
import { applicationId, migrate, migrations, prepareSchemaCheck, requireOwnDatabase } from './migrations.ts'

type TestKinds = { note: { value: { text: string }; index: never } }

async function temporaryPath(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'portcullis-open-'))
  t.after(() => rm(directory, { recursive: true }))
  return join(directory, 'store.db')
}

function openStore(t: TestContext, options: SqliteStoreOptions) {
  const store = sqliteStore<TestKinds>(options)
  t.after(() => store.close())
  return store
}

function openRaw(t: TestContext, path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  t.after(() => database.close())
  return database
}

test('the database and its companions are for their owner alone', async (t) => {
  const path = await temporaryPath(t)

  const store = openStore(t, { path })
  await store.commit([{ kind: 'note', id: 'one', version: 'absent', value: { text: 'text' } }])

  for (const suffix of ['', '-wal', '-shm']) assert.equal((await stat(path + suffix)).mode & 0o777, 0o600, suffix)
})

test('a store keeps its locks when its process opens another on the same file, or a process elsewhere would take its log away', {
  skip: existsSync('/proc/locks') ? false : 'needs /proc/locks, to see them',
}, async (t) => {
  const path = await temporaryPath(t)
  const first = openStore(t, { path })
  await first.commit([{ kind: 'note', id: 'one', version: 'absent', value: { text: 'text' } }])
  const { ino } = await stat(path)
  const locks = async () =>
    (await readFile('/proc/locks', 'utf8')).split('\n').filter((line) => line.includes(`:${ino} `))
  const before = await locks()

  openStore(t, { path })

  assert.equal(before.length, 1)
  assert.equal((await locks()).length, 1)
})

test('a database behind a link is for its owner alone too, where the link leads nowhere yet', async (t) => {
  const path = await temporaryPath(t)
  const link = `${path}.link`
  await symlink(path, link)

  const store = openStore(t, { path: link })
  await store.commit([{ kind: 'note', id: 'one', version: 'absent', value: { text: 'text' } }])

  for (const suffix of ['', '-wal', '-shm']) assert.equal((await stat(path + suffix)).mode & 0o777, 0o600, suffix)
})

test('a file that is there keeps the mode its owner gave it', async (t) => {
  const path = await temporaryPath(t)
  await writeFile(path, '')
  await chmod(path, 0o660)

  const store = openStore(t, { path })
  await store.commit([{ kind: 'note', id: 'one', version: 'absent', value: { text: 'text' } }])

  for (const suffix of ['', '-wal', '-shm']) assert.equal((await stat(path + suffix)).mode & 0o777, 0o660, suffix)
})

test('the database is named as a file: what SQLite would take for something else is refused or taken for a file', async (t) => {
  const path = await temporaryPath(t)

  for (const odd of ['', ':memory:']) assert.throws(() => sqliteStore({ path: odd }), TypeError)
  assert.throws(() => sqliteStore({ path: join(path, 'no such directory', 'store.db') }), { code: 'ENOENT' })
  openStore(t, { path: `${path}?mode=memory` })

  assert.ok((await stat(`${path}?mode=memory`)).size > 0)
})

test('a database of another program is refused, and not one byte of it is changed', async (t) => {
  const path = await temporaryPath(t)
  const other = new DatabaseSync(path)
  other.exec('CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)')
  other.close()
  const before = await readFile(path)

  assert.throws(() => sqliteStore({ path }), /database of another program.*not changed/)

  assert.deepEqual(await readFile(path), before)
})

test('a database that only names another application is refused, though it is empty', async (t) => {
  const path = await temporaryPath(t)
  const other = new DatabaseSync(path)
  other.exec('PRAGMA application_id = 7')
  other.close()

  assert.throws(() => sqliteStore({ path }), /another program/)
})

test('a file that is no database is refused', async (t) => {
  const path = await temporaryPath(t)
  await writeFile(path, 'servers:\n'.repeat(200))

  assert.throws(() => sqliteStore({ path }), /cannot be read as a database.*backup/)

  assert.equal(await readFile(path, 'utf8'), 'servers:\n'.repeat(200))
})

test('a database of a newer version is refused with what to do, and not changed', async (t) => {
  const path = await temporaryPath(t)
  await sqliteStore({ path }).close()
  const newer = new DatabaseSync(path)
  newer.exec(`PRAGMA user_version = ${migrations.length + 1}`)
  newer.close()
  const before = await readFile(path)

  assert.throws(() => sqliteStore({ path }), /newer version.*Update Portcullis, or restore a backup/)

  assert.deepEqual(await readFile(path), before)
})

test('a store writes nothing once a newer version has migrated the file under it', async (t) => {
  const path = await temporaryPath(t)
  const store = openStore(t, { path })
  openRaw(t, path).exec(`PRAGMA user_version = ${migrations.length + 1}`)

  const commit = store.commit([{ kind: 'note', id: 'one', version: 'absent', value: { text: 'text' } }])

  await assert.rejects(commit, /migrated by another version/)
  await assert.rejects(store.count('a', 60), /migrated by another version/)
  assert.equal(await store.get('note', 'one'), undefined)
})

test('what was committed is there when the file is opened again, and versions go on', async (t) => {
  const path = await temporaryPath(t)
  const first = sqliteStore<TestKinds>({ path })
  await first.commit([{ kind: 'note', id: 'one', version: 'absent', value: { text: 'text' } }])
  const before = await first.get('note', 'one')
  await first.close()

  const second = openStore(t, { path })

  assert.deepEqual(await second.get('note', 'one'), before)
  const version = before?.version ?? 0
  await second.commit([{ kind: 'note', id: 'one', version, value: undefined }])
  await second.commit([{ kind: 'note', id: 'one', version: 'absent', value: { text: 'anew' } }])
  assert.ok(((await second.get('note', 'one'))?.version ?? 0) > version)
})

test('every step from each version leads to the newest, with the records kept', (t) => {
  const steps = [
    'CREATE TABLE a (x); INSERT INTO a VALUES (1)',
    'ALTER TABLE a ADD COLUMN y; UPDATE a SET y = x + 1',
    'CREATE TABLE b AS SELECT x + y AS z FROM a',
  ]
  for (let from = 0; from <= steps.length; from += 1) {
    const database = openRaw(t, ':memory:')
    migrate(database, 'a file', steps.slice(0, from))

    requireOwnDatabase(database, 'a file', steps)
    migrate(database, 'a file', steps)

    assert.deepEqual({ ...database.prepare('SELECT z FROM b').get() }, { z: 3 })
    assert.equal(database.prepare('PRAGMA user_version').get()?.user_version, steps.length)
    assert.equal(database.prepare('PRAGMA application_id').get()?.application_id, applicationId)
    prepareSchemaCheck(database, steps)()
  }
})

test('a step that fails leaves the database at the version it had', (t) => {
  const database = openRaw(t, ':memory:')
  const steps = ['CREATE TABLE a (x)']
  migrate(database, 'a file', steps)

  assert.throws(
    () => migrate(database, 'a file', [...steps, 'CREATE TABLE b (y)', 'CREATE TABLE a (x)']),
    /already exists/,
  )

  assert.equal(database.prepare('PRAGMA user_version').get()?.user_version, 1)
  assert.deepEqual(
    database
      .prepare('SELECT name FROM sqlite_schema')
      .all()
      .map(({ name }) => name),
    ['a'],
  )
})

test('a copy of the file alone, made after an orderly close, is a whole backup', async (t) => {
  const path = await temporaryPath(t)
  const store = sqliteStore<TestKinds>({ path })
  const committed = store.commit([{ kind: 'note', id: 'one', version: 'absent', value: { text: 'text' } }])
  await store.close()
  await copyFile(path, `${path}.copy`)

  const copy = openStore(t, { path: `${path}.copy` })

  assert.equal(await committed, true)
  assert.equal((await copy.get('note', 'one'))?.value.text, 'text')
})
