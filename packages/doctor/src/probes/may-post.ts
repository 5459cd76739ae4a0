import { originOf } from '@portcullis/auth/protocol'
import type { Evidence } from '../evidence/evidence.ts'
import { type Exchange, isFinal, statusOf } from '../evidence/exchange.ts'
import { isObject, readJson } from '../evidence/read-json.ts'

/**
 * Whether something may be posted to an endpoint that metadata names: where its own origin names it. Else whoever writes metadata
 * would have the doctor post to somebody else, or to the very server that is asked.
 */
export function mayPost(evidence: Evidence, url: string): boolean {
  if (!URL.canParse(url)) return true // which is never sent
  const origin = originOf(url)
  const ofIt = evidence.exchanges.filter(({ request }) => originOf(request.url) === origin)
  return ofIt.some((exchange) => namesIt(exchange, url) || isFinal(exchange.outcome)) // the last is never sent
}

/** Only the field of metadata does: what is asked of a search comes back in its answer. */
function namesIt(exchange: Exchange, url: string): boolean {
  const document = statusOf(exchange) === 200 ? readJson(exchange) : undefined
  return isObject(document) && document.token_endpoint === url
}
