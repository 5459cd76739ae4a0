import type { TokenRefusal } from '../../protocol/events.ts'
import { OAuthError, type OAuthErrorCode } from '../../protocol/oauth-error.ts'
import { parseParameters, printable, requireParameter } from '../../protocol/parameters.ts'
import { authenticateClient } from '../clients/authenticate-client.ts'
import { mayUse } from '../clients/named-grant-types.ts'
import type { ServerContext } from '../context.ts'
import { TokenRefusedError } from '../grants/token-refused-error.ts'
import { tokenResponse } from '../grants/token-response.ts'
import type { PlainRequest, PlainResponse } from '../plain-http.ts'
import { readBody } from '../request-body.ts'
import { errorResponse } from '../responses.ts'

/** The token endpoint (RFC 6749 §3.2): parse, authenticate the client, let the grant type decide, answer. */
export async function tokenEndpoint(
  request: PlainRequest,
  context: ServerContext,
  clientAddress: string,
): Promise<PlainResponse> {
  const known: { clientId?: string; grantId?: string } = {}
  try {
    return await answer(request, context, clientAddress, known)
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    const refusal = reasonOf(error)
    // Devices wait as they were told to, and what failed at a hook or the key of the host is nobody's guess.
    const limited = uncounted.has(refusal) ? undefined : await context.limits.refused(clientAddress, known.clientId)
    const reason = limited === undefined ? refusal : 'rate_limited'
    if (refusal !== 'authorization_pending')
      context.options.onEvent({ type: 'token_refused', reason, detail: error.message, ...known })
    return limited ?? errorResponse(onTheWire(error), { challengeBasic: request.headers.has('authorization') })
  }
}

const uncounted: ReadonlySet<TokenRefusal> = new Set([
  'authorization_pending',
  'polled_too_often',
  'denied',
  'claims_unavailable',
  'signer_unavailable',
])

/** RFC 6749 §5.2 and RFC 8628 §3.5: 400, although people are shown a page with 403. */
function onTheWire({ code, message, status }: OAuthError): Pick<OAuthError, 'code' | 'message' | 'status'> {
  return { code, message, status: code === 'access_denied' ? 400 : status }
}

async function answer(
  request: PlainRequest,
  context: ServerContext,
  clientAddress: string,
  known: { clientId?: string; grantId?: string },
): Promise<PlainResponse> {
  const parameters = parseParameters(await readBody(request, 'application/x-www-form-urlencoded'))
  const grantType = requireParameter(parameters.single, 'grant_type')
  const offered = context.grantTypes.get(grantType)
  if (offered === undefined)
    throw new TokenRefusedError(
      'unsupported_grant_type',
      'unsupported_grant_type',
      `The grant type '${printable(grantType)}' is not supported`,
    )
  const client = await authenticateClient(request, parameters.single, context, clientAddress)
  known.clientId = client.clientId
  if (!mayUse(client.client, grantType))
    throw new TokenRefusedError(
      'unauthorized_client',
      'grant_type_not_allowed',
      'The client is not registered for this grant type',
    )
  return tokenResponse(grantType, await offered.issue({ parameters, client, known }, context), context)
}

function reasonOf(error: OAuthError): TokenRefusal {
  if (error instanceof TokenRefusedError) return error.reason
  const reasons: Partial<Record<OAuthErrorCode, TokenRefusal>> = {
    invalid_client: 'wrong_client_authentication',
    temporarily_unavailable: 'client_unavailable',
    invalid_target: 'wrong_resource',
    invalid_scope: 'wrong_scope',
  }
  return reasons[error.code] ?? 'malformed_request'
}
