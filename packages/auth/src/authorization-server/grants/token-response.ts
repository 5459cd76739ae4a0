import { formatScope } from '../../protocol/scope.ts'
import type { ServerContext } from '../context.ts'
import type { PlainResponse } from '../plain-http.ts'
import { jsonResponse } from '../responses.ts'
import type { Issued } from './grant-type.ts'
import { formatSecret } from './secret.ts'
import { accessTokenType } from './token-types.ts'

/** Answers a token request with what it comes to (RFC 6749 §5.1, RFC 8693 §2.2.1). */
export async function tokenResponse(grantType: string, issued: Issued, context: ServerContext): Promise<PlainResponse> {
  const { options, derivedKeys } = context
  const { grantId, grant, scope, isReplay, withRefreshToken, exchanged, signed } = issued
  const { accessToken, idToken, lifetime } = signed
  const { clientId, resource } = exchanged ?? grant
  const about = { grantId, clientId, subject: grant.subject, resource, scope }
  if (isReplay) options.onEvent({ type: 'refresh_replayed', generation: grant.generation, ...about })
  options.onEvent({ type: 'token_issued', grantType, generation: grant.generation, ...about })
  return jsonResponse({
    access_token: accessToken,
    ...(exchanged !== undefined && { issued_token_type: accessTokenType }),
    token_type: 'Bearer',
    expires_in: lifetime,
    ...(withRefreshToken && { refresh_token: await formatSecret(grantId, grant, derivedKeys) }),
    ...(idToken !== undefined && { id_token: idToken }),
    scope: formatScope(scope),
  })
}
