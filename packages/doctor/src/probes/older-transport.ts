import { eventsIn } from '../evidence/event-stream.ts'
import { type Exchange, headerOf, statusOf } from '../evidence/exchange.ts'

/**
 * Whether a POST and a GET of the MCP URL were answered as by the transport of 2024-11-05, which takes no POST there: GET opens a stream whose
 * event `endpoint` names where to post (`open`), or asks for a token first (`challenged`).
 */
export function olderTransport(post: Exchange, get: Exchange): 'open' | 'challenged' | undefined {
  const status = statusOf(post)
  if (status === undefined || status < 400 || status > 499 || status === 401) return undefined
  if (namesEndpoint(get)) return 'open'
  const takesNoPost = status === 404 || status === 405
  const isChallenged = statusOf(get) === 401 && /(^|[\s,])bearer\b/i.test(headerOf(get, 'www-authenticate') ?? '')
  return takesNoPost && isChallenged ? 'challenged' : undefined
}

function namesEndpoint(get: Exchange): boolean {
  const { outcome } = get
  if (outcome.kind === 'failure' || outcome.status !== 200) return false
  if (!/^text\/event-stream\b/i.test(headerOf(get, 'content-type') ?? '')) return false
  return eventsIn(outcome.body).some(({ type }) => type === 'endpoint')
}
