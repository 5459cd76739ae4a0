import { createHttpUpstream } from '../http-upstream.ts'
import { RefusalError } from '../refusal.ts'
import { type AnswerHeaders, isEventStream, single } from '../response-headers.ts'
import { noSession } from '../streamable-http/refusals.ts'
import type { AnswerController, AnswerHandler, Upstream, UpstreamCall, UpstreamRequest } from '../upstream.ts'
import { notLegacy, silentAtStart } from './link.ts'
import { createSseUpstream, type SseUpstreamOptions } from './sse-upstream.ts'

/**
 * An MCP server at a URL, of which it is found out which transport it speaks, as clients do (2025-03-26, backwards compatibility): where it refuses the
 * opening of a session over Streamable HTTP with 400, 404 or 405, and opens a stream of HTTP+SSE, it speaks that from then on.
 */
export function createDetectedUpstream(options: SseUpstreamOptions): Upstream {
  const http = createHttpUpstream(options)
  const sse = createSseUpstream(options)
  let isLegacy = false
  let isKnown = false
  const current = () => (isLegacy ? sse : http)

  /** Asked over Streamable HTTP, and once more over HTTP+SSE where that is refused so. */
  function detecting(request: UpstreamRequest): UpstreamCall {
    const first = http.begin(request)
    let second: UpstreamCall | undefined
    let hasFirstEnded = false
    const onStart = () => {
      isKnown = true
    }
    function endFirst(isClean: boolean): void {
      if (hasFirstEnded) return
      hasFirstEnded = true
      first.end({ isClean })
    }
    return {
      start(handler) {
        first.start(
          refusalCatcher(handler, onStart, (passOn) => {
            endFirst(true)
            second = sse.begin(request)
            second.start(
              startCatcher(handler, {
                onSpoken: () => {
                  isLegacy = true
                },
                onOther: passOn,
              }),
            )
          }),
        )
      },
      end({ isClean }) {
        endFirst(isClean)
        second?.end({ isClean })
      },
    }
  }

  /** A stream is held back until it is seen whether it begins as one of HTTP+SSE does, whose clients are served by this side alone. */
  function looking(request: UpstreamRequest): UpstreamCall {
    const asked = http.begin(request)
    let hasEnded = false
    function end(outcome: { isClean: boolean }): void {
      if (!hasEnded) asked.end(outcome)
      hasEnded = true
    }
    return {
      start: (handler) =>
        asked.start(
          streamLooker(handler, {
            onOld() {
              isLegacy = true
              end({ isClean: false })
            },
          }),
        ),
      end,
    }
  }

  return {
    get readsMessages() {
      return current().readsMessages
    },
    begin(request) {
      const mayOpen = request.head.method === 'POST' && request.session.upstreamId === undefined
      const isAsked = !isLegacy && mayOpen && !request.session.isModern && isInitialize(request)
      if (isAsked) return detecting(request)
      const isStream = request.head.method === 'GET' && request.session.upstreamId === undefined
      return isStream && !isLegacy && !isKnown ? looking(request) : current().begin(request)
    },
    endGrants: sse.endGrants,
    async destroy() {
      await Promise.all([http.destroy(), sse.destroy()])
    },
  }
}

/** Cheap, since each opening of a session is looked at; what it says in truth is read where the transport is. */
function isInitialize({ body }: UpstreamRequest): boolean {
  return Buffer.isBuffer(body) && body.includes('"initialize"')
}

