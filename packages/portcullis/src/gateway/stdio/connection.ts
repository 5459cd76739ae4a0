import type { Call } from '@portcullis/auth/mcp'
import type { Refusal } from '../refusal.ts'
import type { Answer } from '../streamable-http/answer.ts'
import { type Edit, onOneLine, splice, textAt } from '../streamable-http/json-splice.ts'
import { isRecord, messageIn, type Reply, type ServerMessage } from '../streamable-http/server-message.ts'
import type { Child } from './child.ts'
import type { McpSession } from './mcp-session.ts'

export interface ConnectionOptions {
  readonly child: Pick<Child, 'write' | 'unread' | 'pause' | 'resume'>
  /** Whether people share it: then nothing reaches anybody that may be another's. */
  readonly isShared: boolean
  /** What it wrote that is no message of MCP. */
  readonly onNoise: (line: string) => void
}

/** A request that the server has not answered. */
export interface Pending {
  readonly id: number
  /** Waits for what may happen, and has no end (2026-07-28). */
  readonly isListening: boolean
  readonly session: McpSession | undefined
  readonly answer: Answer | undefined
  /** `text`: the answer, for whoever asked. */
  readonly onReply: (text: string, reply: Reply) => void
  /** What the client called it, and its progress, as JSON. */
  readonly clientId: string
  readonly clientToken: string | undefined
  readonly onFail: (refusal: Refusal) => void
}

/**
 * What many clients say to one server on one pair of streams. Each request gets a number that is its alone, by which its answer, its progress and its
 * cancellation are known; under the names that clients gave them, two would be one. What belongs to no request goes to those whom it is for, and else
 * to nobody.
 */
export class Connection {
  readonly sessions = new Set<McpSession>()
  readonly #options: ConnectionOptions
  readonly #pending = new Map<number, Pending>()
  readonly #full = new Set<Answer>()
  #nextId = 1
  #over: Refusal | undefined

  constructor(options: ConnectionOptions) {
    this.#options = options
  }

  get isOver(): boolean {
    return this.#over !== undefined
  }

  get isShared(): boolean {
    return this.#options.isShared
  }

