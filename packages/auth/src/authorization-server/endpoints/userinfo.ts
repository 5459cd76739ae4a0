import { formatChallenge } from '../../protocol/challenge.ts'
import type { UserinfoRefusal } from '../../protocol/events.ts'
import { OAuthError } from '../../protocol/oauth-error.ts'
import { parseScope } from '../../protocol/scope.ts'
import type { ServerContext } from '../context.ts'
import { readUserClaims } from '../openid/user-claims.ts'
import type { PlainRequest, PlainResponse } from '../plain-http.ts'
import { describable, errorResponse, jsonResponse } from '../responses.ts'
import { endGrant } from '../revocation/end-grant.ts'
import type { AccessTokenClaims } from '../tokens/access-token.ts'
import { verifyOwnAccessToken } from '../tokens/own-access-token.ts'
import { liveTokenOf } from '../tokens/read-access-token.ts'

/**
 * The userinfo endpoint (OpenID Connect Core §5.3): who the person is that let the client act for them, as far as they allowed that to be told.
 * An access token of ours is good here whatever resource it is for: what it tells follows from its grant, in which the person allowed `openid`.
 */
export async function userinfoEndpoint(request: PlainRequest, context: ServerContext): Promise<PlainResponse> {
  const { options } = context
  try {
    const { grantId, clientId, subject, scope } = await requireOpenidToken(request, context)
    const claims = await readUserClaims(subject, scope, options)
    options.onEvent({ type: 'userinfo_served', grantId, clientId, subject, scope })
    return jsonResponse({ ...claims, sub: subject })
  } catch (error) {
    if (!(error instanceof UserinfoRefusedError)) throw error
    options.onEvent({ type: 'userinfo_refused', reason: error.reason, detail: error.message })
    return refusalResponse(error)
  }
}

async function requireOpenidToken(
  request: PlainRequest,
  context: ServerContext,
): Promise<{ grantId: string; clientId: string; subject: string; scope: readonly string[] }> {
  const { options } = context
  const verdict = await verifyOwnAccessToken(bearerTokenOf(request), context)
  if (verdict.kind === 'unavailable') throw verdict.cause
  if (verdict.kind === 'invalid')
    throw new UserinfoRefusedError('invalid_token', verdict.reason, 'The access token is not valid here')
  const live = await liveTokenOf(verdict.claims as unknown as AccessTokenClaims, options.store) // nobody else makes one
  if (live === undefined)
    throw new UserinfoRefusedError('invalid_token', 'revoked', 'The grant behind the access token has ended')
  const { grant_id: grantId, scope: granted } = live.claims
  const { clientId, subject, scope: allowed } = live.grant
  const scope = [...(parseScope(granted) ?? [])].filter((token) => allowed.includes(token))
  // A client that acts for itself is no person, whatever the resource calls its scopes, and whoever is called like it is not meant.
  if (!scope.includes('openid') || subject === clientId)
    throw new UserinfoRefusedError('insufficient_scope', 'insufficient_scope', 'The person was not asked for openid')
  if (options.interaction.isActive !== undefined && !(await options.interaction.isActive(subject))) {
    await endGrant(grantId, 'subject_disabled', context.grantEnds)
    throw new UserinfoRefusedError('invalid_token', 'subject_disabled', 'The account cannot be used any more')
  }
  return { grantId, clientId, subject, scope }
}

/** By the header alone: in a query it would stand in logs, and bodies are read of nobody who has not shown a token (RFC 6750 §2). */
function bearerTokenOf(request: PlainRequest): string {
  if (new URL(request.url).searchParams.has('access_token'))
    throw new UserinfoRefusedError('invalid_request', 'token_in_query', 'The access token must not be in the URL')
  const header = request.headers.get('authorization') ?? ''
  if (!/^bearer(?: |$)/i.test(header))
    throw new UserinfoRefusedError('invalid_token', 'missing', 'Send an access token as Authorization: Bearer')
  return header.slice('bearer '.length).trim()
}

class UserinfoRefusedError extends OAuthError<'invalid_token' | 'insufficient_scope' | 'invalid_request'> {
  readonly reason: UserinfoRefusal

  constructor(
    code: 'invalid_token' | 'insufficient_scope' | 'invalid_request',
    reason: UserinfoRefusal,
    message: string,
  ) {
    super(code, message)
    this.reason = reason
  }
}

/** A challenge by RFC 6750 §3; without an error code where there was no token. */
function refusalResponse(error: UserinfoRefusedError): PlainResponse {
  const challenge = {
    error: error.code,
    errorDescription: describable(error.message),
    ...(error.code === 'insufficient_scope' && { scope: 'openid' }),
  }
  return errorResponse(error).with({
    'www-authenticate': formatChallenge(error.reason === 'missing' ? {} : challenge),
  })
}
