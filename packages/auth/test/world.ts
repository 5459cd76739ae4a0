import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import {
  type ConnectionEvent,
  createResourceServer,
  type ResourceServer,
  type ResourceServerOptions,
} from '@portcullis/auth'
import {
  type AuthorizationServer,
  type AuthorizationServerKinds,
  type AuthorizationServerOptions,
  createAuthorizationServer,
  type SignedIn,
  type Store,
} from '@portcullis/auth/authorization-server'
import { memoryStore } from '@portcullis/auth/stores/memory'

export const issuer = 'https://auth.example'
export const resource = 'https://mcp.example/notes/mcp'

/** An authorization server and a resource server that know each other, a clock that stands still, and a person who is signed in. */
export interface World {
  as: AuthorizationServer
  rs: ResourceServer
  store: Store<AuthorizationServerKinds>
  events: ConnectionEvent[]
  clock: { now: number }
  person: { signedIn: SignedIn | undefined }
  /** Sends a request to the authorization server. */
  send(path: string, init?: RequestInit & { address?: string }): Promise<Response>
}

/** What a client or a browser needs of it. */
export type Sends = Pick<World, 'send'>

export const alice: SignedIn = { subject: 'alice', authTime: 1_800_000_000 - 30, sessionId: 's-alice' }

export const secret = { id: 'k1', secret: new Uint8Array(randomBytes(32)) }

export function createWorld(
  options: {
    as?: Partial<AuthorizationServerOptions>
    rs?: Partial<ResourceServerOptions>
    store?: Store<AuthorizationServerKinds>
  } = {},
): World {
  const clock = { now: 1_800_000_000 }
  const now = () => clock.now
  const events: ConnectionEvent[] = []
  const onEvent = (event: ConnectionEvent) => events.push(event)
  const person: World['person'] = { signedIn: alice }
  const store = options.store ?? memoryStore<AuthorizationServerKinds>({ now })
  const as = createAuthorizationServer({
    issuer,
    resources: [
      {
        resource,
        name: 'Notes',
        scopes: { 'notes:read': 'Read your notes', 'notes:write': 'Write notes', 'notes:delete': 'Delete notes' },
        defaultScopes: ['notes:read', 'notes:write'],
      },
    ],
    store,
    secrets: [secret],
    consentLifetime: 0, // so that each request of a test shows its consent page; remembering has tests of its own
    interaction: {
      signedIn: async () => person.signedIn,
      signIn: async (_, { returnTo }) =>
        new Response(undefined, { status: 303, headers: { location: `/sign-in?to=${encodeURIComponent(returnTo)}` } }),
    },
    onEvent,
    now,
    ...options.as,
  })
  const rs = createResourceServer({
    resource,
    authorizationServers: [issuer],
    scopes: ['notes:read', 'notes:write'],
    revocations: as.revocations,
    fetch: (request) => as.fetch(request),
    onEvent,
    now,
    ...options.rs,
  })
  const send: World['send'] = (path, { address, ...init } = {}) =>
    as.fetch(new Request(new URL(path, issuer), init), address === undefined ? {} : { clientAddress: address })
  return { as, rs, store, events, clock, person, send }
}

export interface TestClient {
  clientId: string
  clientSecret?: string
  redirectUri: string
}

let registered = 0

/** Registers a client by RFC 7591, another one each time. */
export async function register(world: Sends, metadata: Record<string, unknown> = {}): Promise<TestClient> {
  const redirectUri = 'https://client.example/callback'
  const response = await world.send('/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
      client_name: 'Test',
      software_version: String(registered++), // the same again would be the same client
      ...metadata,
    }),
  })
  const body = await response.json()
  assert.equal(response.status, 201, JSON.stringify(body))
  return { clientId: body.client_id, clientSecret: body.client_secret, redirectUri: body.redirect_uris[0] }
}

export interface Attempt {
  client: TestClient
  verifier: string
  parameters: Record<string, string>
}

/** A valid authorization request of a client, ready to be changed. */
export function attemptOf(client: TestClient, changes: Record<string, string | undefined> = {}): Attempt {
  const verifier = randomBytes(32).toString('base64url')
  const parameters: Record<string, string | undefined> = {
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    state: 'st-1',
    scope: 'notes:read notes:write',
    resource,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...changes,
  }
  const given = Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return { client, verifier, parameters: Object.fromEntries(given) }
}

export function authorize(world: Sends, attempt: Attempt): Promise<Response> {
  return world.send(`/authorize?${new URLSearchParams(attempt.parameters)}`)
}

/** What a browser sends of the consent page's form: its hidden fields, and the boxes that are ticked. */
export async function formOf(page: Response): Promise<URLSearchParams> {
  assert.equal(page.status, 200)
  const text = await page.text()
  const inputs = text.matchAll(/<input type="(hidden|checkbox)" name="([^"]*)" value="([^"]*)"( checked)?>/g)
  const sent = [...inputs].filter(([, type, , , checked]) => type === 'hidden' || checked !== undefined)
  return new URLSearchParams(sent.map(([, , name = '', value = '']) => [unescapeHtml(name), unescapeHtml(value)]))
}

export function postForm(
  world: Sends,
  fields: URLSearchParams,
  headers: Record<string, string> = {},
): Promise<Response> {
  return world.send('/authorize', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: issuer, ...headers },
    body: fields.toString(),
  })
}

/** Asks, consents, and returns what stands in the redirect to the client. */
export async function consent(world: Sends, attempt: Attempt): Promise<URLSearchParams> {
  const form = await formOf(await authorize(world, attempt))
  form.set('decision', 'allow')
  const response = await postForm(world, form)
  assert.equal(response.status, 303, await response.clone().text())
  return new URL(response.headers.get('location') ?? '').searchParams
}

export interface TokenAnswer {
  status: number
  body: {
    access_token: string
    refresh_token?: string
    id_token?: string
    scope: string
    expires_in: number
    token_type: string
    error?: string
    error_description?: string
  }
  headers: Headers
}

export async function postToken(
  world: Sends,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<TokenAnswer> {
  const response = await world.send('/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  })
  return { status: response.status, body: await response.json(), headers: response.headers }
}

export async function exchange(
  world: Sends,
  attempt: Attempt,
  code: string,
  changes: Record<string, string> = {},
): Promise<TokenAnswer> {
  return postToken(world, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: attempt.client.redirectUri,
    client_id: attempt.client.clientId,
    code_verifier: attempt.verifier,
    resource,
    ...changes,
  })
}

export function refresh(
  world: Sends,
  client: TestClient,
  refreshToken: string,
  changes: Record<string, string> = {},
): Promise<TokenAnswer> {
  return postToken(world, {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: client.clientId,
    ...changes,
  })
}

/** The whole way: a registered client with tokens. */
export async function signedInClient(
  world: Sends,
  changes: Parameters<typeof attemptOf>[1] = {},
): Promise<{ client: TestClient; accessToken: string; refreshToken: string }> {
  const client = await register(world)
  const attempt = attemptOf(client, changes)
  const code = (await consent(world, attempt)).get('code') ?? ''
  const { status, body } = await exchange(world, attempt, code)
  assert.equal(status, 200, JSON.stringify(body))
  return { client, accessToken: body.access_token, refreshToken: body.refresh_token ?? '' }
}

/** The claims of a JWT, unverified. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

/** The header of a JWT, unverified. */
export function headerOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
}

/** A request to the MCP endpoint. */
export function mcpRequest(accessToken?: string, init: RequestInit = {}): Request {
  return new Request(resource, {
    method: 'POST',
    ...init,
    headers: { ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }), ...init.headers },
  })
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
