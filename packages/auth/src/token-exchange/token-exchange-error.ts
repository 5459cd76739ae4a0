import type { ExchangeFailure } from '../protocol/events.ts'
import { exchangeFailures } from './exchange-refusal.ts'

/**
 * No token was had to call another server with. `message` is for the person and says what to do; a tool that lets it through shows it. What the
 * authorization server said is in `detail`, and in the event: it is for the operator.
 */
export class TokenExchangeError extends Error {
  override readonly name = 'TokenExchangeError'
  readonly reason: ExchangeFailure
  readonly detail: string

  constructor(reason: ExchangeFailure, detail: string) {
    super(exchangeFailures[reason])
    this.reason = reason
    this.detail = detail
  }
}
