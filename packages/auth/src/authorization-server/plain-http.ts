/**
 * Requests and answers as plain values: what endpoints for programs take and give. Web types cost more than all that such an endpoint does, so they
 * are made where somebody has business with them: pages, the host, and hosts whose requests are of that kind. Owns: both forms, and the way from one
 * to the other. Does not own: how `node:http` becomes a plain request (`adapters/node/plain-request.ts`).
 */
import { readBytes } from '../net/read-bytes.ts'
import type { RequestInfo } from './context.ts'

export interface PlainRequest {
  readonly method: string
  /** Absolute. */
  readonly url: string
  /** Of that URL. */
  readonly pathname: string
  readonly headers: Pick<Headers, 'get' | 'has'>
  /**
   * The body; `too_long` as soon as it has more than so many bytes, and the rest is left. Rejects where the connection breaks before its end, with
   * `BodyReadBeforeError` where something of the host's has read it.
   */
  bytes(longest: number): Promise<Uint8Array | 'too_long'>
  /** The same as a web request; its body is there where nobody has read it. */
  toWeb(): Request
}

/** A mistake of the host's, which nobody who sends a request is told of: nothing of the body would ever come. */
export class BodyReadBeforeError extends Error {
  override readonly name = 'BodyReadBeforeError'

  constructor() {
    super('The body was read before the authorization server was given it: put that before express.json() and the like')
  }
}

export class PlainResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined

  constructor(status: number, headers: Readonly<Record<string, string>>, body?: string) {
    this.status = status
    this.headers = headers
    this.body = body
  }

  with(headers: Readonly<Record<string, string>>): PlainResponse {
    return new PlainResponse(this.status, { ...this.headers, ...headers }, this.body)
  }
}

export type PlainHandler = (
  request: PlainRequest,
  info?: Partial<RequestInfo>,
) => Promise<PlainResponse | Response> | PlainResponse | Response

export type FetchFunction = (request: Request, info?: Partial<RequestInfo>) => Promise<Response>

// By the function itself: whoever puts one of their own in its place, to guard or to count, is never passed by.
const plainHandlers = new WeakMap<FetchFunction, PlainHandler>()

/** The handler as a function of web types. */
export function fetchOf(handler: PlainHandler): FetchFunction {
  const fetch: FetchFunction = async (request, info) => toWebResponse(await handler(fromWebRequest(request), info))
  plainHandlers.set(fetch, handler)
  return fetch
}

/** What answers in place of such a function without web types; `undefined` where the function is not of `fetchOf`. */
export function plainHandlerOf(fetch: FetchFunction): PlainHandler | undefined {
  return plainHandlers.get(fetch)
}

export function fromWebRequest(request: Request): PlainRequest {
  const { method, url, headers } = request
  const { pathname } = new URL(url)
  return { method, url, pathname, headers, bytes: (longest) => readBytes(request.body, longest), toWeb: () => request }
}

function toWebResponse(response: PlainResponse | Response): Response {
  if (!(response instanceof PlainResponse)) return response
  const { status, headers, body } = response
  return new Response(body, { status, headers })
}
