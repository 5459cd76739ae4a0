import assert from 'node:assert/strict'
import { marker } from './odd.ts'
import type { Given, SentRequest } from './request.ts'
import type { Answer, Target } from './target.ts'

/** Error codes that a specification names, and `not_found` at paths where nothing is. */
const codes = new Set(
  `invalid_request invalid_client invalid_grant invalid_scope unauthorized_client unsupported_grant_type unsupported_response_type access_denied
  temporarily_unavailable invalid_token insufficient_scope unsupported_token_type invalid_redirect_uri invalid_client_metadata invalid_target
  login_required interaction_required consent_required account_selection_required authorization_pending slow_down expired_token not_found
  request_not_supported request_uri_not_supported registration_not_supported invalid_request_uri invalid_request_object`.split(
    /\s+/,
  ),
)

/** What an answer must be whatever was asked. Throws where it is not. */
export function judge(answer: Answer, sent: SentRequest, given: Given, { issuer }: Pick<Target, 'issuer'>): void {
  const { status, headers, text } = answer
  const type = headers.get('content-type') ?? ''
  const isBehind = status === 502 && /^\/mcp\b/.test(sent.target) // nothing is behind the gateway
  assert.ok(status < 500 || status === 503 || isBehind, `status ${status}: ${text.slice(0, 300)}`)
  if ((status === 503 || status === 429) && /json/.test(type))
    assert.ok(headers.has('retry-after'), `${status} without Retry-After`)
  assert.doesNotMatch(text, /\bat .{1,200}\.[jt]s:\d+|node:internal/, 'a stack')
  if (/^application\/json/.test(type) && text !== '') judgeJson(answer, sent)
  if (/^text\/html/.test(type)) judgePage(answer)
  judgeRedirect(answer, sent, given, issuer)
  judgeTokens(answer, sent, given)
  const kept = headers.get('cache-control') ?? ''
  if (/^\/(token|register|revoke|authorize|par|introspect)\b/.test(sent.target) && type !== '')
    assert.match(kept, /no-store/, `kept by caches: ${kept}`)
}

function judgeJson({ status, text }: Answer, { target }: SentRequest): void {
  const body: unknown = JSON.parse(text)
  assert.ok(typeof body === 'object' && body !== null && !Array.isArray(body), 'no object')
  if (status < 400 || /^\/mcp\b/.test(target)) return // a bare challenge has no error
  const { error, error_description, ...others } = body as Record<string, unknown> // any object
  assert.ok(typeof error === 'string' && codes.has(error), `the error ${JSON.stringify(error)}`)
  assert.ok(error_description === undefined || typeof error_description === 'string')
  assert.match(error_description ?? '', /^[\x20-\x21\x23-\x5B\x5D-\x7E]*$/, 'RFC 6749 §5.2')
  assert.deepEqual(Object.keys(others), [])
}

/** A page has its headers, and nothing that a client said stands in it as markup. */
function judgePage({ headers, text }: Answer): void {
  const policy = headers.get('content-security-policy') ?? ''
  for (const rule of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"])
    assert.ok(policy.includes(rule), policy)
  assert.equal(headers.get('x-frame-options'), 'DENY')
  assert.equal(headers.get('x-content-type-options'), 'nosniff')
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.ok(!text.includes(marker.slice(0, 3)), 'markup of the request')
  const nonce = /; script-src 'nonce-([\w-]{22})'/.exec(policy)?.[1]
  const ours = new RegExp(`<script src="/[\\w./?=-]+" nonce="${nonce}" defer></script>`, 'g')
  const others = text.replaceAll(ours, '')
  assert.ok(!others.includes('<script'), 'a script that is not a file of ours')
}

/** Nobody is sent to a place that is not registered; a code is for a form that was allowed. */
function judgeRedirect({ headers }: Answer, sent: SentRequest, given: Given, issuer: string): void {
  const location = headers.get('location')
  if (location === null) return
  const isOwn = /^\/(?![/\\])/.test(location) || location.startsWith(`${new URL(issuer).origin}/`)
  const isRegistered = /^(https:\/\/client\.example\/callback|http:\/\/127\.0\.0\.1(:\d+)?\/callback)\?/.test(location)
  assert.ok(isOwn || isRegistered, `a redirect to ${location}`)
  assert.doesNotMatch(location, /[\r\n\0]/)
  if (isOwn) return
  const { searchParams } = new URL(location)
  const error = searchParams.get('error')
  assert.ok(error === null || codes.has(error), `the error ${error}`)
  assert.equal(searchParams.get('iss'), issuer, 'RFC 9207')
  if (!searchParams.has('code')) return
  const form = formOf(sent)
  assert.equal(sent.method, 'POST', 'a code without a form')
  assert.deepEqual([form.get('consent'), form.get('decision')], [given.consent, 'allow'], 'a code without a consent')
}

/** There are tokens for who presents a code with its verifier, or a refresh token, and never more scope than was allowed. */
function judgeTokens({ status, text, headers }: Answer, sent: SentRequest, given: Given): void {
  if (status !== 200 || !text.includes('"access_token"')) return
  const form = formOf(sent)
  const isCode = form.get('code') === given.code && form.get('code_verifier') === given.verifier
  assert.ok(isCode || form.get('refresh_token') === given.refresh, 'a token for nothing')
  const { access_token, token_type, scope } = JSON.parse(text)
  assert.match(access_token, /^[\w-]+\.[\w-]+\.[\w-]+$/)
  assert.equal(token_type, 'Bearer')
  assert.doesNotMatch(scope, /delete|admin/)
  assert.equal(headers.get('cache-control'), 'no-store')
}

function formOf({ body }: SentRequest): URLSearchParams {
  return new URLSearchParams(new TextDecoder().decode(body))
}
