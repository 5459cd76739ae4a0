import * as oauth from 'oauth4webapi'
import { authenticationOf, clientOf, isOpenId, requestOptions } from './client.ts'
import type { UpstreamContext } from './context.ts'
import type { Metadata } from './metadata.ts'
import type { AuthorizationWishes } from './presets/preset.ts'
import { failureOf } from './token-failure.ts'
import type { Transaction } from './transaction.ts'

/** Where the browser goes to sign in (RFC 6749 §4.1.1). Throws `SignInFailure`. */
export async function authorizationUrl(
  transaction: Transaction,
  wishes: AuthorizationWishes,
  metadata: Metadata,
  context: UpstreamContext,
): Promise<string> {
  const parameters = await parametersOf(transaction, wishes, metadata, context)
  const url = new URL(metadata.authorization_endpoint)
  const sent =
    metadata.require_pushed_authorization_requests === true ? await push(parameters, metadata, context) : parameters
  for (const [name, value] of sent) url.searchParams.set(name, value)
  return url.href
}

/** Of the request (RFC 7636 §4.3, OpenID Connect Core §3.1.2.1). `resource` is never among them: some refuse it, and it is none of their business. */
async function parametersOf(
  { state, nonce, verifier }: Transaction,
  wishes: AuthorizationWishes,
  metadata: Metadata,
  context: UpstreamContext,
): Promise<URLSearchParams> {
  const { identityProvider } = context
  const { preset, options, redirectUri } = identityProvider
  const prompt = promptOf(wishes, context)
  return new URLSearchParams({
    ...preset.parametersOf?.(options, wishes),
    ...(identityProvider.offlineAccess !== false && preset.offline.parameters),
    client_id: options.clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: scopesOf(metadata, context).join(' '),
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(isOpenId(context) && { nonce }),
    ...(isOpenId(context) && wishes.again && { max_age: '0' }),
    ...(prompt.length > 0 && { prompt: prompt.join(' ') }),
    ...(isOpenId(context) && wishes.loginHint !== undefined && { login_hint: wishes.loginHint }),
  })
}

/** What stands for a request that was pushed (RFC 9126 §4), which some demand. */
async function push(
  parameters: URLSearchParams,
  metadata: Metadata,
  context: UpstreamContext,
): Promise<URLSearchParams> {
  const client = clientOf(context)
  const authentication = authenticationOf(context, metadata)
  try {
    const response = await oauth.pushedAuthorizationRequest(
      metadata,
      client,
      authentication,
      parameters,
      requestOptions(context),
    )
    const { request_uri: uri } = await oauth.processPushedAuthorizationResponse(metadata, client, response)
    return new URLSearchParams({ client_id: client.client_id, request_uri: uri })
  } catch (error) {
    throw failureOf(error, 'request')
  }
}

function scopesOf(
  { scopes_supported: offered = [] }: Metadata,
  { identityProvider: { preset, options, offlineAccess } }: UpstreamContext,
): readonly string[] {
  const { scope } = preset.offline
  const wantsOffline = offlineAccess !== false && scope !== undefined
  const isOffline =
    wantsOffline && (scope === 'always' || options.offlineAccess !== undefined || offered.includes('offline_access'))
  return [
    ...new Set([
      ...preset.scopes,
      ...(preset.scopesWhereOffered?.filter((name) => offered.includes(name)) ?? []),
      ...(isOffline ? ['offline_access'] : []),
      ...(options.scopes ?? []),
    ]),
  ]
}

function promptOf(wishes: AuthorizationWishes, { identityProvider }: UpstreamContext): readonly string[] {
  const { preset, offlineAccess } = identityProvider
  const asked = preset.promptOf?.(wishes) ?? [
    ...(wishes.again ? ['login'] : []),
    ...(wishes.selectAccount ? ['select_account'] : []),
  ]
  return [...asked, ...(offlineAccess === 'consent' ? ['consent'] : [])]
}
