import { parseChallenge } from '@portcullis/auth/protocol'
import { type Evidence, seen } from '../evidence/evidence.ts'
import { type Exchange, headerOf, statusOf } from '../evidence/exchange.ts'
import { readReply } from '../evidence/read-reply.ts'
import { redirectTarget } from '../evidence/redirects.ts'
import { mcpPreflight, oldProtocolVersion } from '../probes/challenge.ts'
import { documentPreflight } from '../probes/protected-resource.ts'
import { bogusToken, browserOrigin, deleteRequest, mcpRequest, toolsRequest } from '../probes/requests.ts'
import { resourceDocument, resourcePlaces } from '../probes/resource-documents.ts'
import { mcpHostServerPlaces, serverDocuments } from '../probes/server-documents.ts'
import { findInChallengeHeader } from './challenge-header.ts'
import { edgeProductOf } from './edge-products.ts'
import { type Finding, finding } from './finding.ts'
import { isLogin } from './login-pages.ts'
import { beginningOf, contentTypeOf, isHundred } from './look.ts'
import { findNoMcp } from './no-mcp.ts'

/** C: what the server says to those who come without a token. */
export function findInChallenge(evidence: Evidence): readonly Finding[] {
  const first = seen(evidence, mcpRequest(evidence.target, 'post_initialize'))
  if (first === undefined || first.outcome.kind === 'failure') return []
  const isChallenged = first.outcome.status === 401
  return [
    ...(isChallenged ? findInChallengeHeader(evidence, first) : notChallenged(evidence, first)),
    ...(isChallenged ? afterChallenge(evidence, first) : []),
    ...preflightRefused(evidence),
  ]
}

/** Whether anything at this server speaks of OAuth: then an open door is a mistake, and missing documents are missed. */
export function isOauthMeant(evidence: Evidence): boolean {
  const isChallenge = (exchange: Exchange) =>
    statusOf(exchange) === 401 && exchange.request.url === evidence.target && !hasToken(exchange)
  return (
    evidence.exchanges.some(isChallenge) ||
    resourcePlaces(evidence).some(({ document }) => document !== undefined) ||
    mcpHostServerPlaces(evidence).some(({ document }) => document !== undefined) ||
    serverDocuments(evidence).length > 0
  )
}

function hasToken({ request }: Exchange): boolean {
  return 'authorization' in request.headers
}

function notChallenged(evidence: Evidence, first: Exchange): readonly Finding[] {
  const status = statusOf(first) ?? 0
  if (isLogin(first))
    return [finding('login_page_instead_of_challenge', { status, location: redirectTarget(first) }, first)]
  if (redirectTarget(first) !== undefined) return []
  const noMcp = findNoMcp(evidence, first)
  if (noMcp !== undefined) return noMcp
  if (edgeProductOf(first) !== undefined) return []
  if (isHundred(first, 2)) return letIn(evidence, first, status)
  const early = checkedBeforeAuthentication(evidence, first)
  if (early.length > 0) return early
  const challenge = parseChallenge(headerOf(first, 'www-authenticate') ?? '')
  if (status === 403 && challenge?.error === 'insufficient_scope')
    return [finding('scope_asked_before_sign_in', { scope: challenge.scope }, first)]
  return [wrongStatus(first, status)]
}

function letIn(evidence: Evidence, first: Exchange, status: number): readonly Finding[] {
  const reply = readReply(first)
  if (reply?.kind === 'error')
    return [finding('error_with_status_200', { code: reply.code, message: reply.message }, first)]
  // A stream of events that stays open without a word has let the client in as well.
  if (reply === undefined && !contentTypeOf(first)?.startsWith('text/event-stream')) return [wrongStatus(first, status)]
  if (!isOauthMeant(evidence)) return [finding('open_server', { status }, first)]
  return [finding('everybody_let_in', { status }, first, resourceDocument(evidence)?.exchange)]
}

function wrongStatus(first: Exchange, status: number): Finding {
  const seenThere = { contentType: contentTypeOf(first), begins: beginningOf(first) }
  return finding('wrong_challenge_status', { status, ...seenThere }, first)
}

/** Mistakes in the request are told to strangers: then clients that make no mistake, but differ, never see the challenge. */
function checkedBeforeAuthentication(evidence: Evidence, first: Exchange): readonly Finding[] {
  const others = requestsThatDiffer(evidence.target)
  const isChallenged = statusOf(first) === 401
  const told = others.flatMap(({ what, request, name }) => {
    const exchange = seen(evidence, request)
    const status = exchange === undefined ? undefined : statusOf(exchange)
    return exchange === undefined || status === undefined ? [] : [{ what, name, exchange, status }]
  })
  if (!isChallenged) {
    const challenged = told.find(({ status }) => status === 401)
    if (challenged === undefined || !isHundred(first, 4)) return []
    const status = statusOf(first) ?? 0
    return [
      finding(
        'checked_before_authentication',
        { what: 'method', request: 'initialize', status },
        first,
        challenged.exchange,
      ),
    ]
  }
  return told
    .filter(({ status }) => isMistake.has(status))
    .map(({ what, name, exchange, status }) =>
      finding('checked_before_authentication', { what, request: name, status }, exchange, first),
    )
}

