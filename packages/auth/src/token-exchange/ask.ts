import { messageOf } from '../net/message-of.ts'
import { readText } from '../net/read-text.ts'
import { timedRequest } from '../net/timed-request.ts'
import { formatBasicCredentials } from '../protocol/basic-credentials.ts'
import { printable } from '../protocol/parameters.ts'
import { formatScope, parseScope } from '../protocol/scope.ts'
import type { ResolvedTokenExchange } from './config.ts'
import { failureOf, toldWithout } from './failure.ts'
import { TokenExchangeError } from './token-exchange-error.ts'

/** What the authorization server gave. */
export interface Issued {
  accessToken: string
  /** Seconds; `undefined` where it does not say. */
  lifetime: number | undefined
  scope: readonly string[] | undefined
}

const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'
const longestAnswer = 65_536

/** Asks the token endpoint for a token on behalf of whoever the subject token is of (RFC 8693 §2.1). Rejects with `TokenExchangeError`. */
export async function askForToken(
  subjectToken: string,
  url: string,
  options: ResolvedTokenExchange,
  fetch: (request: Request) => Promise<Response>,
): Promise<Issued> {
  const { status, text } = await answerOf(subjectToken, url, options, fetch)
  const answer = objectIn(text)
  if (status !== 200) throw failureOf(status, answer, subjectToken)
  if (answer === undefined) throw new TokenExchangeError('unavailable', 'the token endpoint answered no JSON object')
  return issuedIn(answer, subjectToken)
}

async function answerOf(
  subjectToken: string,
  url: string,
  options: ResolvedTokenExchange,
  fetch: (request: Request) => Promise<Response>,
): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(requestFor(subjectToken, url, options))
    return { status: response.status, text: await readText(response, url, longestAnswer) }
  } catch (cause) {
    throw new TokenExchangeError('unavailable', toldWithout(messageOf(cause), subjectToken))
  }
}

function requestFor(subjectToken: string, url: string, options: ResolvedTokenExchange): Request {
  const { client, timeout } = options
  const isBasic = client.method === 'client_secret_basic'
  const shown = { client_id: client.clientId, client_secret: client.clientSecret }
  return timedRequest(url, timeout, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...(isBasic && { authorization: formatBasicCredentials(client) }),
    },
    body: new URLSearchParams({ ...parametersFor(subjectToken, options), ...(isBasic ? {} : shown) }).toString(),
    redirect: 'error', // the client's token and our secret go where they were meant to, and nowhere else
  })
}

function parametersFor(subjectToken: string, options: ResolvedTokenExchange): Record<string, string> {
  const { audience, resource, grant } = options
  const scope: Record<string, string> = options.scope.length > 0 ? { scope: formatScope(options.scope) } : {}
  if (grant === 'on_behalf_of')
    return {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: subjectToken,
      requested_token_use: 'on_behalf_of',
      ...scope,
    }
  return {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: subjectToken,
    subject_token_type: accessTokenType,
    requested_token_type: accessTokenType,
    ...(audience !== undefined && { audience }),
    ...(resource !== undefined && { resource }),
    ...scope,
  }
}

function issuedIn(answer: Record<string, unknown>, subjectToken: string): Issued {
  const { access_token: accessToken, token_type: type, issued_token_type: issued, expires_in: lifetime, scope } = answer
  if (typeof accessToken !== 'string' || !/^[\x21-\x7E]+$/.test(accessToken))
    throw new TokenExchangeError('unavailable', 'the token endpoint answered no access token')
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer')
    throw new TokenExchangeError('misconfigured', 'the token that was given is no Bearer token')
  if (issued !== undefined && issued !== accessTokenType && issued !== 'urn:ietf:params:oauth:token-type:jwt')
    throw new TokenExchangeError(
      'misconfigured',
      `what was given is a ${printable(String(issued))}, and no access token`,
    )
  if (accessToken === subjectToken)
    // law 7: it would be the client's own that goes on
    throw new TokenExchangeError(
      'misconfigured',
      'the token endpoint gave the very token back that was to be exchanged',
    )
  return {
    accessToken,
    lifetime: typeof lifetime === 'number' && Number.isFinite(lifetime) ? lifetime : undefined,
    scope: typeof scope === 'string' ? [...(parseScope(scope) ?? [])] : undefined,
  }
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
