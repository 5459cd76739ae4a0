import { existsSync } from 'node:fs'
import { type SqliteStore, sqliteStore } from '@portcullis/auth/stores/sqlite'
import { OperatorError } from '../operations/operator-error.ts'
import type { ProgramKinds } from './records.ts'

/** Opens the database of a server that has run, beside it or after it. Throws `OperatorError` where there is none, or it cannot be used. */
export function openExistingStore(database: string): SqliteStore<ProgramKinds> {
  if (!existsSync(database))
    throw new OperatorError(`There is no database at ${database}`, {
      nextStep: 'Start the server once (portcullis serve), or name the database of yours: --database FILE.',
    })
  return openStore(database)
}

/** Opens the database, and makes it where there is none. Throws `OperatorError` where it cannot be used. */
export function openStore(database: string): SqliteStore<ProgramKinds> {
  try {
    return sqliteStore<ProgramKinds>({ path: database })
  } catch (cause) {
    throw new OperatorError(
      `Cannot use the database ${database}: ${cause instanceof Error ? cause.message : 'no reason given'}`,
      {
        nextStep:
          'See that the folder exists and may be written to, and that the file is a database of this version of Portcullis.',
        cause,
      },
    )
  }
}
