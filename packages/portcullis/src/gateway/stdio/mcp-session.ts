import type { Caller } from '../caller.ts'
import type { Answer } from '../streamable-http/answer.ts'
import { isRecord } from '../streamable-http/server-message.ts'
import type { Connection, Pending } from './connection.ts'

/** A request of the server's that a session was asked. */
export interface Asked {
  readonly connection: Connection
  /** How the server called it, as JSON. */
  readonly childId: string
  readonly progressToken: unknown
}

/** A session of a client of the eras in which there are sessions. It is its owner's (law 12), and outlives the process behind it. */
export class McpSession {
  readonly id: string
  /** What its client can do. */
  readonly capabilities: Readonly<Record<string, unknown>>
  readonly subscriptions = new Set<string>()
  readonly asked = new Map<number, Asked>()
  /** Its requests that are not answered, by what the client called them. */
  readonly pending = new Map<string, Pending>()
  /** Who used it last. */
  caller: Caller
  logLevel: string | undefined
  connection: Connection | undefined
  #standing: Answer | undefined
  #nextId = 1

  constructor(id: string, caller: Caller, capabilities: Readonly<Record<string, unknown>>) {
    this.id = id
    this.caller = caller
    this.capabilities = capabilities
  }

  /** The stream that waits for what may happen, where the client has one open. */
  get standing(): Answer | undefined {
    return this.#standing?.isDone === true ? undefined : this.#standing
  }

  /** A stream that takes the place of the one before. */
  listen(answer: Answer): void {
    this.#standing?.finish()
    this.#standing = answer
  }

  /** Belongs to this connection from now on, which is told what the one before was. */
  attach(connection: Connection): void {
    if (this.connection === connection) return
    this.connection?.sessions.delete(this)
    this.connection = connection
    connection.sessions.add(this)
    for (const uri of this.subscriptions) connection.tell('resources/subscribe', { uri })
    if (this.logLevel !== undefined) connection.tell('logging/setLevel', { level: this.logLevel })
  }

  /** Whether its client said that it can answer this. */
  can(method: string): boolean {
    const [name = ''] = method.split('/')
    return isRecord(this.capabilities[name])
  }

  /** Remembers a request that it is asked, under the id that it returns. */
  expect(asked: Asked): number {
    const id = this.#nextId++
    this.asked.set(id, asked)
    return id
  }

  /** Something that belongs to none of its requests. */
  tell(text: string): void {
    this.standing?.notify(text)
  }

  /** The server behind is gone, and what it asked with it. */
  forget(connection: Connection): void {
    for (const [id, asked] of this.asked) if (asked.connection === connection) this.asked.delete(id)
    if (this.connection === connection) this.connection = undefined
  }

  /** It is over: nobody waits for what it asked. */
  end(): void {
    for (const pending of this.pending.values()) {
      this.connection?.cancel(pending)
      pending.answer?.finish()
    }
    this.pending.clear()
    for (const { connection, childId } of this.asked.values()) connection.decline(childId)
    this.asked.clear()
    this.standing?.finish()
    this.connection?.sessions.delete(this)
  }
}
