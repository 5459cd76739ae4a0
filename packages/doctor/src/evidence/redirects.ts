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

/** A server must not make the doctor its hand elsewhere: a POST stays with its origin, or goes from http to https of the same host. */
export function mayCarryPost(from: string, to: string): boolean {
  const [source, target] = [new URL(from), new URL(to)]
  if (source.origin === target.origin) return true
  return source.protocol === 'http:' && source.port === '' && target.origin === `https://${source.hostname}`
}

const redirects = new Set([301, 302, 303, 307, 308])

const mostHops = 5

/** As the Fetch standard has it: after 301, 302 and 303 a POST becomes a GET. */
function nextRequest(exchange: Exchange): ProbeRequest | undefined {
  const url = redirectTarget(exchange)
  const { request } = exchange
  const status = statusOf(exchange)
  if (url === undefined) return undefined
  if (request.method !== 'POST') return { ...request, url }
  if (status === 307 || status === 308) return mayCarryPost(request.url, url) ? { ...request, url } : undefined
  const { 'content-type': _, ...headers } = request.headers
  return { method: 'GET', url, headers }
}
