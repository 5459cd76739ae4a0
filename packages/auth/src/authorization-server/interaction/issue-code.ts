import { forgetSurplusConsents } from '../consents/consents.ts'
import type { ServerContext } from '../context.ts'
import { type Consented, startGrant } from '../grants/start-grant.ts'
import { endSurplusGrants } from '../grants/surplus.ts'
import { endGrant } from '../revocation/end-grant.ts'
import { AuthorizationRefusedError } from './authorization-refused-error.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { SignedIn } from './interaction.ts'

/**
 * The code of a request that was consented to; `undefined` where the form gave its code before, or what was remembered is withdrawn.
 * Throws `AuthorizationRefusedError` where nobody is signed in any more, and what `startGrant` throws.
 */
export async function issueCode(
  request: Request,
  {
    authorization,
    signedIn,
    consented,
  }: { authorization: AuthorizationRequest; signedIn: SignedIn; consented: Consented },
  context: ServerContext,
): Promise<string | undefined> {
  const { options } = context
  const { subject } = signedIn
  const started = await startGrant(authorization, signedIn, consented, context)
  if (started === undefined) return undefined
  const { grantId, code } = started
  const about = {
    clientId: authorization.clientId,
    subject,
    resource: authorization.target.identifier,
    scope: authorization.scope,
  }
  const { unticked = [] } = consented
  options.onEvent(
    consented.by === 'form'
      ? { type: 'consented', ...about, ...(unticked.length > 0 && { unticked }) }
      : { type: 'consent_skipped', by: consented.by, ...about },
  )
  // Whoever disabled the person a moment ago may have looked for grants to end before this one was there.
  if ((await options.interaction.signedIn(request))?.subject !== subject) {
    await endGrant(grantId, 'subject_disabled', context.grantEnds)
    throw signedOut()
  }
  options.onEvent({ type: 'code_issued', grantId, ...about })
  await endSurplusGrants(subject, grantId, context)
  if (consented.by === 'form') await forgetSurplusConsents(subject, options.store)
  return code
}

/** Shown to whoever is there, and sent nowhere: it is not the person who was asked. */
export function signedOut(): AuthorizationRefusedError {
  return new AuthorizationRefusedError('access_denied', 'signed_out', 'You are not signed in any more', {
    shown: 'page',
  })
}
