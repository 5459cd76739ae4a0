import type { ExchangeFailure } from '../protocol/events.ts'
import { answer, challenged, type RefusalContext, unavailable } from '../resource-server/refusals.ts'

/** What to answer where the token that this server needs to call another for its caller could not be had (RFC 8693). */
export function exchangeRefusal(reason: ExchangeFailure, context: RefusalContext): Response {
  switch (reason) {
    case 'consent_needed': // whoever signs in anew gets a token that can be exchanged
      return challenged(401, 'invalid_token', exchangeFailures[reason], context)
    case 'unavailable':
      return unavailable(exchangeFailures[reason], context.headers)
    case 'misconfigured': // the caller can do nothing about it, and a new sign-in would end here again
      return answer(500, 'server_error', exchangeFailures[reason], context.headers)
    default:
      return reason satisfies never
  }
}

/** Sent to clients, and shown to people. */
export const exchangeFailures: Record<ExchangeFailure, string> = {
  consent_needed: 'What you allowed has ended, or is not enough for what this server calls for you: sign in again',
  unavailable: 'What this server needs to call another for you cannot be had right now; try again',
  misconfigured: 'This server is set up wrongly to call another for you; its operator has to look',
}
