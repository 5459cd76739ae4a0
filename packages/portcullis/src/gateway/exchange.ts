import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AnswerRewriter, type ListView, listRewriterOf } from '@portcullis/auth/mcp'
import type { Dispatcher } from 'undici'
import type { Caller } from './caller.ts'
import { listAnswerEncoded, listAnswerTooLong, withoutDigests } from './list-answers.ts'
import { discardRest, internalError, type Refusal, RefusalError } from './refusal.ts'
import { type AnswerHeaders, clientHeaders, isEventStream, single } from './response-headers.ts'
import type { AnswerController, AnswerHandler } from './upstream.ts'
import { isOfConnection, refusalOfError, refusalOfStatus } from './upstream-errors.ts'

export interface ExchangeOptions {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly caller: Caller
  /** A stream that waits for what may happen: the answer to a GET, or to `subscriptions/listen`. */
  readonly isStanding: boolean
  /** Whether the client cancels by leaving (2026-07-28); before, it did not. */
  readonly leavingCancels: boolean
  /** Names and values in turn, for every answer to this client. */
  readonly corsHeaders: readonly string[]
  /** The session id that the client gets for the one that the upstream names; `undefined` where it gets none. */
  readonly clientSessionId: (upstreamId: string) => string | undefined
  /** What the caller sees of the lists in the answer; `undefined` where the answer has none, and goes on as it is. */
  readonly view: ListView | undefined
  /** Bytes of a request that nobody reads any more which are thrown away before its connection is. */
  readonly mostRest: number
  /** Tells the operator of a refusal, and the client where no answer has begun. */
  readonly refuse: (refusal: Refusal) => void
  /** Something failed on our side. */
  readonly onFailure: (cause: unknown) => void
  readonly onDone: (exchange: Exchange) => void
}

/**
 * One request at the upstream, and its answer on its way back: short answers in one piece, event streams and long ones as they come,
 * no quicker than the client reads. What breaks off upstream breaks off here too, whatever its type: half an answer must not look whole.
 */
export class Exchange implements Dispatcher.DispatchHandler, AnswerHandler {
  /** Whose it is: the one who showed the last access token, where the stream is of several requests. */
  caller: Caller
  isStanding: boolean
  /** Seconds since the upstream was last heard, as far as `open-exchanges.ts` has looked. Meaningless before its answer begins. */
  quietFor = 0
  /** Seconds since the client left, while the upstream goes on. */
  abandonedFor = 0
  /** Whether it was open when `open-exchanges.ts` last looked. */
  wasSeen = false
  /** Whether the upstream's answer came to its end. */
  isComplete = false
  /** Where it stands in the list of `open-exchanges.ts`. */
  place = -1
  readonly #options: ExchangeOptions
  #controller: AnswerController | undefined
  #phase: 'waiting' | 'collecting' | 'streaming' | 'done' = 'waiting'
  #isAbandoned = false
  /** Whether answers of several requests come on it, which nobody gets any more once its client has left. */
  #isShared = false
  #isEventStream = false
  #status = 0
  #headers: string[] = []
  #chunks: Buffer[] = []
  #length = 0
  #rewriter: AnswerRewriter | undefined

