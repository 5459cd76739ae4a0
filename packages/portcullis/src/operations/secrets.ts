import { hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import type { ServerSecret } from '@portcullis/auth/authorization-server'
import { isPostgresUrl } from '../config/database-url.ts'
import { OperatorError } from './operator-error.ts'
import { createPrivateFile, readPrivateFile } from './private-file.ts'
import { readSecretFile } from './secret-file.ts'

export interface LoadedSecrets {
  /** The first is used for what is new; the others are still accepted. */
  secrets: readonly [ServerSecret, ...ServerSecret[]]
  /** The environment variable or the file that they are from, for the log. */
  from: string
  /** Whether they are from a key file beside the database, as opposed to the operator. */
  isKeyFile: boolean
  /** Whether that key file was made just now. */
  isNew: boolean
}

export const leastSecretLength = 32

/**
 * The secrets from `PORTCULLIS_SECRET`, or from the file `PORTCULLIS_SECRET_FILE` names, or from the key file beside the database, which is made
 * where neither it nor a database is there. Call it before the database is made.
 * Throws `OperatorError` where a secret is too short, where others may read the key file, where a database has lost its key, and where there is none
 * for a Postgres database, beside which no file could stand.
 */
export function loadSecrets({
  environment,
  database,
}: {
  environment: Readonly<Record<string, string | undefined>>
  database: string
}): LoadedSecrets {
  const { PORTCULLIS_SECRET: given, PORTCULLIS_SECRET_FILE: file } = environment
  if (given !== undefined && given !== '') {
    const from = 'PORTCULLIS_SECRET'
    return { secrets: parseSecrets(given, from), from, isKeyFile: false, isNew: false }
  }
  if (file !== undefined && file !== '') {
    return {
      secrets: parseSecrets(readSecretFile(file, 'PORTCULLIS_SECRET_FILE'), file),
      from: file,
      isKeyFile: false,
      isNew: false,
    }
  }
  if (isPostgresUrl(database))
    throw new OperatorError(
      'There is no secret, and a database that several machines may share has no key file beside it',
      {
        nextStep:
          'Set PORTCULLIS_SECRET or PORTCULLIS_SECRET_FILE, to the same at every start of every process. Make a secret with: openssl rand -base64 32',
      },
    )
  return loadKeyFile(keyFileOf(database), database)
}

/**
 * The initial access tokens from `PORTCULLIS_INITIAL_ACCESS_TOKEN`, or from the file that `PORTCULLIS_INITIAL_ACCESS_TOKEN_FILE` names; none where neither is
 * set. Throws `OperatorError` where one is too short, or a file that was named has none: registration must not be open by mistake.
 */
export function loadInitialAccessTokens(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const { PORTCULLIS_INITIAL_ACCESS_TOKEN: given, PORTCULLIS_INITIAL_ACCESS_TOKEN_FILE: file } = environment
  const isGiven = given !== undefined && given !== ''
  if (!isGiven && (file === undefined || file === '')) return []
  const from = isGiven ? 'PORTCULLIS_INITIAL_ACCESS_TOKEN' : (file ?? '')
  const text = isGiven ? given : readSecretFile(from, 'PORTCULLIS_INITIAL_ACCESS_TOKEN_FILE')
  const tokens = text.split(/\s+/).filter((token) => token !== '')
  for (const token of tokens.length === 0 ? [''] : tokens)
    if (token.length < leastSecretLength || !/^[\x21-\x7E]+$/.test(token))
      throw new OperatorError(
        `An initial access token in ${from} needs at least ${leastSecretLength} visible ASCII characters`,
        {
          nextStep: 'Make one with: openssl rand -base64 32',
        },
      )
  return tokens
}

/** What the operator is told where the database needs a secret that `loaded` does not have. */
export function missingSecret({ from }: Pick<LoadedSecrets, 'from'>, database: string, cause: unknown): OperatorError {
  const keyFile = keyFileOf(database)
  const before =
    from !== keyFile && existsSync(keyFile)
      ? `the old secret (if it was a key file: what is in ${keyFile})`
      : 'the old secret'
  return new OperatorError(
    `The database ${database} was written with another secret than ${from === keyFile ? `is in ${from}` : `${from} has`}`,
    {
      nextStep: `Put ${before} after the new one, separated by a space. With the new one alone everybody would have to sign in anew; if that is what you want, move the database away.`,
      cause,
    },
  )
}

/** `portcullis.key` beside `portcullis.db`. */
function keyFileOf(database: string): string {
  return besideDatabase(database, 'key')
}

/** A file beside the database that has its name and another ending. */
export function besideDatabase(database: string, ending: string): string {
  return `${database.replace(/\.(db|sqlite3?)$/, '')}.${ending}`
}

function loadKeyFile(keyFile: string, database: string): LoadedSecrets {
  const kept = readPrivateFile(keyFile)
  if (kept !== undefined) return { secrets: parseSecrets(kept, keyFile), from: keyFile, isKeyFile: true, isNew: false }
  if (existsSync(database) && statSync(database).size > 0)
    throw new OperatorError(
      `The database ${database} is there, but the key that its grants and signing keys need is not`,
      {
        nextStep: `Restore ${keyFile} from your backup, or set PORTCULLIS_SECRET to what it was. With another key everybody would have to sign in anew; if that is what you want, move the database away.`,
      },
    )
  const isNew = createPrivateFile(keyFile, `${randomBytes(32).toString('base64url')}\n`)
  // Another process may have been quicker: what stands in the file counts.
  return { secrets: parseSecrets(readPrivateFile(keyFile) ?? '', keyFile), from: keyFile, isKeyFile: true, isNew }
}

function parseSecrets(text: string, from: string): LoadedSecrets['secrets'] {
  const [first, ...others] = text.split(/\s+/).filter((secret) => secret !== '')
  for (const secret of [first ?? '', ...others])
    if (secret.length < leastSecretLength)
      throw new OperatorError(
        `A secret in ${from} has ${secret.length} characters and needs at least ${leastSecretLength}`,
        {
          nextStep: 'Make one with: openssl rand -base64 32',
        },
      )
  if (first === undefined) throw new TypeError('unreachable: an empty text has a secret that is too short')
  return [derive(first), ...[...new Set(others)].filter((secret) => secret !== first).map(derive)]
}

/** Whether one of `secrets` was made of `text`. */
export function madeOf(text: string, secrets: readonly ServerSecret[]): boolean {
  const { id, secret } = derive(text)
  return secrets.some((each) => each.id === id && Buffer.from(each.secret).equals(secret))
}

/** The id says which secret made a code or a key without saying anything of the secret: both are derived, apart from each other. */
function derive(secret: string): ServerSecret {
  const part = (info: string, length: number) =>
    new Uint8Array(hkdfSync('sha256', secret, '', `portcullis ${info}`, length))
  return { id: Buffer.from(part('secret id', 4)).toString('hex'), secret: part('server secret', 32) }
}
