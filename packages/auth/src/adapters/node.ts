import type { IncomingMessage, ServerResponse } from 'node:http'
import { type PlainRequest, PlainResponse, plainHandlerOf } from '../authorization-server/plain-http.ts'
import type { ConnectionEvent } from '../protocol/events.ts'
import { harmless } from '../protocol/harmless.ts'
import { requestRefused } from '../protocol/request-refused.ts'
import type { AccessToken } from '../resource-server/access-token.ts'
import type { RequestHead, ResourceServer } from '../resource-server/resource-server.ts'
import { createTargetReader, plainRequest, sendPlainResponse, type Target } from './node/plain-request.ts'
import { discardRest, requestBody } from './node/request-body.ts'
import { isStream, sendStream } from './node/send-stream.ts'

export { type AddressKind, kindOfAddress } from './node/address-kind.ts'
export { createGuardedFetch, type GuardedFetchOptions } from './node/guarded-fetch.ts'

/** What a resource server needs to see of a request of `node:http`, without making a `Request` of it. */
export function requestHead(req: IncomingMessage): RequestHead {
  return {
    method: req.method ?? 'GET',
    url: req.url ?? '/',
    headers: {
      // `headers` keeps the first of repeated credentials and hides the others; a request with two must be seen as such.
      get: (name) => rawHeader(req.rawHeaders, name.toLowerCase()),
    },
  }
}

function rawHeader(rawHeaders: readonly string[], name: string): string | null {
  let found: string | null = null
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const candidate = rawHeaders[index] ?? ''
    if (candidate.length !== name.length || candidate.toLowerCase() !== name) continue
    const value = rawHeaders[index + 1] ?? ''
    found = found === null ? value : `${found}, ${value}`
  }
  return found
}

/** Sends an answer: its length told, or, where it has no end of its own (events, lines), each piece as it comes. */
export async function sendResponse(response: Response, res: ServerResponse): Promise<void> {
  if (response.body !== null && isStream(response)) {
    for (const [name, value] of response.headers) res.appendHeader(name, value)
    res.writeHead(response.status)
    return sendStream(response.body, res)
  }
  const body = response.body === null ? undefined : await bodyOf(response)
  if (body !== undefined) res.setHeader('content-length', Buffer.byteLength(body))
  for (const [name, value] of response.headers) res.appendHeader(name, value)
  res.writeHead(response.status).end(body)
}

/** Text as text: Node sends it in one piece with the head. */
async function bodyOf(response: Response): Promise<string | Uint8Array> {
  const isText = /^(?:text\/|application\/json)/.test(response.headers.get('content-type') ?? '')
  return isText ? response.text() : new Uint8Array(await response.arrayBuffer())
}

/**
 * Puts a resource server in front of a `node:http` listener: it answers metadata, preflights and refusals, and calls `listener` with the access
 * token of everyone else. `scope`: what every request needs. Default: none.
 */
export function protect(
  server: ResourceServer,
  listener: (req: IncomingMessage, res: ServerResponse, accessToken: AccessToken) => void,
  requirement?: { scope?: readonly string[] },
): (req: IncomingMessage, res: ServerResponse) => void {
  function answer(req: IncomingMessage, res: ServerResponse): void | Promise<void> {
    const head = requestHead(req)
    const result = server.answer(head) ?? server.authenticate(head, requirement)
    // Within the turn in which the request came, where nothing has to be waited for: the listener then sees its body arrive.
    return result instanceof Promise
      ? result.then((result) => goOn(result, head, req, res))
      : goOn(result, head, req, res)
  }

  function goOn(result: AccessToken | Response, head: RequestHead, req: IncomingMessage, res: ServerResponse) {
    if (result instanceof Response) return sendResponse(result, res)
    for (const [name, value] of Object.entries(server.corsHeaders(head))) res.setHeader(name, value)
    listener(req, res, result)
    return undefined
  }

  return (req, res) => {
    try {
      answer(req, res)?.catch(() => fail(res))
    } catch {
      fail(res)
    }
  }
}

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

/** Whatever was thrown, it ends one request and never the process. */
function fail(res: ServerResponse): void {
  if (res.headersSent) res.destroy()
  else res.writeHead(500).end()
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
