import { originOf } from '@portcullis/auth/protocol'
import type { Evidence } from '../evidence/evidence.ts'
import { isFinal, type Outcome } from '../evidence/exchange.ts'

/**
 * Whether something may be posted to an endpoint that metadata names: where it stands at the origin that was typed, or where its own origin
 * names it. Else whoever writes metadata would have the doctor post to somebody else.
 */
export function mayPost(evidence: Evidence, url: string): boolean {
  if (!URL.canParse(url)) return true // which is never sent
  const origin = originOf(url)
  const ofIt = evidence.exchanges.filter(({ request }) => originOf(request.url) === origin)
  return origin === originOf(evidence.target) || ofIt.some(({ outcome }) => namesIt(outcome, url) || isFinal(outcome)) // the last is never sent
}

function namesIt(outcome: Outcome, url: string): boolean {
  return (
    outcome.kind === 'answer' &&
    outcome.status === 200 &&
    outcome.body.replaceAll('\\/', '/').includes(JSON.stringify(url))
  )
}
