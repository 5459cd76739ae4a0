import { originOf } from '@portcullis/auth/protocol'
import { type Evidence, seen } from '../evidence/evidence.ts'
import { statusOf } from '../evidence/exchange.ts'
import { getAt, hasPostRoute, nowhereBeside, questionAt } from './post-routes.ts'
import { registrationElsewhere } from './registration.ts'

/** Where the endpoints of a sign-in server seem to be that has no metadata. */
export interface UsualEndpoints {
  readonly authorization: string | undefined
  readonly token: string | undefined
}

/** Asks at the paths that are usual, and beside registration where that was found. No form is posted. */
export async function probeUsualEndpoints(evidence: Evidence, issuer: string): Promise<void> {
  const { authorization, token } = usualUrls(evidence, issuer)
  const requests = [...authorization, ...token, nowhereBeside(issuer)].map(getAt)
  await Promise.all(
    [...requests, ...[...token, nowhereBeside(issuer)].map(questionAt)].map((each) => evidence.ask(each)),
  )
}

export function usualEndpointsSeen(evidence: Evidence, issuer: string): UsualEndpoints {
  const { authorization, token } = usualUrls(evidence, issuer)
  const nowhere = statusAt(evidence, nowhereBeside(issuer))
  return {
    authorization: authorization.find((url) => {
      const status = statusAt(evidence, url)
      return status !== undefined && status !== nowhere && isAnswered(status)
    }),
    token: token.find((url) => hasPostRoute(evidence, url) !== undefined),
  }
}

function usualUrls(evidence: Evidence, issuer: string) {
  const registration = registrationElsewhere(evidence, undefined)?.url ?? ''
  const beside = registration.replace(/\/[^/]*$/, '')
  const bases = [...new Set([...(beside === '' ? [] : [beside]), originOf(issuer), `${originOf(issuer)}/oauth`])]
  return { authorization: bases.map((base) => `${base}/authorize`), token: bases.map((base) => `${base}/token`) }
}

/** A page, a redirect to a sign-in, or a complaint about what is missing. */
function isAnswered(status: number): boolean {
  return (status >= 200 && status < 400) || status === 400 || status === 422
}

function statusAt(evidence: Evidence, url: string): number | undefined {
  const exchange = seen(evidence, getAt(url))
  return exchange && statusOf(exchange)
}
