import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { RequestHead } from '@portcullis/auth'
import type { Messages } from '@portcullis/auth/mcp'
import type { Caller } from './caller.ts'
import type { AnswerHeaders } from './response-headers.ts'
import type { Session } from './session.ts'

/** The MCP server behind, whatever it speaks. */
export interface Upstream {
  /** Whether it must know what a body says, and so gets it whole. Then it compares that with the headers itself, as a server does (2026-07-28). */
  readonly readsMessages: boolean
  /** A request that was let in, ready to go. Whatever may throw does so here. */
  begin(request: UpstreamRequest): UpstreamCall
  /** Ends what is kept for callers whose grants have all ended. Whether anything is left that may have to be ended so. */
  endGrants(hasEnded: (caller: Caller) => boolean): boolean
  /** Breaks off what is still open. */
  destroy(): Promise<void>
}

/** A request that was let in. */
export interface UpstreamRequest {
  readonly req: IncomingMessage
  /** The headers that go on, as names and values in turn. Default: those of `req`. */
  readonly rawHeaders?: readonly string[]
  readonly head: RequestHead
  /** With its question mark; empty where there is none. */
  readonly query: string
  readonly caller: Caller
  readonly session: Session
  readonly body: Buffer | Readable | undefined
  /** `undefined` where nobody had to know. */
  readonly messages: Messages | undefined
}

/** One request at the upstream. */
export interface UpstreamCall {
  start(handler: AnswerHandler): void
  /** Nothing more comes of it. `isClean`: its answer came to its end. */
  end(outcome: { isClean: boolean }): void
}

/** What is told of an answer, in this order. It may be told of an error at any time, once. */
export interface AnswerHandler {
  onRequestStart(controller: AnswerController): void
  onResponseStart(controller: unknown, status: number, headers: AnswerHeaders): void
  onResponseData(controller: unknown, chunk: Buffer): void
  /** A part that says nothing but that somebody is there. */
  onKeepAlive(chunk: Buffer): void
  /** A stream on which several requests of one client are answered: who asked last, and whether any of them waits. */
  onShared?(state: { caller: Caller; isAwaited: boolean }): void
  onResponseEnd(): void
  onResponseError(controller: unknown, error: Error): void
}

/** How an answer is held up, and ended. */
export interface AnswerController {
  pause(): void
  resume(): void
  abort(reason: Error): void
}