function requestsThatDiffer(target: string) {
  return [
    {
      what: 'protocol_version',
      name: `initialize with MCP-Protocol-Version: ${oldProtocolVersion}`,
      request: mcpRequest(target, 'post_initialize', { protocolVersion: oldProtocolVersion }),
    },
    { what: 'method', name: 'server/discover', request: mcpRequest(target, 'post_discover') },
    { what: 'body', name: 'tools/list without a session', request: toolsRequest(target) },
  ] as const
}

const isMistake = new Set([400, 404, 405, 406, 415, 422, 500])

/** What is to be seen only where the first request was challenged. */
function afterChallenge(evidence: Evidence, first: Exchange): readonly Finding[] {
  return [
    ...checkedBeforeAuthentication(evidence, first),
    ...badToken(evidence),
    ...headNotChallenged(evidence),
    ...getNotChallenged(evidence),
    ...deleteNotChallenged(evidence),
    ...headersHidden(evidence),
  ]
}

function badToken(evidence: Evidence): readonly Finding[] {
  const exchange = seen(evidence, mcpRequest(evidence.target, 'post_initialize', { token: bogusToken }))
  const status = exchange === undefined ? undefined : statusOf(exchange)
  if (exchange === undefined || status === undefined || status === 429) return []
  if (isHundred(exchange, 2)) return [finding('bad_token_let_in', { status }, exchange)]
  const value = headerOf(exchange, 'www-authenticate')
  const isNamed = status === 401 && /error="?invalid_token"?/i.test(value ?? '')
  return isNamed ? [] : [finding('bad_token_not_named', { status, value }, exchange)]
}

function headNotChallenged(evidence: Evidence): readonly Finding[] {
  const exchange = seen(evidence, mcpRequest(evidence.target, 'head'))
  const status = exchange === undefined ? undefined : statusOf(exchange)
  if (exchange === undefined || status === undefined || status === 401 || status === 429) return []
  return [finding('head_not_challenged', { status }, exchange)]
}

function getNotChallenged(evidence: Evidence): readonly Finding[] {
  const exchange = seen(evidence, mcpRequest(evidence.target, 'get'))
  const status = exchange === undefined ? undefined : statusOf(exchange)
  if (exchange === undefined || status === undefined || status === 401 || status === 429) return []
  return [finding('get_not_challenged', { status }, exchange)]
}

/** A server may have no DELETE; one that obeys strangers is open by half. */
function deleteNotChallenged(evidence: Evidence): readonly Finding[] {
  const exchange = seen(evidence, deleteRequest(evidence.target))
  if (exchange === undefined || !isHundred(exchange, 2)) return []
  return [finding('delete_not_challenged', { status: statusOf(exchange) ?? 0 }, exchange)]
}

function preflightRefused(evidence: Evidence): readonly Finding[] {
  const metadata = [...resourcePlaces(evidence), ...serverDocuments(evidence)].map(({ url }) => documentPreflight(url))
  return [mcpPreflight(evidence.target), ...metadata].flatMap((request) => {
    const exchange = seen(evidence, request)
    const status = exchange === undefined ? undefined : statusOf(exchange)
    if (exchange === undefined || status === undefined || status === 429) return []
    const isAllowed = isHundred(exchange, 2) && headerOf(exchange, 'access-control-allow-origin') !== undefined
    return isAllowed ? [] : [finding('preflight_refused', { url: request.url, status }, exchange)]
  })
}

/** A page sees of an answer only what the server names (Fetch standard, CORS-safelisted response headers). */
function headersHidden(evidence: Evidence): readonly Finding[] {
  const url = evidence.target
  const exchange = seen(evidence, mcpRequest(url, 'post_initialize', { origin: browserOrigin }))
  if (exchange === undefined || statusOf(exchange) !== 401) return []
  if (headerOf(exchange, 'access-control-allow-origin') === undefined) return []
  const exposed = (headerOf(exchange, 'access-control-expose-headers') ?? '').toLowerCase()
  const isSeen = exposed.includes('www-authenticate') || exposed.trim() === '*'
  return isSeen ? [] : [finding('headers_hidden_from_browsers', { url, missing: ['WWW-Authenticate'] }, exchange)]
}
