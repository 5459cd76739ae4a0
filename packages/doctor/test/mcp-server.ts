import type { IncomingMessage, ServerResponse } from 'node:http'
import { bodyOf, json, listening } from './loopback-server.ts'

/** Answers a request; `origin` is the server's own. */
export type Route = (request: IncomingMessage, response: ServerResponse, origin: string) => unknown

export type Document = Record<string, unknown>

/** What is different from a healthy server. */
export interface Changes {
  /** By path; `undefined` is a path where there is nothing. */
  readonly routes?: Readonly<Record<string, Route | undefined>>
  /** The answer to what comes to the MCP URL without a token. Default: 401 with a challenge. */
  readonly challenge?: Route
  /** The value of `WWW-Authenticate`. */
  readonly header?: (origin: string) => string | undefined
  readonly resource?: (document: Document, origin: string) => unknown
  readonly server?: (document: Document, origin: string) => unknown
  /** Before every other answer; whether it has answered. */
  readonly first?: (request: IncomingMessage, response: ServerResponse, origin: string) => boolean
}

export interface McpServer {
  readonly origin: string
  /** What was asked, as `POST /mcp`. */
  readonly asked: string[]
}

/** An MCP server with an authorization server of its own, which a client finds nothing to complain of but where it was changed. */
export async function startMcpServer(changes: Changes = {}): Promise<McpServer> {
  const asked: string[] = []
  const routes: Readonly<Record<string, Route | undefined>> = { ...healthyRoutes(changes), ...changes.routes }
  const origin = await listening(async (request, response) => {
    const path = (request.url ?? '').replace(/\?.*/, '')
    asked.push(`${request.method} ${path}`)
    if (changes.first?.(request, response, origin)) return
    const route = routes[path]
    if (route === undefined) response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found')
    else await route(request, response, origin)
  })
  return { origin, asked }
}

export function healthyResource(origin: string): Document {
  return {
    resource: `${origin}/mcp`,
    authorization_servers: [origin],
    scopes_supported: ['notes'],
    bearer_methods_supported: ['header'],
  }
}

export function healthyServer(origin: string): Document {
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    registration_endpoint: `${origin}/register`,
    jwks_uri: `${origin}/keys`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  }
}

export const letIn: Route = async (request, response) => {
  if (request.method !== 'POST') return response.writeHead(405, { allow: 'POST' }).end()
  await bodyOf(request)
  return json(response, 200, { jsonrpc: '2.0', id: 0, result: { protocolVersion: '2025-11-25' } })
}

export function page(status: number, text = '<!doctype html><title>App</title>'): Route {
  return (_request, response) => response.writeHead(status, { 'content-type': 'text/html' }).end(text)
}

export function plain(status: number, headers: Record<string, string> = {}): Route {
  return (_request, response) => response.writeHead(status, headers).end()
}

export const refuseForm: Route = async (request, response) => {
  if (request.method === 'OPTIONS') return allowOrigin(response)
  if (request.method !== 'POST') return response.writeHead(405, { allow: 'POST' }).end()
  await bodyOf(request)
  return json(response, 400, { error: 'invalid_request' })
}

function healthyRoutes(changes: Changes): Readonly<Record<string, Route>> {
  const resource = document((origin) => {
    const healthy = healthyResource(origin)
    return changes.resource === undefined ? healthy : changes.resource(healthy, origin)
  })
  const server = document((origin) => {
    const healthy = healthyServer(origin)
    return changes.server === undefined ? healthy : changes.server(healthy, origin)
  })
  return {
    '/mcp': challenging(changes),
    '/.well-known/oauth-protected-resource/mcp': resource,
    '/.well-known/oauth-protected-resource': resource,
    '/.well-known/oauth-authorization-server': server,
    '/.well-known/openid-configuration': server,
    '/authorize': page(400, 'client_id is missing'),
    '/token': refuseForm,
    '/register': refuseForm,
    '/keys': document(() => ({ keys: [] })),
  }
}

function challenging({ challenge, header = pointing }: Changes): Route {
  return (request, response, origin) => {
    if (request.method === 'OPTIONS') return allowOrigin(response)
    if (challenge !== undefined && request.headers.authorization === undefined)
      return challenge(request, response, origin)
    const value = header(origin)
    const withError =
      request.headers.authorization === undefined ? value : value?.replace(/^Bearer /, '$&error="invalid_token", ')
    const headers = {
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'WWW-Authenticate',
      ...(withError !== undefined && { 'www-authenticate': withError }),
    }
    return json(response, 401, { error: 'unauthorized' }, headers)
  }
}

export function pointing(origin: string): string {
  return `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`
}

/** A document as JSON; `undefined` is none, a string stands as it is. */
function document(of: (origin: string) => unknown): Route {
  return (request, response, origin) => {
    if (request.method === 'OPTIONS') return allowOrigin(response)
    const body = of(origin)
    if (body === undefined) return response.writeHead(404).end()
    return json(response, 200, body, { 'access-control-allow-origin': '*' })
  }
}

function allowOrigin(response: ServerResponse): void {
  response
    .writeHead(204, {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': '*',
    })
    .end()
}