/** Keeps back an answer that refuses the transport, until it is known whether another is spoken. */
function refusalCatcher(
  handler: AnswerHandler,
  onTaken: () => void,
  onRefused: (passOn: () => void) => void,
): AnswerHandler {
  let refused: { status: number; headers: AnswerHeaders; chunks: Buffer[]; length: number } | undefined
  return {
    onRequestStart: (controller) => handler.onRequestStart(controller),
    onResponseStart(controller, status, headers) {
      if (status === 400 || status === 404 || status === 405) refused = { status, headers, chunks: [], length: 0 }
      else {
        if (status < 300) onTaken()
        handler.onResponseStart(controller, status, headers)
      }
    },
    onResponseData(controller, chunk) {
      if (refused === undefined) return handler.onResponseData(controller, chunk)
      refused.length += chunk.length
      if (refused.length <= mostKeptBack) refused.chunks.push(chunk)
    },
    onKeepAlive: (chunk) => handler.onKeepAlive(chunk),
    onResponseEnd() {
      if (refused === undefined) return handler.onResponseEnd()
      const { status, headers, chunks, length } = refused
      onRefused(() => {
        const { 'content-length': _, ...kept } = headers
        handler.onResponseStart(undefined, status, {
          ...kept,
          'content-length': String(Math.min(length, mostKeptBack)),
        })
        for (const chunk of chunks) handler.onResponseData(undefined, chunk)
        handler.onResponseEnd()
      })
    },
    onResponseError: (controller, error) => handler.onResponseError(controller, error),
  }
}

/** Hands on a stream of Streamable HTTP, and refuses one that begins with `event: endpoint`. */
function streamLooker(handler: AnswerHandler, { onOld }: { onOld: () => void }): AnswerHandler {
  let held: { status: number; headers: AnswerHeaders; chunks: Buffer[] } | undefined
  let isOld = false
  let timer: NodeJS.Timeout | undefined

  function letGo(): void {
    clearTimeout(timer)
    if (held === undefined) return
    const { status, headers, chunks } = held
    held = undefined
    handler.onResponseStart(undefined, status, headers)
    for (const chunk of chunks) handler.onResponseData(undefined, chunk)
  }

  return {
    onRequestStart: (controller) => handler.onRequestStart(controller),
    onResponseStart(controller, status, headers) {
      if (status !== 200 || !isEventStream(single(headers, 'content-type')))
        return handler.onResponseStart(controller, status, headers)
      held = { status, headers, chunks: [] }
      timer = setTimeout(letGo, firstWordWithin)
    },
    onResponseData(controller, chunk) {
      if (isOld) return
      if (held === undefined) return handler.onResponseData(controller, chunk)
      held.chunks.push(chunk)
      const text = Buffer.concat(held.chunks).toString('latin1')
      if (!/\n\r?\n/.test(text) && text.length < mostKeptBack) return
      if (!/^event: ?endpoint\r?$/m.test(text)) return letGo()
      isOld = true
      held = undefined
      clearTimeout(timer)
      onOld()
      handler.onResponseError(undefined, new RefusalError(noSession))
    },
    onKeepAlive: (chunk) => handler.onKeepAlive(chunk),
    onResponseEnd() {
      if (isOld) return
      letGo()
      handler.onResponseEnd()
    },
    onResponseError(controller, error) {
      clearTimeout(timer)
      if (!isOld) handler.onResponseError(controller, error)
    },
  }
}

/** Hands on what a server of HTTP+SSE says, unless it is none. */
function startCatcher(
  handler: AnswerHandler,
  { onSpoken, onOther }: { onSpoken: () => void; onOther: () => void },
): AnswerHandler {
  return {
    onRequestStart: (controller: AnswerController) => handler.onRequestStart(controller),
    onResponseStart(controller, status, headers) {
      onSpoken()
      handler.onResponseStart(controller, status, headers)
    },
    onResponseData: (controller, chunk) => handler.onResponseData(controller, chunk),
    onKeepAlive: (chunk) => handler.onKeepAlive(chunk),
    onResponseEnd: () => handler.onResponseEnd(),
    onResponseError(controller, error) {
      const isOther = error instanceof RefusalError && (error.refusal === notLegacy || error.refusal === silentAtStart)
      if (isOther) return onOther()
      handler.onResponseError(controller, error)
    },
  }
}

/** Milliseconds in which a server of HTTP+SSE says its first word, which it has at hand. */
const firstWordWithin = 300
/** Bytes of the answer of a server that refuses. */
const mostKeptBack = 64 * 1024
