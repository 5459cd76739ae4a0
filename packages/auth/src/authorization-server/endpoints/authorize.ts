import { isDocumentIdentifier } from '../../protocol/client-document.ts'
import { OAuthError } from '../../protocol/oauth-error.ts'
import { type RequestParameters, readParameters } from '../../protocol/parameters.ts'
import { provesIdentity, redirectDestination } from '../../protocol/redirect-uri.ts'
import type { Consumption } from '../clients/client-assertion.ts'
import type { RequestInfo, ServerContext } from '../context.ts'
import { isAnswered, startGrant } from '../grants/start-grant.ts'
import { endSurplusGrants } from '../grants/surplus.ts'
import {
  type AuthorizationRequest,
  loginHintOf,
  type ProvedClient,
  parseAuthorizationRequest,
  promptOf,
  proveClient,
} from '../interaction/authorization-request.ts'
import { authorizationErrorResponse, codeResponse } from '../interaction/authorization-response.ts'
import { sealConsent, verifyConsent } from '../interaction/consent-form.ts'
import { formActionSources } from '../interaction/form-action.ts'
import { beganParameter, type SignInWanted, sealBegan, signInWanted } from '../interaction/fresh-sign-in.ts'
import type { SignedIn } from '../interaction/interaction.ts'
import { requireOwnForm } from '../interaction/own-form.ts'
import { consentPage } from '../interaction/pages.ts'
import { type ReadRequest, readRequest, readText } from '../interaction/read-request.ts'
import { showError } from '../interaction/show-error.ts'
import { describeOpenidScope } from '../openid/scopes.ts'
import { formOfPushed, proveAtArrival, requirePushed } from '../pushed-requests/arrival.ts'
import { redirectResponse } from '../responses.ts'
import { endGrant } from '../revocation/end-grant.ts'

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
    if (!(error instanceof OAuthError)) options.onEvent({ type: 'failure', operation: 'authorize', cause: error })
    const refusal =
      error instanceof OAuthError
        ? error
        : new OAuthError('server_error', 'Something is not working on our side', { cause: error })
    if (read === undefined || proved === undefined || refusal instanceof ShownOnPage)
      return showError(refusal, requestId, context)
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
  if (request.method === 'POST') throw new OAuthError('access_denied', 'You are not signed in any more')
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

/** A refusal for the person alone, although the client is proved: the form is not ours, so neither is what it asks. */
class ShownOnPage extends OAuthError {}

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
  if (!(await isSignedIn(request, context)) && !(isSilent && proved.isTrusted)) {
    if (request.method === 'POST' || isSilent || refusal.code === 'server_error')
      return showError(refusal, requestId, context)
    options.onEvent({ type: 'sign_in_required', clientId: proved.clientId })
    return signIn(request, read, { again: false, selectAccount: false }, context)
  }
  options.onEvent({
    type: 'authorization_refused',
    reason: `${refusal.code}: ${refusal.message}`,
    shown: 'redirect',
    requestId,
    clientId: proved.clientId,
  })
  return authorizationErrorResponse(proved, options.issuer, refusal, request.method === 'GET' ? 302 : 303)
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
  const authorization = parseAuthorizationRequest(proved, read.parameters, options)
  const about = { clientId: proved.clientId, resource: authorization.target.identifier, scope: authorization.scope }
  const proof = read.pushed === undefined ? [] : await proveAtArrival(read.pushed, proved.client, context)
  const signedIn = await options.interaction.signedIn(request)
  if (request.method === 'POST') return answerForm(request, authorization, { read, proof }, signedIn, context)
  options.onEvent({ type: 'authorization_started', redirectUri: redirectDestination(proved.redirectUri), ...about })
  const wanted = signInWanted(authorization, signedIn, read.began, options.now())
  if (signedIn === undefined || wanted !== undefined) {
    if (authorization.prompt.has('none'))
      throw new OAuthError('login_required', 'Nobody is signed in in this browser, or not lately enough')
    options.onEvent({ type: 'sign_in_required', ...about })
    const { again = false, selectAccount = false } = wanted ?? {}
    return signIn(request, read, { again, selectAccount, loginHint: authorization.loginHint }, context)
  }
  if (authorization.prompt.has('none')) throw new OAuthError('interaction_required', 'Consent must be asked for')
  if (read.pushed !== undefined && (await isAnswered(read.pushed.id, context)))
    throw new ShownOnPage('access_denied', 'You have answered this request of the application already')
  options.onEvent({ type: 'consent_requested', subject: signedIn.subject, ...about })
  return showConsent(authorization, read, signedIn, context)
}

