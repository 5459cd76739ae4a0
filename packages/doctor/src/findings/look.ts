import { type Exchange, type FailureReason, headerOf } from '../evidence/exchange.ts'

/** What a person wants to see of an answer in half a line. */
export function foundIn({ outcome }: Exchange): number | FailureReason {
  return outcome.kind === 'answer' ? outcome.status : outcome.reason
}

/** The beginning of a body, on one line. */
export function beginningOf({ outcome }: Exchange): string {
  return outcome.kind === 'answer' ? outcome.body.slice(0, 200).replace(/\s+/g, ' ').trim().slice(0, 80) : ''
}

export function contentTypeOf(exchange: Exchange): string | undefined {
  return headerOf(exchange, 'content-type')
}

export function isPage(exchange: Exchange): boolean {
  return /text\/html/i.test(contentTypeOf(exchange) ?? '')
}

/** Whether an answer lies in a hundred of statuses: `2` for 200 to 299. */
export function isHundred({ outcome }: Exchange, hundred: 2 | 3 | 4 | 5): boolean {
  return outcome.kind === 'answer' && Math.floor(outcome.status / 100) === hundred
}