  /** Whether nobody waits for anything. `besideStreams`: where streams do not count that only wait for what may happen. */
  isIdle({ besideStreams = false } = {}): boolean {
    for (const { isListening } of this.#pending.values()) if (!isListening || !besideStreams) return false
    if (!besideStreams) for (const { standing } of this.sessions) if (standing !== undefined) return false
    return true
  }

  /** Whether it does not read what it is sent. */
  get isStuck(): boolean {
    return this.#options.child.unread > mostUnread
  }

  /** A request of our own. Resolves with what it answers; rejects with `ConnectionOver` where it ends before. */
  ask(method: string, params: object): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const pending = this.#add({
        isListening: false,
        session: undefined,
        answer: undefined,
        clientId: '0',
        clientToken: undefined,
        onReply: (_, reply) => resolve(reply),
        onFail: () => reject(new ConnectionOver('The MCP server ended')),
      })
      this.#send(JSON.stringify({ jsonrpc: '2.0', id: pending.id, method, params }))
    })
  }

  /** A request of our own whose answer changes nothing. */
  tell(method: string, params: object): void {
    this.ask(method, params).catch(() => {}) // it ended: so it holds nothing that could be told
  }

  /** A request of a client. */
  request(text: string, call: Call, from: Pick<Pending, 'session' | 'answer' | 'onReply' | 'onFail'>): Pending {
    const clientToken = textAt(text, tokenOfRequest)
    const pending = this.#add({
      ...from,
      isListening: call.method === 'subscriptions/listen',
      clientId: textAt(text, ['id']) ?? 'null',
      clientToken,
    })
    const id = String(pending.id)
    this.#send(splice(text, [[['id'], id], ...(clientToken === undefined ? [] : [[tokenOfRequest, id] as Edit])]))
    return pending
  }

  /** A notification, or an answer to a request of the server's. */
  notify(text: string): void {
    this.#send(text)
  }

  /** Tells the server that nobody waits for this any more. `text`: what the client said of it, where it said so itself. */
  cancel(pending: Pending, text = cancelled): void {
    if (!this.#pending.delete(pending.id)) return
    this.#send(splice(text, [[['params', 'requestId'], String(pending.id)]]))
  }

  /** Answers a request of the server's for a client that is there no more. */
  decline(childId: string): void {
    this.#answer(childId, noOneToAsk)
  }

  /** More waits for a client than may wait. Where the server is its person's alone, it is held up until the client has read; else it is not. */
  holdUp(answer: Answer): boolean {
    if (this.isShared) return false
    this.#full.add(answer)
    this.#options.child.pause()
    return true
  }

  release(answer: Answer): void {
    if (this.#full.delete(answer) && this.#full.size === 0) this.#options.child.resume()
  }

  /** No answer comes any more. */
  end(refusal: Refusal): void {
    this.#over = refusal
    for (const pending of [...this.#pending.values()]) pending.onFail(refusal)
    this.#pending.clear()
    for (const session of this.sessions) session.forget(this)
    this.sessions.clear()
  }

  /** What the server says. */
  receive(line: string): void {
    if (line.trim() === '') return
    const message = messageIn(line)
    const { id, method } = message ?? {}
    const text = onOneLine(line)
    if (message === undefined) this.#options.onNoise(line)
    else if (typeof method === 'string' && id !== undefined) this.#requested(text, message, method)
    else if (typeof method === 'string') this.#notified(text, message, method)
    else if (typeof id === 'number') this.#replied(text, message, id)
    else this.#options.onNoise(line)
  }

  #add(asked: Omit<Pending, 'id'>): Pending {
    const pending = { ...asked, id: this.#nextId++ }
    if (this.#over === undefined) this.#pending.set(pending.id, pending)
    else pending.onFail(this.#over)
    return pending
  }

  #send(text: string): void {
    this.#options.child.write(onOneLine(text))
  }

  #replied(text: string, reply: Reply, id: number): void {
    const pending = this.#pending.get(id)
    if (pending === undefined) return // cancelled meanwhile, or never asked
    this.#pending.delete(id)
    const edits: Edit[] = [[['id'], pending.clientId]]
    if (pending.isListening) edits.push([['result', '_meta', subscriptionId], pending.clientId])
    pending.onReply(splice(text, edits), reply)
  }

  #notified(text: string, { params }: ServerMessage, method: string): void {
    const meta = isRecord(params?._meta) ? params._meta : undefined
    if (method === 'notifications/progress') {
      const pending = this.#pendingOf(params?.progressToken)
      if (pending?.clientToken !== undefined)
        pending.answer?.notify(splice(text, [[['params', 'progressToken'], pending.clientToken]]))
      return
    }
    if (meta?.[subscriptionId] !== undefined) {
      const pending = this.#pendingOf(meta[subscriptionId])
      if (pending?.isListening)
        pending.answer?.notify(splice(text, [[['params', '_meta', subscriptionId], pending.clientId]]))
      return
    }
    if (method === 'notifications/cancelled') this.#withdrawn(text)
    else for (const each of this.#audienceOf(method, params)) each.tell(text)
  }

  #pendingOf(id: unknown): Pending | undefined {
    return typeof id === 'number' ? this.#pending.get(id) : undefined
  }

  /** Whose a notification is that names no request. */
  #audienceOf(method: string, params: ServerMessage['params']): Iterable<{ tell(text: string): void }> {
    if (method === 'notifications/resources/updated') {
      const { uri } = params ?? {}
      return [...this.sessions].filter(({ subscriptions }) => typeof uri === 'string' && subscriptions.has(uri))
    }
    if (/^notifications\/\w+\/list_changed$/.test(method)) return this.sessions
    // Log messages and the like say what the server did, and nothing says for whom.
    if (this.isShared) return []
    const sole = this.#soleAnswer()
    return sole === undefined ? this.sessions : [{ tell: (text) => sole.notify(text) }]
  }

  /** The answer that is awaited where just one is, or those that are belong to one session. */
  #soleAnswer(): Answer | undefined {
    const asking = [...this.#pending.values()].filter(({ answer, isListening }) => answer !== undefined && !isListening)
    const last = asking.at(-1)
    if (last === undefined) return undefined
    const isOne =
      asking.length === 1 || (last.session !== undefined && asking.every(({ session }) => session === last.session))
    return isOne ? last.answer : undefined
  }

  /** A request of the server's: it goes to the one session that can have caused it, and to none where that cannot be told (law 12). */
  #requested(text: string, message: ServerMessage, method: string): void {
    const childId = textAt(text, ['id']) ?? 'null'
    const own = method === 'ping' ? { result: {} } : this.#passOn(text, message, method, childId)
    if (own !== undefined) this.#answer(childId, own)
  }

  /** The answer in place of the client's, where nobody is asked. */
  #passOn(text: string, message: ServerMessage, method: string, childId: string): object | undefined {
    const session = this.#sessionToAsk()
    if (session === undefined) return noOneToAsk
    if (!session.can(method)) return cannot
    const stream = this.#soleAnswer() ?? session.standing
    if (stream === undefined || !stream.isStreamable || session.asked.size >= mostAsked) return noOneToAsk
    const meta = message.params?._meta
    const progressToken = isRecord(meta) ? meta.progressToken : undefined
    const id = session.expect({ connection: this, childId, progressToken })
    stream.notify(splice(text, [[['id'], String(id)]]))
    return undefined
  }

  #sessionToAsk(): McpSession | undefined {
    if (this.isShared) return undefined
    const asking = new Set(
      [...this.#pending.values()].map(({ session }) => session).filter((each) => each !== undefined),
    )
    const candidates = asking.size > 0 ? asking : this.sessions
    const [only, ...others] = candidates
    return others.length === 0 ? only : undefined
  }

  /** The server does not want its request answered any more. */
  #withdrawn(text: string): void {
    const childId = textAt(text, ['params', 'requestId'])
    for (const session of this.sessions)
      for (const [id, asked] of session.asked) {
        if (asked.connection !== this || asked.childId !== childId) continue
        session.asked.delete(id)
        const told = splice(text, [[['params', 'requestId'], String(id)]])
        const stream = this.#soleAnswer() ?? session.standing
        stream?.notify(told)
        return
      }
  }

  #answer(childId: string, answer: object): void {
    this.#send(splice(JSON.stringify({ jsonrpc: '2.0', id: 0, ...answer }), [[['id'], childId]]))
  }
}

/** The server ended before it answered. */
export class ConnectionOver extends Error {
  override readonly name = 'ConnectionOver'
}

const tokenOfRequest = ['params', '_meta', 'progressToken']
const subscriptionId = 'io.modelcontextprotocol/subscriptionId'

const cancelled = JSON.stringify({
  jsonrpc: '2.0',
  method: 'notifications/cancelled',
  params: { requestId: 0, reason: 'The client left' },
})

// No codes of the specification's own range: these are not the server's words, nor the client's.
const noOneToAsk = { error: { code: -32000, message: 'Nobody can be asked: which client this is for cannot be told' } }
const cannot = { error: { code: -32601, message: 'The client cannot do that' } }

/** Bytes that a server may leave unread. */
const mostUnread = 16 * 1024 * 1024
/** Requests of the server's to one session that wait for an answer. */
const mostAsked = 100
