import { toBase64url } from '#base64url'
import { randomText } from '../authorization-server/tokens/base64url.ts'
import { type Answer, answerPages } from './person.ts'

/** A client that registered. */
export interface TestClient {
  clientId: string
  redirectUri: string
  /** Only where it registered for one. */
  clientSecret?: string
}

/** A client that a person has signed in to. */
export interface TestSession {
  client: TestClient
  subject: string
  accessToken: string
  /** Absent where the server gave none. */
  refreshToken?: string
  scope: readonly string[]
  /** Exchanges the refresh token for the next session. Throws `Error` with what the server answered. */
  refresh(): Promise<TestSession>
  /** Revokes the grant as the client (RFC 7009). */
  revoke(): Promise<void>
}

/** What it needs of an authorization server: its issuer, and a way there. */
export interface Reached {
  issuer: string
  fetch: (request: Request) => Promise<Response>
}

/** Registers a client (RFC 7591). Throws `Error` with what the server answered. */
export async function registerClient(
  metadata: Record<string, unknown>,
  { issuer, fetch }: Reached,
): Promise<TestClient> {
  const redirectUri = 'http://127.0.0.1/callback'
  const body = JSON.stringify({
    client_name: 'Test client',
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'none',
    ...metadata,
  })
  const headers = { 'content-type': 'application/json' }
  const registered = await json(await fetch(new Request(at(issuer, 'register'), { method: 'POST', headers, body })))
  const { client_id: clientId, client_secret: clientSecret, redirect_uris: redirectUris } = registered
  const [first] = Array.isArray(redirectUris) ? redirectUris : []
  return {
    clientId: String(clientId),
    redirectUri: String(first ?? redirectUri),
    ...(typeof clientSecret === 'string' && { clientSecret }),
  }
}

export interface SignInRequest extends Answer {
  client: TestClient
  resource: string
  /** Default: none is asked for. */
  scope: readonly string[] | undefined
}

/** The whole way of a client: authorization request, consent, code, tokens. The session goes on by `later`. Throws `Error` with what went wrong. */
export async function signIn(request: SignInRequest, reached: Reached, later: Reached): Promise<TestSession> {
  const { client, resource, scope } = request
  const verifier = randomText(32)
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  const state = randomText(9)
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    state,
    resource,
    ...(scope !== undefined && { scope: scope.join(' ') }),
    code_challenge: toBase64url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
  })
  const { searchParams } = await answerPages(`${at(reached.issuer, 'authorize')}?${parameters}`, request, reached.fetch)
  const code = searchParams.get('code')
  if (code === null || searchParams.get('state') !== state)
    throw new Error(`No code: ${searchParams.get('error')} (${searchParams.get('error_description')})`)
  const grant = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: client.redirectUri,
    code_verifier: verifier,
    resource,
  }
  return sessionOf(await askForTokens(client, grant, reached), { client, subject: request.subject }, later)
}

function sessionOf(
  tokens: Record<string, unknown>,
  about: Pick<TestSession, 'client' | 'subject'>,
  reached: Reached,
): TestSession {
  const { access_token: accessToken, refresh_token: refreshToken, scope } = tokens
  const { client } = about
  return {
    ...about,
    accessToken: String(accessToken),
    ...(typeof refreshToken === 'string' && { refreshToken }),
    scope: String(scope ?? '')
      .split(' ')
      .filter((token) => token !== ''),
    async refresh() {
      if (typeof refreshToken !== 'string') throw new Error('The session has no refresh token')
      const grant = { grant_type: 'refresh_token', refresh_token: refreshToken }
      return sessionOf(await askForTokens(client, grant, reached), about, reached)
    },
    async revoke() {
      const token = typeof refreshToken === 'string' ? refreshToken : String(accessToken)
      const response = await postForm('revoke', client, { token }, reached)
      if (response.status !== 200) throw new Error(`/revoke answered ${response.status}: ${await response.text()}`)
    },
  }
}

async function askForTokens(
  client: TestClient,
  fields: Record<string, string>,
  reached: Reached,
): Promise<Record<string, unknown>> {
  return json(await postForm('token', client, fields, reached))
}

function postForm(
  endpoint: string,
  { clientId, clientSecret }: TestClient,
  fields: Record<string, string>,
  { issuer, fetch }: Reached,
): Promise<Response> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = new URLSearchParams({
    ...fields,
    client_id: clientId,
    ...(clientSecret !== undefined && { client_secret: clientSecret }),
  })
  return fetch(new Request(at(issuer, endpoint), { method: 'POST', headers, body: body.toString() }))
}

function at(issuer: string, endpoint: string): string {
  return `${issuer.replace(/\/$/, '')}/${endpoint}`
}

async function json(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text()
  if (!response.ok) throw new Error(`The authorization server answered ${response.status}: ${text}`)
  return JSON.parse(text)
}
