import { OAuthError } from '../../protocol/oauth-error.ts'
import { type RequestParameters, readParameters } from '../../protocol/parameters.ts'
import { redirectDestination } from '../../protocol/redirect-uri.ts'
import { originOf } from '../../protocol/resource.ts'
import { forgetDenied } from '../consents/forget-denied.ts'
import type { RequestInfo, ServerContext } from '../context.ts'
import { AuthorizationRefusedError, authorizationRefusalOf } from '../interaction/authorization-refused-error.ts'
import {
  type AuthorizationRequest,
  type ProvedClient,
  parseAuthorizationRequest,
  proveClient,
} from '../interaction/authorization-request.ts'
import { authorizationErrorResponse, codeResponse } from '../interaction/authorization-response.ts'
import { verifyConsent } from '../interaction/consent-form.ts'
import { decideOn } from '../interaction/decision.ts'
import { beganParameter, needsFreshSignIn, sealBegan } from '../interaction/fresh-sign-in.ts'
import type { SignedIn } from '../interaction/interaction.ts'
import { issueCode, signedOut } from '../interaction/issue-code.ts'
import { showConsent } from '../interaction/show-consent.ts'
import { showError } from '../interaction/show-error.ts'
import { readBody } from '../request-body.ts'
import { redirectResponse } from '../responses.ts'

/**
 * The authorization endpoint (RFC 6749 §3.1). GET asks; POST is the consent form coming back, which carries the whole request again, or a request
 * like any other (OpenID Connect Core §3.1.2.1), which is then made by GET.
 * Where an error is shown follows from when it is thrown: on a page before client and redirect URI are proved, at the client afterwards (law 4).
 */
export async function authorizeEndpoint(
  request: Request,
  context: ServerContext,
  { requestId, clientAddress }: RequestInfo,
): Promise<Response> {
  const { options } = context
  let proved: ProvedClient | undefined
  try {
    const text = await textOf(request)
    const parameters = readParameters(text)
    if (request.method === 'POST' && !isConsentForm(parameters))
      return redirectResponse(`${addressOf(options.issuer)}?${new URLSearchParams(text)}`, 303)
    if (request.method === 'POST') requireOwnForm(request, options.issuer)
    if (await mustSignInFirst(request, parameters, context))
      return await options.interaction.signIn(request, {
        returnTo: returnAddress(request, options.issuer),
        again: false,
      })
    proved = await proveClient(parameters, { clients: context.clients, clientAddress })
    return await decide(request, proved, parameters, context)
  } catch (error) {
    if (!(error instanceof OAuthError))
      options.onEvent({ type: 'failure', operation: 'authorize', cause: error, requestId })
    const refusal =
      error instanceof OAuthError
        ? error
        : new OAuthError('server_error', 'Something is not working on our side', { cause: error })
    if (proved === undefined) return showError(refusal, { requestId }, context)
    return answerRefusal(refusal, { request, requestId, proved }, context)
  }
}

/** Nobody who is not signed in has us fetch what they name (CIMD; AS-26). Throws `OAuthError` `login_required` where they must not be asked. */
async function mustSignInFirst(
  request: Request,
  { single }: RequestParameters,
  { options, clients }: ServerContext,
): Promise<boolean> {
  if (await clients.isAtHand(single.get('client_id') ?? '')) return false
  if ((await options.interaction.signedIn(request)) !== undefined) return false
  if (request.method === 'POST') throw signedOut()
  if ((single.get('prompt') ?? '').split(' ').includes('none'))
    throw new OAuthError('login_required', 'Nobody is signed in in this browser')
  options.onEvent({ type: 'sign_in_required' })
  return true
}

/**
 * Sends a refusal to the client, yet nobody who is not signed in: anybody may register a client, and must not have us send strangers to a page
 * of theirs by a request that is wrong on purpose (AS-33, RFC 9700 §4.11.2). `prompt=none` is answered to clients that somebody consented to once.
 */
async function answerRefusal(
  refusal: OAuthError,
  { request, requestId, proved }: { request: Request; requestId: string; proved: ProvedClient },
  context: ServerContext,
): Promise<Response> {
  const { options } = context
  const isSilent = proved.prompt.has('none')
  const shown = refusal instanceof AuthorizationRefusedError ? refusal.shown : 'redirect'
  if (shown === 'page') return showError(refusal, { requestId }, context)
  if (!(await isSignedIn(request, context)) && !(isSilent && proved.isTrusted)) {
    if (request.method === 'POST' || isSilent || refusal.code === 'server_error')
      return showError(refusal, { requestId }, context)
    options.onEvent({ type: 'sign_in_required', clientId: proved.clientId })
    return options.interaction.signIn(request, { returnTo: returnAddress(request, options.issuer), again: false })
  }
  const answer = authorizationErrorResponse(proved, options.issuer, refusal, request.method === 'GET' ? 302 : 303)
  if (shown === 'page with a way back' && !isSilent)
    return showError(refusal, { requestId, proved, back: answer.headers.get('location') ?? undefined }, context)
  options.onEvent({
    type: 'authorization_refused',
    reason: authorizationRefusalOf(refusal),
    detail: refusal.message,
    shown: 'redirect',
    requestId,
    clientId: proved.clientId,
  })
  return answer
}

