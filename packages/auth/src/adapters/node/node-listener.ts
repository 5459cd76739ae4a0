import type { IncomingMessage, ServerResponse } from 'node:http'
import { type PlainRequest, PlainResponse, plainHandlerOf } from '../../authorization-server/plain-http.ts'
import type { ConnectionEvent } from '../../protocol/events.ts'
import { harmless } from '../../protocol/harmless.ts'
import { requestRefused } from '../../protocol/request-refused.ts'
import { createTargetReader, plainRequest, sendPlainResponse, type Target } from './plain-request.ts'
import { discardRest, requestBody } from './request-body.ts'
import { rawHeader } from './request-head.ts'
import { fail, sendResponse } from './send-response.ts'

/** Anything that answers web requests: the authorization server is one. */
export interface FetchHandler {
  fetch(request: Request, info?: { clientAddress?: string; requestId?: string }): Promise<Response>
}

export interface NodeListenerOptions {
  /** What the URL of each request begins with: configured, never read from a request (law 1). */
  origin: string
  /** Who is asking, for limits. Default: the peer of the connection. */
  clientAddress?: (req: IncomingMessage) => string | undefined
  /** The host's own name for the request, for error pages. Default: none. */
  requestId?: (req: IncomingMessage) => string | undefined
  /** Told of requests that are refused here, since they have no form that the handler could be given. Default: nothing. */
  onEvent?: (event: ConnectionEvent) => void
}

const incoming = new WeakMap<Request, IncomingMessage>()

/**
 * The message behind a request that `nodeListener` or `webRequest` made, with what the host's own middleware put on it: its session, above all.
 * `undefined` for any other request.
 */
export function incomingMessage(request: Request): IncomingMessage | undefined {
  return incoming.get(request)
}

/** Turns a fetch handler into a `node:http` listener. */
export function nodeListener(
  handler: FetchHandler,
  { origin, clientAddress = (req) => req.socket.remoteAddress, requestId, onEvent }: NodeListenerOptions,
): (req: IncomingMessage, res: ServerResponse) => void {
  const targetOf = createTargetReader(origin)

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const info: { clientAddress?: string; requestId?: string } = {}
    const address = clientAddress(req)
    if (address !== undefined) info.clientAddress = address
    const id = requestId?.(req)
    if (id !== undefined) info.requestId = id
    const plainHandler = plainHandlerOf(handler.fetch)
    if (plainHandler === undefined) {
      const request = webRequest(req, origin)
      return request === undefined ? refuse(req, res) : sendResponse(await handler.fetch(request, info), res)
    }
    const target = targetOf(req)
    if (target === undefined) return refuse(req, res)
    const response = await plainHandler(plainOf(req, target), info)
    return response instanceof PlainResponse ? sendPlainResponse(response, res) : sendResponse(response, res)
  }

  function refuse(req: IncomingMessage, res: ServerResponse): void {
    harmless(onEvent)(refused(req))
    res.writeHead(400).end()
  }

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    try {
      await answer(req, res)
    } catch {
      fail(res)
    } finally {
      if (!req.complete) discardRest(req)
    }
  }

  return (req, res) => void serve(req, res)
}

function plainOf(req: IncomingMessage, target: Target): PlainRequest {
  return plainRequest(req, target, {
    getHeader: (name) => rawHeader(req.rawHeaders, name),
    toWeb: () => toWebRequest(req, target),
  })
}

function refused({ method = '', url = '' }: IncomingMessage): ConnectionEvent {
  const path = url.startsWith('/') ? url : '' // an absolute one may carry a password
  const detail = 'The target of the request is no path, or its method is none that is answered'
  return requestRefused({ method, path }, { status: 400, reason: 'bad_target', detail })
}

/** The request in web types; `undefined` for one that has no such form (a target that is no path, a method `fetch` does not know). */
export function webRequest(req: IncomingMessage, origin: string): Request | undefined {
  try {
    const target = createTargetReader(origin)(req)
    return target && toWebRequest(req, target)
  } catch {
    return undefined
  }
}

function toWebRequest(req: IncomingMessage, { url }: Target): Request {
  const { method = 'GET' } = req
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const request = new Request(url, {
    method,
    headers: webHeaders(req.rawHeaders),
    ...(hasBody && { body: requestBody(req), duplex: 'half' }),
  })
  incoming.set(request, req)
  return request
}

/** From the raw headers: `headersDistinct` throws in some releases of Node when a header is called `__proto__` or `constructor`. */
function webHeaders(rawHeaders: readonly string[]): Headers {
  const headers = new Headers()
  for (let index = 0; index < rawHeaders.length; index += 2)
    headers.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '')
  // HTTP/1.0 needs none; the URL, which we make, must not be taken for what was asked (law 1).
  if (!headers.has('host')) headers.set('host', '')
  return headers
}
