import type { GrantType } from './grant-type.ts'
import { redeemSecret } from './redeem-secret.ts'
import type { SecretGrant } from './secret-grant.ts'
import { narrowAtRefresh } from './target.ts'

const refresh: SecretGrant = {
  kind: 'refresh',
  secretParameter: 'refresh_token',
  validate: async () => {},
  scope: (grant, parameters) => narrowAtRefresh(parameters.get('scope'), grant.scope),
}

/** The refresh token grant (RFC 6749 §6). */
export const refreshToken: GrantType = {
  name: 'refresh_token',
  isOffered: () => true,
  issue: (request, context) => redeemSecret(refresh, request, context),
}
