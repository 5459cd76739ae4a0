import { OAuthError } from '../../protocol/oauth-error.ts'
import { type Parameters, type RequestParameters, readParameters, requireParameter } from '../../protocol/parameters.ts'
import type { ServerContext } from '../context.ts'
import { fromWebRequest } from '../plain-http.ts'
import { isPushedRequestUri, type PushedRequest, parseRequestUri } from '../pushed-requests/pushed-request.ts'
import { readBody } from '../request-body.ts'
import { type Began, beganParameter, openBegan } from './fresh-sign-in.ts'

/** What a browser brings to the authorization endpoint. Nothing is proved of it, save when it first came. */
export interface ReadRequest {
  /** The request's own: of what was pushed, where it was (RFC 9126 §4). */
  parameters: RequestParameters
  pushed: PushedRequest | undefined
  /** When the request first came, where the browser was here before with it. */
  began: Began | undefined
  /** What stands in the query or the form itself: of our own pages and redirects. */
  own: Parameters
}

const longest = 16_384
/** A person who arrived in time may take so long to sign in, seconds. */
const timeToSignIn = 3600

/** The query, or the form that is posted, as text. Throws `OAuthError` `invalid_request` where it is too long, or no form. */
export async function readText(request: Request): Promise<string> {
  const text =
    request.method === 'GET'
      ? new URL(request.url).search.slice(1)
      : await readBody(fromWebRequest(request), 'application/x-www-form-urlencoded')
  if (text.length > longest) throw new OAuthError('invalid_request', 'The request is too long')
  return text
}

/**
 * Reads the query, or the form that comes back. Of what stands beside a `request_uri` nothing counts but whose it is: the client pushed all it
 * asks. Throws `OAuthError`, for a page: `invalid_request`, or `invalid_request_uri` where it is not of this client, or its time is over.
 */
export async function readRequest(text: string, context: ServerContext): Promise<ReadRequest> {
  const { options, derivedKeys } = context
  const read = readParameters(text)
  const pushed = await pushedIn(read, context)
  const parameters = pushed?.parameters ?? read
  const seal = read.single.get(beganParameter) ?? ''
  const began = await openBegan(seal, parameters.single, pushed?.id, derivedKeys)
  if (pushed !== undefined) requireInTime(pushed, began, options.now())
  return { parameters, pushed, began, own: read.single }
}

async function pushedIn(
  { single, repeated }: RequestParameters,
  { options, derivedKeys }: ServerContext,
): Promise<PushedRequest | undefined> {
  const uri = single.get('request_uri') ?? ''
  if (options.pushedRequests === undefined || !isPushedRequestUri(uri)) return undefined
  for (const name of ['client_id', 'request_uri'])
    if (repeated.includes(name)) throw new OAuthError('invalid_request', `The parameter '${name}' is repeated`)
  const pushed = await parseRequestUri(uri, requireParameter(single, 'client_id'), derivedKeys)
  if (pushed === undefined)
    throw new OAuthError('invalid_request_uri', 'The request URI is not one that this application was given here')
  return pushed
}

/** Whoever arrived in time goes on, however often they reload, for as long as signing in may take. */
function requireInTime({ expiresAt }: PushedRequest, began: Began | undefined, now: number): void {
  if (began === undefined ? now >= expiresAt : now >= endOf({ expiresAt }))
    throw new OAuthError('invalid_request_uri', 'The request of the application has expired')
}

/** From when on a pushed request leads nowhere any more, whoever brings it; seconds since the epoch. */
export function endOf({ expiresAt }: Pick<PushedRequest, 'expiresAt'>): number {
  return expiresAt + timeToSignIn
}
