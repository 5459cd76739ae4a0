import { formatChallenge } from '../../protocol/challenge.ts'
import { OAuthError } from '../../protocol/oauth-error.ts'
import { type Parameters, parseParameters, requireParameter } from '../../protocol/parameters.ts'
import type { IntrospectionRefusal } from '../../protocol/refusals.ts'
import { sameIdentifier } from '../../protocol/resource.ts'
import { formatScope } from '../../protocol/scope.ts'
import { authenticateClient } from '../clients/authenticate-client.ts'
import { type Consumption, consume } from '../clients/client-assertion.ts'
import { notAllowed, privilegesOf } from '../clients/privileges.ts'
import { hashClientSecret, sameHash } from '../clients/secret-hash.ts'
import type { ResolvedOptions, ResolvedResource } from '../config.ts'
import type { ServerContext } from '../context.ts'
import { redeem } from '../grants/redeem.ts'
import { parseSecret, verifySecret } from '../grants/secret.ts'
import type { PlainRequest, PlainResponse } from '../plain-http.ts'
import { readBody } from '../request-body.ts'
import { errorResponse, jsonResponse } from '../responses.ts'
import { readAccessToken } from '../tokens/read-access-token.ts'

/** Whether anybody may introspect here; nobody is told of the endpoint otherwise (law 13). */
export function isIntrospectionOffered(options: ResolvedOptions): boolean {
  return options.introspectionReaders.length > 0 || isIntrospectionOfClients(options)
}

/** Whether clients may, by their own authentication. */
export function isIntrospectionOfClients({ privileges }: ResolvedOptions): boolean {
  return [...privileges.values()].some(({ introspection }) => introspection.length > 0)
}

/** Who asks, and about which resources they may know. */
interface Reader {
  clientId?: string
  resources: readonly ResolvedResource[]
  consumption: Consumption
}

/**
 * The introspection endpoint (RFC 7662): for resource servers with a secret of `introspectionReaders`, and for confidential clients that the operator
 * names. Whatever is not valid, or not for a resource of theirs, is `active: false` and nothing more (§2.2): it must be no oracle.
 */
export async function introspectEndpoint(
  request: PlainRequest,
  context: ServerContext,
  clientAddress: string,
): Promise<PlainResponse> {
  const { options } = context
  try {
    const { single } = parseParameters(await readBody(request, 'application/x-www-form-urlencoded'))
    const reader = await readerOf(request, single, context, clientAddress)
    const token = requireParameter(single, 'token')
    const answer =
      (await accessTokenAnswer(token, reader, context)) ?? (await refreshTokenAnswer(token, reader, context))
    await consume(reader.consumption, options.store)
    return jsonResponse(answer ?? { active: false })
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    const limited = await context.limits.refused(clientAddress, undefined)
    const reason = limited === undefined ? reasonOf(error) : 'rate_limited'
    options.onEvent({ type: 'introspection_refused', reason, detail: error.message })
    return limited ?? refusalResponse(error, request, options)
  }
}

async function readerOf(
  request: PlainRequest,
  parameters: Parameters,
  context: ServerContext,
  clientAddress: string,
): Promise<Reader> {
  const { options } = context
  const [, secret] = /^bearer +(\S+) *$/i.exec(request.headers.get('authorization') ?? '') ?? []
  if (secret !== undefined) {
    const presented = await hashClientSecret(secret)
    const resources: ResolvedResource[] = []
    for (const reader of options.introspectionReaders)
      if (sameHash(await hashClientSecret(reader.secret), presented)) resources.push(reader.resource)
    if (resources.length > 0) return { resources, consumption: [] }
    throw new OAuthError('invalid_token', 'The introspection endpoint wants the secret of a reader')
  }
  const client = await authenticateClient(request, parameters, context, clientAddress)
  const resources = privilegesOf(client, context).introspection
  if (resources.length === 0) throw notAllowed('The client may not introspect tokens')
  return { clientId: client.clientId, resources, consumption: client.consumption }
}

async function accessTokenAnswer(token: string, reader: Reader, context: ServerContext): Promise<object | undefined> {
  const live = await readAccessToken(token, context)
  if (live === undefined) return undefined
  const isTheirs = reader.resources.some(({ resource, alsoServedAt }) =>
    [resource, ...alsoServedAt].some((identifier) => sameIdentifier(identifier, live.claims.aud)),
  )
  const username = live.claims.preferred_username
  return isTheirs
    ? { active: true, token_type: 'Bearer', ...live.claims, ...(username !== undefined && { username }) }
    : undefined
}

/** A refresh token is no business of a resource server, which might take it for an access token: of the client alone that it was issued to. */
async function refreshTokenAnswer(
  token: string,
  { clientId }: Reader,
  { options, derivedKeys }: ServerContext,
): Promise<object | undefined> {
  const secret = clientId === undefined ? undefined : parseSecret(token)
  if (secret?.kind !== 'refresh') return undefined
  const grant = (await options.store.get('grant', secret.grantId))?.value
  if (grant?.clientId !== clientId || grant === undefined) return undefined
  if (!(await verifySecret(secret, grant.seed, derivedKeys))) return undefined
  const { generation } = secret
  const now = options.now()
  const { kind } = redeem(grant, {
    generation,
    now,
    keyId: derivedKeys.currentId,
    accessTokenLifetime: options.accessTokenLifetime,
    refreshTokenLifetime: options.grantLifetime,
    replayWindow: options.refreshReplayWindow,
  })
  if (kind !== 'rotate' && kind !== 'replay') return undefined
  return {
    active: true,
    iss: options.issuer,
    client_id: clientId,
    sub: grant.subject,
    scope: formatScope(grant.scope),
    iat: grant.rotatedAt,
    ...(grant.refreshTokensUntil !== undefined && { exp: grant.refreshTokensUntil }),
    grant_id: secret.grantId,
  }
}

function reasonOf({ code }: OAuthError): IntrospectionRefusal {
  switch (code) {
    case 'invalid_token':
      return 'unknown_reader'
    case 'invalid_client':
    case 'invalid_grant':
      return 'wrong_client_authentication'
    case 'unauthorized_client':
      return 'client_not_allowed'
    case 'temporarily_unavailable':
      return 'client_unavailable'
    default:
      return 'malformed_request'
  }
}

/** A challenge by the scheme that was tried, or by all that could be (RFC 7662 §2.3, RFC 6750 §3). */
function refusalResponse(error: OAuthError, request: PlainRequest, options: ResolvedOptions): PlainResponse {
  // Whoever would have to be let in first has not shown who it is.
  const refusal = error.code === 'invalid_grant' ? new OAuthError('invalid_client', error.message) : error
  const isBasic = /^basic /i.test(request.headers.get('authorization') ?? '')
  const response = errorResponse(refusal, { challengeBasic: isBasic || isIntrospectionOfClients(options) })
  if (response.status !== 401 || isBasic) return response
  if (refusal.code === 'invalid_token')
    return response.with({ 'www-authenticate': formatChallenge({ error: 'invalid_token' }) })
  if (options.introspectionReaders.length === 0) return response
  const basic = response.headers['www-authenticate']
  return response.with({ 'www-authenticate': basic === undefined ? 'Bearer' : `${basic}, Bearer` })
}
