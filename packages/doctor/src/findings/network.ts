import { kindOfAddress } from '@portcullis/auth/node'
import { isLoopbackHost } from '@portcullis/auth/protocol'
import { type Evidence, seen } from '../evidence/evidence.ts'
import { type Exchange, statusOf } from '../evidence/exchange.ts'
import { redirectTarget } from '../evidence/redirects.ts'
import { mcpRequest } from '../probes/requests.ts'
import { isWebUrl } from '../probes/resource-documents.ts'
import { heard, voicesApart } from '../probes/voices.ts'
import { looksPublic } from '../simulation/public-url.ts'
import { edgeProductOf, gatewayOf } from './edge-products.ts'
import { type Finding, finding } from './finding.ts'
import { isLogin } from './login-pages.ts'
import { foundIn } from './look.ts'

/** N: the way to the server. */
export function findInNetwork(evidence: Evidence): readonly Finding[] {
  const first = seen(evidence, mcpRequest(evidence.target, 'post_initialize'))
  if (first === undefined) return []
  if (!isWebUrl(evidence.target)) return unreachable(evidence, first)
  return [
    ...unreachable(evidence, first),
    ...certificateUntrusted(first),
    ...notPublic(evidence, first),
    ...ipv4Missing(first),
    ...plainHttp(evidence, first),
    ...userAgentBlocked(evidence),
    ...blockedAtTheEdge(evidence, first),
    ...redirectedMcpUrl(first),
    ...redirectedMetadata(evidence),
    ...encodingWrong(evidence),
    ...unusualPort(evidence, first),
    ...slow(evidence),
  ]
}

/** No voice was answered at all. */
function unreachable(evidence: Evidence, first: Exchange): readonly Finding[] {
  const { outcome } = first
  if (outcome.kind === 'answer' || outcome.reason === 'certificate' || outcome.reason === 'not_asked') return []
  if (heard(evidence).some(({ exchange }) => exchange.outcome.kind === 'answer')) return []
  return [finding('unreachable', { url: evidence.target, reason: outcome.reason, detail: outcome.detail }, first)]
}

function certificateUntrusted(first: Exchange): readonly Finding[] {
  const { outcome } = first
  if (outcome.kind === 'answer' || outcome.reason !== 'certificate') return []
  return [finding('certificate_untrusted', { detail: outcome.detail }, first)]
}

function notPublic(evidence: Evidence, first: Exchange): readonly Finding[] {
  const addresses = first.outcome.addresses ?? []
  const [address] = addresses
  if (address === undefined || addresses.some((each) => kindOfAddress(each) === 'public')) return []
  const { hostname } = new URL(evidence.target)
  const isTyped = isLoopbackHost(hostname) || addresses.includes(hostname.replace(/^\[|\]$/g, ''))
  return [finding('not_public', { address, isTyped }, first)]
}

function ipv4Missing(first: Exchange): readonly Finding[] {
  const addresses = first.outcome.addresses ?? []
  const isPublic = addresses.some((address) => kindOfAddress(address) === 'public')
  return isPublic && addresses.every((address) => address.includes(':'))
    ? [finding('ipv4_missing', { addresses }, first)]
    : []
}

function plainHttp(evidence: Evidence, first: Exchange): readonly Finding[] {
  const { protocol, hostname } = new URL(evidence.target)
  const addresses = (first.outcome.addresses ?? []).map(kindOfAddress)
  if (protocol !== 'http:' || isLoopbackHost(hostname) || addresses.includes('loopback')) return []
  const network = addresses.some((kind) => kind === 'public') || addresses.length === 0 ? 'public' : 'private'
  return [finding('plain_http', { url: evidence.target, network }, first)]
}

function userAgentBlocked(evidence: Evidence): readonly Finding[] {
  const places = voicesApart(evidence)
  const [worst] = places.flatMap(({ blocked, other }) => blocked.map(({ exchange }) => ({ exchange, other })))
  if (worst === undefined) return []
  const blocked = places.flatMap((place) => place.blocked.map(({ exchange }) => exchange))
  const userAgents = new Set(blocked.map(({ request }) => request.headers['user-agent'] ?? ''))
  const args = {
    userAgents: [...userAgents],
    urls: places.map(({ url }) => url),
    legs: [...new Set(places.map(({ leg }) => leg))],
    found: foundIn(worst.exchange),
    otherwise: statusOf(worst.other.exchange) ?? 0,
    product: edgeProductOf(worst.exchange),
  }
  return [finding('user_agent_blocked', args, ...blocked, ...places.map(({ other }) => other.exchange))]
}

