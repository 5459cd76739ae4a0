import { randomBytes } from 'node:crypto'
import type { Caller } from '../caller.ts'
import type { UpstreamRefusal } from '../refusal.ts'
import type { Answer } from '../streamable-http/answer.ts'
import { onOneLine, splice } from '../streamable-http/json-splice.ts'
import { isRecord } from '../streamable-http/server-message.ts'
import type { Link } from './link.ts'

/** A request of the client's that the server has not answered. */
export interface AwaitedReply {
  readonly answer: Answer
  /** What the client called it, as it was written and as one text for all ways to write it. */
  readonly clientId: string
  readonly key: string
  readonly progressToken: unknown
}

/**
 * The session of one client at a server of HTTP+SSE, which has one stream for it alone: so what it says on it is for this client, whatever it names, and
 * nobody else's (law 12). It is over with the stream.
 */
export class SseSession {
  readonly id = randomBytes(18).toString('base64url')
  /**
   * Its requests that are not answered, by a number that is one request's alone: an answer that comes late, to a request that was cancelled, must not
   * be taken for that to a later one of the same name, whose lists would go on unfiltered.
   */
  readonly awaited = new Map<number, AwaitedReply>()
  /** Who used it last. */
  caller: Caller
  /** Seconds since anybody used it, as far as was looked. */
  unusedFor = 0
  /** Whether the server has let it be opened. */
  isReady = false
  link: Link | undefined
  isOver = false
  #standing: Answer | undefined
  /** What was said while nobody listened. */
  #held: string[] = []
  #heldLength = 0
  #nextNumber = 1

  constructor(caller: Caller) {
    this.caller = caller
  }

  get standing(): Answer | undefined {
    return this.#standing?.isDone === true ? undefined : this.#standing
  }

  /** Whether a client waits for anything. */
  get isUsed(): boolean {
    return this.awaited.size > 0 || this.standing !== undefined
  }

  /** A stream that takes the place of the one before. */
  listen(answer: Answer): void {
    this.#standing?.finish()
    this.#standing = answer
    answer.startStream()
    for (const text of this.#held.splice(0)) answer.notify(text)
    this.#heldLength = 0
  }

  /** What the server says. */
  receive(text: string): void {
    const message = parsed(text)
    if (message === undefined) return
    const line = onOneLine(text)
    const { id, method, params } = message
    if (typeof method !== 'string') this.#replied(line, message)
    else if (id === undefined && method === 'notifications/progress') this.#progressed(line, params)
    else this.#said(line)
  }

  /** The number of a request whose reply is awaited from now on. */
  expect(reply: AwaitedReply): number {
    const number = this.#nextNumber++
    this.awaited.set(number, reply)
    return number
  }

  /** The number of the request that the client calls so; `undefined` where none is awaited. */
  numberOf(key: string): number | undefined {
    for (const [number, awaited] of this.awaited) if (awaited.key === key) return number
    return undefined
  }

  /** Nobody waits for this any more; whether anybody did. */
  forget(number: number): AwaitedReply | undefined {
    const awaited = this.awaited.get(number)
    this.awaited.delete(number)
    return awaited
  }

  /** It is over. `refusal`: why, for those who wait; absent where its client ended it. */
  end(refusal?: UpstreamRefusal): void {
    if (this.isOver) return
    this.isOver = true
    this.link?.close()
    for (const { answer, clientId } of this.awaited.values()) {
      if (refusal === undefined) answer.finish()
      else answer.failOne(refusal, clientId)
    }
    this.awaited.clear()
    this.standing?.finish()
  }

  #replied(line: string, { id, error }: Readonly<Record<string, unknown>>): void {
    const awaited = typeof id === 'number' ? this.forget(id) : undefined
    if (awaited === undefined) return
    const reply = splice(line, [[['id'], awaited.clientId]])
    const isOpening = !this.isReady
    this.isReady ||= error === undefined
    awaited.answer.reply(reply, isOpening && this.isReady ? { headers: { 'mcp-session-id': this.id } } : {})
  }

  #progressed(line: string, params: unknown): void {
    const token = isRecord(params) ? params.progressToken : undefined
    const awaited = [...this.awaited.values()].find(({ progressToken }) => progressToken === token)
    if (awaited !== undefined) awaited.answer.notify(line)
    else this.#said(line)
  }

  /** Something that belongs to no request: it goes where the client listens, and is held for a while where it does not. */
  #said(line: string): void {
    const waiting = [...this.awaited.values()].map(({ answer }) => answer).find(({ isStreamable }) => isStreamable)
    const stream = this.standing ?? waiting
    if (stream === undefined) this.#hold(line)
    else stream.notify(line)
  }

  #hold(line: string): void {
    this.#held.push(line)
    this.#heldLength += line.length
    while (this.#held.length > mostHeld || this.#heldLength > mostHeldLength)
      this.#heldLength -= this.#held.shift()?.length ?? 0
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) && value.jsonrpc === '2.0' ? value : undefined
  } catch {
    return undefined
  }
}

const mostHeld = 100
/** Characters. */
const mostHeldLength = 1024 * 1024
