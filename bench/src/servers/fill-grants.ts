import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { AuthorizationServerKinds, Change } from '@portcullis/auth/authorization-server'
import { sqliteStore } from '@portcullis/auth/stores/sqlite'
import { type FillSettings, readSettings } from './settings.ts'

/** Fills a database with grants of other people and clients, as they stand after some refreshes, and ends. */
const { folder, resource, scopes, grants } = readSettings<FillSettings>()
const store = sqliteStore<AuthorizationServerKinds>({ path: join(folder, 'portcullis.db') })
const now = Math.floor(Date.now() / 1000)
const atOnce = 2000

for (let made = 0; made < grants; made += atOnce)
  await store.commit(Array.from({ length: Math.min(atOnce, grants - made) }, (_, nth) => grantOf(made + nth)))
await store.close()

function grantOf(nth: number): Change<AuthorizationServerKinds> {
  const subject = `person-${nth % Math.ceil(grants / 4)}`
  const clientId = randomBytes(16).toString('base64url')
  return {
    kind: 'grant',
    id: randomBytes(16).toString('base64url'),
    version: 'absent',
    value: {
      clientId,
      subject,
      scope: scopes,
      resource,
      redirectUri: 'https://client.example/callback',
      codeChallenge: randomBytes(32).toString('base64url'),
      authTime: now - 86_400,
      issuedAt: now - 86_400,
      generation: 7,
      rotatedAt: now - 3600,
      accessTokensUntil: now - 3000,
      refreshTokensUntil: now + 29 * 86_400,
      keyId: 'bench',
      seed: randomBytes(16).toString('base64url'),
    },
    expiresAt: now + 29 * 86_400,
    index: { subject, client: clientId },
  }
}
