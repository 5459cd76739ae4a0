import { generateKeyPairSync } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { type Adapter, type AdapterPayload, type JWK, Provider } from 'oidc-provider'
import { openGroupedDatabase } from './grouped-database.ts'
import { listen, port } from './listening.ts'
import { type AuthorizationSettings, readSettings } from './settings.ts'

/** oidc-provider on the same kind of store, set up for the same answers: public clients, S256, JWT access tokens, refresh tokens that rotate. */
const { folder, resource, scopes, reader } = readSettings<AuthorizationSettings>()
const { database, write } = openGroupedDatabase(
  join(folder, 'oidc-provider.db'),
  `CREATE TABLE IF NOT EXISTS records
     (model TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, expires_at INTEGER, grant_id TEXT, uid TEXT, PRIMARY KEY (model, id)) STRICT, WITHOUT ROWID;
   CREATE INDEX IF NOT EXISTS by_grant ON records (grant_id) WHERE grant_id IS NOT NULL;
   CREATE INDEX IF NOT EXISTS by_uid ON records (model, uid) WHERE uid IS NOT NULL`,
)
const find = database.prepare('SELECT payload FROM records WHERE model = ? AND id = ?')
const findByUid = database.prepare('SELECT payload FROM records WHERE model = ? AND uid = ?')
const upsert = database.prepare('INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?)')
const consume = database.prepare(
  `UPDATE records SET payload = json_set(payload, '$.consumed', ?) WHERE model = ? AND id = ?`,
)
const destroy = database.prepare('DELETE FROM records WHERE model = ? AND id = ?')
const destroyGrant = database.prepare('DELETE FROM records WHERE grant_id = ?')

function adapter(model: string): Adapter {
  return {
    find: async (id) => payloadOf(find.get(model, id)),
    findByUid: async (uid) => payloadOf(findByUid.get(model, uid)),
    findByUserCode: async () => undefined,
    upsert: async (id, payload, expiresIn) => {
      const expiresAt = expiresIn === undefined ? null : now() + expiresIn
      await write(() =>
        upsert.run(model, id, JSON.stringify(payload), expiresAt, payload.grantId ?? null, payload.uid ?? null),
      )
    },
    consume: async (id) => {
      await write(() => consume.run(now(), model, id))
    },
    destroy: async (id) => {
      await write(() => destroy.run(model, id))
    },
    revokeByGrantId: async (grantId) => {
      await write(() => destroyGrant.run(grantId))
    },
  }
}

function payloadOf(row: Record<string, unknown> | undefined): AdapterPayload | undefined {
  return row === undefined ? undefined : JSON.parse(String(row.payload))
}

function now(): number {
  return Math.floor(Date.now() / 1000)
}

const provider = new Provider(`http://127.0.0.1:${port}`, {
  adapter,
  cookies: { keys: ['bench'] },
  jwks: { keys: [signingKey()] },
  scopes,
  ...(reader !== undefined && {
    clients: [
      { client_id: reader.id, client_secret: reader.secret, grant_types: [], response_types: [], redirect_uris: [] },
    ],
  }),
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  features: {
    devInteractions: { enabled: true },
    registration: { enabled: true },
    introspection: {
      enabled: reader !== undefined,
      allowedPolicy: async (_, client) => client.clientId === reader?.id,
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: scopes.join(' '),
        audience: resource,
        accessTokenTTL: 600,
        ...(reader === undefined
          ? { accessTokenFormat: 'jwt' as const, jwt: { sign: { alg: 'ES256' as const } } }
          : { accessTokenFormat: 'opaque' as const }),
      }),
    },
  },
  issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
  rotateRefreshToken: true,
  pkce: { required: () => true },
  ttl: { AuthorizationCode: 600, RefreshToken: 30 * 24 * 3600, Grant: 30 * 24 * 3600, Session: 3600, Interaction: 600 },
})
listen(createServer(provider.callback()))

/** Kept beside the database, like everything else that a restart must find again. */
function signingKey(): JWK {
  const file = join(folder, 'oidc-provider-key.json')
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    writeFileSync(
      file,
      JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: 'bench', alg: 'ES256', use: 'sig' }),
    )
  }
  return JSON.parse(readFileSync(file, 'utf8'))
}
