import * as oauth from 'oauth4webapi'
import { authenticationOf, clientOf, isOpenId, requestOptions } from './client.ts'
import type { UpstreamContext } from './context.ts'
import { forToken, signedClaims } from './id-token.ts'
import type { Metadata } from './metadata.ts'
import type { Claims } from './presets/preset.ts'
import { SignInFailure, unavailable } from './sign-in-failure.ts'
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

const members = ['access_token', 'token_type', 'refresh_token', 'id_token', 'scope'] as const

/**
 * An answer of the token endpoint as the library is to see it: with the status that it ought to have, since GitHub sends errors with 200, and with
 * the members that are used, where they are text.
 */
async function settled(response: Response, context: UpstreamContext): Promise<Response> {
  if (response.status !== 200) return response
  const answer: unknown = await response.json().catch(() => undefined)
  if (typeof answer !== 'object' || answer === null) throw unavailable('The identity provider answered something else')
  if (!isOpenId(context) && 'error' in answer) return Response.json(answer, { status: 400 })
  return Response.json(
    Object.fromEntries(
      members.flatMap((name) => {
        const value: unknown = Reflect.get(answer, name)
        return typeof value === 'string' ? [[name, value]] : []
      }),
    ),
  )
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
