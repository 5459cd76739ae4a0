import { type Refusal, RefusalError } from '../refusal.ts'
import type { AnswerHeaders } from '../response-headers.ts'
import type { AnswerHandler } from '../upstream.ts'

/** What a post is answered with: that it was taken, or how it was refused. Whether it was is not waited for longer than clients wait for that. */
export class TakenPost {
  isOpen = true
  isRefused = false
  readonly #handler: AnswerHandler
  readonly #timer: NodeJS.Timeout

  constructor(handler: AnswerHandler) {
    this.#handler = handler
    handler.onRequestStart({ pause() {}, resume() {}, abort: () => this.#conclude() })
    this.#timer = setTimeout(() => this.#accept(), takenWithin)
  }

  /** Whether what comes is for the stream: it is not where the message is refused. */
  settle(status: number, headers: AnswerHeaders): boolean {
    if (status < 300) {
      this.#accept()
      return true
    }
    this.isRefused = true
    if (!this.isOpen) return true // too late: what is said of it goes to the stream, where a client may make something of it
    clearTimeout(this.#timer)
    this.#handler.onResponseStart(undefined, status, headers)
    return false
  }

  pass(chunk: Buffer): void {
    if (this.isOpen && this.isRefused) this.#handler.onResponseData(undefined, chunk)
  }

  end(): void {
    if (!this.isOpen) return
    if (this.isRefused) {
      this.#conclude()
      this.#handler.onResponseEnd()
    } else this.#accept()
  }

  fail(refusal: Refusal): void {
    if (!this.isOpen) return
    this.#conclude()
    this.#handler.onResponseError(undefined, new RefusalError(refusal))
  }

  #accept(): void {
    if (!this.isOpen) return
    this.#conclude()
    this.#handler.onResponseStart(undefined, 202, { 'content-type': 'text/plain' })
    this.#handler.onResponseData(undefined, Buffer.from('Accepted'))
    this.#handler.onResponseEnd()
  }

  #conclude(): void {
    this.isOpen = false
    clearTimeout(this.#timer)
  }
}

/** Milliseconds that old clients are let wait for their post: some wait no longer than five seconds. */
const takenWithin = 1000
