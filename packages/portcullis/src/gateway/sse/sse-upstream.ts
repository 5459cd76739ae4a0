import { AsyncLocalStorage } from 'node:async_hooks'
import type { Call, Messages } from '@portcullis/auth/mcp'
import { createConnections, type HttpUpstreamOptions } from '../http-upstream.ts'
import { type Refusal, RefusalError, unknownSession } from '../refusal.ts'
import { forwardedHeaders, upstreamHeaders } from '../request-headers.ts'
import { upstreamPath } from '../route.ts'
import { Answer, errorReply } from '../streamable-http/answer.ts'
import { claimOf, firstCall, isOpening, keyOf, messagesOf, shapeOf, textOf } from '../streamable-http/client-request.ts'
import { elementsOf, splice, textAt } from '../streamable-http/json-splice.ts'
import { createKeptSessions } from '../streamable-http/kept-sessions.ts'
import { legacyAlone, noSession, notAcceptable, postAlone } from '../streamable-http/refusals.ts'
import { isRecord } from '../streamable-http/server-message.ts'
import { sweepAnswers } from '../streamable-http/sweep-answers.ts'
import type { AnswerHandler, Upstream, UpstreamRequest } from '../upstream.ts'
import { headerPairs } from './header-pairs.ts'
import { openLink } from './link.ts'
import { SseSession } from './sse-session.ts'

export interface SseUpstreamOptions extends HttpUpstreamOptions {
  readonly limits: {
    /** Bytes of one message of the server. */
    readonly message: number
  }
  /** In seconds. */
  readonly timeouts: HttpUpstreamOptions['timeouts'] & {
    /** How long the server may say nothing while somebody waits, and how long a session that nobody uses is kept. */
    readonly streamIdle: number
    readonly sweep: number
  }
}

/** A request, with what it is answered by. */
interface SseRequest extends UpstreamRequest {
  readonly answer: Answer
  /** What its client waits for. */
  readonly waiting: { session: SseSession; number: number | undefined }[]
}

/**
 * An MCP server of HTTP+SSE (2024-11-05) as an upstream: this side of it is a server of Streamable HTTP. Each session of a client has a stream of its own
 * there, and what its client says goes on as it is, save for the names of its requests.
 */
