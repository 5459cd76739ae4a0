import { accessSync, closeSync, constants, existsSync, openSync, readlinkSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { migrate, requireOwnDatabase } from './migrations.ts'
import { longestWait } from './transaction.ts'

/** How much a committed transaction outlives: `full` the loss of power, `relaxed` the death of the process. */
export type Durability = 'full' | 'relaxed'

/**
 * A connection to the database file, which is made (for its owner alone, mode 0600) or brought to the newest schema where needed. One for everything:
 * whatever another connection writes makes SQLite forget all that this one holds in memory.
 * Throws an `Error` that says what to do where it cannot be used, and `TypeError` for a path that names no file.
 */
export function openDatabase(path: string): DatabaseSync {
  const { DatabaseSync } = requireSqlite()
  const file = requireFile(path)
  return connect(new DatabaseSync(file), file)
}

/** Says what transactions outlive from now on; not within one. */
export function prepareDurability(database: DatabaseSync): (durability: Durability) => void {
  let now: Durability | undefined
  return (durability) => {
    if (durability === now) return
    // In a write-ahead log, FULL waits for the disk at every commit, NORMAL only when the log is copied into the file.
    database.exec(`PRAGMA synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`)
    now = durability
  }
}

function requireSqlite(): typeof import('node:sqlite') {
  // The global: an import of node:process reads all of it, and so opens standard input and output at every start.
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const isOldNode = major < 22 || (major === 22 && minor < 19)
  // Not a static import: that would fail while modules are linked, with a message that names no remedy.
  const sqlite = isOldNode ? undefined : process.getBuiltinModule('node:sqlite')
  if (sqlite === undefined)
    throw new Error(
      `The SQLite store needs node:sqlite, which is in Node.js 22.19 and newer; this is ${process.version}. ` +
        'Update Node.js, or use another store.',
    )
  return sqlite
}

function requireFile(path: string): string {
  // SQLite gives these a meaning of its own: a database in memory, one for each connection.
  if (path === '' || path === ':memory:')
    throw new TypeError('"path" must name a file; for a store in memory there is memoryStore()')
  const file = resolve(path)
  makePrivate(file)
  return file
}

/**
 * Makes the file where there is none, also where a link leads to it, because SQLite would make it readable for others; its -wal and -shm files take the
 * mode over. One that is there is not opened: closing it again would take from this process the locks of every other connection that it has to it (POSIX),
 * and a process elsewhere would then delete the log that they write.
 */
function makePrivate(file: string): void {
  if (existsSync(file)) {
    accessSync(file, constants.R_OK)
    return
  }
  try {
    closeSync(openSync(file, constants.O_RDONLY | constants.O_CREAT | constants.O_EXCL, 0o600))
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause
    // Somebody else made it meanwhile, or it is a link to nothing yet.
    if (!existsSync(file)) makePrivate(resolve(dirname(file), readlinkSync(file)))
  }
}

function connect(database: DatabaseSync, file: string): DatabaseSync {
  try {
    database.exec('PRAGMA busy_timeout = 5000; PRAGMA trusted_schema = OFF')
    requireOwnDatabase(database, file)
    const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode
    if (mode !== 'wal')
      throw new Error(`${file} is on a file system without what a write-ahead log needs. Put it on a local disk.`)
    // A page that many transactions write is copied into the file once for all of them: every 16 MiB of the log, in place of every 4.
    database.exec('PRAGMA wal_autocheckpoint = 4000; PRAGMA synchronous = FULL')
    migrate(database, file)
    // From here on a lock that is held for longer is waited for without holding up the event loop: see group-commit.ts.
    database.exec(`PRAGMA busy_timeout = ${longestWait}`)
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}
