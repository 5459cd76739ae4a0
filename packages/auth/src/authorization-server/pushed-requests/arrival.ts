import { OAuthError } from '../../protocol/oauth-error.ts'
import { type Consumption, checkAssertion } from '../clients/client-assertion.ts'
import type { ResolvedOptions } from '../config.ts'
import type { ServerContext } from '../context.ts'
import type { ConsentForm } from '../interaction/consent-form.ts'
import { endOf } from '../interaction/read-request.ts'
import type { ClientRecord } from '../records.ts'
import type { PushedRequest } from './pushed-request.ts'

/** Throws `OAuthError` `invalid_request` for a request that should have been pushed and was not (RFC 9126 §5 and §6). */
export function requirePushed(
  client: ClientRecord,
  pushed: PushedRequest | undefined,
  { pushedRequests }: Pick<ResolvedOptions, 'pushedRequests'>,
): void {
  if (pushed !== undefined || pushedRequests === undefined) return
  if (pushedRequests.required || client.requirePushedRequests)
    throw new OAuthError('invalid_request', 'The request must be pushed first (RFC 9126)')
}

/**
 * What was shown at the push and could not be looked at then, since nobody was there who had let the client in. Resolves to what the grant
 * consumes of it. Throws `OAuthError` as `authenticateClient` does.
 */
export async function proveAtArrival(
  pushed: PushedRequest,
  client: ClientRecord,
  context: ServerContext,
): Promise<Consumption> {
  const { proof, clientId, pushedAt } = pushed
  switch (proof.kind) {
    case 'shown':
      return []
    case 'claimed':
      if (client.authenticationMethod !== 'none')
        throw new OAuthError('invalid_client', 'The client pushed the request without authenticating')
      return []
    case 'assertion': {
      // This very request used it, and gives what it gave: a form that is sent twice is no second use.
      if ((await context.options.store.get('usedConsent', pushed.id)) !== undefined) return []
      const consumption = await checkAssertion({ clientId, jwt: proof.jwt }, client, context, pushedAt)
      // Kept as long as the request may be answered: it was in time when it was pushed.
      return consumption.map((change) => ({ ...change, expiresAt: formEnd(pushed) }))
    }
    default:
      return proof satisfies never
  }
}

/** All forms of one pushed request are one: it gives one grant, however often it is opened (RFC 9126 §4). */
export function formOfPushed(pushed: PushedRequest, form?: ConsentForm): ConsentForm {
  return { id: pushed.id, expiresAt: Math.max(form?.expiresAt ?? 0, formEnd(pushed)) }
}

const formLifetime = 600

function formEnd(pushed: PushedRequest): number {
  return endOf(pushed) + formLifetime
}
