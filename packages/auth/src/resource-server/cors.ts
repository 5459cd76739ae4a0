import type { ConnectionEvent } from '../protocol/events.ts'
import { requestRefused } from '../protocol/request-refused.ts'
import type { RequestHead } from './resource-server.ts'

const exposed = {
  'access-control-expose-headers': 'WWW-Authenticate, Mcp-Session-Id, MCP-Protocol-Version, Retry-After',
}

/** Lets a browser at that origin read the answer, challenge and session included. */
export function corsHeadersFor(origin: string): Readonly<Record<string, string>> {
  return { 'access-control-allow-origin': origin, vary: 'Origin', ...exposed }
}

/** A document of metadata that a path asks for. */
export interface PublicDocument {
  name: Extract<ConnectionEvent, { type: 'metadata_served' }>['document']
  /** `undefined` where there is none; `ifAbsent` then says so. */
  text: string | undefined
  ifAbsent: string
}

/** What lets everybody read metadata: any origin, no cookies (law 1). */
export const forEveryone: Readonly<Record<string, string>> = { 'access-control-allow-origin': '*', ...exposed }

/** Metadata is for everyone. */
export function metadataAnswer(
  request: Pick<RequestHead, 'method' | 'headers'> & { path: string },
  { name, text: document, ifAbsent: detail }: PublicDocument,
  onEvent: (event: ConnectionEvent) => void,
): Response {
  const headers = forEveryone
  if (request.method === 'OPTIONS') return preflight(request, headers)
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    onEvent(requestRefused(request, { status: 405, reason: 'method_not_allowed', detail: 'Metadata is only read' }))
    return new Response(undefined, { status: 405, headers: { ...headers, allow: 'GET, HEAD, OPTIONS' } })
  }
  if (document === undefined) {
    onEvent(requestRefused(request, { status: 404, reason: 'not_found', detail }))
    return Response.json({ error: 'not_found', error_description: detail }, { status: 404, headers })
  }
  onEvent({ type: 'metadata_served', document: name })
  return new Response(request.method === 'HEAD' ? undefined : document, {
    headers: { ...headers, 'content-type': 'application/json', 'cache-control': 'public, max-age=300' },
  })
}

/** Answers a preflight: the methods of the transport and whatever headers a client sends, `MCP-Protocol-Version` and `Mcp-Param-*` among them. */
export function preflight(request: Pick<RequestHead, 'headers'>, headers: Readonly<Record<string, string>>): Response {
  const wanted = request.headers.get('access-control-request-headers')
  return new Response(undefined, {
    status: 204,
    headers: {
      ...headers,
      'access-control-allow-methods': 'GET, POST, DELETE, HEAD, OPTIONS',
      ...(wanted !== null &&
        /^[A-Za-z0-9!#$%&'*+\-.^_`|~, ]{1,2000}$/.test(wanted) && { 'access-control-allow-headers': wanted }),
      'access-control-max-age': '600',
    },
  })
}