/** Fulfilled by then, or the form's own: a client that sent these would otherwise stand in the way of the person's answer. */
const notCarried = new Set(['prompt', 'max_age', 'login_hint', beganParameter, 'consent', 'decision'])

/** All that the form carries of a request that was pushed. */
const carriedOfPushed = new Set(['client_id', 'request_uri', beganParameter])

async function showConsent(
  authorization: AuthorizationRequest,
  { parameters, pushed, own }: ReadRequest,
  signedIn: SignedIn,
  context: ServerContext,
): Promise<Response> {
  const { options, derivedKeys } = context
  const { clientId, client, redirectUri, target, scope } = authorization
  const seal = await sealConsent(authorization, signedIn, derivedKeys, options.now())
  const carried = [...own].filter(([name]) => (pushed ? carriedOfPushed.has(name) : !notCarried.has(name)))
  const resources = pushed ? [] : parameters.resource
  const show = options.interaction.consent ?? consentPage
  return show({
    signedIn,
    client: {
      clientId,
      ...(client.clientName !== undefined && { name: client.clientName }),
      ...(client.clientUri !== undefined && { uri: client.clientUri }),
      ...(isDocumentIdentifier(clientId) && { host: new URL(clientId).host }),
    },
    destination: redirectDestination(redirectUri),
    destinationProvesIdentity: provesIdentity(redirectUri),
    resource: {
      identifier: target.identifier,
      ...(target.resource.name !== undefined && { name: target.resource.name }),
    },
    scopes: scope.map((token) => ({
      token,
      description: target.resource.scopes[token] ?? describeOpenidScope(token) ?? token,
    })),
    lifetime: client.grantTypes.includes('refresh_token') ? options.grantLifetime : options.accessTokenLifetime,
    form: {
      action: addressOf(options.issuer),
      fields: [...carried, ...resources.map((resource) => ['resource', resource] as const), ['consent', seal]],
    },
    formActionSources: formActionSources(redirectUri),
  })
}

async function answerForm(
  request: Request,
  authorization: AuthorizationRequest,
  { read: { own, pushed }, proof }: { read: ReadRequest; proof: Consumption },
  signedIn: SignedIn | undefined,
  context: ServerContext,
): Promise<Response> {
  const { options, derivedKeys } = context
  if (signedIn === undefined) throw new ShownOnPage('access_denied', 'You are not signed in any more')
  const form = await verifyConsent(own.get('consent') ?? '', authorization, signedIn, derivedKeys, options.now())
  if (form === undefined) throw new ShownOnPage('access_denied', 'This form is too old, or was not made for you')
  const about = {
    clientId: authorization.clientId,
    subject: signedIn.subject,
    resource: authorization.target.identifier,
    scope: authorization.scope,
  }
  if (own.get('decision') !== 'allow') {
    options.onEvent({ type: 'consent_denied', ...about })
    return authorizationErrorResponse(
      authorization,
      options.issuer,
      new OAuthError('access_denied', 'The request was denied'),
      303,
    )
  }
  const use = { form: pushed === undefined ? form : formOfPushed(pushed, form), consumption: proof }
  const started = await startGrant(authorization, signedIn, use, context)
  if (started === undefined) throw new ShownOnPage('access_denied', 'This form was used before')
  const { grantId, code } = started
  options.onEvent({ type: 'consented', ...about })
  // Whoever disabled the person a moment ago may have looked for grants to end before this one was there.
  if ((await options.interaction.signedIn(request))?.subject !== signedIn.subject) {
    await endGrant(grantId, 'subject_disabled', context.grantEnds)
    throw new ShownOnPage('access_denied', 'You are not signed in any more')
  }
  options.onEvent({ type: 'code_issued', grantId, ...about })
  await endSurplusGrants(signedIn.subject, grantId, context)
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
