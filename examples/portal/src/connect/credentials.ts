import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StoredOAuthClientInformation, StoredOAuthTokens } from '@modelcontextprotocol/client'

/** What is kept of one server. */
export interface Kept {
  client?: StoredOAuthClientInformation | undefined
  tokens?: StoredOAuthTokens | undefined
}

export interface Credentials {
  /** Read anew each time: another process may have refreshed meanwhile. */
  read(): Kept
  write(change: Kept): void
}

/** Credentials for one server, in a file that only its owner reads (0600). */
export function openCredentials(folder: string, url: URL): Credentials {
  const file = join(folder, 'credentials.json')
  mkdirSync(folder, { recursive: true, mode: 0o700 })

  function readAll(): Record<string, Kept> {
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {} // as it was written below
  }

  return {
    read: () => readAll()[url.href] ?? {},
    write(change) {
      const all = readAll()
      const text = JSON.stringify({ ...all, [url.href]: { ...all[url.href], ...change } }, undefined, 2)
      // Beside it first, so that nobody ever reads half of it, and nobody else at all.
      const fresh = `${file}.${process.pid}`
      writeFileSync(fresh, `${text}\n`, { mode: 0o600 })
      chmodSync(fresh, 0o600) // it may have been there
      renameSync(fresh, file)
    },
  }
}
