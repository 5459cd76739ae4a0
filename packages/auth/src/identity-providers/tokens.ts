import * as oauth from 'oauth4webapi'
import { authenticationOf, clientOf, isOpenId, requestOptions } from './client.ts'
import type { UpstreamContext } from './context.ts'
import { forToken, signedClaims } from './id-token.ts'
import type { Metadata } from './metadata.ts'
import type { Claims } from './presets/preset.ts'
import { SignInFailure } from './sign-in-failure.ts'
import { failureOf } from './token-failure.ts'
import type { Transaction } from './transaction.ts'

/** What the token endpoint gave, verified. */
export interface Tokens {
  accessToken: string
  refreshToken?: string
  /** Of the ID token; absent where there is none. */
  claims?: Claims
}

/** Redeems the code of a callback whose parameters `validateAuthResponse` passed. Throws `SignInFailure`. */
export async function redeemCode(
  callback: URLSearchParams,
  { nonce, verifier }: Pick<Transaction, 'nonce' | 'verifier'>,
  metadata: Metadata,
  context: UpstreamContext,
): Promise<Tokens> {
  const { identityProvider } = context
  const client = clientOf(context)
  try {
    const response = await oauth.authorizationCodeGrantRequest(
      metadata,
      client,
      authenticationOf(context, metadata),
      callback,
      identityProvider.redirectUri,
      verifier,
      requestOptions(context),
    )
    const answer = await settled(response, context)
    const expects = isOpenId(context) ? { expectedNonce: nonce, requireIdToken: true } : {}
    const result = await oauth.processAuthorizationCodeResponse(
      await forToken(metadata, answer, context),
      client,
      answer,
      expects,
    )
    return await tokensOf(result, metadata, context)
  } catch (error) {
    throw failureOf(error, 'code')
  }
}

/** What a refresh token is still good for. Throws `SignInFailure`, `code_refused` where the identity provider says no. */
export async function refresh(refreshToken: string, metadata: Metadata, context: UpstreamContext): Promise<Tokens> {
  const client = clientOf(context)
  try {
    const authentication = authenticationOf(context, metadata)
    const response = await oauth.refreshTokenGrantRequest(
      metadata,
      client,
      authentication,
      refreshToken,
      requestOptions(context),
    )
    const answer = await settled(response, context)
    const result = await oauth.processRefreshTokenResponse(await forToken(metadata, answer, context), client, answer)
    return await tokensOf(result, metadata, context)
  } catch (error) {
    throw failureOf(error, 'refresh token')
  }
}

/** What the userinfo endpoint says of the person (OpenID Connect Core §5.3). Throws `SignInFailure`. */
export async function userInfo(
  accessToken: string,
  subject: string,
  metadata: Metadata,
  context: UpstreamContext,
): Promise<Claims> {
  const client = clientOf(context)
  try {
    const response = await oauth.userInfoRequest(metadata, client, accessToken, requestOptions(context))
    // Signed ones would have to be verified, and say no more than TLS does.
    if (/^application\/jwt\b/i.test(response.headers.get('content-type') ?? ''))
      throw new SignInFailure(
        'misconfigured',
        'The identity provider signs its userinfo answers: set the client there to plain JSON',
      )
    return await oauth.processUserInfoResponse(metadata, client, subject, response)
  } catch (error) {
    throw failureOf(error, 'access token')
  }
}

/** An answer of the token endpoint, with the status that it ought to have: some vendors send errors with 200. */
async function settled(response: Response, { identityProvider: { preset } }: UpstreamContext): Promise<Response> {
  if (response.status !== 200 || preset.metadataOf === undefined) return response
  const text = await response.text()
  return new Response(text, { status: isErrorAnswer(text) ? 400 : 200, headers: response.headers })
}

function isErrorAnswer(text: string): boolean {
  try {
    const answer: unknown = JSON.parse(text)
    return typeof answer === 'object' && answer !== null && 'error' in answer
  } catch {
    return false
  }
}

async function tokensOf(
  result: oauth.TokenEndpointResponse,
  metadata: Metadata,
  context: UpstreamContext,
): Promise<Tokens> {
  const { access_token: accessToken, refresh_token: refreshToken, id_token: idToken } = result
  const claims = idToken === undefined ? undefined : await signedClaims(idToken, metadata, context)
  return { accessToken, ...(refreshToken !== undefined && { refreshToken }), ...(claims && { claims }) }
}
