import type { DatabaseSync } from 'node:sqlite'

/** Milliseconds for which a lock may hold up the event loop. */
export const longestWait = 20

/** Runs a body in a transaction: committed where it returns, rolled back where it throws. `mayWait`: for a lock, as long as the connection is set to. */
export type RunTransaction = (body: () => void, options: { mayWait: boolean }) => void

export function prepareTransaction(database: DatabaseSync): RunTransaction {
  // IMMEDIATE takes the lock before anything is read, so that what was read is still so when it is written.
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')

  function beginAtOnce(): void {
    database.exec('PRAGMA busy_timeout = 0')
    try {
      begin.run()
    } finally {
      database.exec(`PRAGMA busy_timeout = ${longestWait}`) // reads wait, too, where a log is recovered
    }
  }

  return (body, { mayWait }) => {
    if (mayWait) begin.run()
    else beginAtOnce()
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
