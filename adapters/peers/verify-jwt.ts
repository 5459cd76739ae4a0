import { createRemoteJWKSet, jwtVerify } from 'jose'
import { issuer, resource } from './settings.ts'

const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`))

/** What most of these leave to whoever uses them. Rejects where the token is not to be taken. */
export async function verifyJwt(token: string) {
  const { payload } = await jwtVerify(token, keys, { issuer, audience: resource, typ: 'at+jwt' })
  const { client_id, scope = '', exp = 0 } = payload
  const scopes = String(scope).split(' ')
  return { token, issuer, clientId: String(client_id), scopes, expiresAt: exp, resource: new URL(resource) }
}
