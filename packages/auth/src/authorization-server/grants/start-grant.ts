import { OAuthError } from '../../protocol/oauth-error.ts'
import type { Consumption } from '../clients/client-assertion.ts'
import { requireUnused } from '../clients/client-assertion.ts'
import {
  coversScope,
  forgettingChanges,
  recallConsent,
  rememberingChanges,
  usingChange,
} from '../consents/remembered-consent.ts'
import type { ServerContext } from '../context.ts'
import type { AuthorizationRequest } from '../interaction/authorization-request.ts'
import type { ConsentForm } from '../interaction/consent-form.ts'
import type { SignedIn } from '../interaction/interaction.ts'
import type { AuthorizationServerKinds, GrantRecord } from '../records.ts'
import { endGrant } from '../revocation/end-grant.ts'
import type { Change } from '../store.ts'
import { randomId, randomText } from '../tokens/base64url.ts'
import { formatSecret } from './secret.ts'

/** What lets a grant start. */
export interface Consented {
  /** The form that the person sent, what is remembered of an earlier one, or, under an alarming name, the host's word. */
  by: 'form' | 'memory' | 'host'
  /** Whether what the form allowed lets the person go unasked later on, as the page said. */
  isRemembered: boolean
  /** What was asked for, and the person left out: it is not remembered any more either. Default: nothing. */
  unticked?: readonly string[]
  /** What gives one grant alone: the form, or the request that was pushed. */
  once?: ConsentForm | undefined
  /** What the client showed when it pushed the request. */
  consumption: Consumption
}

export interface StartedGrant {
  grantId: string
  code: string
}

/**
 * Writes the grant and makes its code, generation 0 (law 5). A client that was registered is kept from now on, whoever registered it: somebody has consented to it.
 * A form gives one grant (law 3): used again, as by a double click, it gives the same code while nobody has redeemed it, and afterwards `undefined`.
 * What is remembered gives any number, and `undefined` where it was withdrawn meanwhile.
 * Throws `OAuthError` `unauthorized_client` where the client expired, or was deleted, while the person decided.
 */
export async function startGrant(
  request: AuthorizationRequest,
  { subject, authTime, displayName }: SignedIn,
  { by, isRemembered, unticked = [], once, consumption }: Consented,
  context: ServerContext,
): Promise<StartedGrant | undefined> {
  const { clientId, redirectUri, redirectUriOmitted, codeChallenge, target, scope, nonce } = request
  const { options, derivedKeys } = context
  const { store } = options
  for (;;) {
    const used = once && (await store.get('usedConsent', once.id))
    if (used !== undefined) return startedBefore(used.value.grantId, subject, context)
    const kept = await context.clients.keep(clientId)
    if (kept === undefined) throw gone()
    const now = options.now()
    const grantId = randomId()
    const value: GrantRecord = {
      clientId,
      subject,
      ...(displayName !== undefined && { displayName }),
      scope,
      resource: target.identifier,
      redirectUri,
      ...(redirectUriOmitted && { redirectUriOmitted }),
      codeChallenge,
      authTime,
      ...(nonce !== undefined && { nonce }),
      issuedAt: now,
      generation: 0,
      rotatedAt: now,
      keyId: derivedKeys.currentId,
      seed: randomText(16),
    }
    const index = { subject, client: clientId }
    const ofConsent = await consentChanges({ by, isRemembered, unticked }, { request, subject }, options)
    if (ofConsent === undefined) return undefined
    const written = await store.commit([
      { kind: 'grant', id: grantId, version: 'absent', value, expiresAt: now + options.codeLifetime, index },
      ...(once === undefined
        ? []
        : [
            {
              kind: 'usedConsent' as const,
              id: once.id,
              version: 'absent' as const,
              value: { grantId },
              expiresAt: once.expiresAt,
            },
          ]),
      ...ofConsent,
      ...kept,
      ...consumption,
    ])
    if (!written) {
      if (once === undefined || (await store.get('usedConsent', once.id)) === undefined)
        await requireUnused(consumption, store)
      continue
    }
    // Whoever deleted the client a moment ago may have looked for its grants before this one was there.
    if ((await context.clients.keep(clientId)) === undefined) {
      await endGrant(grantId, 'client_deleted', context.grantEnds)
      throw gone()
    }
    return { grantId, code: await formatSecret(grantId, value, derivedKeys) }
  }
}

function gone(): OAuthError {
  return new OAuthError('unauthorized_client', 'The client is not registered any more')
}

/** Whether a form was used, and what it gave is redeemed or over. */
export async function isAnswered(formId: string, { options: { store } }: ServerContext): Promise<boolean> {
  const used = await store.get('usedConsent', formId)
  if (used === undefined) return false
  const grant = await store.get('grant', used.value.grantId)
  return grant === undefined || grant.value.generation > 0
}

/** `undefined` where what is remembered does not cover the request any more. */
async function consentChanges(
  { by, isRemembered, unticked }: Pick<Required<Consented>, 'by' | 'isRemembered' | 'unticked'>,
  { request, subject }: { request: AuthorizationRequest; subject: string },
  options: ServerContext['options'],
): Promise<Change<AuthorizationServerKinds>[] | undefined> {
  switch (by) {
    case 'form':
      return isRemembered
        ? rememberingChanges(request, subject, unticked, options)
        : forgettingChanges(request, subject, unticked, options)
    case 'memory': {
      const entry = await recallConsent(request, subject, options)
      if (entry === undefined || !coversScope(entry.value, request.scope, options.now())) return undefined
      return [usingChange(entry, options.now())]
    }
    case 'host':
      return []
    default:
      return by satisfies never
  }
}

/** Of the same person alone: a pushed request can be answered by anybody who has its address, and nobody is to be given another's code. */
async function startedBefore(
  grantId: string,
  subject: string,
  { options, derivedKeys }: ServerContext,
): Promise<StartedGrant | undefined> {
  const grant = await options.store.get('grant', grantId)
  if (grant === undefined || grant.value.generation > 0 || grant.value.subject !== subject) return undefined
  return { grantId, code: await formatSecret(grantId, grant.value, derivedKeys) }
}
