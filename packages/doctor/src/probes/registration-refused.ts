import { type Evidence, seen } from '../evidence/evidence.ts'
import { type Exchange, headerOf, statusOf } from '../evidence/exchange.ts'
import { askBesideDenied, getAt, hasPostRoute, lacksPostRoute, nowhereBeside, questionAt } from './post-routes.ts'
import { endpointRequest } from './requests.ts'

/**
 * Whether a registration endpoint turns away whoever comes, without posting there: a server that is lax about what it takes for a
 * registration would make a client of anything.
 */

/** What stands beside it, as far as it is known or guessed. */
export interface BesideRegistration {
  /** The token endpoint, which takes POST. */
  readonly token: string | undefined
  /** Where it is guessed as well: where the one is not, the other is not either. An advertised one is believed. */
  readonly guessedAuthorization?: string
}

export async function askBesideRegistration(
  evidence: Evidence,
  url: string,
  { token, guessedAuthorization }: BesideRegistration,
): Promise<void> {
  if (!URL.canParse(url)) return
  await Promise.all([
    ...[url, nowhereBeside(url), ...(token === undefined ? [] : [token])].flatMap((each) => [
      evidence.ask(questionAt(each)),
      evidence.ask(getAt(each)),
    ]),
    guessedAuthorization === undefined ? undefined : evidence.ask(endpointRequest(guessedAuthorization)),
  ])
  await askBesideDenied(evidence, url)
}

/** The answer that shows it; `undefined` where none does, and the endpoint is believed. `answer`: of the endpoint to GET. */
export function refusalToRegister(
  evidence: Evidence,
  answer: Exchange,
  { token, guessedAuthorization }: BesideRegistration,
): Exchange | undefined {
  const { url } = answer.request
  const status = statusOf(answer)
  if (status === undefined) return undefined
  if (status === 401 || status === 403) return answer
  if (isPageElsewhere(status) && (isAsNowhere(evidence, answer) || isForAllMethods(evidence, answer))) return answer
  const lacking = lacksPostRoute(evidence, url, token)
  if (lacking !== undefined) return lacking
  if (guessedAuthorization === undefined || hasPostRoute(evidence, url) !== undefined) return undefined
  const page = seen(evidence, endpointRequest(guessedAuthorization))
  return isNothing(evidence, page) && isNothing(evidence, answer) ? answer : undefined
}

/** A login page, as a rule. */
function isPageElsewhere(status: number): boolean {
  return status === 301 || status === 302 || status === 303
}

/** A page that is for people alone leads nowhere who asks with OPTIONS. */
function isForAllMethods(evidence: Evidence, { request, outcome }: Exchange): boolean {
  const asked = seen(evidence, questionAt(request.url))
  return outcome.kind === 'answer' && asked !== undefined && statusOf(asked) === outcome.status
}

function isNothing(evidence: Evidence, exchange: Exchange | undefined): boolean {
  return exchange !== undefined && (statusOf(exchange) === 404 || isAsNowhere(evidence, exchange))
}

/** Some servers have the same page, or the same refusal, for whatever is asked. */
function isAsNowhere(evidence: Evidence, exchange: Exchange): boolean {
  const nowhere = seen(evidence, getAt(nowhereBeside(exchange.request.url)))
  return nowhere !== undefined && isAlike(exchange, nowhere)
}

function isAlike(one: Exchange, other: Exchange): boolean {
  if (one.outcome.kind !== 'answer' || other.outcome.kind !== 'answer') return false
  if (one.outcome.status !== other.outcome.status) return false
  // What a login page is to lead back to stands in its query.
  const [here, there] = [one, other].map((each) => headerOf(each, 'location')?.split('?')[0])
  return here === there && (here !== undefined || one.outcome.body === other.outcome.body)
}
