import { OAuthError } from '../../protocol/oauth-error.ts'
import {
  type Parameters,
  printable,
  type RequestParameters,
  requireParameter,
  requireUnrepeated,
} from '../../protocol/parameters.ts'
import { isCodeChallenge } from '../../protocol/pkce.ts'
import { matchesRedirectUri } from '../../protocol/redirect-uri.ts'
import type { Clients } from '../clients/clients.ts'
import type { ResolvedOptions } from '../config.ts'
import { narrowScope, resolveTarget, type Target } from '../grants/target.ts'
import { openidScopeOf } from '../openid/scopes.ts'
import type { ClientRecord } from '../records.ts'
import { AuthorizationRefusedError } from './authorization-refused-error.ts'

/** Where the browser may be sent: a client that is known, and a redirect URI that it registered. */
export interface ProvedClient {
  clientId: string
  client: ClientRecord
  redirectUri: string
  redirectUriOmitted: boolean
  state: string | undefined
  prompt: ReadonlySet<string>
  /** Somebody here has consented to this client once. */
  isTrusted: boolean
}

/** An authorization request that is valid as a whole (RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 8707 §2.1). */
export interface AuthorizationRequest extends ProvedClient {
  target: Target
  scope: readonly string[]
  codeChallenge: string
  /** Seconds since the person proved who they are, at the most (OIDC Core 3.1.2.1). */
  maxAge: number | undefined
  /** What the client binds the ID token to, where it asks for one (OIDC Core 3.1.2.1). */
  nonce: string | undefined
  /** The name under which the person may want to sign in. */
  loginHint?: string
}

/**
 * Proves where an answer may be sent (law 4). Until this returns, an error is shown on a page; afterwards it is sent to the redirect URI.
 * Throws `OAuthError`: `invalid_client` for a client that is not known, `temporarily_unavailable` where what describes it cannot be fetched now,
 * `invalid_request` or `invalid_redirect_uri` otherwise.
 */
export async function proveClient(
  { single, repeated }: RequestParameters,
  { clients, clientAddress }: { clients: Clients; clientAddress: string },
): Promise<ProvedClient> {
  for (const name of ['client_id', 'redirect_uri'])
    if (repeated.includes(name)) throw new OAuthError('invalid_request', `The parameter '${name}' is repeated`)
  const clientId = requireParameter(single, 'client_id')
  const known = await clients.find(clientId, clientAddress)
  if (known === undefined)
    throw new OAuthError('invalid_client', 'The application that sent you here is not registered with this server')
  const { redirectUri, omitted } = redirectUriOf(single.get('redirect_uri'), known.client.redirectUris)
  return {
    clientId,
    client: known.client,
    redirectUri,
    redirectUriOmitted: omitted,
    state: single.get('state'),
    prompt: promptOf(single),
    isTrusted: known.isTrusted,
  }
}

function redirectUriOf(
  presented: string | undefined,
  registered: readonly string[],
): { redirectUri: string; omitted: boolean } {
  if (presented !== undefined) {
    if (registered.some((uri) => matchesRedirectUri(presented, uri))) return { redirectUri: presented, omitted: false }
    throw new OAuthError(
      'invalid_redirect_uri',
      'The application wants the answer at an address that it has not registered',
    )
  }
  const [only, ...others] = registered
  if (only === undefined || others.length > 0)
    throw new OAuthError('invalid_request', "The parameter 'redirect_uri' is missing")
  return { redirectUri: only, omitted: true }
}

/** The rest of the request. Throws `OAuthError`, which is sent to the client. */
export function parseAuthorizationRequest(
  proved: ProvedClient,
  parameters: RequestParameters,
  options: ResolvedOptions,
): AuthorizationRequest {
  return { ...proved, ...parseRest(parameters, options) }
}

/** What a request asks beside who asks and where the answer goes. Throws `OAuthError`. */
export function parseRest(
  parameters: RequestParameters,
  options: ResolvedOptions,
): Omit<AuthorizationRequest, keyof ProvedClient> {
  const { single } = parameters
  requireUnrepeated(parameters)
  for (const name of ['request', 'request_uri', 'registration'] as const)
    if (single.has(name)) throw new OAuthError(`${name}_not_supported`, `The parameter '${name}' is not supported`)
  // RFC 6749 Appendix A.5 has visible characters alone. A browser rewrites line ends in the consent form, and its seal would never fit.
  if (/\p{Cc}/u.test(single.get('state') ?? ''))
    throw new OAuthError('invalid_request', "The parameter 'state' has control characters")
  const responseType = requireParameter(single, 'response_type')
  if (responseType !== 'code')
    throw new OAuthError(
      'unsupported_response_type',
      `The response type '${printable(responseType)}' is not supported, only 'code'`,
    )
  if ((single.get('response_mode') ?? 'query') !== 'query')
    throw new OAuthError('invalid_request', "The only response mode is 'query'")
  const prompt = promptOf(single)
  if (prompt.has('none') && prompt.size > 1)
    throw new OAuthError('invalid_request', "The prompt 'none' excludes every other")
  const target = resolveTarget(parameters.resource, options.resources)
  const loginHint = loginHintOf(single.get('login_hint'))
  const openidScope = openidScopeOf(single.get('scope'), options)
  return {
    target,
    scope: [...new Set([...narrowScope(single.get('scope'), target.resource), ...openidScope])],
    codeChallenge: codeChallengeOf(parameters),
    maxAge: maxAgeOf(single.get('max_age')),
    nonce: openidScope.length === 0 ? undefined : nonceOf(single.get('nonce')),
    ...(loginHint !== undefined && { loginHint }),
  }
}

const longestNonce = 512 // it is kept with the grant; clients that are known send up to 43 characters

function nonceOf(text: string | undefined): string | undefined {
  if (text === undefined || (text.length <= longestNonce && !/\p{Cc}/u.test(text))) return text
  throw new OAuthError('invalid_request', `The parameter 'nonce' has control characters or more than ${longestNonce}`)
}

/** What a request wants shown (OIDC Core §3.1.2.1). A value that nobody knows asks for nothing. */
export function promptOf(single: Parameters): ReadonlySet<string> {
  return new Set((single.get('prompt') ?? '').split(' ').filter((value) => value !== ''))
}

const longestHint = 256

/**
 * The name under which the person may want to sign in (OIDC Core §3.1.2.1): text that a client wrote, to be shown in a field. A hint that is no
 * such text is left out, since it is no more than a hint.
 */
export function loginHintOf(text: string | undefined): string | undefined {
  const hint = text?.trim() ?? ''
  if (hint === '' || hint.length > longestHint) return undefined
  return /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(hint) ? undefined : hint
}

function maxAgeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,10}$/.test(text)) return Number(text)
  throw new OAuthError('invalid_request', "The parameter 'max_age' must be a number of seconds")
}

/** S256 alone: a missing method means `plain` (RFC 7636 §4.3). */
function codeChallengeOf({ single }: RequestParameters): string {
  const challenge = single.get('code_challenge')
  if (challenge === undefined) throw wrongChallenge("PKCE is required: the parameter 'code_challenge' is missing")
  if (single.get('code_challenge_method') !== 'S256')
    throw wrongChallenge("The parameter 'code_challenge_method' must be S256")
  if (!isCodeChallenge(challenge)) throw wrongChallenge('The code challenge is no base64url of 32 bytes')
  return challenge
}

function wrongChallenge(description: string): OAuthError {
  return new AuthorizationRefusedError('invalid_request', 'wrong_code_challenge', description)
}
