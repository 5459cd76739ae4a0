import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { AuthorizationServerKinds } from '@portcullis/auth/authorization-server'
import type { DevLinkKinds } from '@portcullis/auth/dev-links'
import { sqliteStore } from '@portcullis/auth/stores/sqlite'
import { openDatabase } from './database.ts'
import { createPortal } from './portal.ts'
import { readSettings } from './settings.ts'

// Whoever starts it reads what to do, and no stack of ours.
process.once('uncaughtException', stop)
const { port, origin, folder, identityProviders, hasDevLinks } = readSettings(process.env)
mkdirSync(folder, { recursive: true, mode: 0o700 })
const store = sqliteStore<AuthorizationServerKinds & DevLinkKinds>({ path: join(folder, 'oauth.db') })
const database = openDatabase(join(folder, 'portal.db'))
const portal = createPortal({
  origin,
  database,
  store,
  secrets: [{ id: 'k1', secret: ownSecret(join(folder, 'secret')) }],
  identityProviders,
  hasDevLinks,
  log: (line) => console.log(line),
})
await portal.ready()
const server = createServer(portal.listener)
// Dev links are for this machine, and so is what has them; elsewhere a proxy stands in front, which is on this machine or in its network.
server.listen(port, hasDevLinks || origin.startsWith('http:') ? 'localhost' : undefined, () => {
  process.off('uncaughtException', stop)
  console.log(`Folio is at ${origin}, and its MCP server at ${origin}/mcp`)
  if (hasDevLinks)
    console.log(`DEV LINKS ARE ON: whoever has one is in without signing in. Make them at ${origin}/dev-links`)
})
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    server.close(async () => {
      await store.close()
      database.close()
    })
    server.closeAllConnections()
  })

function stop(error: Error): never {
  console.error(error instanceof TypeError || 'code' in error ? error.message : error)
  process.exit(1)
}

/** Made once, and readable by nobody else. */
function ownSecret(path: string): Uint8Array {
  if (!existsSync(path)) writeFileSync(path, randomBytes(32), { mode: 0o600 })
  return new Uint8Array(readFileSync(path))
}
