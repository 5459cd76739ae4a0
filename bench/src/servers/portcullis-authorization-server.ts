import { createServer } from 'node:http'
import { join } from 'node:path'
import { type AuthorizationServerKinds, createAuthorizationServer } from '@portcullis/auth/authorization-server'
import { nodeListener } from '@portcullis/auth/node'
import { sqliteStore } from '@portcullis/auth/stores/sqlite'
import { listen, port } from './listening.ts'
import { type AuthorizationSettings, readSettings } from './settings.ts'

/** Our authorization server as a library, on `node:http` and SQLite; alice is always signed in. */
const { folder, resource, scopes } = readSettings<AuthorizationSettings>()
const signedIn = { subject: 'alice', authTime: Math.floor(Date.now() / 1000), sessionId: 'bench' }
const issuer = `http://127.0.0.1:${port}`
const authorizationServer = createAuthorizationServer({
  issuer,
  resources: [{ resource, scopes: Object.fromEntries(scopes.map((scope) => [scope, scope])), defaultScopes: scopes }],
  store: sqliteStore<AuthorizationServerKinds>({ path: join(folder, 'portcullis.db') }),
  secrets: [{ id: 'bench', secret: new Uint8Array(32).fill(7) }],
  interaction: {
    signedIn: async () => signedIn,
    signIn: async () => new Response('Nobody needs to sign in here', { status: 500 }),
  },
  codeLifetime: 600,
  registrationLimit: 1e9,
})
await authorizationServer.ready()
listen(createServer(nodeListener(authorizationServer, { origin: issuer })))
