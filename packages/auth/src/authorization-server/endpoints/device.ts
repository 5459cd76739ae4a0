import { OAuthError } from '../../protocol/oauth-error.ts'
import { parseParameters, readParameters, requireUnrepeated } from '../../protocol/parameters.ts'
import type { RequestInfo, ServerContext } from '../context.ts'
import { allowRequest, denyRequest } from '../device/answer-request.ts'
import { type DecidedDevice, decideOnDevice } from '../device/decide-on-device.ts'
import { sealDeviceConsent, verifyDeviceConsent } from '../device/device-consent.ts'
import { findWaitingRequest } from '../device/device-requests.ts'
import { deviceRequestIds, formatUserCode, parseUserCode } from '../device/user-code.ts'
import { endSurplusGrants } from '../grants/surplus.ts'
import { aboutClient } from '../interaction/decision.ts'
import { deviceConsentPage, deviceDonePage, userCodePage } from '../interaction/device-pages.ts'
import { hardenedPage } from '../interaction/hardened-page.ts'
import type {
  ConsentRequest,
  DeviceConsentRequest,
  SignedIn,
  UserCodeProblem,
  UserCodeRequest,
} from '../interaction/interaction.ts'
import { signedOut } from '../interaction/issue-code.ts'
import { notOurForm, requireOwnForm } from '../interaction/own-form.ts'
import { choiceOf, chosenScope } from '../interaction/scope-choice.ts'
import { showError } from '../interaction/show-error.ts'
import { readBody } from '../request-body.ts'
import { endGrant } from '../revocation/end-grant.ts'

/**
 * The page at which a person answers a device (RFC 8628 §3.3), behind sign-in: GET asks for the code, or shows what it is of; POST is the
 * answer. Consent is always asked, and with it whether the person has that device before them: the code may come from somebody else (§5.4).
 */
export async function deviceEndpoint(
  request: Request,
  context: ServerContext,
  { requestId, clientAddress }: RequestInfo,
): Promise<Response> {
  try {
    return request.method === 'GET'
      ? await showDevice(request, context, clientAddress)
      : await answerDevice(request, context, clientAddress)
  } catch (error) {
    if (!(error instanceof OAuthError))
      context.options.onEvent({ type: 'failure', operation: 'device', cause: error, requestId })
    const refusal =
      error instanceof OAuthError
        ? error
        : new OAuthError('server_error', 'Something is not working on our side', { cause: error })
    return showError(refusal, { requestId }, context)
  }
}

async function showDevice(request: Request, context: ServerContext, clientAddress: string): Promise<Response> {
  const { options, limits } = context
  const query = readParameters(new URL(request.url).search.slice(1))
  requireUnrepeated(query)
  const typed = query.single.get('user_code')
  const signedIn = await options.interaction.signedIn(request)
  if (signedIn === undefined) {
    options.onEvent({ type: 'sign_in_required' })
    return options.interaction.signIn(request, { returnTo: deviceAddress(typed, options.issuer), again: false })
  }
  if (typed === undefined) return askForCode(signedIn, undefined, context)
  const userCode = parseUserCode(typed)
  if (userCode === undefined) return askForCode(signedIn, 'malformed', context)
  const { subject } = signedIn
  if (await limits.isUserCodeTooMany(clientAddress, subject)) {
    options.onEvent({ type: 'user_code_refused', reason: 'rate_limited', subject })
    return askForCode(signedIn, 'too_many', context)
  }
  const waiting = await findWaitingRequest(userCode, context)
  if (waiting === undefined) {
    options.onEvent({ type: 'user_code_refused', reason: 'unknown_or_expired', subject })
    return askForCode(signedIn, 'unknown', context)
  }
  const decided = await decideOnDevice(waiting, { signedIn, clientAddress }, context)
  const { clientId, resource, scope } = decided.request.value
  options.onEvent({ type: 'consent_requested', clientId, subject, resource, scope })
  return showConsent(decided, { signedIn, userCode }, context)
}

/** What was typed may be anything: only what has the form of a code goes on to sign-in. */
function deviceAddress(typed: string | undefined, issuer: string): string {
  const userCode = typed === undefined ? undefined : parseUserCode(typed)
  const page = `${issuer.replace(/\/$/, '')}/device`
  return userCode === undefined ? page : `${page}?user_code=${formatUserCode(userCode)}`
}

async function askForCode(
  signedIn: SignedIn,
  problem: UserCodeProblem | undefined,
  { options }: ServerContext,
): Promise<Response> {
  const { interaction, brand } = options
  const asked: UserCodeRequest = {
    signedIn,
    ...(problem !== undefined && { problem }),
    ...serverOf(options),
    form: { action: deviceAddress(undefined, options.issuer) },
  }
  return interaction.userCode === undefined
    ? userCodePage(asked, brand)
    : hardenedPage(await interaction.userCode(asked))
}

