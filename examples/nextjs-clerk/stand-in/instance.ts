import type { Person } from './people.ts'
import type { Switches } from './switches.ts'
import type { Grant } from './tokens.ts'

/** Everything that a stand-in knows, which is forgotten when it ends. */
export interface Instance {
  readonly issuer: string
  readonly switches: Switches
  readonly secretKey: string
  readonly people: readonly Person[]
  readonly clients: Map<string, Client>
  /** Whose browser it is, by its cookie. */
  readonly browsers: Map<string, Person>
  /** Requests whose consent page somebody sees. */
  readonly pending: Map<string, Pending>
  readonly codes: Map<string, Pending>
  readonly refreshTokens: Map<string, Grant>
  readonly accessTokens: Map<string, Grant>
  /** The credentials that the Backend API was asked with. */
  readonly backendCredentials: (string | null)[]
}

export interface Client {
  id: string
  secret: string | undefined
  name: string
  redirectUris: readonly string[]
  scope: string
}

export interface Pending extends Grant {
  redirectUri: string
  state: string | undefined
  challenge: string
}

export function personOf(instance: Instance, request: Request): Person | undefined {
  const [, browser = ''] = /(?:^|; )__client=([^;]+)/.exec(request.headers.get('cookie') ?? '') ?? []
  return instance.browsers.get(browser)
}

export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: { 'access-control-allow-origin': '*', 'cache-control': 'no-store' } })
}

export function oauthError(error: string, description: string, status = 400): Response {
  return json({ error, error_description: description }, status)
}
