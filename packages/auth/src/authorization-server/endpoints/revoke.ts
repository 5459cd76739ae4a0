import { OAuthError } from '../../protocol/oauth-error.ts'
import { parseParameters, requireParameter } from '../../protocol/parameters.ts'
import type { RevocationRefusal } from '../../protocol/refusals.ts'
import { authenticateClient } from '../clients/authenticate-client.ts'
import { consume } from '../clients/client-assertion.ts'
import type { ServerContext } from '../context.ts'
import { parseSecret, verifySecret } from '../grants/secret.ts'
import type { PlainRequest, PlainResponse } from '../plain-http.ts'
import { readBody } from '../request-body.ts'
import { emptyResponse, errorResponse } from '../responses.ts'
import { endGrant } from '../revocation/end-grant.ts'
import { readAccessToken } from '../tokens/read-access-token.ts'

/**
 * The revocation endpoint (RFC 7009). Revoking any token ends its grant and everything issued under it (law 14).
 * A token that is not valid, or of another client, changes nothing, and is answered like one that was revoked (§2.2).
 */
export async function revokeEndpoint(
  request: PlainRequest,
  context: ServerContext,
  clientAddress: string,
): Promise<PlainResponse> {
  const { options } = context
  try {
    const { single } = parseParameters(await readBody(request, 'application/x-www-form-urlencoded'))
    const { clientId, consumption } = await authenticateClient(request, single, context, clientAddress)
    const grantId = await grantOf(requireParameter(single, 'token'), clientId, context)
    await consume(consumption, options.store)
    if (grantId === undefined)
      options.onEvent({
        type: 'revocation_refused',
        reason: 'not_of_client',
        detail: 'The token is not valid, or of another client',
        clientId,
      })
    else await endGrant(grantId, 'revoked_by_client', context.grantEnds)
    return emptyResponse(200)
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    // The client has nothing that could be revoked, maybe since it was answered a moment ago and never heard (RFC 7009 §2.2).
    if (error.code === 'invalid_grant') {
      options.onEvent({ type: 'revocation_refused', reason: 'not_of_client', detail: error.message })
      return emptyResponse(200)
    }
    const limited = await context.limits.refused(clientAddress, undefined)
    const reason = limited === undefined ? reasonOf(error) : 'rate_limited'
    options.onEvent({ type: 'revocation_refused', reason, detail: error.message })
    return limited ?? errorResponse(error, { challengeBasic: request.headers.has('authorization') })
  }
}

/** The grant behind a code, a refresh token or an access token of that client; the hint of RFC 7009 §2.1 is not needed to tell them apart. */
async function grantOf(token: string, clientId: string, context: ServerContext): Promise<string | undefined> {
  const { options, derivedKeys } = context
  const secret = parseSecret(token)
  if (secret !== undefined) {
    const grant = await options.store.get('grant', secret.grantId)
    if (grant?.value.clientId !== clientId) return undefined
    return (await verifySecret(secret, grant.value.seed, derivedKeys)) ? secret.grantId : undefined
  }
  const live = await readAccessToken(token, context)
  return live?.claims.client_id === clientId ? live.claims.grant_id : undefined
}

function reasonOf({ code }: OAuthError): RevocationRefusal {
  if (code === 'temporarily_unavailable') return 'client_unavailable'
  return code === 'invalid_client' ? 'wrong_client_authentication' : 'malformed_request'
}