function blockedAtTheEdge(evidence: Evidence, first: Exchange): readonly Finding[] {
  const status = statusOf(first)
  const product = edgeProductOf(first)
  if (
    product === undefined ||
    status === undefined ||
    (gatewayOf(first) !== undefined && status !== 503) ||
    voicesApart(evidence).some(({ leg }) => leg === 'mcp')
  )
    return []
  return [finding('blocked_at_the_edge', { product, status }, first)]
}

function redirectedMcpUrl(first: Exchange): readonly Finding[] {
  return isLogin(first) || edgeProductOf(first) !== undefined ? [] : redirected('mcp_url', first)
}

function redirectedMetadata(evidence: Evidence): readonly Finding[] {
  return evidence.exchanges
    .filter(({ request: { method, url } }) => method === 'GET' && url.includes('/.well-known/'))
    .flatMap((exchange) => redirected('metadata', exchange))
    .slice(0, 1)
}

function redirected(what: 'mcp_url' | 'metadata', exchange: Exchange): readonly Finding[] {
  const location = redirectTarget(exchange)
  const { url } = exchange.request
  return location === undefined
    ? []
    : [finding('redirected', { what, url, status: statusOf(exchange) ?? 0, location }, exchange)]
}

/** A third of what the most patient of the hosted clients waits. */
export const slowAfter = 3000

/**
 * Of each host the slowest of the first answer and the documents: others may have waited for their turn here. What the same URL took later
 * tells a server that was asleep from one that is slow.
 */
function slow({ exchanges }: Evidence): readonly Finding[] {
  const answers = exchanges.filter(isAnswer)
  return [...new Set(answers.map(hostOf))].flatMap((host) => {
    const ofHost = answers.filter((exchange) => hostOf(exchange) === host)
    const those = ofHost.filter(
      (exchange, at) => (at === 0 || isDocument(exchange)) && exchange.milliseconds >= slowAfter,
    )
    const [slowest] = those.toSorted((a, b) => b.milliseconds - a.milliseconds)
    if (slowest === undefined) return []
    const { id, milliseconds, request } = slowest
    const later = ofHost.filter((other) => other.id > id && other.request.url === request.url)
    const again = later.length === 0 ? {} : { again: Math.min(...later.map((other) => other.milliseconds)) }
    return [finding('slow', { url: request.url, milliseconds, ...again }, slowest, ...those)]
  })
}

function hostOf({ request }: Exchange): string {
  return /^\w+:\/\/[^/?#]*/.exec(request.url)?.[0] ?? ''
}

function isAnswer({ outcome }: Exchange): boolean {
  return outcome.kind === 'answer'
}

function isDocument({ request }: Exchange): boolean {
  return request.method === 'GET' && request.url.includes('/.well-known/')
}

/** One of the first there is: whatever packs wrongly packs everything so. */
function encodingWrong({ exchanges }: Evidence): readonly Finding[] {
  const wrong = exchanges.filter(({ outcome }) => outcome.kind === 'failure' && outcome.reason === 'wrong_encoding')
  const [first] = wrong
  return first === undefined ? [] : [finding('encoding_wrong', { url: first.request.url }, ...wrong)]
}

/** The addresses of this network have what ports they like. */
function unusualPort({ target }: Evidence, first: Exchange): readonly Finding[] {
  const { protocol, port } = new URL(target)
  const isOther = protocol === 'https:' && port !== '' && looksPublic(target)
  return isOther ? [finding('unusual_port', { port: Number(port) }, first)] : []
}

/** Told of the evidence as it came. */
export function rateLimited(evidence: Evidence): readonly Finding[] {
  const limited = evidence.exchanges.find((exchange) => statusOf(exchange) === 429)
  return limited === undefined ? [] : [finding('rate_limited', { url: limited.request.url }, limited)]
}
