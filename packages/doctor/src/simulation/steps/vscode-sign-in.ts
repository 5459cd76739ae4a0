import type { ClientProfile } from '@portcullis/clients'
import { statusOf } from '../../evidence/exchange.ts'
import type { BesideRegistration } from '../../probes/registration-refused.ts'
import type { AuthorizationRequest, Footprints, Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'
import { stringIn, stringsIn } from './json-document.ts'
import { whyUnknown } from './not-asked.ts'
import type { VscodeDiscovery } from './vscode-discovery.ts'

/** `$getTokenFromServerMetadata`, `$registerDynamicAuthProvider` and `_createWithUrlHandler` of VS Code. Nothing is said of S256. */
export async function signIn(
  client: ClientProfile,
  wire: Wire,
  discovery: VscodeDiscovery,
  challenged: readonly string[] | undefined,
  steps: Footprints,
): Promise<Walk> {
  const { origin } = new URL(wire.target)
  if (discovery.server === undefined) steps.caveat({ kind: 'guesses_endpoints', origin })
  steps.at('registration')
  const scope = scopeOf(discovery, challenged, steps)
  if (hasOwnClientAt(discovery.authorizationServer))
    return asks({ endpoint: discovery.authorizationServer, registration: 'static', scope, resource: undefined }, steps)

  const way = wayOf(client, discovery, origin)
  const { server } = discovery
  const beside =
    server === undefined
      ? { token: `${origin}/token`, guessedAuthorization: `${origin}/authorize` }
      : { token: stringIn(server.token_endpoint) }
  const refused = way.registration === 'dynamic' ? await register(wire, way.registrationUrl, beside, steps) : undefined
  if (refused !== undefined) return refused
  const endpoint = await findEndpoint(wire, discovery, origin, steps)
  if (typeof endpoint !== 'string') return endpoint
  return asks({ endpoint, ...way, scope, resource: discovery.resource?.resource }, steps)
}

/** What stands nearest: the challenge, the resource, all that the authorization server has. */
function scopeOf(
  { resource, server }: VscodeDiscovery,
  challenged: readonly string[] | undefined,
  steps: Footprints,
): string | undefined {
  const listed = stringsIn(server?.scopes_supported) ?? []
  const asked = challenged ?? resource?.scopes
  if (asked === undefined && listed.length > 1) steps.caveat({ kind: 'asks_for_all_scopes', count: listed.length })
  const scopes = asked ?? listed
  if (listed.includes('offline_access') && !scopes.includes('offline_access'))
    steps.caveat({ kind: 'asks_for_no_refresh' })
  return scopes.join(' ') || undefined
}

/** GitHub and Microsoft, by the `authorizationServerGlobs` of the extensions that it brings: it needs no identifier there. */
function hasOwnClientAt(authorizationServer: string): boolean {
  return /^https:\/\/(github\.com\/login\/oauth|login\.microsoftonline\.com\/[^/]+(\/v2\.0)?)\/?$/.test(
    authorizationServer,
  )
}

type Way = Pick<AuthorizationRequest, 'registration'> & { readonly registrationUrl?: string }

function wayOf(client: ClientProfile, { server }: VscodeDiscovery, origin: string): Way {
  const document = client.registration?.documentUrl?.value
  if (server?.client_id_metadata_document_supported && document !== undefined)
    return { registration: 'client_metadata_document', registrationUrl: document }
  const url = server === undefined ? `${origin}/register` : stringIn(server.registration_endpoint)
  return { registration: 'dynamic', ...(url && { registrationUrl: url }) }
}

/** Where it cannot register, for whatever reason, it asks the person for an identifier. */
async function register(
  wire: Wire,
  url: string | undefined,
  beside: BesideRegistration,
  steps: Footprints,
): Promise<Walk | undefined> {
  const failed = (because: 'no_way_to_register' | 'registration_not_found' | 'unreachable') => {
    steps.caveat({ kind: 'needs_static_client' })
    return steps.stop('registration', because, 'Dynamic Client Registration not supported')
  }
  if (url === undefined) return failed('no_way_to_register')
  const { exchange, isRefused } = await wire.registration(url, beside)
  steps.at('registration', exchange)
  const { outcome } = exchange
  if (outcome.kind === 'failure') return outcome.reason === 'not_asked' ? undefined : failed('unreachable')
  return isRefused ? failed('registration_not_found') : undefined
}

async function findEndpoint(
  wire: Wire,
  { server }: VscodeDiscovery,
  origin: string,
  steps: Footprints,
): Promise<string | Walk> {
  steps.at('authorization_request')
  if (server !== undefined) {
    const endpoint = stringIn(server.authorization_endpoint)
    if (endpoint && server.token_endpoint) return endpoint
    const words = 'Failed to create authentication token'
    return steps.stop('authorization_request', 'authorization_server_metadata_unusable', words)
  }
  const guessed = `${origin}/authorize`
  const page = await wire.endpoint(guessed)
  steps.at('authorization_request', page)
  const unknown = whyUnknown(page)
  if (unknown !== undefined) return steps.cannotTell('authorization_request', unknown)
  return statusOf(page) === 404 ? steps.stop('authorization_request', 'authorization_endpoint_not_found') : guessed
}

function asks(request: AuthorizationRequest, steps: Footprints): Walk {
  steps.at('authorization_request')
  return steps.end({ kind: 'asks_for_authorization', request })
}
