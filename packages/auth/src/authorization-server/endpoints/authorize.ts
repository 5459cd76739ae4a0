import { OAuthError } from '../../protocol/oauth-error.ts'
import { type RequestParameters, readParameters } from '../../protocol/parameters.ts'
import { redirectDestination } from '../../protocol/redirect-uri.ts'
import type { Consumption } from '../clients/client-assertion.ts'
import { forgetDenied } from '../consents/forget-denied.ts'
import type { RequestInfo, ServerContext } from '../context.ts'
import { isAnswered } from '../grants/start-grant.ts'
import { AuthorizationRefusedError, authorizationRefusalOf } from '../interaction/authorization-refused-error.ts'
import {
  type AuthorizationRequest,
  loginHintOf,
  type ProvedClient,
  parseAuthorizationRequest,
  promptOf,
  proveClient,
} from '../interaction/authorization-request.ts'
import { authorizationErrorResponse, codeResponse } from '../interaction/authorization-response.ts'
import { verifyConsent } from '../interaction/consent-form.ts'
import { decideOn } from '../interaction/decision.ts'
import { beganParameter, type SignInWanted, sealBegan, signInWanted } from '../interaction/fresh-sign-in.ts'
import type { SignedIn } from '../interaction/interaction.ts'
import { issueCode, signedOut } from '../interaction/issue-code.ts'
import { notOurForm, requireOwnForm } from '../interaction/own-form.ts'
import { type ReadRequest, readRequest, readText } from '../interaction/read-request.ts'
import { chosenScope } from '../interaction/scope-choice.ts'
import { showConsent } from '../interaction/show-consent.ts'
import { showError } from '../interaction/show-error.ts'
import { hintedSubject } from '../openid/id-token-hint.ts'
import { formOfPushed, proveAtArrival, requirePushed } from '../pushed-requests/arrival.ts'
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
  let read: ReadRequest | undefined
  try {
    const text = await readText(request)
    if (request.method === 'POST' && !isConsentForm(readParameters(text)))
      return redirectResponse(`${addressOf(options.issuer)}?${new URLSearchParams(text)}`, 303)
    read = await readRequest(text, context)
    if (request.method === 'POST') requireOwnForm(request, options.issuer)
    // Here and now the request has arrived in time, and its address says so from now on: a reload loses nothing.
    if (request.method === 'GET' && read.pushed !== undefined && read.began === undefined)
      return redirectResponse(await returnAddress(request, read, { wasSent: false }, context), 302)
    if (await mustSignInFirst(request, read, context)) return await signInFirst(request, read, context)
    proved = await proveClient(read.parameters, { clients: context.clients, clientAddress })
    return await decide(request, proved, read, context)
  } catch (error) {
    if (!(error instanceof OAuthError))
      options.onEvent({ type: 'failure', operation: 'authorize', cause: error, requestId })
    const refusal =
      error instanceof OAuthError
        ? error
        : new OAuthError('server_error', 'Something is not working on our side', { cause: error })
    if (read === undefined || proved === undefined) return showError(refusal, { requestId }, context)
    return answerRefusal(refusal, { request, requestId, read, proved }, context)
  }
}

/** Nobody who is not signed in has us fetch what they name (CIMD; AS-26). Throws `OAuthError` `login_required` where they must not be asked. */
async function mustSignInFirst(
  request: Request,
  { parameters: { single } }: ReadRequest,
  { options, clients }: ServerContext,
): Promise<boolean> {
  if (await clients.isAtHand(single.get('client_id') ?? '')) return false
  if ((await options.interaction.signedIn(request)) !== undefined) return false
  if (request.method === 'POST') throw signedOut()
  if (promptOf(single).has('none')) throw new OAuthError('login_required', 'Nobody is signed in in this browser')
  options.onEvent({ type: 'sign_in_required' })
  return true
}

/** Nothing is proved of the request, yet what it wants of the sign-in is asked at once, so that nobody has to sign in twice. */
async function signInFirst(request: Request, read: ReadRequest, context: ServerContext): Promise<Response> {
  const { single } = read.parameters
  const prompt = promptOf(single)
  const wanted = { again: prompt.has('login') || single.has('max_age'), selectAccount: prompt.has('select_account') }
  return signIn(request, read, { ...wanted, loginHint: loginHintOf(single.get('login_hint')) }, context)
}

/**
 * Sends a refusal to the client, yet nobody who is not signed in: anybody may register a client, and must not have us send strangers to a page
 * of theirs by a request that is wrong on purpose (AS-33, RFC 9700 §4.11.2). `prompt=none` is answered to clients that somebody consented to once.
 */
