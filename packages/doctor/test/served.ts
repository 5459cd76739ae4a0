import { profiles } from '@portcullis/clients'
import { gatherEvidence } from '../src/evidence/evidence.ts'
import type { Outcome } from '../src/evidence/exchange.ts'
import { simulate } from '../src/simulation/simulate.ts'
import type { ClientVerdict } from '../src/simulation/verdict.ts'
import type { AuthorizationRequest } from '../src/simulation/walk.ts'

/** What a server answers, by method and URL; 404 to all else. Of a method alone: at the MCP URL. */
export type Served = Readonly<Record<string, Reply | undefined>>

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly text?: string
}

export const target = 'https://mcp.example.com/mcp'
export const atPath = 'GET https://mcp.example.com/.well-known/oauth-protected-resource/mcp'
export const atRoot = 'GET https://mcp.example.com/.well-known/oauth-protected-resource'
export const issuer = 'https://as.example.com'
export const oauthPlace = 'GET https://as.example.com/.well-known/oauth-authorization-server'

export const resourceMetadata = { resource: target, authorization_servers: [issuer], scopes_supported: ['notes'] }

export const serverMetadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  registration_endpoint: `${issuer}/register`,
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_methods_supported: ['none'],
}

export const challenge: Reply = {
  status: 401,
  headers: { 'www-authenticate': `Bearer resource_metadata="${atPath.slice('GET '.length)}"` },
}

/** Everything as it should be: the documents at each place, registration, and an authorization server of its own. */
export const healthy: Served = {
  POST: challenge,
  GET: challenge,
  HEAD: challenge,
  [atPath]: { json: resourceMetadata },
  [oauthPlace]: { json: serverMetadata },
  [`POST ${issuer}/token`]: { status: 400 },
  [`POST ${issuer}/register`]: { status: 400 },
}

/** The healthy one with other metadata, as RFC 8414 has it. */
export function withServerMetadata(changed: Readonly<Record<string, unknown>>): Served {
  return { ...healthy, [oauthPlace]: { json: { ...serverMetadata, ...changed } } }
}

export function withResourceMetadata(changed: Readonly<Record<string, unknown>>): Served {
  return { ...healthy, [atPath]: { json: { ...resourceMetadata, ...changed } } }
}

/** What the doctor says of one client at a server. */
export async function verdictOn(id: string, served: Served, typed = target): Promise<ClientVerdict> {
  const evidence = gatherEvidence({
    target: typed,
    mostRequests: Number.POSITIVE_INFINITY,
    async send({ method, url }) {
      const reply = served[`${method} ${url}`] ?? (url === typed ? served[method] : undefined)
      const takesPost = method === 'OPTIONS' && served[`POST ${url}`] !== undefined
      return outcomeOf(reply ?? (takesPost ? { status: 204, headers: { allow: 'POST' } } : { status: 404 }))
    },
  })
  const [verdict] = await simulate(
    evidence,
    profiles.filter((profile) => profile.id === id),
    () => false,
  )
  if (verdict === undefined) throw new TypeError(`There is no client ${id}`)
  return verdict
}

/** A verdict in brief: where it ends, and what is shown there. */
export async function endOf(id: string, served: Served, typed = target): Promise<readonly (string | undefined)[]> {
  const { kind, step, words, why, walk } = await verdictOn(id, served, typed)
  switch (walk.end.kind) {
    case 'stops':
      return ['stops', walk.end.step, walk.end.because, ...(words === undefined ? [] : [words])]
    case 'cannot_tell':
      return [kind, step, why]
    case 'asks_for_authorization':
    case 'needs_no_sign_in':
      return [walk.end.kind]
  }
}

export async function requestOf(id: string, served: Served, typed = target): Promise<AuthorizationRequest | undefined> {
  const { end } = (await verdictOn(id, served, typed)).walk
  return end.kind === 'asks_for_authorization' ? end.request : undefined
}

export async function caveatsOf(id: string, served: Served, typed = target): Promise<readonly string[]> {
  const { caveats } = await verdictOn(id, served, typed)
  return caveats.map((caveat) => (caveat.kind === 'weak_evidence' ? `weak_evidence: ${caveat.about}` : caveat.kind))
}

function outcomeOf({ status = 200, headers = {}, json, text }: Reply): Outcome {
  const type: readonly (readonly [string, string])[] = json === undefined ? [] : [['content-type', 'application/json']]
  return {
    kind: 'answer',
    status,
    headers: [...type, ...Object.entries(headers)],
    body: json === undefined ? (text ?? '') : JSON.stringify(json),
    isWhole: true,
  }
}
