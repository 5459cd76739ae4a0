import { parseMessages } from '@portcullis/auth/mcp'
import type { Caller } from '../caller.ts'
import { internalError, type Refusal, RefusalError } from '../refusal.ts'
import { type AnswerHeaders, isEventStream, single } from '../response-headers.ts'
import { type Answer, type AnswerOptions, errorReply } from '../streamable-http/answer.ts'
import { elementsOf, onOneLine } from '../streamable-http/json-splice.ts'
import { silent } from '../streamable-http/refusals.ts'
import type { AnswerController, AnswerHandler, Upstream, UpstreamCall, UpstreamRequest } from '../upstream.ts'
import { isOfConnection, refusalOfError, refusalOfStatus } from '../upstream-errors.ts'
import { asStreamable, sessionOf } from './as-streamable.ts'
import { eventReader } from './event-reader.ts'
import { TakenPost } from './taken-post.ts'

export interface OldStreamOptions {
  readonly upstream: Upstream
  readonly mostOfMessage: number
  readonly answer: (callbacks: Pick<AnswerOptions, 'onAbort' | 'onFull' | 'onDrained'>) => Answer
  readonly onShared: (state: { caller: Caller; isAwaited: boolean }) => void
  readonly onEnd: () => void
}

/** One request at the upstream that a stream waits for. */
interface Running {
  readonly call: UpstreamCall
  controller: AnswerController | undefined
  /** Whether its answer is awaited, as that to a stream that waits for what may happen is not. */
  readonly isAwaited: boolean
}

/**
 * The stream of a client of MCP 2024-11-05, and its session at the upstream, which is of Streamable HTTP: what its posts are answered with, and what else
 * the server says, comes here. All of it is over with the stream.
 */
export class OldStream {
  /** Who posted last. */
  caller: Caller
  readonly #options: OldStreamOptions
  readonly #answer: Answer
  readonly #opening: UpstreamRequest
  readonly #running = new Set<Running>()
  #upstreamId: string | undefined
  #isListening = false
  #isOver = false

  constructor(opening: UpstreamRequest, options: OldStreamOptions) {
    this.caller = opening.caller
    this.#opening = opening
    this.#options = options
    this.#answer = options.answer({
      onAbort: () => this.#close(),
      onFull: () => {
        for (const { controller } of this.#running) controller?.pause()
        return true
      },
      onDrained: () => {
        for (const { controller } of this.#running) controller?.resume()
      },
    })
  }

  /** Whether no more of its requests may run at the same time. */
  get isFull(): boolean {
    return this.#running.size >= mostRunning
  }

  begin(endpoint: string): void {
    this.#answer.startStream()
    this.#answer.tellEvent('endpoint', endpoint)
  }

  /** A message: it goes on to the upstream, and `handler` is told whether it was taken. */
  post(request: UpstreamRequest, handler: AnswerHandler): void {
    this.caller = request.caller
    const session = sessionOf(this.#upstreamId)
    const taken = new TakenPost(handler)
    this.#run(
      asStreamable(request, { session, method: 'POST' }),
      { isAwaited: true },
      {
        onStart: (status, headers) => {
          const id = single(headers, 'mcp-session-id')
          if (id !== undefined) this.#upstreamId ??= id
          return taken.settle(status, headers)
        },
        onPart: (chunk) => taken.pass(chunk),
        onDone: () => {
          taken.end()
          if (!taken.isRefused) this.#listen(request)
        },
        onFailure: (refusal) => {
          if (taken.isOpen) taken.fail(refusal)
          else this.#tellFailure(request, refusal)
        },
      },
    )
  }

