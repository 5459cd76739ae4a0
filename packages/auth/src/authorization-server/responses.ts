import type { OAuthError } from '../protocol/oauth-error.ts'
import { type PlainRequest, PlainResponse } from './plain-http.ts'

/** Answers that programs read. Any origin may: these endpoints use no cookies (law 1). */
const open = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'WWW-Authenticate, Retry-After',
}

const closedJson = { 'content-type': 'application/json', 'cache-control': 'no-store' }
const json = { ...open, ...closedJson }

/** A JSON answer that no cache keeps (RFC 6749 §5.1). */
export function jsonResponse(body: object, status = 200): PlainResponse {
  return new PlainResponse(status, json, JSON.stringify(body))
}

/** A document that was made once and may be cached for a while; without its body for HEAD. */
export function documentResponse(document: string, method: string, maxAge: number): PlainResponse {
  const headers = { ...open, 'content-type': 'application/json', 'cache-control': `public, max-age=${maxAge}` }
  return new PlainResponse(200, headers, method === 'HEAD' ? undefined : document)
}

/** An empty answer that no cache keeps. */
export function emptyResponse(status: number): PlainResponse {
  return new PlainResponse(status, { ...open, 'cache-control': 'no-store' })
}

/** A refusal in the protocol's own terms (RFC 6749 §5.2). `Basic` is challenged where the client tried it. */
export function errorResponse(
  { code, status, message }: Pick<OAuthError, 'code' | 'status' | 'message'>,
  { challengeBasic = false } = {},
): PlainResponse {
  return jsonResponse({ error: code, error_description: describable(message) }, status).with({
    ...(status === 401 && challengeBasic && { 'www-authenticate': 'Basic realm="token endpoint"' }),
    ...(code === 'temporarily_unavailable' && { 'retry-after': '30' }),
  })
}

/** Too many refused or registering requests from one address. */
export function tooManyRequests(retryAfter: number): PlainResponse {
  const description = `Too many requests; try again in ${retryAfter} seconds`
  return jsonResponse({ error: 'temporarily_unavailable', error_description: description }, 429).with({
    'retry-after': String(retryAfter),
  })
}

/** `isOpen`: whether scripts of other origins may read it; not so at the authorization endpoint (RFC 9700 §2.6). */
export function methodNotAllowed(allow: string, { isOpen }: { isOpen: boolean }): PlainResponse {
  const body = JSON.stringify({ error: 'invalid_request', error_description: `This endpoint takes ${allow}` })
  return new PlainResponse(405, { ...(isOpen ? json : closedJson), allow }, body)
}

export function notFound(): PlainResponse {
  return jsonResponse({ error: 'not_found', error_description: 'Nothing is served at this path' }, 404)
}

/** Answers a preflight of a browser client. */
export function preflightResponse(request: PlainRequest, allow: string): PlainResponse {
  const wanted = request.headers.get('access-control-request-headers')
  return emptyResponse(204).with({
    'access-control-allow-methods': allow,
    'access-control-max-age': '600',
    ...(wanted !== null && { 'access-control-allow-headers': wanted }),
  })
}

/** Sends the browser on; the client's page learns nothing of ours by a `Referer`, which some native clients look at (RFC 9700 §4.2). */
export function redirectResponse(location: string, status: 302 | 303): Response {
  return new Response(undefined, {
    status,
    headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
  })
}

/** `error_description` has visible ASCII without quotes and backslashes (RFC 6749 §5.2). */
export function describable(text: string): string {
  return text.replaceAll('"', "'").replace(/[^\x20-\x5B\x5D-\x7E]/g, '?')
}
