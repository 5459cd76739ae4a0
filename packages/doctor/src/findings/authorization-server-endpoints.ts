import { type Evidence, seen } from '../evidence/evidence.ts'
import { headerOf, statusOf } from '../evidence/exchange.ts'
import { isObject, readJson } from '../evidence/read-json.ts'
import { documentRequest, emptyTokenRequest, endpointRequest } from '../probes/requests.ts'
import { endpointIn, type ServerDocument } from '../probes/server-documents.ts'
import { type Finding, finding } from './finding.ts'
import { findInKeys } from './key-set.ts'
import { contentTypeOf, foundIn, isHundred } from './look.ts'

/** Whether what the document names is there. */
export function findAtEndpoints(evidence: Evidence, { document }: ServerDocument): readonly Finding[] {
  return [
    ...authorizationEndpoint(evidence, endpointIn(document, 'authorization_endpoint')),
    ...tokenEndpoint(evidence, endpointIn(document, 'token_endpoint')),
    ...keySet(evidence, endpointIn(document, 'jwks_uri')),
  ]
}

const isAbsent = new Set([404, 405, 410])

function authorizationEndpoint(evidence: Evidence, url: string | undefined): readonly Finding[] {
  const exchange = url === undefined ? undefined : seen(evidence, endpointRequest(url))
  const status = exchange === undefined ? undefined : statusOf(exchange)
  if (url === undefined || status === undefined) return []
  if (status >= 500) return [finding('authorization_endpoint_fails', { url, status }, exchange)]
  if (!isAbsent.has(status)) return []
  // A request without a client may be told so with any status, as long as it is told.
  if (isOAuthError(exchange && readJson(exchange))) return []
  return [finding('endpoint_not_found', { field: 'authorization_endpoint', url, status }, exchange)]
}

function tokenEndpoint(evidence: Evidence, url: string | undefined): readonly Finding[] {
  const exchange = url === undefined ? undefined : seen(evidence, emptyTokenRequest(url))
  const status = exchange === undefined ? undefined : statusOf(exchange)
  if (url === undefined || exchange === undefined || status === undefined || status === 429) return []
  const isError = isOAuthError(readJson(exchange))
  if (isAbsent.has(status) && !isError)
    return [finding('endpoint_not_found', { field: 'token_endpoint', url, status }, exchange)]
  if (isHundred(exchange, 4) && isError && status !== 415) return []
  return [finding('token_endpoint_answers_wrong', { url, status, contentType: contentTypeOf(exchange) }, exchange)]
}

/** RFC 6749 §5.2. */
function isOAuthError(json: unknown): boolean {
  return isObject(json) && typeof json.error === 'string'
}

function keySet(evidence: Evidence, url: string | undefined): readonly Finding[] {
  const exchange = url === undefined ? undefined : seen(evidence, documentRequest(url))
  if (url === undefined || exchange === undefined || isNotTold(foundIn(exchange))) return []
  const json = readJson(exchange)
  const keys = statusOf(exchange) === 200 && isObject(json) && Array.isArray(json.keys) ? json.keys : undefined
  // A redirect or a body that was cut off may still be a key set to those who read on.
  if (keys !== undefined) return findInKeys(url, keys, exchange)
  if (headerOf(exchange, 'location') !== undefined || isCutOff(exchange)) return []
  return [finding('key_set_unreachable', { url, found: foundIn(exchange) }, exchange)]
}

function isCutOff({ outcome }: Parameters<typeof foundIn>[0]): boolean {
  return outcome.kind === 'answer' && !outcome.isWhole
}

function isNotTold(found: number | string): boolean {
  return found === 'not_asked' || found === 429
}
