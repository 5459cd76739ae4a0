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
    throw explained(database, cause)
  }
}

function explained(database: string, cause: unknown): OperatorError {
  const said = cause instanceof Error ? cause.message : 'no reason given'
  // The store says of its file what is wrong with it, and behind that what to do.
  const end = said.startsWith(`${database} `) ? said.indexOf('. ', database.length) : -1
  if (end !== -1) return new OperatorError(said.slice(0, end), { nextStep: said.slice(end + 2), cause })
  const reason = reasonOf(cause) ?? said.replace(/\.$/, '')
  return new OperatorError(`Cannot use the database ${database}: ${reason}`, {
    nextStep:
      'See that its folder exists, is on a local disk, and may be written to by this user, and so may the file and those beside it.',
    cause,
  })
}

/** In words, where the operating system has a code for it and names the file again. */
function reasonOf(cause: unknown): string | undefined {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'its folder does not exist'
    case 'EACCES':
    case 'EPERM':
      return 'this user may not write there'
    case 'EROFS':
      return 'the disk cannot be written to'
    case 'ENOSPC':
      return 'the disk is full'
    default:
      return undefined
  }
}
