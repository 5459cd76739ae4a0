import { isDocumentIdentifier } from '../../protocol/client-document.ts'
import { OAuthError } from '../../protocol/oauth-error.ts'
import { type RequestParameters, readParameters } from '../../protocol/parameters.ts'
import { provesIdentity, redirectDestination } from '../../protocol/redirect-uri.ts'
import { originOf } from '../../protocol/resource.ts'
import type { RequestInfo, ServerContext } from '../context.ts'
import { startGrant } from '../grants/start-grant.ts'
import { endSurplusGrants } from '../grants/surplus.ts'
import {
  type AuthorizationRequest,
  type ProvedClient,
  parseAuthorizationRequest,
  proveClient,
} from '../interaction/authorization-request.ts'
import { authorizationErrorResponse, codeResponse } from '../interaction/authorization-response.ts'
import { sealConsent, verifyConsent } from '../interaction/consent-form.ts'
import { formActionSources } from '../interaction/form-action.ts'
import { beganParameter, needsFreshSignIn, sealBegan } from '../interaction/fresh-sign-in.ts'
import type { SignedIn } from '../interaction/interaction.ts'
import { consentPage } from '../interaction/pages.ts'
import { showError } from '../interaction/show-error.ts'
import { describeOpenidScope } from '../openid/scopes.ts'
import { readBody } from '../request-body.ts'
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
    if (!(error instanceof OAuthError)) options.onEvent({ type: 'failure', operation: 'authorize', cause: error })
    const refusal =
      error instanceof OAuthError
        ? error
        : new OAuthError('server_error', 'Something is not working on our side', { cause: error })
    if (proved === undefined || refusal instanceof ShownOnPage) return showError(refusal, requestId, context)
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
  if (request.method === 'POST') throw new OAuthError('access_denied', 'You are not signed in any more')
  if ((single.get('prompt') ?? '').split(' ').includes('none'))
    throw new OAuthError('login_required', 'Nobody is signed in in this browser')
  options.onEvent({ type: 'sign_in_required' })
  return true
}

/** A refusal for the person alone, although the client is proved: the form is not ours, so neither is what it asks. */
class ShownOnPage extends OAuthError {}

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
  if (!(await isSignedIn(request, context)) && !(isSilent && proved.isTrusted)) {
    if (request.method === 'POST' || isSilent || refusal.code === 'server_error')
      return showError(refusal, requestId, context)
    options.onEvent({ type: 'sign_in_required', clientId: proved.clientId })
    return options.interaction.signIn(request, { returnTo: returnAddress(request, options.issuer), again: false })
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
  parameters: RequestParameters,
  context: ServerContext,
): Promise<Response> {
  const { options } = context
  const authorization = parseAuthorizationRequest(proved, parameters, options)
  const about = { clientId: proved.clientId, resource: authorization.target.identifier, scope: authorization.scope }
  const signedIn = await options.interaction.signedIn(request)
  if (request.method === 'POST') return answerForm(request, authorization, parameters, signedIn, context)
  options.onEvent({ type: 'authorization_started', redirectUri: redirectDestination(proved.redirectUri), ...about })
  const freshness = { began: parameters.single.get(beganParameter), keys: context.derivedKeys, now: options.now() }
  const again = await needsFreshSignIn(authorization, signedIn, freshness)
  if (signedIn === undefined || again) {
    if (authorization.prompt.has('none'))
      throw new OAuthError('login_required', 'Nobody is signed in in this browser, or not lately enough')
    options.onEvent({ type: 'sign_in_required', ...about })
    const began = again ? await sealBegan(authorization, freshness) : undefined
    return options.interaction.signIn(request, { returnTo: returnAddress(request, options.issuer, began), again })
  }
  if (authorization.prompt.has('none')) throw new OAuthError('interaction_required', 'Consent must be asked for')
  options.onEvent({ type: 'consent_requested', subject: signedIn.subject, ...about })
  return showConsent(authorization, parameters, signedIn, context)
}

/** Fulfilled by then, or the form's own: a client that sent these would otherwise stand in the way of the person's answer. */
const notCarried = new Set(['prompt', 'max_age', beganParameter, 'consent', 'decision'])

async function showConsent(
  authorization: AuthorizationRequest,
  parameters: RequestParameters,
  signedIn: SignedIn,
  context: ServerContext,
): Promise<Response> {
  const { options, derivedKeys } = context
  const { clientId, client, redirectUri, target, scope } = authorization
  const seal = await sealConsent(authorization, signedIn, derivedKeys, options.now())
  const carried = [...parameters.single].filter(([name]) => !notCarried.has(name))
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
      fields: [
        ...carried,
        ...parameters.resource.map((resource) => ['resource', resource] as const),
        ['consent', seal],
      ],
    },
    formActionSources: formActionSources(redirectUri),
  })
}

async function answerForm(
  request: Request,
  authorization: AuthorizationRequest,
  { single }: RequestParameters,
  signedIn: SignedIn | undefined,
  context: ServerContext,
): Promise<Response> {
  const { options, derivedKeys } = context
  if (signedIn === undefined) throw new ShownOnPage('access_denied', 'You are not signed in any more')
  const form = await verifyConsent(single.get('consent') ?? '', authorization, signedIn, derivedKeys, options.now())
  if (form === undefined) throw new ShownOnPage('access_denied', 'This form is too old, or was not made for you')
  const about = {
    clientId: authorization.clientId,
    subject: signedIn.subject,
    resource: authorization.target.identifier,
    scope: authorization.scope,
  }
  if (single.get('decision') !== 'allow') {
    options.onEvent({ type: 'consent_denied', ...about })
    return authorizationErrorResponse(
      authorization,
      options.issuer,
      new OAuthError('access_denied', 'The request was denied'),
      303,
    )
  }
  const started = await startGrant(authorization, signedIn, form, context)
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
    throw new OAuthError('access_denied', 'This form came from another site')
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