async function showConsent(
  { request, client, target }: DecidedDevice,
  { signedIn, userCode, problem }: { signedIn: SignedIn; userCode: string; problem?: ConsentRequest['problem'] },
  { options, derivedKeys }: ServerContext,
): Promise<Response> {
  const { clientId, scope } = request.value
  const { choice, ...scopes } = choiceOf(scope, target, problem)
  const { interaction, brand } = options
  const asked: DeviceConsentRequest = {
    signedIn,
    userCode: formatUserCode(userCode),
    ...aboutClient({ clientId, client, target }, options),
    ...scopes,
    lifetime: client.grantTypes.includes('refresh_token') ? options.grantLifetime : options.accessTokenLifetime,
    form: {
      action: deviceAddress(undefined, options.issuer),
      fields: [
        ['request', request.id],
        ['user_code', formatUserCode(userCode)],
        ['consent', await sealDeviceConsent(request, signedIn, derivedKeys, options.now())],
      ],
      ...(choice !== undefined && { choice }),
    },
  }
  return interaction.deviceConsent === undefined
    ? deviceConsentPage(asked, brand)
    : hardenedPage(await interaction.deviceConsent(asked))
}

async function answerDevice(request: Request, context: ServerContext, clientAddress: string): Promise<Response> {
  const { options, derivedKeys } = context
  const { single } = parseParameters(await readBody(request, 'application/x-www-form-urlencoded', { longest: 8192 }))
  requireOwnForm(request, options.issuer)
  const signedIn = await options.interaction.signedIn(request)
  if (signedIn === undefined) throw signedOut()
  const waiting = await options.store.get('deviceRequest', single.get('request') ?? '')
  const wrongForm = notOurForm('wrong_form', 'This form is too old, or was not made for you')
  if (waiting === undefined) throw wrongForm
  // Asked anew: the host may have changed its mind, and what it narrowed is what the form was sealed with.
  const decided = await decideOnDevice(waiting, { signedIn, clientAddress }, context)
  const { request: entry, target } = decided
  if (!(await verifyDeviceConsent(single.get('consent') ?? '', entry, signedIn, derivedKeys, options.now())))
    throw wrongForm
  const { clientId, resource, scope } = entry.value
  const about = { clientId, subject: signedIn.subject, resource }
  const isAllowed = single.get('decision') === 'allow'
  if (entry.value.answer !== undefined) return answeredBefore(entry.id, isAllowed, signedIn, context)
  if (!isAllowed) {
    if (!(await denyRequest(entry, context))) return answeredBefore(entry.id, false, signedIn, context)
    options.onEvent({ type: 'consent_denied', ...about, scope })
    return done(false, signedIn, context)
  }
  if (single.get('compared') !== 'yes')
    throw notOurForm('not_compared', 'You have not said that the device in front of you shows this code')
  const chosen = chosenScope(single, scope, target)
  if (chosen === undefined) {
    const userCode = parseUserCode(single.get('user_code') ?? '')
    // What the page shows again must be what was asked: the device in front of the person shows this code.
    if (userCode === undefined || !(await deviceRequestIds(userCode, derivedKeys)).includes(entry.id)) throw wrongForm
    return showConsent(decided, { signedIn, userCode, problem: 'nothing_chosen' }, context)
  }
  const allowed = { ...entry, value: { ...entry.value, scope: chosen } }
  const grantId = await allowRequest(allowed, signedIn, context)
  if (grantId === undefined) return answeredBefore(entry.id, true, signedIn, context)
  const unticked = scope.filter((token) => !chosen.includes(token))
  options.onEvent({ type: 'consented', grantId, ...about, scope: chosen, ...(unticked.length > 0 && { unticked }) })
  // Whoever disabled the person a moment ago may have looked for grants to end before this one was there.
  if ((await options.interaction.signedIn(request))?.subject !== signedIn.subject) {
    await endGrant(grantId, 'subject_disabled', context.grantEnds)
    throw signedOut()
  }
  await endSurplusGrants(signedIn.subject, grantId, context)
  return done(true, signedIn, context)
}

/** A form that is sent twice says the same again; another answer than the first is refused. */
async function answeredBefore(
  id: string,
  isAllowed: boolean,
  signedIn: SignedIn,
  context: ServerContext,
): Promise<Response> {
  const answer = (await context.options.store.get('deviceRequest', id))?.value.answer
  if (answer === undefined || (answer.kind === 'allowed') !== isAllowed)
    throw notOurForm('used_form', 'This device was answered before')
  if (answer.kind === 'allowed') {
    const grant = await context.options.store.get('grant', answer.grantId)
    if (grant?.value.subject !== signedIn.subject) throw notOurForm('used_form', 'This device was answered before')
  }
  return done(isAllowed, signedIn, context)
}

async function done(isAllowed: boolean, signedIn: SignedIn, { options }: ServerContext): Promise<Response> {
  const { interaction, brand } = options
  const answered = { isAllowed, signedIn, ...serverOf(options) }
  return interaction.deviceDone === undefined
    ? deviceDonePage(answered, brand)
    : hardenedPage(await interaction.deviceDone(answered))
}

/** How pages call the MCP server, where there is only one. */
function serverOf({ resources: [only, ...others] }: ServerContext['options']): { server?: string } {
  return only === undefined || others.length > 0 ? {} : { server: only.name ?? new URL(only.resource).host }
}
