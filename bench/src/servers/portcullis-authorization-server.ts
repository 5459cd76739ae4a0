import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { type AuthorizationServerKinds, createAuthorizationServer } from '@portcullis/auth/authorization-server'
import { nodeListener } from '@portcullis/auth/node'
import { sqliteStore } from '@portcullis/auth/stores/sqlite'
import { listen, port } from './listening.ts'
import { type AuthorizationSettings, readSettings } from './settings.ts'

/** Our authorization server as a library, on `node:http` and SQLite. Whoever signs in is somebody new, known by a cookie from then on. */
const { folder, resource, scopes, reader } = readSettings<AuthorizationSettings>()
const authTime = Math.floor(Date.now() / 1000)
const issuer = `http://127.0.0.1:${port}`
const authorizationServer = createAuthorizationServer({
  issuer,
  resources: [
    {
      resource,
      scopes: Object.fromEntries(scopes.map((scope) => [scope, scope])),
      defaultScopes: scopes,
      ...(reader !== undefined && { accessTokenFormat: 'opaque' as const }),
    },
  ],
  ...(reader !== undefined && { introspectionReaders: [{ resource, secret: reader.secret }] }),
  store: sqliteStore<AuthorizationServerKinds>({ path: join(folder, 'portcullis.db') }),
  secrets: [{ id: 'bench', secret: new Uint8Array(32).fill(7) }],
  interaction: {
    signedIn: async ({ headers }) => {
      const [, subject] = /(?:^|; )person=([^;]+)/.exec(headers.get('cookie') ?? '') ?? []
      return subject === undefined ? undefined : { subject, authTime, sessionId: 'bench' }
    },
    signIn: async (_, { returnTo }) =>
      new Response(null, {
        status: 302,
        headers: { location: returnTo, 'set-cookie': `person=${randomUUID()}; Path=/` },
      }),
  },
  codeLifetime: 600,
  registrationLimit: 1e9,
  registrationReplayWindow: 0, // each registration makes a client, as it does at the peers
})
await authorizationServer.ready()
listen(createServer(nodeListener(authorizationServer, { origin: issuer })))
