import type { Given, SentRequest } from './request.ts'

/** What came back. */
export interface Answer {
  status: number
  headers: Headers
  text: string
}

/** A server that is fuzzed. */
export interface Target {
  name: string
  issuer: string
  /** Sends it. `undefined`: the request has no such form here, or the connection ended without an answer, as it may where the request was no HTTP. */
  send(request: SentRequest): Promise<Answer | undefined>
  /** Signs a person and clients in, honestly, and resolves to what they hold. */
  give(): Promise<Given>
  /** What went wrong inside since the last time. */
  troubles(): readonly string[]
  /** Bytes of its heap that are in use, after garbage was collected. */
  heap(): Promise<number>
  close(): Promise<void>
}
