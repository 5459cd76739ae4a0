import { AsyncLocalStorage } from 'node:async_hooks'
import { type Call, type Messages, parseMessages } from '@portcullis/auth/mcp'
import type { Caller } from '../caller.ts'
import { createConnections, type HttpUpstreamOptions } from '../http-upstream.ts'
import { methodNotAllowed, type Refusal, RefusalError, unknownSession } from '../refusal.ts'
import { forwardedHeaders, upstreamHeaders } from '../request-headers.ts'
import { upstreamPath } from '../route.ts'
import { Answer, errorReply } from '../stdio/answer.ts'
import { elementsOf, splice, textAt } from '../stdio/json-splice.ts'
import { claimOf, legacyAlone } from '../stdio/modern.ts'
import { isRecord } from '../stdio/server-message.ts'
import { personOf } from '../stdio/slot.ts'
import { shapeOf } from '../stdio/stdio-upstream.ts'
import { sweepAnswers } from '../stdio/sweep-answers.ts'
import type { AnswerHandler, Upstream, UpstreamRequest } from '../upstream.ts'
import { headerPairs } from './header-pairs.ts'
import { openLink } from './link.ts'
import { keyOf, SseSession } from './sse-session.ts'

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
  // In the order in which they were used last.
  const sessions = new Map<string, SseSession>()
  const open = new Set<Answer>()
  // What a server says later belongs to no request, and must keep none in memory.
  const outsideOfRequests = AsyncLocalStorage.snapshot()

  const sweeping = setInterval(sweep, timeouts.sweep * 1000)
  sweeping.unref()

  function sweep(): void {
    sweepAnswers(open, timeouts)
    for (const session of [...sessions.values()]) {
      session.unusedFor = session.isUsed ? 0 : session.unusedFor + timeouts.sweep
      if (session.unusedFor > timeouts.streamIdle) end(session)
    }
  }

  function end(session: SseSession): void {
    sessions.delete(session.id)
    session.end()
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
      return answer.fail(head.method === 'POST' ? legacyAlone : modernMethods)
    if (bound.upstreamId === undefined && head.method === 'POST' && isOpening(messages)) await openSession(request)
    else if (bound.upstreamId === undefined) answer.fail(noSession)
    else await inSession(request, bound.upstreamId, messages)
    if (!answer.isDone) open.add(answer)
  }

  async function openSession(request: SseRequest): Promise<void> {
    const session = new SseSession(request.caller)
    makeRoomFor(request.caller)
    const link = await outsideOfRequests(openLink, {
      connections,
      url,
      path: upstreamPath(url, request.query),
      headers: [...headersOf(request).filter(isForStream), 'Accept', 'text/event-stream'].flat(),
      timeout: timeouts.upstreamConnect,
      most: limits.message,
      onMessage: (text: string) => session.receive(text),
      onEnd(refusal) {
        sessions.delete(session.id)
        session.end(refusal)
      },
    })
    session.link = link
    if (request.answer.isDone) return link.close() // the client left meanwhile
    sessions.set(session.id, session)
    await ask(request, session, [{ text: textOf(request), call: firstCall(messagesOf(request)) }])
    if (request.answer.isDone && !session.isReady) end(session)
  }

  async function inSession(request: SseRequest, id: string, messages: Messages | undefined): Promise<void> {
    const { answer, caller, head } = request
    const session = sessions.get(id) // that it is the caller's was proved before (session-binding.ts)
    if (session === undefined) return answer.fail(unknownSession)
    session.caller = caller
    session.unusedFor = 0
    sessions.delete(id)
    sessions.set(id, session)
    if (head.method === 'GET') return answer.isStreamable ? listen(request, session) : answer.fail(notAcceptable)
    if (head.method === 'DELETE') {
      end(session)
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
        if (error.refusal === unknownSession) end(session)
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
      end(session)
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

  function makeRoomFor(caller: Caller): void {
    // Of the person, who may have as many clients as they register: else they would push out the sessions of all others.
    const person = personOf(caller)
    const ofPerson = [...sessions.values()].filter((session) => personOf(session.caller) === person)
    const [oldest] = ofPerson.length >= mostOfPerson ? ofPerson : sessions.size >= mostSessions ? sessions.values() : []
    if (oldest !== undefined) end(oldest)
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
    endGrants(hasEnded) {
      for (const session of [...sessions.values()]) if (hasEnded(session.caller)) end(session)
      return sessions.size > 0
    },
    async destroy() {
      clearInterval(sweeping)
      for (const session of [...sessions.values()]) end(session)
      await connections.destroy()
    },
  }
}

interface Asked {
  readonly text: string
  readonly call: Call | undefined
}

function isOpening(messages: Messages | undefined): boolean {
  return messages !== undefined && !messages.isBatch && firstCall(messages)?.method === 'initialize'
}

function firstCall(messages: Messages | undefined): Call | undefined {
  const [first] = messages?.messages ?? []
  return first?.kind === 'request' ? first : undefined
}

/** What a body says, where nobody had to know before. */
function messagesOf({ messages, body, head }: UpstreamRequest): Messages | undefined {
  if (messages !== undefined || !Buffer.isBuffer(body)) return messages
  const parsed = parseMessages(body, head.headers)
  return parsed.kind === 'messages' ? parsed : undefined
}

function textOf({ body }: UpstreamRequest): string {
  return Buffer.isBuffer(body) ? body.toString() : ''
}

/** A stream is asked for without a body. */
function isForStream([name]: readonly [string, string]): boolean {
  return !/^(?:accept$|content-)/i.test(name)
}

const modernMethods: Refusal = { ...methodNotAllowed, headers: { Allow: 'POST, OPTIONS' } }

export const noSession: Refusal = {
  status: 400,
  reason: 'no_session',
  message: 'The request names no session: send "initialize" first, and then Mcp-Session-Id',
}

const notOneRequest: Refusal = {
  status: 400,
  reason: 'not_json_rpc',
  code: -32600,
  message: 'The body must be JSON-RPC messages',
}

const notAcceptable: Refusal = {
  status: 406,
  reason: 'not_acceptable',
  message: 'The client must accept text/event-stream',
}

const mostSessions = 10_000
const mostOfPerson = 100
