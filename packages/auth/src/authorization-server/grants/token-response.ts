import { formatScope } from '../../protocol/scope.ts'
import type { ServerContext } from '../context.ts'
import { signIdToken } from '../openid/id-token.ts'
import { jsonResponse } from '../responses.ts'
import { signAccessToken } from '../tokens/access-token.ts'
import { extraClaims } from '../tokens/claims.ts'
import type { Issued } from './grant-type.ts'
import { formatSecret } from './secret.ts'

/** Answers a token request with what it comes to (RFC 6749 §5.1). */
export async function tokenResponse(
  grantType: string,
  { grantId, grant, scope, claims, isReplay, withRefreshToken, idToken }: Issued,
  { options, derivedKeys, signingKey }: ServerContext,
): Promise<Response> {
  const about = { grantId, clientId: grant.clientId, subject: grant.subject, resource: grant.resource, scope }
  const lifetime = options.accessTokenLifetime
  const key = await signingKey()
  const signed = { issuer: options.issuer, grant, issuedAt: options.now(), lifetime }
  const accessToken = await signAccessToken(key, {
    ...signed,
    grantId,
    scope,
    extraClaims: claims ?? (await extraClaims(about, options)),
  })
  if (isReplay) options.onEvent({ type: 'refresh_replayed', generation: grant.generation, ...about })
  options.onEvent({ type: 'token_issued', grantType, generation: grant.generation, ...about })
  return jsonResponse({
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: lifetime,
    ...(withRefreshToken && { refresh_token: await formatSecret(grantId, grant, derivedKeys) }),
    ...(idToken !== undefined && {
      id_token: await signIdToken(key, { ...signed, accessToken, nonce: idToken.nonce }),
    }),
    scope: formatScope(scope),
  })
}
