import { type Refusal, RefusalError } from '../refusal.ts'
import type { AnswerHandler } from '../upstream.ts'

export interface AnswerOptions {
  readonly handler: AnswerHandler
  /** Whether the client takes an event stream. */
  readonly takesStream: boolean
  /** Answers that are to come, each as a message of its own; `Infinity` for a stream that waits for what may happen. */
  readonly expected: number
  /** The client has gone, or its time is over. */
  readonly onAbort: () => void
  /** More waits for the client than may wait: whether it is given time to catch up. */
  readonly onFull: () => boolean
  readonly onDrained: () => void
}

/**
 * What one request over HTTP is answered with: JSON where its answer is all that comes, and an event stream where something comes before, or nothing for
 * long. What the client does not read waits here, up to a bound.
 */
export class Answer {
  /** Seconds since the child said anything for it. */
  quietFor = 0
  readonly #options: AnswerOptions
  #state: 'undecided' | 'stream' | 'done' = 'undecided'
  #left: number
  #isPaused = false
  #isEnding = false
  #waiting: string[] = []
  #waitingLength = 0

  constructor(options: AnswerOptions) {
    this.#options = options
    this.#left = options.expected
    options.handler.onRequestStart({
      pause: () => {
        this.#isPaused = true
      },
      resume: () => this.#flush(),
      abort: () => {
        if (this.#state === 'done') return
        this.#state = 'done'
        this.#waiting = []
        options.onDrained()
        options.onAbort()
      },
    })
  }

  get isDone(): boolean {
    return this.#state === 'done'
  }

  /** Whether something can be sent before the answer. */
  get isStreamable(): boolean {
    return this.#state !== 'done' && (this.#state === 'stream' || this.#options.takesStream)
  }

  /** Something that comes before the answer. */
  notify(message: string): void {
    if (!this.isStreamable) return
    this.quietFor = 0
    this.startStream()
    this.#send(eventOf(message))
  }

  /** An event that is no message. */
  tellEvent(name: string, data: string): void {
    if (!this.isStreamable) return
    this.startStream()
    this.#send(`event: ${name}\ndata: ${data}\n\n`)
  }

  /** One of the answers. `status`: where it is the first that comes. */
  reply(
    message: string,
    { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
  ): void {
    if (this.#state === 'done') return
    this.quietFor = 0
    this.#left -= 1
    if (this.#state === 'stream') {
      this.#send(eventOf(message))
      if (this.#left <= 0) this.finish()
      return
    }
    this.#state = 'done'
    const { handler } = this.#options
    handler.onResponseStart(undefined, status, { 'content-type': 'application/json', ...headers })
    handler.onResponseData(undefined, Buffer.from(message))
    handler.onResponseEnd()
  }

  /** An answer without content. */
  accept(status: number): void {
    if (this.#state !== 'undecided') return
    this.#state = 'done'
    this.#options.handler.onResponseStart(undefined, status, { 'content-length': '0' })
    this.#options.handler.onResponseEnd()
  }

  /** No more answers come: those whose request was cancelled have none. */
  drop(): void {
    this.#left -= 1
    if (this.#left > 0 || this.#state === 'done') return
    this.startStream()
    this.finish()
  }

  /** Ends a stream, once the client has read what waits for it. */
  finish(): void {
    if (this.#state === 'undecided') this.startStream()
    if (this.#state !== 'stream') return
    this.#isEnding = true
    if (this.#waiting.length === 0) this.#end()
  }

  /** Begins to stream where nothing has come for a while, and says that somebody is still there. */
  keepAlive(): void {
    if (!this.isStreamable) return
    if (this.#state === 'undecided') this.startStream()
    else if (!this.#isPaused) this.#options.handler.onKeepAlive(Buffer.from(': still here\n\n'))
  }

  /** No answer comes: refuses where none has begun, and else breaks off. */
  fail(refusal: Refusal): void {
    if (this.#state === 'done') return
    this.#state = 'done'
    this.#waiting = []
    this.#options.onDrained()
    this.#options.handler.onResponseError(undefined, new RefusalError(refusal))
  }

  /** Answers in a stream in any case, and begins with it. */
  startStream(): void {
    if (this.#state !== 'undecided') return
    this.#state = 'stream'
    this.#options.handler.onResponseStart(undefined, 200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
    })
  }

  /** One of the answers will not come. In a stream that is said to the request that waits for it. */
  failOne(refusal: Refusal, clientId: string): void {
    const { code = -32000, message } = refusal
    if (this.#state !== 'stream') this.fail(refusal)
    else this.reply(errorReply(clientId, { code, message }))
  }

  #send(event: string): void {
    if (!this.#isPaused) {
      this.#options.handler.onResponseData(undefined, Buffer.from(event))
      return
    }
    this.#waiting.push(event)
    this.#waitingLength += event.length
    // The last word goes out whatever its length: it is there already.
    if (this.#waitingLength <= mostWaiting || this.#left <= 0) return
    if (!this.#options.onFull()) this.fail(tooSlow)
  }

  #flush(): void {
    this.#isPaused = false
    while (!this.#isPaused) {
      const event = this.#waiting.shift()
      if (event === undefined) break
      this.#waitingLength -= event.length
      this.#options.handler.onResponseData(undefined, Buffer.from(event))
    }
    if (this.#waiting.length > 0 || this.#state !== 'stream') return
    this.#options.onDrained()
    if (this.#isEnding) this.#end()
  }

  #end(): void {
    this.#state = 'done'
    this.#options.handler.onResponseEnd()
  }
}

/** An error in answer to the request that its client calls so. `clientId`: as JSON. */
export function errorReply(clientId: string, error: { code: number; message: string; data?: unknown }): string {
  return `{"jsonrpc":"2.0","id":${clientId},"error":${JSON.stringify(error)}}`
}

function eventOf(message: string): string {
  return `event: message\ndata: ${message}\n\n`
}

/** Characters that wait for a client that does not read. */
const mostWaiting = 1024 * 1024

const tooSlow: Refusal = {
  status: 503,
  reason: 'too_much_held',
  message: 'The client reads too slowly for what the MCP server tells it',
}