async function answerRefusal(
  refusal: OAuthError,
  {
    request,
    requestId,
    read,
    proved,
  }: { request: Request; requestId: string; read: ReadRequest; proved: ProvedClient },
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
    return signIn(request, read, { again: false, selectAccount: false }, context)
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
  read: ReadRequest,
  context: ServerContext,
): Promise<Response> {
  const { options } = context
  requirePushed(proved.client, read.pushed, options)
  const asked = parseAuthorizationRequest(proved, read.parameters, options)
  const about = { clientId: proved.clientId, resource: asked.target.identifier, scope: asked.scope }
  const signedIn = await options.interaction.signedIn(request)
  // Nobody who is not signed in has us fetch the keys that a client names (AS-26); nothing is given to them either.
  const provable = signedIn === undefined ? undefined : read.pushed
  const proof = provable === undefined ? [] : await proveAtArrival(provable, proved.client, context)
  if (request.method === 'POST') return answerForm(request, asked, { read, proof }, signedIn, context)
  options.onEvent({ type: 'authorization_started', redirectUri: redirectDestination(proved.redirectUri), ...about })
  const hinted = await hintedSubject(read.parameters.single, proved.clientId, context)
  const isAnother = signedIn !== undefined && hinted !== undefined && hinted !== signedIn.subject
  const wanted = signInWanted(asked, signedIn, read.began, options.now())
  if (signedIn === undefined || isAnother || wanted !== undefined) {
    if (isAnother && (asked.prompt.has('none') || read.began?.wasSent === true))
      throw new OAuthError('login_required', 'Somebody else is signed in in this browser than the ID token hint names')
    if (asked.prompt.has('none'))
      throw new OAuthError('login_required', 'Nobody is signed in in this browser, or not lately enough')
    options.onEvent({ type: 'sign_in_required', ...about })
    const again = isAnother || wanted?.again === true
    const selectAccount = isAnother || wanted?.selectAccount === true
    return signIn(request, read, { again, selectAccount, loginHint: asked.loginHint }, context)
  }
  if (read.pushed !== undefined && (await isAnswered(read.pushed.id, context)))
    throw notOurForm('used_form', 'You have answered this request of the application already')
  const decided = await decideOn(asked, signedIn, context)
  const { authorization, isRemembered, without } = decided
  if (without !== undefined && (await mayGoUnasked(authorization, signedIn, context))) {
    const once = read.pushed && formOfPushed(read.pushed)
    const consented = { by: without, isRemembered, once, consumption: proof }
    const code = await issueCode(request, { authorization, signedIn, consented }, context)
    if (code !== undefined) return codeResponse(authorization, options.issuer, code, 302)
  }
  if (asked.prompt.has('none')) throw new OAuthError('consent_required', 'Consent must be asked for')
  options.onEvent({ type: 'consent_requested', subject: signedIn.subject, ...about, scope: authorization.scope })
  return showConsent(decided, read, { signedIn }, context)
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
  { read, proof }: { read: ReadRequest; proof: Consumption },
  signedIn: SignedIn | undefined,
  context: ServerContext,
): Promise<Response> {
  const { options, derivedKeys } = context
  const { own, pushed } = read
  if (signedIn === undefined) throw signedOut()
  // Asked anew: the host may have changed its mind, and what it narrowed is what the form was sealed with.
  const decided = await decideOn(asked, signedIn, context)
  const { authorization, isRemembered } = decided
  const form = await verifyConsent(own.get('consent') ?? '', authorization, signedIn, derivedKeys, options.now())
  if (form === undefined) throw notOurForm('wrong_form', 'This form is too old, or was not made for you')
  const { clientId, target, scope } = authorization
  if (own.get('decision') !== 'allow') {
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
  const chosen = chosenScope(own, scope, target)
  if (chosen === undefined) return showConsent(decided, read, { signedIn, problem: 'nothing_chosen' }, context)
  const once = pushed === undefined ? form : formOfPushed(pushed, form)
  const unticked = scope.filter((token) => !chosen.includes(token))
  const consented = { by: 'form' as const, isRemembered, unticked, once, consumption: proof }
  const allowed = { ...authorization, scope: chosen }
  const code = await issueCode(request, { authorization: allowed, signedIn, consented }, context)
  if (code === undefined) throw notOurForm('used_form', 'This form was used before')
  return codeResponse(authorization, options.issuer, code, 303)
}

function isConsentForm({ single }: RequestParameters): boolean {
  return single.has('consent') || single.has('decision')
}

/** Sends the browser to sign in, and back to the request as it is, with the seal of when it came where that counts. */
async function signIn(
  request: Request,
  read: ReadRequest,
  { again, selectAccount, loginHint }: SignInWanted & { loginHint?: string | undefined },
  context: ServerContext,
): Promise<Response> {
  const counts = again || selectAccount || read.began !== undefined
  return context.options.interaction.signIn(request, {
    returnTo: await returnAddress(request, read, counts ? { wasSent: true } : undefined, context),
    again,
    ...(selectAccount && { selectAccount }),
    ...(loginHint !== undefined && { loginHint }),
  })
}

/** The address of the request; a seal that it has already keeps its time, since the person may have signed in meanwhile. */
async function returnAddress(
  request: Request,
  { parameters, pushed, began }: ReadRequest,
  seal: { wasSent: boolean } | undefined,
  { options, derivedKeys }: ServerContext,
): Promise<string> {
  const { searchParams } = new URL(request.url)
  searchParams.delete(beganParameter)
  if (seal !== undefined) {
    const sealed = { at: began?.at ?? options.now(), wasSent: seal.wasSent }
    searchParams.set(beganParameter, await sealBegan(sealed, parameters.single, pushed?.id, derivedKeys))
  }
  return `${addressOf(options.issuer)}?${searchParams}`
}

function addressOf(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/authorize`
}
