import * as oauth from 'oauth4webapi'
import { clientOf } from './client.ts'
import type { UpstreamContext } from './context.ts'
import { identify } from './identify.ts'
import type { Identity } from './identity.ts'
import type { Metadata } from './metadata.ts'
import { SignInFailure } from './sign-in-failure.ts'
import { answeredError } from './token-failure.ts'
import { redeemCode } from './tokens.ts'
import { type Transaction, transactionLifetime } from './transaction.ts'
import { sealUpstream } from './upstream-tokens.ts'

export interface SignedIn {
  identity: Identity
  upstream: string | undefined
}

/** Follows a callback whose transaction this browser holds. Throws `SignInFailure`. */
export async function complete(callback: URL, transaction: Transaction, context: UpstreamContext): Promise<SignedIn> {
  const { identityProvider, options } = context
  if (
    transaction.identityProvider !== identityProvider.id ||
    callback.pathname !== new URL(identityProvider.redirectUri).pathname
  )
    throw new SignInFailure(
      'mixed_up',
      'The answer came to the callback of another identity provider than the one that was asked',
    )
  if (options.now() >= transaction.began + transactionLifetime)
    throw new SignInFailure('expired', 'Signing in took longer than ten minutes')
  const metadata = await context.metadata()
  const parameters = responseOf(callback.searchParams, transaction, metadata, context)
  const tokens = await redeemCode(parameters, transaction, metadata, context)
  const identity = await identify(tokens, metadata, context)
  if (transaction.again) requireFresh(identity, transaction, context)
  return { identity, upstream: await sealUpstream(tokens, identity, context) }
}

/** The parameters of an answer that is one, of whom it should be of (RFC 6749 §4.1.2, RFC 9207 §2.4). */
function responseOf(
  parameters: URLSearchParams,
  { state }: Transaction,
  metadata: Metadata,
  context: UpstreamContext,
): URLSearchParams {
  for (const name of ['code', 'state', 'iss', 'error', 'error_description'])
    if (parameters.getAll(name).length > 1)
      throw new SignInFailure('malformed', 'The identity provider’s answer says one thing twice')
  const iss = parameters.get('iss')
  if (iss === null ? metadata.authorization_response_iss_parameter_supported === true : iss !== metadata.issuer)
    throw new SignInFailure('mixed_up', 'The answer is of another identity provider than the one that was asked', {
      told: iss,
    })
  const error = parameters.get('error')
  if (error !== null) throw answeredError(error, parameters.get('error_description') ?? undefined)
  try {
    const passed = oauth.validateAuthResponse(metadata, clientOf(context), parameters, state)
    if (!passed.has('code')) throw new SignInFailure('malformed', 'The identity provider’s answer has no code')
    return passed
  } catch (cause) {
    if (cause instanceof SignInFailure) throw cause
    throw new SignInFailure('malformed', 'The identity provider’s answer is none', { cause })
  }
}

/** Whoever holds the browser can take `prompt` out of the request: what counts is what the identity provider says. */
function requireFresh(
  { authTime, isAuthTimeProved }: Identity,
  { began }: Transaction,
  { options }: UpstreamContext,
): void {
  if (isAuthTimeProved && authTime < began - options.clockTolerance)
    throw new SignInFailure('not_fresh', 'The identity provider did not ask you to sign in anew')
}
