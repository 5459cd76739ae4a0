import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Identity } from '@portcullis/auth/identity-providers'
import { hashPassword, isPassword } from './password.ts'

export interface User {
  /** Never given to anybody else: tokens name people by it. */
  id: string
  name: string
}

/** Who there is, and how they prove who they are. */
export interface Users {
  find(id: string): User | undefined
  /** A new user with a password; `undefined` where the name is taken. */
  add(name: string, password: string): Promise<User | undefined>
  /** Whose name and password these are. */
  verify(name: string, password: string): Promise<User | undefined>
  /** Whom an identity provider vouches for: by issuer and subject, and by nothing else, since addresses and names change hands. */
  ofIdentity(identity: Identity): User
}

export function createUsers(database: DatabaseSync): Users {
  const byId = database.prepare('SELECT id, name FROM users WHERE id = ?')
  const byName = database.prepare('SELECT id, name, password FROM users WHERE name = ?')
  const byIdentity = database.prepare(
    'SELECT id, name FROM users JOIN identities ON user_id = id WHERE issuer = ? AND subject = ?',
  )
  const insert = database.prepare('INSERT INTO users (id, name, password) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
  const link = database.prepare('INSERT INTO identities (issuer, subject, user_id) VALUES (?, ?, ?)')

  function make(name: string, password: string | null): User | undefined {
    const user = { id: randomUUID(), name }
    return insert.run(user.id, name, password).changes === 1 ? user : undefined
  }

  return {
    find: (id) => userIn(byId.get(id)),
    async add(name, password) {
      return make(name, await hashPassword(password))
    },
    async verify(name, password) {
      const row = byName.get(name)
      const kept = row?.password
      const isTheirs = await isPassword(password, typeof kept === 'string' ? kept : undefined)
      return isTheirs ? userIn(row) : undefined
    },
    ofIdentity({ issuer, subject, userName, name }) {
      const known = userIn(byIdentity.get(issuer, subject))
      if (known !== undefined) return known
      // A name that is taken gets a number: it is for pages alone.
      const wanted = userName ?? name ?? 'somebody'
      for (let number = 1; ; number++) {
        database.exec('BEGIN IMMEDIATE')
        const user = make(number === 1 ? wanted : `${wanted}-${number}`, null)
        if (user !== undefined) link.run(issuer, subject, user.id)
        database.exec('COMMIT') // the user with what opens it, or neither
        if (user !== undefined) return user
      }
    },
  }
}

function userIn(row: Record<string, unknown> | undefined): User | undefined {
  return row === undefined ? undefined : { id: String(row.id), name: String(row.name) }
}
