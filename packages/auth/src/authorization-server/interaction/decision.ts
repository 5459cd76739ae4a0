import { isDocumentIdentifier } from '../../protocol/client-document.ts'
import { provesIdentity, redirectDestination } from '../../protocol/redirect-uri.ts'
import { coversScope, recallConsent } from '../consents/remembered-consent.ts'
import type { ServerContext } from '../context.ts'
import { AuthorizationRefusedError } from './authorization-refused-error.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { DecisionRequest, SignedIn } from './interaction.ts'

/** A request as far as the host lets it, and who answers for the person where nobody has to ask them. */
export interface Decided {
  authorization: AuthorizationRequest
  /** What the person allows now lets them go unasked later on. */
  isRemembered: boolean
  without: 'memory' | 'host' | undefined
}

/**
 * Whether the client may have what it asks for, and whether the person must be asked (law 3): unless they allowed as much before, always; and always
 * where the redirect proves no identity, or the client wants it so (`prompt=consent`). The host's hook can be stricter, and narrow the scope.
 * Throws `AuthorizationRefusedError` `access_denied` where it says no.
 */
export async function decideOn(
  authorization: AuthorizationRequest,
  signedIn: SignedIn,
  { options }: ServerContext,
): Promise<Decided> {
  const about = aboutRequest(authorization, signedIn)
  const mayPass = about.destinationProvesIdentity && !authorization.prompt.has('consent')
  const consent = mayPass ? await recallConsent(authorization, signedIn.subject, options) : undefined
  const covers = (scope: readonly string[]) => consent !== undefined && coversScope(consent.value, scope, options.now())
  const decision = (await options.interaction.decide?.({ ...about, isRemembered: covers(about.scope) })) ?? {
    kind: 'allow',
  }
  if (decision.kind === 'deny')
    throw new AuthorizationRefusedError('access_denied', 'denied_by_host', decision.reason, {
      shown: 'page with a way back',
    })
  const scope = about.scope.filter((token) => decision.scope?.includes(token) ?? true)
  if (scope.length === 0)
    throw new AuthorizationRefusedError('access_denied', 'denied_by_host', 'Nothing that it asks for may be given', {
      shown: 'page with a way back',
    })
  const narrowed = { ...authorization, scope }
  const isRemembered = about.destinationProvesIdentity && options.consentLifetime > 0 && decision.kind === 'allow'
  if (decision.kind === 'allow' && mayPass) {
    if (covers(scope)) return { authorization: narrowed, isRemembered, without: 'memory' }
    if (decision.dangerouslyWithoutConsent === true) return { authorization: narrowed, isRemembered, without: 'host' }
  }
  return { authorization: narrowed, isRemembered, without: undefined }
}

/** What pages and the decision hook are told of a request. */
export function aboutRequest(
  { clientId, client, redirectUri, target, scope }: AuthorizationRequest,
  signedIn: SignedIn,
): Omit<DecisionRequest, 'isRemembered'> {
  return {
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
    scope,
  }
}
