import type { GrantHooks } from './grant-hooks.ts'
import { narrowAtRefresh } from './target.ts'

/** The refresh token grant (RFC 6749 §6). */
export const refreshToken: GrantHooks = {
  kind: 'refresh',
  secretParameter: 'refresh_token',
  validate: async () => {},
  scope: (grant, parameters) => narrowAtRefresh(parameters.get('scope'), grant.scope),
}
