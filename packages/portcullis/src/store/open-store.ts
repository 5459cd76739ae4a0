import { existsSync } from 'node:fs'
import type { Store } from '@portcullis/auth/authorization-server'
import { sqliteStore } from '@portcullis/auth/stores/sqlite'
import { isPostgresUrl } from '../config/database-url.ts'
import { OperatorError } from '../operations/operator-error.ts'
import { usesWithGrants } from '../usage/uses-with-grants.ts'
import { openPostgres } from './open-postgres.ts'
import type { ProgramKinds } from './records.ts'

/** The program's store, open. */
export type ProgramStore = Store<ProgramKinds> & { close(): Promise<void> }

export interface DatabaseSettings {
  /** The path of a SQLite file, or the URL of a Postgres database without its password. */
  database: string
  /** The schema of a Postgres database. Default: the store's own. */
  databaseSchema?: string
  /** Where the password of a Postgres database is from. Default: empty. */
  environment?: Readonly<Record<string, string | undefined>>
}

/** Opens the database of a server that has run, beside it or after it. Throws `OperatorError` where there is none, or it cannot be used. */
export async function openExistingStore(settings: DatabaseSettings): Promise<ProgramStore> {
  const { database } = settings
  if (!isPostgresUrl(database) && !existsSync(database))
    throw new OperatorError(`There is no database at ${database}`, {
      nextStep: 'Start the server once (portcullis serve), or name the database of yours: --database PLACE.',
    })
  return openStore(settings)
}

/** Opens the database, and makes what it lacks. Throws `OperatorError` where it cannot be used. */
export async function openStore(settings: DatabaseSettings): Promise<ProgramStore> {
  const store = await open(settings)
  return { ...usesWithGrants(store), close: () => store.close() }
}

async function open(settings: DatabaseSettings): Promise<ProgramStore> {
  const { database } = settings
  if (isPostgresUrl(database)) return openPostgres(settings)
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
