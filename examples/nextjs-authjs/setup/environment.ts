import { randomBytes } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'

/** Reads `.env`, and writes it first where there is none: an application on this machine alone, with secrets of its own. */
export function prepareEnvironment(): void {
  if (!existsSync('.env')) writeFileSync('.env', ofThisMachine(), { mode: 0o600 })
  process.loadEnvFile('.env') // what is set already stays
}

function ofThisMachine(): string {
  const secret = () => randomBytes(32).toString('base64url')
  return `AUTH_URL=http://localhost:3000
DATABASE_URL=file:./marginalia.db
AUTH_SECRET=${secret()}
OAUTH_SECRETS=k1:${secret()}
`
}
