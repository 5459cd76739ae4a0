import { OAuthError } from '../../protocol/oauth-error.ts'
import { coversScope, recallConsent, rememberingChanges, usingChange } from '../consents/remembered-consent.ts'
import type { ServerContext } from '../context.ts'
import type { AuthorizationRequest } from '../interaction/authorization-request.ts'
import type { ConsentForm } from '../interaction/consent-form.ts'
import type { SignedIn } from '../interaction/interaction.ts'
import type { AuthorizationServerKinds, GrantRecord } from '../records.ts'
import { endGrant } from '../revocation/end-grant.ts'
import type { Change } from '../store.ts'
import { randomId, randomText } from '../tokens/base64url.ts'
import { formatSecret } from './secret.ts'

/** What lets a grant start: the form that the person sent, what is remembered of an earlier one, or, under an alarming name, the host's word. */
export type Consented = { by: 'form'; form: ConsentForm } | { by: 'memory' } | { by: 'host' }

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
  consented: Consented,
  context: ServerContext,
): Promise<StartedGrant | undefined> {
  const { clientId, redirectUri, redirectUriOmitted, codeChallenge, target, scope, nonce } = request
  const { options, derivedKeys } = context
  const { store } = options
  for (;;) {
    if (consented.by === 'form') {
      const used = await store.get('usedConsent', consented.form.id)
      if (used !== undefined) return startedBefore(used.value.grantId, context)
    }
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
    const ofConsent = await consentChanges(consented, { request, subject, grantId }, options)
    if (ofConsent === undefined) return undefined
    const written = await store.commit([
      { kind: 'grant', id: grantId, version: 'absent', value, expiresAt: now + options.codeLifetime, index },
      ...ofConsent,
      ...kept,
    ])
    if (!written) continue
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

/** `undefined` where what is remembered does not cover the request any more. */
async function consentChanges(
  consented: Consented,
  { request, subject, grantId }: { request: AuthorizationRequest; subject: string; grantId: string },
  options: ServerContext['options'],
): Promise<Change<AuthorizationServerKinds>[] | undefined> {
  switch (consented.by) {
    case 'form': {
      const { id, expiresAt } = consented.form
      const used = { kind: 'usedConsent' as const, id, version: 'absent' as const, value: { grantId }, expiresAt }
      return [used, ...(await rememberingChanges(request, subject, options))]
    }
    case 'memory': {
      const entry = await recallConsent(request, subject, options)
      if (entry === undefined || !coversScope(entry.value, request.scope, options.now())) return undefined
      return [usingChange(entry, options.now())]
    }
    case 'host':
      return []
    default:
      return consented satisfies never
  }
}

async function startedBefore(
  grantId: string,
  { options, derivedKeys }: ServerContext,
): Promise<StartedGrant | undefined> {
  const grant = await options.store.get('grant', grantId)
  if (grant === undefined || grant.value.generation > 0) return undefined
  return { grantId, code: await formatSecret(grantId, grant.value, derivedKeys) }
}
