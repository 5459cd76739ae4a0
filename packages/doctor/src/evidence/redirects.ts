import { type Evidence, seen } from './evidence.ts'
import { type Exchange, headerOf, type ProbeRequest, statusOf } from './exchange.ts'

/** Where an answer sends the client, absolute; `undefined` where it does not. */
export function redirectTarget(exchange: Exchange): string | undefined {
  const status = statusOf(exchange)
  const location = headerOf(exchange, 'location')
  if (status === undefined || !redirects.has(status) || location === undefined) return undefined
  return URL.canParse(location, exchange.request.url) ? new URL(location, exchange.request.url).href : undefined
}

/** The answer after all redirects, which are asked for. */
export async function follow(evidence: Evidence, exchange: Exchange): Promise<Exchange> {
  let last = exchange
  for (let hop = 0; hop < mostHops; hop += 1) {
    const next = nextRequest(last)
    if (next === undefined) return last
    last = await evidence.ask(next)
  }
  return last
}

/** The same over what was asked already. */
export function followSeen(evidence: Evidence, exchange: Exchange): Exchange {
  let last = exchange
  for (let hop = 0; hop < mostHops; hop += 1) {
    const next = nextRequest(last)
    const answer = next === undefined ? undefined : seen(evidence, next)
    if (answer === undefined) return last
    last = answer
  }
  return last
}

const redirects = new Set([301, 302, 303, 307, 308])

const mostHops = 5

/** As the Fetch standard has it: after 301, 302 and 303 a POST becomes a GET. */
function nextRequest(exchange: Exchange): ProbeRequest | undefined {
  const url = redirectTarget(exchange)
  const { request } = exchange
  const status = statusOf(exchange)
  if (url === undefined) return undefined
  if (request.method !== 'POST' || status === 307 || status === 308) return { ...request, url }
  const { 'content-type': _, ...headers } = request.headers
  return { method: 'GET', url, headers }
}