  constructor(options: ExchangeOptions) {
    this.caller = options.caller
    this.isStanding = options.isStanding
    this.#options = options
    options.res.on('close', () => this.#clientLeft())
    options.res.on('error', ignore) // what is written to a client that left; 'close' says so too
  }

  /** What it is that may take long: nothing yet, an answer, a stream of events, or one that nobody waits for any more. */
  get kind(): 'unanswered' | 'answer' | 'stream' | 'abandoned' {
    if (this.#isAbandoned) return 'abandoned'
    if (this.#phase === 'waiting') return 'unanswered'
    return this.#isEventStream ? 'stream' : 'answer'
  }

  /** Ends it from this side: with `refusal` where the answer has not begun; standing streams end well, others break off. */
  end(refusal: Refusal): void {
    if (this.#phase === 'done') return
    const { res } = this.#options
    if (this.isStanding && res.headersSent) res.end()
    else if (!this.#isAbandoned) this.#refuse(refusal)
    this.#abort()
  }

  onRequestStart(controller: AnswerController): void {
    this.#controller = controller
    if (this.#phase === 'done') controller.abort(new Error('Ended before it began'))
  }

  onResponseStart(_controller: unknown, status: number, headers: AnswerHeaders): void {
    if (status < 200 || this.#isAbandoned || this.#phase === 'done') return
    const refusal = refusalOfStatus(status)
    if (refusal !== undefined) {
      this.#options.refuse(refusal)
      this.#abort()
      return
    }
    this.#status = status
    this.#headers = this.#headersFor(headers)
    const contentType = single(headers, 'content-type')
    this.#isEventStream = isEventStream(contentType)
    const { view } = this.#options
    if (view !== undefined) {
      const rewriter = listRewriterOf({ contentType, contentEncoding: headers['content-encoding']?.toString() }, view)
      if (rewriter === 'encoded') {
        this.#breakOff(listAnswerEncoded)
        return
      }
      this.#rewriter = rewriter
      if (rewriter !== undefined) this.#headers = withoutDigests(this.#headers)
    }
    const length = this.#rewriter === undefined ? single(headers, 'content-length') : undefined
    if (!this.#isEventStream && isShort(length, contentType)) {
      this.#phase = 'collecting'
      return
    }
    if (this.#isEventStream) this.#headers.push('X-Accel-Buffering', 'no')
    // An answer that has no body has no length either (RFC 9110 §8.6): whoever believed it would take the next answer for its body.
    else if (length !== undefined && status !== 204) this.#headers.push('Content-Length', length)
    this.#startStreaming()
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.quietFor = 0
    if (this.#isAbandoned || this.#phase === 'done') return
    if (this.#rewriter !== undefined) {
      this.#passRewritten(this.#rewriter, chunk)
      return
    }
    if (this.#phase === 'streaming') {
      this.#pass(chunk)
      return
    }
    this.#chunks.push(chunk)
    this.#length += chunk.length
    if (this.#length <= short) return
    const collected = Buffer.concat(this.#chunks)
    this.#chunks = []
    this.#startStreaming()
    this.#pass(collected)
  }

  onKeepAlive(chunk: Buffer): void {
    if (this.#phase === 'streaming' && !this.#isAbandoned) this.#pass(chunk)
  }

  /** While an answer is awaited on it, it is more than a stream that waits for what may happen. */
  onShared({ caller, isAwaited }: { caller: Caller; isAwaited: boolean }): void {
    this.caller = caller
    this.isStanding = !isAwaited
    this.#isShared = true
  }

  onResponseEnd(): void {
    const { req, res, mostRest } = this.#options
    if (!this.#isAbandoned) this.#addRewrittenRest()
    if (!this.#isAbandoned && this.#phase === 'streaming') res.end()
    else if (!this.#isAbandoned && this.#phase === 'collecting') this.#sendCollected()
    if (!req.complete) discardRest(req, mostRest)
    this.isComplete = true
    this.#done()
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#phase === 'done') return
    if (error instanceof RefusalError) this.#refuse(error.refusal)
    else if (isOfConnection(error)) this.#refuse(refusalOfError(error, { hasBegun: this.#options.res.headersSent }))
    else {
      this.#options.onFailure(error)
      this.#refuse(internalError)
    }
    this.#done()
  }

  #refuse(refusal: Refusal): void {
    const { res, refuse } = this.#options
    const hasBegun = res.headersSent
    refuse(refusal)
    if (hasBegun) res.destroy()
  }

  #headersFor(headers: AnswerHeaders): string[] {
    const { corsHeaders, clientSessionId } = this.#options
    const kept = clientHeaders(headers)
    const upstreamId = single(headers, 'mcp-session-id')
    const sessionId = upstreamId === undefined ? undefined : clientSessionId(upstreamId)
    if (sessionId !== undefined) kept.push('Mcp-Session-Id', sessionId)
    kept.push(...corsHeaders)
    return kept
  }

  #startStreaming(): void {
    const { res } = this.#options
    this.#phase = 'streaming'
    res.writeHead(this.#status, this.#headers)
    res.flushHeaders()
  }

  #pass(chunk: Buffer): void {
    const { res } = this.#options
    if (res.write(chunk)) return
    this.#controller?.pause()
    res.once('drain', () => this.#controller?.resume())
  }

  /** Events that are whole go on; JSON is collected until it is. */
  #passRewritten(rewriter: AnswerRewriter, chunk: Buffer): void {
    try {
      const rewritten = rewriter.push(chunk)
      if (rewritten.length > 0) this.#pass(bufferOf(rewritten))
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause
      this.#breakOff(listAnswerTooLong)
    }
  }

  #addRewrittenRest(): void {
    const rest = this.#rewriter?.end()
    if (rest === undefined || rest.length === 0) return
    if (this.#phase === 'streaming') this.#options.res.write(rest)
    else {
      this.#chunks = [bufferOf(rest)]
      this.#length = rest.length
    }
  }

  #breakOff(refusal: Refusal): void {
    this.#refuse(refusal)
    this.#abort()
  }

  #sendCollected(): void {
    const { res } = this.#options
    const [first] = this.#chunks
    if (this.#status !== 204 && this.#status !== 304) this.#headers.push('Content-Length', String(this.#length))
    res.writeHead(this.#status, this.#headers)
    if (first === undefined) res.end()
    // As text, node sends head and body in one write.
    else if (this.#chunks.length === 1 && first.length <= 16 * 1024) res.end(first.toString('latin1'), 'latin1')
    else res.end(Buffer.concat(this.#chunks))
  }

  #clientLeft(): void {
    if (this.#phase === 'done') return
    if (this.isStanding || this.#isShared || this.#options.leavingCancels) {
      this.#abort()
      return
    }
    // The upstream may finish what it does, for a client that comes back with Last-Event-ID or has no more questions.
    this.#isAbandoned = true
    this.#chunks = []
    this.#controller?.resume()
  }

  #abort(): void {
    this.#done()
    this.#controller?.abort(new Error('Ended by the gateway'))
  }

  #done(): void {
    if (this.#phase === 'done') return
    this.#phase = 'done'
    this.#chunks = []
    this.#options.onDone(this)
  }
}

function ignore(): void {}

/** The same bytes. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

/** Bytes up to which an answer is sent in one piece. */
const short = 64 * 1024

/** Whether an answer is worth waiting for its end: known to be short, or JSON, which nobody reads by halves. */
function isShort(length: string | undefined, contentType: string | undefined): boolean {
  if (length !== undefined) return Number(length) <= short
  return contentType === undefined || /^application\/json\b/i.test(contentType)
}
