import type { OAuthError } from '../protocol/oauth-error.ts'

/** Answers that programs read. Any origin may: these endpoints use no cookies (law 1). */
const open = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'WWW-Authenticate, Retry-After',
}

const json = { ...open, 'content-type': 'application/json', 'cache-control': 'no-store' }

/** A JSON answer that no cache keeps (RFC 6749 §5.1). */
export function jsonResponse(body: object, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: json })
}

/** A document that was made once and may be cached for a while; without its body for HEAD. */
export function documentResponse(document: string, method: string, maxAge: number): Response {
  return new Response(method === 'HEAD' ? undefined : document, {
    headers: { ...open, 'content-type': 'application/json', 'cache-control': `public, max-age=${maxAge}` },
  })
}

/** An empty answer that no cache keeps. */
export function emptyResponse(status: number): Response {
  return new Response(undefined, { status, headers: { ...open, 'cache-control': 'no-store' } })
}

/** A refusal in the protocol's own terms (RFC 6749 §5.2). `Basic` is challenged where the client tried it. */
export function errorResponse(
  { code, status, message }: Pick<OAuthError, 'code' | 'status' | 'message'>,
  { challengeBasic = false } = {},
): Response {
  const response = jsonResponse({ error: code, error_description: describable(message) }, status)
  if (status === 401 && challengeBasic) response.headers.set('www-authenticate', 'Basic realm="token endpoint"')
  if (code === 'temporarily_unavailable') response.headers.set('retry-after', '30')
  return response
}

/** Too many refused or registering requests from one address. */
export function tooManyRequests(retryAfter: number): Response {
  const response = jsonResponse(
    { error: 'temporarily_unavailable', error_description: `Too many requests; try again in ${retryAfter} seconds` },
    429,
  )
  response.headers.set('retry-after', String(retryAfter))
  return response
}

/** `isOpen`: whether scripts of other origins may read it; not so at the authorization endpoint (RFC 9700 §2.6). */
export function methodNotAllowed(allow: string, { isOpen }: { isOpen: boolean }): Response {
  const response = jsonResponse({ error: 'invalid_request', error_description: `This endpoint takes ${allow}` }, 405)
  response.headers.set('allow', allow)
  if (!isOpen) for (const name of Object.keys(open)) response.headers.delete(name)
  return response
}

export function notFound(): Response {
  return jsonResponse({ error: 'not_found', error_description: 'Nothing is served at this path' }, 404)
}

/** Answers a preflight of a browser client. */
export function preflightResponse(request: Request, allow: string): Response {
  const response = emptyResponse(204)
  response.headers.set('access-control-allow-methods', allow)
  response.headers.set('access-control-max-age', '600')
  const wanted = request.headers.get('access-control-request-headers')
  if (wanted !== null) response.headers.set('access-control-allow-headers', wanted)
  return response
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
