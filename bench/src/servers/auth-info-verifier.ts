import { createJoseVerifier } from './jose-verifier.ts'
import type { ResourceSettings } from './settings.ts'

/** A token verifier as both lines of the official SDK want it. */
export function createAuthInfoVerifier(settings: ResourceSettings) {
  const verify = createJoseVerifier(settings)
  return {
    async verifyAccessToken(token: string) {
      const { client_id, scope, exp = 0 } = await verify(token)
      return { token, clientId: String(client_id), scopes: String(scope).split(' '), expiresAt: exp }
    },
  }
}
