import type { DatabaseSync } from 'node:sqlite'

/** Runs a body in a transaction: committed where it returns, rolled back where it throws. */
export function prepareTransaction(database: DatabaseSync): (body: () => void) => void {
  // IMMEDIATE takes the lock before anything is read, so that what was read is still so when it is written.
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  return (body) => {
    begin.run()
    try {
      body()
      commit.run()
    } catch (cause) {
      rollBack(database)
      throw cause
    }
  }
}

/** Ends a transaction that failed, if SQLite has not done so itself. */
export function rollBack(database: DatabaseSync): void {
  try {
    database.exec('ROLLBACK')
  } catch {
    // After some errors (a full disk) SQLite has rolled back already, and says that there is no transaction; the first error is the one to tell.
  }
}
