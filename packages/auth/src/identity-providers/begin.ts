import * as oauth from 'oauth4webapi'
import { loginHintOf } from '../authorization-server/interaction/authorization-request.ts'
import { authorizationUrl } from './authorization-request.ts'
import type { UpstreamContext } from './context.ts'
import type { Began } from './outcome.ts'
import { keepTransaction, newState, type Transaction } from './transaction.ts'

/** What a sign-in that begins is for, and what is asked of the identity provider. */
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
  return { kind: 'redirect', location: await authorizationUrl(transaction, wishes, metadata, context), setCookies }
}
