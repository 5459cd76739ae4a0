import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the parts know of each other, and nobody else. */
export interface Secrets {
  /** Of `orders-server`, the client as which the orders server exchanges tokens. */
  ordersServer: string
  /** Of `admin` at Keycloak. */
  admin: string
  /** Of ada, ben and eve. */
  people: string
}

/** Those of the last start, or new ones. They are in a file that its owner alone reads. */
export function keptSecrets(folder: string, peoplePassword: string | undefined): Secrets {
  const file = join(folder, 'secrets.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Secrets // as it was written below
  const secrets = { ordersServer: secret(), admin: secret(), people: peoplePassword ?? secret() }
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 })
  return secrets
}

function secret(): string {
  return randomBytes(18).toString('base64url')
}
