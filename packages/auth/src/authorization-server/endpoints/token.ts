import type { TokenRefusal } from '../../protocol/events.ts'
import { OAuthError, type OAuthErrorCode } from '../../protocol/oauth-error.ts'
import { parseParameters, printable, type RequestParameters, requireParameter } from '../../protocol/parameters.ts'
import { formatScope } from '../../protocol/scope.ts'
import { type AuthenticatedClient, authenticateClient } from '../clients/authenticate-client.ts'
import { consume, requireUnused } from '../clients/client-assertion.ts'
import type { ServerContext } from '../context.ts'
import { authorizationCode } from '../grants/authorization-code.ts'
import type { GrantHooks } from '../grants/grant-hooks.ts'
import { redeem } from '../grants/redeem.ts'
import { refreshToken } from '../grants/refresh-token.ts'
import { formatSecret, parseSecret, verifySecret } from '../grants/secret.ts'
import { requireSameTarget } from '../grants/target.ts'
import { TokenRefusedError } from '../grants/token-refused-error.ts'
import type { GrantRecord } from '../records.ts'
import { readBody } from '../request-body.ts'
import { errorResponse, jsonResponse } from '../responses.ts'
import { endGrant } from '../revocation/end-grant.ts'
import { signAccessToken } from '../tokens/access-token.ts'

const grantTypes: Readonly<Record<string, GrantHooks>> = {
  authorization_code: authorizationCode,
  refresh_token: refreshToken,
}

/**
 * The token endpoint (RFC 6749 §3.2). It owns the phases: parse, authenticate the client, verify what was presented, validate it whole,
 * redeem in one commit, respond. A grant type only fills its hooks. Nothing is consumed before everything is validated (law 5).
 */
export async function tokenEndpoint(
  request: Request,
  context: ServerContext,
  clientAddress: string,
): Promise<Response> {
  const known: { clientId?: string; grantId?: string } = {}
  try {
    return await answer(request, context, clientAddress, known)
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    const limited = await context.limits.refused(clientAddress, known.clientId)
    const reason = limited === undefined ? reasonOf(error) : 'rate_limited'
    context.options.onEvent({ type: 'token_refused', reason, detail: error.message, ...known })
    return limited ?? errorResponse(error, { challengeBasic: request.headers.has('authorization') })
  }
}

async function answer(
  request: Request,
  context: ServerContext,
  clientAddress: string,
  known: { clientId?: string; grantId?: string },
): Promise<Response> {
  const parameters = parseParameters(await readBody(request, 'application/x-www-form-urlencoded'))
  const grantType = requireParameter(parameters.single, 'grant_type')
  const hooks = Object.hasOwn(grantTypes, grantType) ? grantTypes[grantType] : undefined
  if (hooks === undefined)
    throw new TokenRefusedError(
      'unsupported_grant_type',
      'unsupported_grant_type',
      `The grant type '${printable(grantType)}' is not supported`,
    )
  const client = await authenticateClient(request, parameters.single, context, clientAddress)
  known.clientId = client.clientId
  return redeemSecret(hooks, grantType, parameters, client, context, known)
}

