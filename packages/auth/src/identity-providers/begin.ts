import * as oauth from 'oauth4webapi'
import { loginHintOf } from '../authorization-server/interaction/authorization-request.ts'
import type { UpstreamContext } from './context.ts'
import type { Metadata } from './metadata.ts'
import type { Began } from './outcome.ts'
import type { AuthorizationWishes } from './presets/preset.ts'
import { isOpenId } from './tokens.ts'
import { keepTransaction, newState, type Transaction } from './transaction.ts'

export interface BeginOptions {
  /** Where the person goes afterwards: given back as it is, by `complete`. It travels sealed. */
  returnTo: string
  /** What the sign-in is for: given back by `complete`. It travels sealed. Default: nothing. */
  purpose?: string
  /** The request that the browser came with: it tells which sign-ins it has under way, whose number is bounded. */
  request?: Request
  /** The person is to prove anew who they are. Default: false. */
  again?: boolean
  /** The person is to choose who they are. Default: false. */
  selectAccount?: boolean
  /** The name under which they may want to sign in. Default: none. */
  loginHint?: string
}

/** The browser's way out to an identity provider. Throws `SignInFailure`. */
export async function begin(
  { returnTo, purpose, request, again = false, selectAccount = false, loginHint }: BeginOptions,
  context: UpstreamContext,
): Promise<Began> {
  const metadata = await context.metadata()
  const transaction: Transaction = {
    identityProvider: context.identityProvider.id,
    state: newState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
    returnTo,
    ...(purpose !== undefined && { purpose }),
    ...(again && { again }),
    began: context.options.now(),
  }
  const setCookies = await keepTransaction(transaction, request, context.options)
  if (setCookies === undefined)
    return { kind: 'unavailable', detail: 'The request is too long to sign in with an identity provider' }
  const wishes = { again, selectAccount, loginHint: loginHintOf(loginHint) }
  return { kind: 'redirect', location: await locationOf(transaction, wishes, metadata, context), setCookies }
}

/** The authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core §3.1.2.1). `resource` is never among its parameters. */
async function locationOf(
  { state, nonce, verifier }: Transaction,
  wishes: AuthorizationWishes,
  metadata: Metadata,
  context: UpstreamContext,
): Promise<string> {
  const { identityProvider } = context
  const { preset, options, redirectUri } = identityProvider
  const url = new URL(metadata.authorization_endpoint)
  const prompt = promptOf(wishes, context)
  const parameters = {
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
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
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
