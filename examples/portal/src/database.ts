import { DatabaseSync } from 'node:sqlite'

/** The portal's own data. What belongs to OAuth is in a file of its own, `oauth.db`, and knows people by their id alone. */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5000 })
  database.exec('PRAGMA journal_mode = WAL')
  database.exec(`
    CREATE TABLE IF NOT EXISTS users (
      id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, password TEXT
    ) STRICT;
    CREATE TABLE IF NOT EXISTS identities (
      issuer TEXT NOT NULL, subject TEXT NOT NULL, user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
      PRIMARY KEY (issuer, subject)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS sessions (
      hash TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
      signed_in_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS holdings (
      user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE, symbol TEXT NOT NULL, units REAL NOT NULL,
      PRIMARY KEY (user_id, symbol)
    ) STRICT;
  `)
  return database
}
