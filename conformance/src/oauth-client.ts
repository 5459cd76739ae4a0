import * as oauth from 'oauth4webapi'
import type { Person } from './person.ts'

/** Everything runs on loopback, over http. */
const insecure = { [oauth.allowInsecureRequests]: true }

export interface RegisteredClient {
  as: oauth.AuthorizationServer
  client: oauth.Client
}

/** Registers a public client (RFC 7591) with the authorization server `issuer`. */
export async function register(issuer: string, redirectUri: string): Promise<RegisteredClient> {
  const url = new URL(issuer)
  const discovered = await oauth.discoveryRequest(url, { algorithm: 'oauth2', ...insecure })
  const as = await oauth.processDiscoveryResponse(url, discovered)
  const metadata = {
    client_name: 'Conformance',
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
  }
  const registered = await oauth.dynamicClientRegistrationRequest(as, metadata, insecure)
  return { as, client: await oauth.processDynamicClientRegistrationResponse(registered) }
}

/** Signs in to the MCP server at `resource` from its metadata alone, and resolves to a source of access tokens that are never about to expire. */
export async function signIn(resource: string, person: Person): Promise<() => Promise<string>> {
  const redirectUri = 'http://127.0.0.1:1/callback' // never fetched: the person hands the answer over
  const url = new URL(resource)
  const server = await oauth.processResourceDiscoveryResponse(url, await oauth.resourceDiscoveryRequest(url, insecure))
  const [issuer] = server.authorization_servers ?? []
  if (issuer === undefined) throw new Error(`The metadata of ${resource} names no authorization server`)
  const { as, client } = await register(issuer, redirectUri)

  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const request = new URL(as.authorization_endpoint ?? '')
  request.search = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: redirectUri,
    state,
    scope: server.scopes_supported?.join(' ') ?? '',
    resource,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString()
  const answer = oauth.validateAuthResponse(as, client, await person.visit(request.href), state)
  const exchanged = await oauth.authorizationCodeGrantRequest(as, client, oauth.None(), answer, redirectUri, verifier, {
    additionalParameters: { resource },
    ...insecure,
  })
  let tokens = Promise.resolve(tokensOf(await oauth.processAuthorizationCodeResponse(as, client, exchanged)))

  async function refresh({ refreshToken }: Tokens): Promise<Tokens> {
    if (refreshToken === undefined)
      throw new Error('The access token is about to expire, and there is no refresh token')
    const refreshed = await oauth.refreshTokenGrantRequest(as, client, oauth.None(), refreshToken, insecure)
    return tokensOf(await oauth.processRefreshTokenResponse(as, client, refreshed))
  }

  return async () => {
    tokens = tokens.then((current) => (Date.now() < current.freshUntil ? current : refresh(current)))
    return (await tokens).accessToken
  }
}

interface Tokens {
  accessToken: string
  refreshToken: string | undefined
  /** A minute before the access token expires, in milliseconds. */
  freshUntil: number
}

function tokensOf({ access_token, refresh_token, expires_in = 0 }: oauth.TokenEndpointResponse): Tokens {
  return { accessToken: access_token, refreshToken: refresh_token, freshUntil: Date.now() + (expires_in - 60) * 1000 }
}