  /** Looks after a stream on which nothing comes. */
  sweep({ streamIdle, sweep }: { streamIdle: number; sweep: number }): void {
    const before = this.#answer.quietFor
    this.#answer.quietFor += sweep
    const isAwaited = [...this.#running].some((each) => each.isAwaited)
    if (isAwaited && this.#answer.quietFor > streamIdle) this.#answer.fail(silent)
    else if (Math.floor(before / keepAliveEvery) < Math.floor(this.#answer.quietFor / keepAliveEvery))
      this.#answer.keepAlive()
    if (this.#answer.isDone) this.#close()
  }

  end(): void {
    this.#answer.finish()
    this.#close()
  }

  /** What the server says on its own account, once there is a session to ask for it in. */
  #listen(request: UpstreamRequest): void {
    if (this.#isListening || this.#upstreamId === undefined || !saysInitialized(request)) return
    this.#isListening = true
    const listening = asStreamable(request, { session: sessionOf(this.#upstreamId), method: 'GET' })
    // A server that has nothing to say refuses it, and that is nobody's matter.
    this.#run(
      listening,
      { isAwaited: false },
      { onStart: (status) => status < 300, onPart() {}, onDone() {}, onFailure() {} },
    )
  }

  #run(
    request: UpstreamRequest,
    { isAwaited }: { isAwaited: boolean },
    told: {
      /** Whether what comes is for the stream. */
      onStart: (status: number, headers: AnswerHeaders) => boolean
      /** What is not. */
      onPart: (chunk: Buffer) => void
      onDone: () => void
      onFailure: (refusal: Refusal) => void
    },
  ): void {
    const running: Running = { call: this.#options.upstream.begin(request), controller: undefined, isAwaited }
    this.#running.add(running)
    this.#tellShared()
    const done = (isClean: boolean) => {
      if (!this.#running.delete(running)) return
      running.call.end({ isClean })
      this.#tellShared()
    }
    let read: ((chunk: Buffer) => void) | undefined
    let finish = () => {}
    const fail = (refusal: Refusal) => {
      if (!this.#running.has(running)) return
      done(false)
      told.onFailure(refusal)
    }
    running.call.start({
      onRequestStart(controller) {
        running.controller = controller
      },
      onResponseStart: (_controller, status, headers) => {
        if (status < 200) return
        const refusal = refusalOfStatus(status)
        if (refusal !== undefined) {
          running.controller?.abort(new Error('Refused'))
          fail(refusal)
        } else if (told.onStart(status, headers)) {
          const reader = this.#readerOf(headers, fail)
          read = reader.read
          finish = reader.finish
        }
      },
      onResponseData(_controller, chunk) {
        if (read === undefined) told.onPart(chunk)
        else read(chunk)
      },
      onKeepAlive() {},
      onResponseEnd() {
        finish()
        done(true)
        told.onDone()
      },
      onResponseError(_controller, error) {
        if (error instanceof RefusalError) fail(error.refusal)
        else fail(isOfConnection(error) ? refusalOfError(error, { hasBegun: read !== undefined }) : internalError)
      },
    })
  }

  /** Makes messages on the stream of what the upstream answers. */
  #readerOf(
    headers: AnswerHeaders,
    fail: (refusal: Refusal) => void,
  ): { read: (chunk: Buffer) => void; finish: () => void } {
    const { mostOfMessage } = this.#options
    if (isEventStream(single(headers, 'content-type'))) {
      const read = eventReader(
        mostOfMessage,
        ({ name, data }) => name === 'message' && this.#tell(data),
        () => fail(tooLong),
      )
      return { read, finish() {} }
    }
    const chunks: Buffer[] = []
    let length = 0
    return {
      read(chunk) {
        length += chunk.length
        if (length <= mostOfMessage) chunks.push(chunk)
        else fail(tooLong)
      },
      finish: () => {
        const text = Buffer.concat(chunks).toString().trim()
        if (text.startsWith('[')) for (const each of elementsOf(text)) this.#tell(each)
        else if (text !== '') this.#tell(text)
      },
    }
  }

  #tell(text: string): void {
    this.#answer.notify(onOneLine(text))
  }

  /** The post was taken, and what it asked is not answered: each of its requests is told so. */
  #tellFailure({ body, head }: UpstreamRequest, { code = -32000, message }: Refusal): void {
    const parsed = Buffer.isBuffer(body) ? parseMessages(body, head.headers) : undefined
    if (parsed?.kind !== 'messages') return
    for (const each of parsed.messages)
      if (each.kind === 'request') this.#answer.notify(errorReply(JSON.stringify(each.id), { code, message }))
  }

  #tellShared(): void {
    if (this.#isOver) return
    this.#options.onShared({ caller: this.caller, isAwaited: [...this.#running].some(({ isAwaited }) => isAwaited) })
  }

  #close(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#options.onEnd()
    for (const { call, controller } of this.#running) {
      controller?.abort(new Error('The stream is over'))
      call.end({ isClean: false })
    }
    this.#running.clear()
    if (this.#upstreamId !== undefined) this.#forgetUpstream(this.#upstreamId)
  }

  /** The session ends with the stream, since nobody can come back to it. */
  #forgetUpstream(upstreamId: string): void {
    const request = { ...this.#opening, caller: this.caller }
    const call = this.#options.upstream.begin(
      asStreamable(request, { session: sessionOf(upstreamId), method: 'DELETE' }),
    )
    const end = (isClean: boolean) => call.end({ isClean })
    call.start({
      onRequestStart() {},
      onResponseStart() {},
      onResponseData() {},
      onKeepAlive() {},
      onResponseEnd: () => end(true),
      onResponseError: () => end(false), // it ends by itself then
    })
  }
}

function saysInitialized({ body }: UpstreamRequest): boolean {
  return Buffer.isBuffer(body) && body.includes('notifications/initialized')
}

const tooLong: Refusal = {
  status: 502,
  reason: 'upstream_bad_answer',
  message: 'The MCP server behind this gateway sent more in one message than is taken. Your sign-in is untouched.',
  fault: 'sent a message of more bytes than limits.message allows',
}

/** Seconds. */
const keepAliveEvery = 15
/** Requests of one stream at the same time. */
const mostRunning = 100
