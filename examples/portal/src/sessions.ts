import { createHash, randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { User } from './users.ts'

/** Somebody who is signed in to the portal in a browser. */
export interface Session {
  /** Names the session, and is not its secret. */
  id: string
  user: User
  /** Seconds since the epoch. */
  signedInAt: number
}

export interface Sessions {
  /** Begins one, and gives the `Set-Cookie` header for it: always a new secret, so that nobody waits in a session that they planted. `signedInAt`: when the person proved who they are. Default: now. */
  begin(user: User, signedInAt?: number): string
  /** Whose session the cookie of a request names. */
  find(cookie: string | null | undefined): Session | undefined
  /** Ends it, and gives the `Set-Cookie` header for that. */
  end(cookie: string | undefined): string
}

/** `isSecure`: whether the portal is at https. */
export function createSessions(
  database: DatabaseSync,
  { isSecure, now }: { isSecure: boolean; now: () => number },
): Sessions {
  const insert = database.prepare('INSERT INTO sessions (hash, user_id, signed_in_at, expires_at) VALUES (?, ?, ?, ?)')
  const byHash = database.prepare(
    'SELECT hash, user_id, name, signed_in_at FROM sessions JOIN users ON users.id = user_id WHERE hash = ? AND expires_at > ?',
  )
  const remove = database.prepare('DELETE FROM sessions WHERE hash = ? OR expires_at <= ?')
  const name = isSecure ? '__Host-folio' : 'folio' // the prefix keeps other hosts of the domain from setting it
  // Lax: the cookie must come with the browser that a client sends here, and with no form that another site sends.
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`

  return {
    begin(user, signedInAt = now()) {
      const secret = randomBytes(32).toString('base64url')
      remove.run('', now())
      insert.run(hashOf(secret), user.id, signedInAt, now() + longest)
      return `${name}=${secret}; Max-Age=${longest}; ${attributes}`
    },
    find(cookie) {
      const secret = secretIn(cookie, name)
      const row = secret === undefined ? undefined : byHash.get(hashOf(secret), now())
      if (row === undefined) return undefined
      const user = { id: String(row.user_id), name: String(row.name) }
      return { id: String(row.hash), user, signedInAt: Number(row.signed_in_at) }
    },
    end(cookie) {
      const secret = secretIn(cookie, name)
      if (secret !== undefined) remove.run(hashOf(secret), now())
      return `${name}=; Max-Age=0; ${attributes}`
    },
  }
}

/** Seconds: a week. */
const longest = 7 * 24 * 3600

function secretIn(cookie: string | null | undefined, name: string): string | undefined {
  const pairs = (cookie ?? '').split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
}

/** What is stored: whoever reads the database is nobody's session. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}
