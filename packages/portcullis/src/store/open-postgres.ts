import { postgresStore } from '@portcullis/auth/stores/postgres'
import { passwordIn, withoutPassword, withPassword } from '../config/database-url.ts'
import { OperatorError } from '../operations/operator-error.ts'
import { readSecretFile } from '../operations/secret-file.ts'
import type { DatabaseSettings, ProgramStore } from './open-store.ts'
import type { ProgramKinds } from './records.ts'

/** Connects to the Postgres database that the settings name. Throws `OperatorError` where it cannot be used. */
export async function openPostgres({
  database,
  databaseSchema,
  environment = {},
}: DatabaseSettings): Promise<ProgramStore> {
  // Loaded only here, so that those on SQLite start at once.
  const { Pool } = await import('pg')
  try {
    const pool = new Pool({
      connectionString: withPassword(database, passwordOf(database, environment)),
      fallback_application_name: 'portcullis',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
    })
    try {
      const store = await postgresStore<ProgramKinds>({
        pool,
        ...(databaseSchema !== undefined && { schema: databaseSchema }),
      })
      return {
        ...store,
        async close() {
          await store.close()
          await pool.end()
        },
      }
    } catch (cause) {
      await pool.end()
      throw cause
    }
  } catch (cause) {
    throw cause instanceof OperatorError ? cause : explained(database, cause)
  }
}

/** What the operator gave beside the URL goes before what stands in it, which only the environment may have. */
function passwordOf(database: string, environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const {
    PORTCULLIS_DATABASE_PASSWORD: given,
    PORTCULLIS_DATABASE_PASSWORD_FILE: file,
    PORTCULLIS_DATABASE: url,
  } = environment
  if (given !== undefined && given !== '') return given
  if (file !== undefined && file !== '')
    return readSecretFile(file, 'PORTCULLIS_DATABASE_PASSWORD_FILE').replace(/\r?\n$/, '')
  return url !== undefined && withoutPassword(url) === database ? passwordIn(url) : undefined
}

function explained(database: string, cause: unknown): OperatorError {
  const said = cause instanceof Error ? cause.message : 'no reason given'
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const refuse = (reason: string, nextStep: string) =>
    new OperatorError(`Cannot use the database ${database}: ${reason}`, { nextStep, cause })
  if (/^28/.test(code) || /password/i.test(said))
    return refuse(
      said,
      'See that its URL names the right user, and that PORTCULLIS_DATABASE_PASSWORD or PORTCULLIS_DATABASE_PASSWORD_FILE has that user’s password.',
    )
  if (code === '3D000')
    return refuse(said, 'Make it once: createdb --encoding UTF8 NAME. The tables are made at the first start.')
  // The store says what is wrong, and behind that what to do.
  const end = said.indexOf('. ')
  if (end !== -1) return refuse(said.slice(0, end), said.slice(end + 2))
  return refuse(
    said === '' ? code : said,
    'See that Postgres runs, that its host and port are right, and that it lets this machine in (pg_hba.conf).',
  )
}