export function createSseUpstream(options: SseUpstreamOptions): Upstream {
  const { url, publicUrl, clientAddress, limits, timeouts } = options
  const connections = createConnections(url, timeouts)
  const sessions = createKeptSessions<SseSession>()
  const open = new Set<Answer>()
  // What a server says later belongs to no request, and must keep none in memory.
  const outsideOfRequests = AsyncLocalStorage.snapshot()

  const sweeping = setInterval(sweep, timeouts.sweep * 1000)
  sweeping.unref()

  function sweep(): void {
    sweepAnswers(open, timeouts)
    for (const session of sessions.all()) {
      session.unusedFor = session.isUsed ? 0 : session.unusedFor + timeouts.sweep
      if (session.unusedFor > timeouts.streamIdle) sessions.end(session)
    }
  }

  function start(request: UpstreamRequest, handler: AnswerHandler): Answer {
    const waiting: SseRequest['waiting'] = []
    const links = () => waiting.map(({ session }) => session.link).filter((link) => link !== undefined)
    const answer: Answer = new Answer({
      handler,
      ...shapeOf(request),
      // The session is told in the head of the answer, which must wait for it.
      ...(isOpening(messagesOf(request)) && { takesStream: false }),
      onAbort() {
        for (const { session, number } of waiting) abandon({ ...request, answer, waiting }, session, number)
      },
      // The stream is this client's alone: it is held up until the client has read.
      onFull() {
        for (const link of links()) link.pause()
        return links().length > 0
      },
      onDrained() {
        for (const link of links()) link.resume()
      },
    })
    serve({ ...request, answer, waiting }).catch((error: Error) => {
      if (error instanceof RefusalError) answer.fail(error.refusal)
      else handler.onResponseError(undefined, error)
    })
    return answer
  }

  async function serve(request: SseRequest): Promise<void> {
    const { answer, session: bound, head } = request
    const messages = messagesOf(request)
    if (bound.isModern || (messages !== undefined && claimOf(messages) !== undefined))
      return answer.fail(head.method === 'POST' ? legacyAlone : postAlone)
    if (bound.upstreamId === undefined && head.method === 'POST' && isOpening(messages)) await openSession(request)
    else if (bound.upstreamId === undefined) answer.fail(noSession)
    else await inSession(request, bound.upstreamId, messages)
    if (!answer.isDone) open.add(answer)
  }

  async function openSession(request: SseRequest): Promise<void> {
    const session = new SseSession(request.caller)
    const link = await outsideOfRequests(openLink, {
      connections,
      url,
      path: upstreamPath(url, request.query),
      headers: [...headersOf(request).filter(isForStream), 'Accept', 'text/event-stream'].flat(),
      timeout: timeouts.upstreamConnect,
      most: limits.message,
      onMessage: (text: string) => session.receive(text),
      onEnd(refusal) {
        sessions.forget(session)
        session.end(refusal)
      },
    })
    session.link = link
    if (request.answer.isDone) return link.close() // the client left meanwhile
    sessions.keep(session)
    await ask(request, session, [{ text: textOf(request), call: firstCall(messagesOf(request)) }])
    if (request.answer.isDone && !session.isReady) sessions.end(session)
  }

  async function inSession(request: SseRequest, id: string, messages: Messages | undefined): Promise<void> {
    const { answer, caller, head } = request
    const session = sessions.use(id, caller)
    if (session === undefined) return answer.fail(unknownSession)
    session.unusedFor = 0
    if (head.method === 'GET') return answer.isStreamable ? listen(request, session) : answer.fail(notAcceptable)
    if (head.method === 'DELETE') {
      sessions.end(session)
      return answer.accept(200)
    }
    if (messages === undefined) return answer.fail(notOneRequest)
    const texts = messages.isBatch ? elementsOf(textOf(request)) : [textOf(request)]
    const requests: Asked[] = []
    for (const [at, message] of messages.messages.entries()) {
      const text = texts[at] ?? ''
      if (message.kind === 'request') requests.push({ text, call: message })
      else await tell(request, session, text, message)
    }
    if (requests.length === 0) answer.accept(202)
    else await ask(request, session, requests)
  }

  function listen({ answer, waiting }: SseRequest, session: SseSession): void {
    waiting.push({ session, number: undefined })
    session.listen(answer)
  }

  /** Posts requests one by one, as this revision knows no batches, and waits for their replies. */
  async function ask(request: SseRequest, session: SseSession, asked: readonly Asked[]): Promise<void> {
    const { answer, waiting } = request
    for (const { text, call } of asked) {
      const key = keyOf(call?.id)
      const clientId = textAt(text, ['id']) ?? 'null'
      if (session.numberOf(key) !== undefined) {
        answer.reply(errorReply(clientId, { code: -32600, message: 'A request with that id is not answered yet' }))
        continue
      }
      const meta = isRecord(call?.params?._meta) ? call.params._meta : {}
      const number = session.expect({ answer, clientId, key, progressToken: meta.progressToken })
      waiting.push({ session, number })
      try {
        await session.link?.post(splice(text, [[['id'], String(number)]]), headersOf(request).flat())
      } catch (error) {
        if (!(error instanceof RefusalError)) throw error
        if (error.refusal === unknownSession) sessions.end(session)
        if (session.forget(number) !== undefined) answer.failOne(error.refusal, clientId)
      }
    }
  }

  /** A notification, or an answer to a request of the server's. */
  async function tell(
    request: SseRequest,
    session: SseSession,
    text: string,
    message: Messages['messages'][number],
  ): Promise<void> {
    if (message.kind !== 'notification' || message.method !== 'notifications/cancelled')
      return session.link?.post(text, headersOf(request).flat())
    const number = session.numberOf(keyOf(message.params?.requestId))
    if (number === undefined) return // answered already, or never asked
    await session.link?.post(splice(text, [[['params', 'requestId'], String(number)]]), headersOf(request).flat())
    session.forget(number)?.answer.drop()
  }

  /** The client left for good: the server may stop. */
  function abandon(request: SseRequest, session: SseSession, number: number | undefined): void {
    if (number === undefined || session.forget(number) === undefined || session.isOver) return
    if (!session.isReady) {
      sessions.end(session)
      return
    }
    const params = { requestId: number, reason: 'The client left' }
    const text = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params })
    session.link?.post(text, headersOf(request).flat()).catch(() => {}) // it ends by itself then
  }

  /** The headers of a message: the session of this side is none of the server's. */
  function headersOf({ req, rawHeaders = req.rawHeaders, caller }: UpstreamRequest): [string, string][] {
    const own = [caller.identityHeaders, forwardedHeaders(publicUrl, clientAddress(req))]
    return headerPairs(upstreamHeaders({ rawHeaders }, { upstreamId: undefined }, own, options.upstreamHeaders))
  }

  return {
    readsMessages: true,
    begin(request) {
      let answer: Answer | undefined
      return {
        start(handler) {
          answer = start(request, handler)
        },
        end() {
          if (answer !== undefined) open.delete(answer)
        },
      }
    },
    endGrants: sessions.endGrants,
    async destroy() {
      clearInterval(sweeping)
      for (const session of sessions.all()) sessions.end(session)
      await connections.destroy()
    },
  }
}

interface Asked {
  readonly text: string
  readonly call: Call | undefined
}

/** A stream is asked for without a body. */
function isForStream([name]: readonly [string, string]): boolean {
  return !/^(?:accept$|content-)/i.test(name)
}

const notOneRequest: Refusal = {
  status: 400,
  reason: 'not_json_rpc',
  code: -32600,
  message: 'The body must be JSON-RPC messages',
}
