import * as oauth from 'oauth4webapi'
import type { UpstreamContext } from './context.ts'
import type { Metadata } from './metadata.ts'

/** Whether it gives ID tokens. */
export function isOpenId({ identityProvider: { preset } }: Pick<UpstreamContext, 'identityProvider'>): boolean {
  return preset.metadataOf === undefined
}

/** The client as the identity provider knows it, and the clock that its tokens are judged by. */
export function clientOf({ identityProvider, options }: UpstreamContext): oauth.Client {
  return {
    client_id: identityProvider.options.clientId,
    [oauth.clockSkew]: options.clockSkew(),
    [oauth.clockTolerance]: options.clockTolerance,
  }
}

/** How the library asks. */
export function requestOptions({ options, identityProvider }: UpstreamContext) {
  return {
    [oauth.customFetch]: options.fetch,
    [oauth.allowInsecureRequests]: identityProvider.issuer.startsWith('http:'),
  }
}

/** How the client proves who it is. */
export function authenticationOf({ identityProvider }: UpstreamContext, metadata: Metadata): oauth.ClientAuth {
  const { preset, options } = identityProvider
  const { clientSecret } = options
  if (clientSecret === undefined) return oauth.None()
  const offered = metadata.token_endpoint_auth_methods_supported
  const method =
    options.clientAuthentication ??
    preset.clientAuthentication ??
    (offered === undefined || offered.includes('client_secret_basic') ? 'client_secret_basic' : 'client_secret_post')
  return method === 'client_secret_basic' ? oauth.ClientSecretBasic(clientSecret) : oauth.ClientSecretPost(clientSecret)
}
