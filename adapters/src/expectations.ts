import type { Expected } from './case.ts'
import { metadataUrl, resource, scope } from './place.ts'

const json = { 'content-type': 'application/json' }
const refusal = { ...json, 'cache-control': 'no-store' }
const exposed = {
  'access-control-expose-headers': ['MCP-Protocol-Version', 'Mcp-Session-Id', 'Retry-After', 'WWW-Authenticate'].join(
    ', ',
  ),
}

/** What lets a browser at `origin` read an answer. */
export function readableAt(origin: string): Record<string, string> {
  return { 'access-control-allow-origin': origin, vary: 'Origin', ...exposed }
}

export const missing: Expected = {
  status: 401,
  headers: { ...refusal, 'www-authenticate': `Bearer resource_metadata="${metadataUrl}", scope="${scope}"` },
  body: '{"error_description":"Sign in: this server needs an access token"}',
}

/** RFC 6750 §3.1, RFC 9728 §5.1 */
export function invalid(description: string): Expected {
  return challenged(401, 'invalid_token', description, scope)
}

export const twoTokens = challenged(400, 'invalid_request', 'The request carries more than one access token', scope)

/** `wanted`: all that the operation needs. `named`: that, and what the token has. */
export function insufficient(wanted: string, named: string): Expected {
  return challenged(403, 'insufficient_scope', `This needs the scope ${wanted}`, named)
}

function challenged(status: number, error: string, description: string, named: string): Expected {
  const parameters = { error, error_description: description, resource_metadata: metadataUrl, scope: named }
  const challenge = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`)
  return {
    status,
    headers: { ...refusal, 'www-authenticate': `Bearer ${challenge.join(', ')}` },
    body: JSON.stringify({ error, error_description: description }),
  }
}

export const foreignHost = forbidden('This server does not answer at that host')
export const foreignOrigin = forbidden('This server does not answer browsers at that origin')

function forbidden(description: string): Expected {
  return {
    status: 403,
    headers: refusal,
    body: JSON.stringify({ error: 'access_denied', error_description: description }),
  }
}

/** Our own outage says nothing of the token. */
export const unavailable: Expected = {
  status: 503,
  headers: { ...refusal, 'retry-after': '2' },
  body: '{"error":"temporarily_unavailable","error_description":"The token cannot be verified right now; try again"}',
}

export function metadata(issuer: string): Expected {
  const document = {
    resource,
    authorization_servers: [issuer],
    scopes_supported: [scope],
    bearer_methods_supported: ['header'],
  }
  return {
    status: 200,
    headers: { ...json, ...exposed, 'access-control-allow-origin': '*', 'cache-control': 'max-age=300, public' },
    body: JSON.stringify(document),
  }
}

export const metadataIsOnlyRead: Expected = {
  status: 405,
  headers: { ...exposed, 'access-control-allow-origin': '*', allow: 'GET, HEAD, OPTIONS' },
  body: '',
}

/** `wanted`: the headers that the browser asks for. */
export function preflight(origin: string, wanted?: string): Expected {
  return {
    status: 204,
    headers: {
      ...(origin === '*' ? { 'access-control-allow-origin': '*', ...exposed } : readableAt(origin)),
      'access-control-allow-methods': 'DELETE, GET, HEAD, OPTIONS, POST',
      ...(wanted !== undefined && { 'access-control-allow-headers': wanted }),
      'access-control-max-age': '600',
    },
    body: '',
  }
}

/** An error to nobody's id: the body cannot be judged. */
export function unreadable(status: number, code: number, message: string): Expected {
  return { status, headers: refusal, body: JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message } }) }
}

/** What is answered to calls in the place of the MCP server. */
export function answered(message: object): Expected {
  return { status: 200, headers: refusal, body: JSON.stringify(message) }
}

/** The MCP server's own answer to a call of 2025-11-25: a stream with one event. */
export function result(id: string | number, value: object): Expected {
  const message = { result: value, jsonrpc: '2.0', id }
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' },
    body: `event: message\ndata: ${JSON.stringify(message)}\n\n`,
    isOfMcpServer: true,
  }
}

export function said(id: string | number, text: string): Expected {
  return result(id, { content: [{ type: 'text', text }] })
}

/** The MCP server's own answer to what its transport does not know. */
export const methodNotAllowed: Expected = {
  status: 405,
  headers: { ...json, allow: 'POST' },
  body: '{"jsonrpc":"2.0","error":{"code":-32000,"message":"Method not allowed."},"id":null}',
  isOfMcpServer: true,
}

/** The same to HEAD, whose answer has no body. */
export function headOf(expected: Expected): Expected {
  return { ...expected, body: '' }
}

export function readable(expected: Expected, origin: string): Expected {
  return { ...expected, headers: { ...expected.headers, ...readableAt(origin) } }
}
