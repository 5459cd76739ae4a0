import { isDocumentIdentifier } from '../../protocol/client-document.ts'
import { provesIdentity, redirectDestination } from '../../protocol/redirect-uri.ts'
import { identifyClient } from '../clients/client-identity.ts'
import type { ResolvedOptions } from '../config.ts'
import { coversScope, recallConsent } from '../consents/remembered-consent.ts'
import type { ServerContext } from '../context.ts'
import type { Target } from '../grants/target.ts'
import type { ClientRecord } from '../records.ts'
import { AuthorizationRefusedError } from './authorization-refused-error.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { ConsentRequest, Decision, DecisionRequest, SignedIn } from './interaction.ts'

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
  const about = aboutRequest(authorization, signedIn, options)
  const mayPass = about.destinationProvesIdentity && !authorization.prompt.has('consent')
  const consent = mayPass ? await recallConsent(authorization, signedIn.subject, options) : undefined
  const covers = (scope: readonly string[]) => consent !== undefined && coversScope(consent.value, scope, options.now())
  const { decision, scope } = await askHost({ ...about, isRemembered: covers(about.scope) }, options)
  const narrowed = { ...authorization, scope }
  const isRemembered = about.destinationProvesIdentity && options.consentLifetime > 0 && decision.kind === 'allow'
  if (decision.kind === 'allow' && mayPass) {
    if (covers(scope)) return { authorization: narrowed, isRemembered, without: 'memory' }
    if (decision.dangerouslyWithoutConsent === true) return { authorization: narrowed, isRemembered, without: 'host' }
  }
  return { authorization: narrowed, isRemembered, without: undefined }
}

/** What the host says, and what of the scope it leaves. Throws `AuthorizationRefusedError` `access_denied` where it says no, or leaves nothing. */
export async function askHost(
  asked: DecisionRequest,
  { interaction }: Pick<ServerContext['options'], 'interaction'>,
): Promise<{ decision: Exclude<Decision, { kind: 'deny' }>; scope: readonly string[] }> {
  const decision = interaction.decide === undefined ? { kind: 'allow' as const } : await interaction.decide(asked)
  requireDecision(decision)
  if (decision.kind === 'deny') throw deniedByHost(decision.reason)
  const scope = asked.scope.filter((token) => decision.scope?.includes(token) ?? true)
  if (scope.length === 0) throw deniedByHost('Nothing that it asks for may be given')
  return { decision, scope }
}

/** A hook without types that says `false`, or forgets to answer, has not said yes. Throws `TypeError`. */
function requireDecision(decision: Decision): void {
  const { kind, scope } = (decision ?? {}) as { kind?: unknown; scope?: unknown } // where it is no decision it may be anything
  const isOne = kind === 'allow' || kind === 'ask' || kind === 'deny'
  if (!isOne || (scope !== undefined && !Array.isArray(scope)))
    throw new TypeError(
      '"decide" of the interaction must answer with a kind of allow, ask or deny, and a scope that is a list',
    )
}

function deniedByHost(reason: string): AuthorizationRefusedError {
  return new AuthorizationRefusedError('access_denied', 'denied_by_host', reason, { shown: 'page with a way back' })
}

/** What pages and the decision hook are told of a request. */
export function aboutRequest(
  { clientId, client, redirectUri, target, scope }: AuthorizationRequest,
  signedIn: SignedIn,
  options: ResolvedOptions,
): Omit<DecisionRequest, 'isRemembered'> & Pick<ConsentRequest, 'destination'> {
  return {
    signedIn,
    ...aboutClient({ clientId, client, redirectUri, target }, options),
    destination: redirectDestination(redirectUri),
    destinationProvesIdentity: provesIdentity(redirectUri),
    scope,
  }
}

/** Who asks, as they claim it and as far as it is known, and what for. */
export function aboutClient(
  {
    clientId,
    client,
    redirectUri,
    target,
  }: { clientId: string; client: ClientRecord; redirectUri?: string; target: Target },
  { clients, knownClients }: Pick<ResolvedOptions, 'clients' | 'knownClients'>,
): Pick<ConsentRequest, 'client' | 'resource'> {
  const isOfOperator = client.isCreated === true || clients.has(clientId)
  return {
    client: {
      clientId,
      ...(client.clientName !== undefined && { name: client.clientName }),
      ...(client.clientUri !== undefined && { uri: client.clientUri }),
      ...(isDocumentIdentifier(clientId) && { host: new URL(clientId).host }),
      identity: identifyClient({ clientId, name: client.clientName, redirectUri, isOfOperator }, knownClients),
    },
    resource: {
      identifier: target.identifier,
      ...(target.resource.name !== undefined && { name: target.resource.name }),
    },
  }
}
