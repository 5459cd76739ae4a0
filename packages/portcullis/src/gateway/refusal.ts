import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type ConnectionEvent,
  type RequestRefusal,
  requestRefused,
  type UpstreamFailure,
} from '@portcullis/auth/protocol'

/** Why this gateway answers itself, instead of the upstream. Never a challenge: the client's sign-in is untouched. */
export type Refusal = OwnRefusal | UpstreamRefusal

interface Answer {
  readonly status: number
  /** For people. Public. */
  readonly message: string
  /** The JSON-RPC error code; never one from -32020 to -32099, which MCP 2026-07-28 reserves, so that clients take them for the upstream's word. Default -32000. */
  readonly code?: number
  readonly headers?: Readonly<Record<string, string>>
}

interface OwnRefusal extends Answer {
  /** For machines; it goes into the event. */
  readonly reason: RequestRefusal
  readonly fault?: undefined
}

export interface UpstreamRefusal extends Answer {
  readonly reason: UpstreamFailure
  /** For the operator: goes on from "The MCP server at …". */
  readonly fault: string
}

/** A refusal that comes instead of an answer, or in the middle of one. */
export class RefusalError extends Error {
  override readonly name: string = 'RefusalError'
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}

/** What the operator is told of a refusal. */
export function eventOf(
  refusal: Refusal,
  { method, path, upstream }: { method: string; path: string; upstream: string },
): Extract<ConnectionEvent, { type: 'request_refused' | 'upstream_failed' }> {
  const { status, message: detail } = refusal
  if (refusal.fault === undefined) return requestRefused({ method, path }, { status, reason: refusal.reason, detail })
  return {
    ...requestRefused({ method, path }, { status, reason: 'internal_error', detail }),
    type: 'upstream_failed',
    reason: refusal.reason,
    detail: `The MCP server at ${upstream} ${refusal.fault}`,
  }
}

/** Sends `refusal` as a JSON-RPC error to nobody's id. `mostRest`: bytes of the request's body that are read and thrown away, so that the client gets to reading the answer. */
export function sendRefusal(
  req: IncomingMessage,
  res: ServerResponse,
  refusal: Refusal,
  { headers, mostRest }: { headers: Readonly<Record<string, string>>; mostRest: number },
): void {
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: null,
    error: { code: refusal.code ?? -32000, message: refusal.message },
  })
  res.writeHead(refusal.status, {
    ...headers,
    ...refusal.headers,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  })
  res.end(body)
  if (!req.complete) discardRest(req, mostRest)
}

/** Reads on, since a connection that is closed with unread bytes takes the answer with it; but not for ever. */
export function discardRest(req: IncomingMessage, most: number): void {
  let left = most
  req.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) req.destroy()
  })
  req.resume()
}

export const badTarget: Refusal = {
  status: 400,
  reason: 'bad_target',
  message: 'The target of the request is not a path',
}

export const notFound: Refusal = {
  status: 404,
  reason: 'not_found',
  message: 'There is nothing here; the MCP endpoint is at the URL that the metadata names',
}

export const stopping: Refusal = {
  status: 503,
  reason: 'stopping',
  message: 'The gateway is about to stop; try again. Your sign-in is untouched.',
  headers: { 'Retry-After': '2', Connection: 'close' },
}

export const busy: Refusal = {
  status: 503,
  reason: 'too_many_open',
  message: 'Too many requests and streams are open; try again. Your sign-in is untouched.',
  headers: { 'Retry-After': '2' },
}

export const tooMuchHeld: Refusal = {
  status: 503,
  reason: 'too_much_held',
  message: 'Too many large requests are being read; try again. Your sign-in is untouched.',
  headers: { 'Retry-After': '2' },
}

export const methodNotAllowed: Refusal = {
  status: 405,
  reason: 'method_not_allowed',
  message: 'The MCP endpoint takes POST, GET and DELETE',
  headers: { Allow: 'GET, POST, DELETE, OPTIONS' },
}

/** The same for sessions that are over, unknown, and somebody else's: nobody learns which. Clients open a new one (2025-11-25, session management). */
export const unknownSession: Refusal = {
  status: 404,
  reason: 'unknown_session',
  message: 'Session not found',
  code: -32001,
}

export const bodyTooLarge: Refusal = {
  status: 413,
  reason: 'body_too_large',
  message: 'The body of the request is too large',
}

export const bodyTimedOut: Refusal = {
  status: 408,
  reason: 'body_timed_out',
  message: 'The body of the request did not arrive in time',
  headers: { Connection: 'close' },
}

/** Nobody is there to read it: it is for the event, lest the upstream be blamed. */
export const bodyBrokeOff: Refusal = {
  status: 400,
  reason: 'body_broke_off',
  message: 'The client left before the end of its request',
}

export const internalError: Refusal = {
  status: 500,
  reason: 'internal_error',
  message: 'The gateway failed. Your sign-in is untouched.',
  code: -32603,
}