async function redeemSecret(
  hooks: GrantHooks,
  grantType: string,
  parameters: RequestParameters,
  client: AuthenticatedClient,
  context: ServerContext,
  known: { grantId?: string },
): Promise<Response> {
  const { options, derivedKeys } = context
  const presented = parseSecret(requireParameter(parameters.single, hooks.secretParameter))
  if (presented === undefined) throw invalidGrant('malformed_secret', `The ${nameOf(hooks)} is malformed`)
  if (presented.kind !== hooks.kind) throw invalidGrant('wrong_kind', `What was presented is no ${nameOf(hooks)}`)
  for (;;) {
    const entry = await options.store.get('grant', presented.grantId)
    if (entry === undefined)
      throw invalidGrant('unknown_or_expired_grant', `The ${nameOf(hooks)} is not valid any more`)
    const grant = entry.value
    if (!(await verifySecret(presented, grant.seed, derivedKeys)))
      throw invalidGrant('forged_secret', `The ${nameOf(hooks)} is not valid`)
    known.grantId = presented.grantId
    if (grant.clientId !== client.clientId)
      throw invalidGrant('wrong_client', `The ${nameOf(hooks)} was issued to another client`)
    if (!client.client.grantTypes.includes(hooks.kind === 'code' ? 'authorization_code' : 'refresh_token'))
      throw new TokenRefusedError(
        'unauthorized_client',
        'refresh_not_allowed',
        'The client is not registered for this grant type',
      )
    requireSameTarget(parameters.resource, grant.resource, options.resources)
    await hooks.validate(grant, parameters.single)
    const scope = hooks.scope(grant, parameters.single)
    if (options.interaction.isActive !== undefined && !(await options.interaction.isActive(grant.subject))) {
      await endGrant(presented.grantId, 'subject_disabled', context.grantEnds)
      throw invalidGrant('subject_disabled', 'The account behind the grant cannot be used any more')
    }
    const now = options.now()
    const refreshable = client.client.grantTypes.includes('refresh_token')
    const redemption = redeem(grant, {
      generation: presented.generation,
      now,
      keyId: derivedKeys.currentId,
      accessTokenLifetime: options.accessTokenLifetime,
      refreshTokenLifetime: refreshable ? options.grantLifetime : 0,
      replayWindow: options.refreshReplayWindow,
    })
    if (redemption.kind === 'reuse') {
      await endGrant(presented.grantId, redemption.reason, context.grantEnds)
      throw invalidGrant(
        redemption.reason === 'code_reused' ? 'code_reused' : 'refresh_token_reused',
        reuseDescription[hooks.kind],
      )
    }
    if (redemption.kind === 'expired')
      throw invalidGrant('unknown_or_expired_grant', `The ${nameOf(hooks)} is not valid any more`)
    if (redemption.kind === 'rotate') {
      const { accessTokensUntil = now, refreshTokensUntil = now } = redemption.grant
      const moved = await options.store.commit([
        {
          kind: 'grant',
          id: entry.id,
          version: entry.version,
          value: redemption.grant,
          expiresAt: Math.max(refreshTokensUntil, accessTokensUntil),
          index: { subject: grant.subject, client: grant.clientId },
        },
        ...client.consumption,
      ])
      if (!moved) {
        await requireUnused(client.consumption, options.store)
        continue // somebody was quicker: read again, decide again
      }
    } else await consume(client.consumption, options.store)
    return tokenResponse(presented.grantId, redemption, scope, grantType, client, context)
  }
}

async function tokenResponse(
  grantId: string,
  { kind, grant }: { kind: 'rotate' | 'replay'; grant: GrantRecord },
  scope: readonly string[],
  grantType: string,
  { clientId, client }: AuthenticatedClient,
  { options, derivedKeys, signingKey }: ServerContext,
): Promise<Response> {
  const lifetime = options.accessTokenLifetime
  const accessToken = await signAccessToken(await signingKey(), {
    issuer: options.issuer,
    grantId,
    grant,
    scope,
    issuedAt: options.now(),
    lifetime,
  })
  const about = { grantId, clientId, subject: grant.subject, resource: grant.resource, scope }
  if (kind === 'replay') options.onEvent({ type: 'refresh_replayed', generation: grant.generation, ...about })
  options.onEvent({ type: 'token_issued', grantType, generation: grant.generation, ...about })
  return jsonResponse({
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: lifetime,
    ...(client.grantTypes.includes('refresh_token') && {
      refresh_token: await formatSecret(grantId, grant, derivedKeys),
    }),
    scope: formatScope(scope),
  })
}

const reuseDescription = {
  code: 'The authorization code was used before; what was issued for it has been revoked',
  refresh: 'The refresh token was used before; the grant has been revoked',
}

function nameOf({ kind }: GrantHooks): string {
  return kind === 'code' ? 'authorization code' : 'refresh token'
}

function invalidGrant(reason: TokenRefusal, description: string): TokenRefusedError {
  return new TokenRefusedError('invalid_grant', reason, description)
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
