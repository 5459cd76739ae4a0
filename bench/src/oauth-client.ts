import { createHash, randomBytes } from 'node:crypto'
import type { Person } from './person.ts'

/** A client that registered, as far as the bench must know it. */
export interface OAuthClient {
  clientId: string
  redirectUri: string
  /** The code verifier of every request of this client: one will do, since nobody is after it. */
  verifier: string
  registrationEndpoint: string
  tokenEndpoint: string
  authorizationEndpoint: string
  resource: string
  scope: string
}

export interface Tokens {
  access_token: string
  refresh_token: string
}

/** What a client says of itself when it registers (RFC 7591 §2). */
export const clientMetadata = {
  client_name: 'Bench',
  redirect_uris: ['https://client.example/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
}

export async function registerClient(
  origin: string,
  { resource, scope }: { resource: string; scope: string },
): Promise<OAuthClient> {
  const metadata = await json(fetch(`${origin}/.well-known/openid-configuration`))
  const registered = await json(
    fetch(metadata.registration_endpoint ?? '', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(clientMetadata),
    }),
  )
  return {
    clientId: registered.client_id ?? '',
    redirectUri: clientMetadata.redirect_uris[0] ?? '',
    verifier: randomBytes(32).toString('base64url'),
    registrationEndpoint: metadata.registration_endpoint ?? '',
    tokenEndpoint: metadata.token_endpoint ?? '',
    authorizationEndpoint: metadata.authorization_endpoint ?? '',
    resource,
    scope,
  }
}

/** A code, by the person's consent. */
export async function getCode(client: OAuthClient, person: Person): Promise<string> {
  const request = new URL(client.authorizationEndpoint)
  request.search = new URLSearchParams({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    state: 'bench',
    scope: client.scope,
    resource: client.resource,
    code_challenge: createHash('sha256').update(client.verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString()
  const { searchParams } = await person.visit(request.href, client.redirectUri)
  const code = searchParams.get('code')
  if (code === null) throw new Error(`No code, but ${searchParams}`)
  return code
}

/** The body of the request that exchanges a code. */
export function exchangeBody(client: OAuthClient, code: string): string {
  return new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: client.redirectUri,
    client_id: client.clientId,
    code_verifier: client.verifier,
    resource: client.resource,
  }).toString()
}

export async function exchange(client: OAuthClient, code: string): Promise<Tokens> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const { access_token = '', refresh_token = '' } = await json(
    fetch(client.tokenEndpoint, { method: 'POST', headers, body: exchangeBody(client, code) }),
  )
  return { access_token, refresh_token }
}

async function json(answering: Promise<Response>): Promise<Partial<Record<string, string>>> {
  const response = await answering
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`)
  return JSON.parse(text)
}
