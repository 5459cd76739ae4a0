import type { ResolvedOptions } from '../config.ts'
import { authorizationCode } from './authorization-code.ts'
import { clientCredentials } from './client-credentials.ts'
import { deviceCode } from './device-code.ts'
import type { GrantType } from './grant-type.ts'
import { identityAssertion } from './identity-assertion/identity-assertion.ts'
import { refreshToken } from './refresh-token.ts'
import { tokenExchange } from './token-exchange.ts'

const all: readonly GrantType[] = [
  authorizationCode,
  refreshToken,
  deviceCode,
  clientCredentials,
  tokenExchange,
  identityAssertion,
]

/** The grant types that are offered, by name. */
export function offeredGrantTypes(options: ResolvedOptions): ReadonlyMap<string, GrantType> {
  return new Map(
    all.filter((grantType) => grantType.isOffered(options)).map((grantType) => [grantType.name, grantType]),
  )
}
