import { randomBytes } from 'node:crypto'
import type { Caller } from '../caller.ts'
import { busy, RefusalError, unknownSession } from '../refusal.ts'
import { Answer } from '../streamable-http/answer.ts'
import type { AnswerHandler, Upstream, UpstreamCall, UpstreamRequest } from '../upstream.ts'
import { OldStream } from './old-stream.ts'

export interface OldClientOptions {
  readonly limits: {
    /** Bytes of one message of the server. */
    readonly message: number
  }
  /** In seconds. */
  readonly timeouts: {
    /** Between two parts of a stream of theirs on which an answer is awaited. */
    readonly streamIdle: number
    readonly sweep: number
  }
}

/**
 * Serves clients of MCP 2024-11-05 too, at an upstream of Streamable HTTP: they open a stream by GET, are told where to post, and get on the stream what
 * their posts are answered with. Everybody else is served by the upstream alone.
 */
export function withOldClients(upstream: Upstream, options: OldClientOptions): Upstream {
  const streams = new Map<string, OldStream>()
  const sweeping = setInterval(() => {
    for (const stream of streams.values()) stream.sweep(options.timeouts)
  }, options.timeouts.sweep * 1000)
  sweeping.unref()

  function open(request: UpstreamRequest, handler: AnswerHandler): void {
    const id = randomBytes(18).toString('base64url')
    const stream = new OldStream(request, {
      upstream,
      mostOfMessage: options.limits.message,
      answer: (callbacks) =>
        new Answer({ handler, takesStream: true, expected: Number.POSITIVE_INFINITY, ...callbacks }),
      onShared: (state) => handler.onShared?.(state),
      onEnd: () => streams.delete(id),
    })
    streams.set(id, stream)
    const [path = ''] = request.head.url.split('?', 1)
    stream.begin(`${path}?${parameter}=${id}`)
  }

  /** A message of theirs, to whoever opened the stream and to nobody else (law 12). */
  function take(request: UpstreamRequest, id: string, handler: AnswerHandler): void {
    const stream = streams.get(id)
    if (stream === undefined || !isOwner(stream, request.caller)) fail(handler, unknownSession)
    else if (stream.isFull) fail(handler, busy)
    else stream.post({ ...request, query: withoutParameter(request.query) }, handler)
  }

  return {
    get readsMessages() {
      return upstream.readsMessages
    },
    begin(request) {
      const id = idIn(request)
      if (id !== undefined) return call((handler) => take(request, id, handler))
      if (!mayBeOldStream(request)) return upstream.begin(request)
      return isForOldOnly(request) ? call((handler) => open(request, handler)) : askedFirst(request)
    },
    endGrants: upstream.endGrants,
    async destroy() {
      clearInterval(sweeping)
      for (const stream of [...streams.values()]) stream.end()
      await upstream.destroy()
    },
  }

  /** A GET may also be of a client of a server that knows no sessions: the upstream says so by taking it. */
  function askedFirst(request: UpstreamRequest): UpstreamCall {
    const first = upstream.begin(request)
    let hasEnded = false
    const endFirst = (isClean: boolean) => {
      if (!hasEnded) first.end({ isClean })
      hasEnded = true
    }
    return {
      start: (handler) =>
        first.start(
          unlessRefused(handler, () => {
            endFirst(true)
            open(request, handler)
          }),
        ),
      end: ({ isClean }) => endFirst(isClean),
    }
  }
}

const parameter = 'portcullis_session'

function call(start: (handler: AnswerHandler) => void): UpstreamCall {
  return { start, end() {} }
}

function fail(handler: AnswerHandler, refusal: typeof busy): void {
  handler.onRequestStart({ pause() {}, resume() {}, abort() {} })
  handler.onResponseError(undefined, new RefusalError(refusal))
}

function isOwner({ caller }: { caller: Caller }, { key }: Caller): boolean {
  return caller.key === key
}

function idIn({ head, query }: UpstreamRequest): string | undefined {
  if (head.method !== 'POST' || !query.includes(parameter)) return undefined
  return new URLSearchParams(query).get(parameter) ?? undefined
}

/** As it was when the stream was opened: the upstream learns nothing of the parameter. */
function withoutParameter(query: string): string {
  const others = query
    .slice(1)
    .split('&')
    .filter((each) => !each.startsWith(`${parameter}=`))
  return others.length === 0 ? '' : `?${others.join('&')}`
}

/** Clients of later revisions name the one that was agreed upon, their session, or where they left off. */
function mayBeOldStream({ head: { method, headers }, session }: UpstreamRequest): boolean {
  if (method !== 'GET' || session.isModern || session.upstreamId !== undefined) return false
  const isOfLater = headers.get('mcp-protocol-version') !== null || headers.get('last-event-id') !== null
  return !isOfLater && (headers.get('accept') ?? '').includes('text/event-stream')
}

/** By convention, that is where servers have it. */
function isForOldOnly({ head }: UpstreamRequest): boolean {
  return /\/sse\/?(?:\?|$)/.test(head.url)
}

/** Hands on what comes, unless a stream is refused as servers do that need a session for it, or have none. */
function unlessRefused(handler: AnswerHandler, onRefused: () => void): AnswerHandler {
  let isRefused = false
  return {
    onRequestStart: (controller) => handler.onRequestStart(controller),
    onResponseStart(controller, status, headers) {
      isRefused = status === 400 || status === 404 || status === 405 || status === 406
      if (!isRefused) handler.onResponseStart(controller, status, headers)
    },
    onResponseData(controller, chunk) {
      if (!isRefused) handler.onResponseData(controller, chunk)
    },
    onKeepAlive: (chunk) => handler.onKeepAlive(chunk),
    onResponseEnd() {
      if (isRefused) onRefused()
      else handler.onResponseEnd()
    },
    onResponseError(controller, error) {
      const status = error instanceof RefusalError ? error.refusal.status : undefined
      if (status === 400 || status === 404 || status === 405 || status === 406) onRefused()
      else handler.onResponseError(controller, error)
    },
  }
}
