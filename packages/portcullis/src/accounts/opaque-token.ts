import { createHash, randomBytes } from 'node:crypto'

/** A secret that names a record to whoever holds it: 256 random bits. Only its hash is stored. */
export function createOpaqueToken(): string {
  return randomBytes(32).toString('base64url')
}

/** The id of the record that `token` names. A hash without salt suffices for what is random. */
export function idOfToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
