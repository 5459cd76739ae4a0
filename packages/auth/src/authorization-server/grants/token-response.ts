import { formatScope } from '../../protocol/scope.ts'
import type { ServerContext } from '../context.ts'
import { signIdToken } from '../openid/id-token.ts'
import { jsonResponse } from '../responses.ts'
import { issueAccessToken } from '../tokens/access-token.ts'
import { randomText } from '../tokens/base64url.ts'
import type { Issued } from './grant-type.ts'
import { formatSecret } from './secret.ts'
import { accessTokenType } from './token-types.ts'

/** Answers a token request with what it comes to (RFC 6749 §5.1, RFC 8693 §2.2.1). */
export async function tokenResponse(
  grantType: string,
  { grantId, grant, scope, claims, isReplay, withRefreshToken, exchanged, idToken }: Issued,
  context: ServerContext,
): Promise<Response> {
  const { options, derivedKeys, signingKey } = context
  const issuedAt = options.now()
  const expiresAt = Math.min(issuedAt + options.accessTokenLifetime, exchanged?.expiresAt ?? Number.POSITIVE_INFINITY)
  const actor = exchanged?.actor ?? grant.actor
  const { clientId, resource } = exchanged ?? grant
  const about = { grantId, clientId, subject: grant.subject, resource, scope }
  const accessToken = await issueAccessToken(
    {
      grantId,
      grant,
      clientId,
      resource,
      ...(actor !== undefined && { actor }),
      scope,
      issuedAt,
      expiresAt,
      tokenId: randomText(16),
      extraClaims: claims,
    },
    context,
  )
  if (isReplay) options.onEvent({ type: 'refresh_replayed', generation: grant.generation, ...about })
  options.onEvent({ type: 'token_issued', grantType, generation: grant.generation, ...about })
  return jsonResponse({
    access_token: accessToken,
    ...(exchanged !== undefined && { issued_token_type: accessTokenType }),
    token_type: 'Bearer',
    expires_in: expiresAt - issuedAt,
    ...(withRefreshToken && { refresh_token: await formatSecret(grantId, grant, derivedKeys) }),
    ...(idToken !== undefined && {
      id_token: await signIdToken(await signingKey(), {
        issuer: options.issuer,
        grant,
        issuedAt,
        lifetime: expiresAt - issuedAt,
        accessToken,
        nonce: idToken.nonce,
      }),
    }),
    scope: formatScope(scope),
  })
}
