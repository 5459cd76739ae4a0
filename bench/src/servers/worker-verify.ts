import { createRemoteJWKSet, jwtVerify } from 'jose'
import { issuer, resource } from './worker-settings.ts'

const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`))

/** What most peers leave to whoever uses them: jose, with the keys of the issuer. */
export async function verifyJwt(token: string) {
  const { payload } = await jwtVerify(token, keys, { issuer, audience: resource, typ: 'at+jwt' })
  const { client_id, scope = '', exp = 0 } = payload
  return {
    token,
    clientId: String(client_id),
    scopes: String(scope).split(' '),
    expiresAt: exp,
    resource: new URL(resource),
  }
}
