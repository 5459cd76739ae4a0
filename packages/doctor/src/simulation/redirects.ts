import type { Evidence } from '../evidence/evidence.ts'
import { type Exchange, headerOf, type Outcome, type ProbeRequest, statusOf } from '../evidence/exchange.ts'
import { mayCarryPost } from '../evidence/redirects.ts'

/**
 * Where a client goes when it is sent elsewhere. `follow`: anywhere, as the Fetch standard has it, but for a
 * POST, which the doctor carries to no other origin. `within_origin`: as the official SDK has
 * it: to the same scheme, host and port or from http to https, with the method kept. `same_origin`: to the same only.
 */
export type Redirects = 'follow' | 'within_origin' | 'same_origin' | 'none'

/** The answer after all redirects that are followed; a redirect where one is not. */
export async function follow(answer: Exchange, redirects: Redirects, evidence: Evidence): Promise<Exchange> {
  let last = answer
  for (let hop = 0; hop < most[redirects]; hop += 1) {
    const next = redirected(last, redirects)
    if (next === undefined) return isPostElsewhere(last, redirects) ? notCarried(last) : last
    last = await evidence.ask(next)
  }
  return last
}

/** The client goes there, and the doctor does not: what comes then nobody has seen. */
function notCarried(last: Exchange): Exchange {
  return {
    ...last,
    outcome: { kind: 'failure', reason: 'not_asked', detail: 'The doctor carries a POST to no other origin' },
  }
}

function isPostElsewhere(last: Exchange, redirects: Redirects): boolean {
  const target = redirectTarget(last)
  const status = statusOf(last)
  const isKept = last.request.method === 'POST' && (status === 307 || status === 308)
  return redirects === 'follow' && isKept && target !== undefined && !mayCarryPost(last.request.url, target.href)
}

/** What was asked as the Fetch standard has it: too many redirects are no answer. */
export function asFetched(answer: Exchange): Exchange {
  return redirectTarget(answer) === undefined ? answer : { ...answer, outcome: tooMany }
}

const tooMany: Outcome = { kind: 'failure', reason: 'malformed_answer', detail: 'It redirects too often' }

/** Where an answer sends the client; `undefined` where it does not. */
export function redirectTarget(exchange: Exchange): URL | undefined {
  const status = statusOf(exchange)
  const location = headerOf(exchange, 'location')
  if (status === undefined || !statuses.has(status) || location === undefined) return undefined
  return URL.canParse(location, exchange.request.url) ? new URL(location, exchange.request.url) : undefined
}

/** A redirect that the official SDK did not follow, as it tells of it: without what may be secret, and by https where it came by https. */
export interface UnfollowedRedirect {
  readonly to: string
  readonly isDowngrade: boolean
}

/** `unfollowedRedirect` of the official SDK. */
export function unfollowedRedirect(answer: Exchange): UnfollowedRedirect | undefined {
  const target = redirectTarget(answer)
  if (target === undefined) return undefined
  for (const part of ['username', 'password', 'search', 'hash'] as const) target[part] = ''
  const isDowngrade = target.protocol === 'http:' && new URL(answer.request.url).protocol === 'https:'
  if (isDowngrade) target.protocol = 'https:'
  return { to: target.href, isDowngrade }
}

const statuses = new Set([301, 302, 303, 307, 308])

const most = { follow: 20, within_origin: 5, same_origin: 10, none: 0 } satisfies Record<Redirects, number>

function redirected(last: Exchange, redirects: Redirects): ProbeRequest | undefined {
  const target = redirectTarget(last)
  const status = statusOf(last)
  if (target === undefined) return undefined
  if (redirects !== 'follow' && !mayGo(new URL(last.request.url), target, redirects)) return undefined

  if (last.request.method !== 'POST') return { ...last.request, url: target.href }
  if (status === 307 || status === 308)
    return mayCarryPost(last.request.url, target.href) ? { ...last.request, url: target.href } : undefined
  if (redirects === 'within_origin') return undefined
  const { 'content-type': _, ...headers } = last.request.headers
  return { method: 'GET', url: target.href, headers }
}

function mayGo(from: URL, to: URL, redirects: Redirects): boolean {
  if (to.username !== '' || to.password !== '') return false
  if (from.origin === to.origin) return true
  const isUpgrade = from.protocol === 'http:' && to.protocol === 'https:' && from.port === '' && to.port === ''
  return redirects === 'within_origin' && isUpgrade && from.hostname === to.hostname
}