async function isSignedIn(request: Request, { options }: ServerContext): Promise<boolean> {
  try {
    return (await options.interaction.signedIn(request)) !== undefined
  } catch {
    return false // what it threw was told already, or will be at the next request
  }
}

async function decide(
  request: Request,
  proved: ProvedClient,
  parameters: RequestParameters,
  context: ServerContext,
): Promise<Response> {
  const { options } = context
  const asked = parseAuthorizationRequest(proved, parameters, options)
  const about = { clientId: proved.clientId, resource: asked.target.identifier, scope: asked.scope }
  const signedIn = await options.interaction.signedIn(request)
  if (request.method === 'POST') return answerForm(request, asked, parameters, signedIn, context)
  options.onEvent({ type: 'authorization_started', redirectUri: redirectDestination(proved.redirectUri), ...about })
  const freshness = { began: parameters.single.get(beganParameter), keys: context.derivedKeys, now: options.now() }
  const again = await needsFreshSignIn(asked, signedIn, freshness)
  if (signedIn === undefined || again) {
    if (asked.prompt.has('none'))
      throw new OAuthError('login_required', 'Nobody is signed in in this browser, or not lately enough')
    options.onEvent({ type: 'sign_in_required', ...about })
    const began = again ? await sealBegan(asked, freshness) : undefined
    return options.interaction.signIn(request, { returnTo: returnAddress(request, options.issuer, began), again })
  }
  const decided = await decideOn(asked, signedIn, context)
  const { authorization, without } = decided
  if (without !== undefined && (await mayGoUnasked(authorization, signedIn, context))) {
    const code = await issueCode(request, { authorization, signedIn, consented: { by: without } }, context)
    if (code !== undefined) return codeResponse(authorization, options.issuer, code, 302)
  }
  if (asked.prompt.has('none')) throw new OAuthError('consent_required', 'Consent must be asked for')
  options.onEvent({ type: 'consent_requested', subject: signedIn.subject, ...about, scope: authorization.scope })
  return showConsent(decided, parameters, signedIn, context)
}

const mostUnasked = 20

/** Any page can send a browser here again and again: the codes that nobody redeems must not push out the grants that are in use. */
async function mayGoUnasked(
  { clientId }: AuthorizationRequest,
  { subject }: SignedIn,
  { options: { store, codeLifetime, grantsPerClientLimit } }: ServerContext,
): Promise<boolean> {
  const name = `codes without a question ${JSON.stringify([subject, clientId])}`
  return (await store.count(name, codeLifetime)) <= Math.min(mostUnasked, grantsPerClientLimit / 2)
}

async function answerForm(
  request: Request,
  asked: AuthorizationRequest,
  { single }: RequestParameters,
  signedIn: SignedIn | undefined,
  context: ServerContext,
): Promise<Response> {
  const { options, derivedKeys } = context
  if (signedIn === undefined) throw signedOut()
  // Asked anew: the host may have changed its mind, and what it narrowed is what the form was sealed with.
  const { authorization } = await decideOn(asked, signedIn, context)
  const form = await verifyConsent(single.get('consent') ?? '', authorization, signedIn, derivedKeys, options.now())
  if (form === undefined) throw notOurForm('wrong_form', 'This form is too old, or was not made for you')
  const { clientId, target, scope } = authorization
  if (single.get('decision') !== 'allow') {
    options.onEvent({
      type: 'consent_denied',
      clientId,
      subject: signedIn.subject,
      resource: target.identifier,
      scope,
    })
    await forgetDenied(authorization, signedIn.subject, options)
    const denied = new OAuthError('access_denied', 'The request was denied')
    return authorizationErrorResponse(authorization, options.issuer, denied, 303)
  }
  const code = await issueCode(request, { authorization, signedIn, consented: { by: 'form', form } }, context)
  if (code === undefined) throw notOurForm('used_form', 'This form was used before')
  return codeResponse(authorization, options.issuer, code, 303)
}

/** The form is not ours, so neither is what it asks: the person alone is told. */
function notOurForm(reason: 'foreign_form' | 'wrong_form' | 'used_form', description: string) {
  return new AuthorizationRefusedError('access_denied', reason, description, { shown: 'page' })
}

function isConsentForm({ single }: RequestParameters): boolean {
  return single.has('consent') || single.has('decision')
}

async function textOf(request: Request): Promise<string> {
  const text =
    request.method === 'GET'
      ? new URL(request.url).search.slice(1)
      : await readBody(request, 'application/x-www-form-urlencoded')
  if (text.length > 16_384) throw new OAuthError('invalid_request', 'The request is too long')
  return text
}

/** The form is posted by our own page: the browser says so where it says anything (RFC 9700 §4.7, law 1). */
function requireOwnForm({ headers }: Request, issuer: string): void {
  const origin = headers.get('origin')
  const site = headers.get('sec-fetch-site')
  if ((origin !== null && origin !== originOf(issuer)) || (site !== null && site !== 'same-origin'))
    throw notOurForm('foreign_form', 'This form came from another site')
}

/** The request, to come back to once the person has signed in, with the seal of when it came where that counts. */
function returnAddress(request: Request, issuer: string, began?: string): string {
  const { searchParams } = new URL(request.url)
  searchParams.delete(beganParameter)
  if (began !== undefined) searchParams.set(beganParameter, began)
  return `${addressOf(issuer)}?${searchParams}`
}

function addressOf(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/authorize`
}
