import type { OAuthError } from '../../protocol/oauth-error.ts'
import { describable, redirectResponse } from '../responses.ts'
import type { ProvedClient } from './authorization-request.ts'

/** Sends the browser to the client with a code, the state and the issuer (RFC 6749 §4.1.2, RFC 9207 §2). */
export function codeResponse(proved: ProvedClient, issuer: string, code: string, status: 302 | 303): Response {
  return redirectResponse(withParameters(proved.redirectUri, { code, state: proved.state, iss: issuer }), status)
}

/** Sends the browser to the client with an error (RFC 6749 §4.1.2.1, RFC 9207 §2). */
export function authorizationErrorResponse(
  proved: ProvedClient,
  issuer: string,
  error: OAuthError,
  status: 302 | 303,
): Response {
  const { code, message } = error
  const wireCode = code === 'invalid_token' || code === 'invalid_grant' ? 'invalid_request' : code
  return redirectResponse(
    withParameters(proved.redirectUri, {
      error: wireCode,
      error_description: describable(message),
      state: proved.state,
      iss: issuer,
    }),
    status,
  )
}

/** The redirect URI as it was registered, byte for byte, with parameters behind it: never through `URL`, which would rewrite it. */
function withParameters(uri: string, parameters: Record<string, string | undefined>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value)
  return `${uri}${uri.includes('?') ? (/[?&]$/.test(uri) ? '' : '&') : '?'}${query}`
}
