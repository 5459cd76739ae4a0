import { OAuthError } from '../../protocol/oauth-error.ts'
import { parseParameters, type RequestParameters } from '../../protocol/parameters.ts'
import type { PushRefusal } from '../../protocol/refusals.ts'
import { authenticateClient, claimedClient } from '../clients/authenticate-client.ts'
import { type Consumption, consume } from '../clients/client-assertion.ts'
import type { ServerContext } from '../context.ts'
import { authorizationRefusalOf } from '../interaction/authorization-refused-error.ts'
import { parseAuthorizationRequest, parseRest, proveClient } from '../interaction/authorization-request.ts'
import { hintedSubject } from '../openid/id-token-hint.ts'
import type { PlainRequest, PlainResponse } from '../plain-http.ts'
import type { ResolvedPushedRequestOptions } from '../pushed-requests/options.ts'
import { formatRequestUri, type PushProof } from '../pushed-requests/pushed-request.ts'
import { BodyTooLongError, readBody } from '../request-body.ts'
import { errorResponse, jsonResponse } from '../responses.ts'
import { randomText } from '../tokens/base64url.ts'

const longestBody = 16_384
/** A browser carries it, and so do proxies, whose request line may end at 8 KiB; once more, percent-encoded, on the way to sign-in. */
const longestUri = 6000

/**
 * The pushed authorization request endpoint (RFC 9126 §2): the client authenticates as at the token endpoint, the whole request is validated, and
 * its URI holds it. Nothing is stored.
 */
export async function pushEndpoint(
  request: PlainRequest,
  context: ServerContext,
  { clientAddress, pushedRequests }: { clientAddress: string; pushedRequests: ResolvedPushedRequestOptions },
): Promise<PlainResponse> {
  const known: { clientId?: string } = {}
  try {
    return await push(request, context, { clientAddress, pushedRequests, known })
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    const limited = await context.limits.refused(clientAddress, known.clientId)
    const reason = limited === undefined ? reasonOf(error) : 'rate_limited'
    context.options.onEvent({ type: 'push_refused', reason, detail: error.message, ...known })
    return limited ?? refusalResponse(error, request)
  }
}

function reasonOf(error: OAuthError): PushRefusal {
  return error.code === 'invalid_client' ? 'wrong_client_authentication' : authorizationRefusalOf(error)
}

async function push(
  request: PlainRequest,
  context: ServerContext,
  {
    clientAddress,
    pushedRequests,
    known,
  }: { clientAddress: string; pushedRequests: ResolvedPushedRequestOptions; known: { clientId?: string } },
): Promise<PlainResponse> {
  const { options, derivedKeys } = context
  const form = 'application/x-www-form-urlencoded'
  const parameters = parseParameters(await readBody(request, form, { longest: longestBody }))
  const { clientId, proof, consumption } = await authenticate(request, parameters, context, clientAddress)
  known.clientId = clientId
  const pushed = {
    id: randomText(16),
    clientId,
    parameters: withoutCredentials(parameters, clientId),
    pushedAt: options.now(),
    expiresAt: options.now() + pushedRequests.lifetime,
    proof,
  }
  await validate(pushed.parameters, context, clientAddress)
  const uri = await formatRequestUri(pushed, derivedKeys)
  if (uri.length > longestUri) throw new BodyTooLongError('invalid_request', 'The request is longer than can be pushed')
  await consume(consumption, options.store)
  options.onEvent({ type: 'request_pushed', clientId })
  return jsonResponse({ request_uri: uri, expires_in: pushedRequests.lifetime }, 201)
}

async function authenticate(
  request: PlainRequest,
  { single }: RequestParameters,
  context: ServerContext,
  clientAddress: string,
): Promise<{ clientId: string; proof: PushProof; consumption: Consumption }> {
  const claim = await claimedClient(request, single, context)
  if (claim !== undefined) {
    const { clientId, assertion: jwt } = claim
    return { clientId, proof: jwt === undefined ? { kind: 'claimed' } : { kind: 'assertion', jwt }, consumption: [] }
  }
  const { clientId, consumption } = await authenticateClient(request, single, context, clientAddress)
  return { clientId, proof: { kind: 'shown' }, consumption }
}

/** Everything that can be looked at: the redirect URIs of a document that is not at hand are, once a person is there. Throws `OAuthError`. */
async function validate(parameters: RequestParameters, context: ServerContext, clientAddress: string): Promise<void> {
  const { options, clients } = context
  const isKnown = await clients.isAtHand(parameters.single.get('client_id') ?? '')
  await hintedSubject(parameters.single, parameters.single.get('client_id') ?? '', context)
  if (!isKnown) parseRest(parameters, options)
  else parseAuthorizationRequest(await proveClient(parameters, { clients, clientAddress }), parameters, options)
}

/** What the client showed is no part of what it asks, and our own parameters are not its to push. */
const notPushed = new Set([
  'client_secret',
  'client_assertion',
  'client_assertion_type',
  'began',
  'consent',
  'decision',
])

function withoutCredentials({ single, ...rest }: RequestParameters, clientId: string): RequestParameters {
  const asked = [...single].filter(([name]) => !notPushed.has(name))
  return { ...rest, single: new Map([...asked, ['client_id', clientId]]) }
}

/** RFC 9126 §2.3. What is wrong with a redirect URI has no code of its own outside registration. */
function refusalResponse(error: OAuthError, request: PlainRequest): PlainResponse {
  const refusal = error.code === 'invalid_redirect_uri' ? new OAuthError('invalid_request', error.message) : error
  const { code, message } = refusal
  const status = error instanceof BodyTooLongError ? 413 : refusal.status
  return errorResponse({ code, message, status }, { challengeBasic: request.headers.has('authorization') })
}
