import type { ClientProfile } from '@portcullis/clients'
import { statusOf } from '../../evidence/exchange.ts'
import { recorded } from '../alternatives.ts'
import type { Footprints, Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'
import { whyUnknown } from './not-asked.ts'
import { type RegistrationWords, tryRegistration } from './registration.ts'
import type { ResourceMetadata } from './resource-metadata.ts'
import type { ServerMetadata } from './server-metadata.ts'

/** What discovery has brought. */
export interface Discovered {
  readonly challengeScope: string | undefined
  /** `undefined`: none was found, or it was not accepted. */
  readonly resource: ResourceMetadata | undefined
  readonly server: ServerMetadata
  /** Whether `server` was read, or is `/authorize`, `/token` and `/register` at the origin. */
  readonly isGuessed: boolean
}

/** The endpoints of MCP 2025-03-26 where no document names any. */
export function guessedServer(origin: string): ServerMetadata {
  return {
    issuer: undefined,
    authorizationEndpoint: `${origin}/authorize`,
    tokenEndpoint: `${origin}/token`,
    registrationEndpoint: `${origin}/register`,
    scopes: undefined,
    challengeMethods: undefined,
    authenticationMethods: undefined,
    takesClientDocuments: false,
  }
}

/** From the metadata to the URL that the browser is opened with, of a client of which only the profile is known. */
export async function signIn(
  client: ClientProfile,
  wire: Wire,
  discovered: Discovered,
  steps: Footprints,
): Promise<Walk> {
  steps.at('registration')
  const way = chooseWay(client, discovered.server)
  if (way === undefined) {
    if (takesStaticClient(client)) steps.caveat({ kind: 'needs_static_client' })
    return steps.stop('registration', 'no_way_to_register')
  }
  return (
    (await registers(client, wire, way, discovered, steps)) ??
    refusesServer(client, discovered, steps) ??
    (await missesEndpoint(wire, discovered, steps)) ??
    steps.end({
      kind: 'asks_for_authorization',
      request: {
        endpoint: discovered.server.authorizationEndpoint,
        registration: way.kind,
        ...(way.url !== undefined && { registrationUrl: way.url }),
        scope: scopeOf(client, discovered, steps),
        resource: resourceOf(client, wire.target, discovered.resource),
      },
    })
  )
}

/** `url`: of the client metadata document, which need not be known, or of the registration endpoint. */
type Way =
  | { readonly kind: 'client_metadata_document'; readonly url: string | undefined }
  | { readonly kind: 'dynamic'; readonly url: string }

function chooseWay(client: ClientProfile, server: ServerMetadata): Way | undefined {
  if (!server.takesClientDocuments && server.registrationEndpoint === undefined) return undefined
  for (const way of recorded(client.registration?.order, 'registration.order')) {
    if (way === 'client_metadata_document' && usesDocument(client, server))
      return { kind: way, url: client.registration?.documentUrl?.value }
    if (way === 'dynamic' && server.registrationEndpoint !== undefined)
      return { kind: way, url: server.registrationEndpoint }
  }
  return undefined
}

/** Clients that can sign with their key need no `none` where `private_key_jwt` is listed. */
function usesDocument(client: ClientProfile, { takesClientDocuments, authenticationMethods }: ServerMetadata): boolean {
  if (!takesClientDocuments) return false
  if (authenticationMethods?.includes('none')) return true
  const method = client.registration?.authenticationMethod?.value
  if (method === 'private_key_jwt' && authenticationMethods?.includes(method)) return true
  return !recorded(client.registration?.documentNeedsNone, 'registration.documentNeedsNone')
}

function takesStaticClient(client: ClientProfile): boolean {
  return client.registration?.order?.value.includes('static') ?? false
}

async function registers(
  client: ClientProfile,
  wire: Wire,
  way: Way,
  { server, isGuessed }: Discovered,
  steps: Footprints,
): Promise<Walk | undefined> {
  if (way.kind !== 'dynamic') return undefined
  const { tokenEndpoint: token, authorizationEndpoint } = server
  const beside = { token, ...(isGuessed && { guessedAuthorization: authorizationEndpoint }) }
  const failed = await tryRegistration(wire, way.url, beside, steps, noWords)
  if (failed !== undefined) return failed
  return mayMissSecret(client, server)
    ? steps.cannotTell(
        'registration',
        'It needs a “client_secret” in the answer to its registration, and only registering shows whether there is one',
        'client',
      )
    : undefined
}

const noWords: RegistrationWords = { rejected: () => undefined, withoutAnswer: undefined }

function mayMissSecret({ registration }: ClientProfile, { authenticationMethods }: ServerMetadata): boolean {
  if (registration?.needsSecret?.value !== true) return false
  if (registration.authenticationMethod?.value === 'none') return true
  // RFC 8414 §2: where nothing is listed, it is `client_secret_basic`.
  return !(authenticationMethods ?? ['client_secret_basic']).some((method) => method.startsWith('client_secret_'))
}

function refusesServer(client: ClientProfile, { server, isGuessed }: Discovered, steps: Footprints): Walk | undefined {
  steps.at('authorization_request')
  if (isGuessed || server.challengeMethods?.includes('S256')) return undefined
  const needed = recorded(client.authorizationServer?.needsS256, 'authorizationServer.needsS256')
  const isRefused = needed === 'always' || (needed === 'if_present' && server.challengeMethods !== undefined)
  return isRefused ? steps.stop('authorization_request', 's256_not_listed') : undefined
}

/** An endpoint that is advertised is believed: some answer 404 to whoever does not come with a client identifier that they know. */
async function missesEndpoint(
  wire: Wire,
  { server, isGuessed }: Discovered,
  steps: Footprints,
): Promise<Walk | undefined> {
  if (!isGuessed) return undefined
  const answer = await wire.endpoint(server.authorizationEndpoint)
  steps.at('authorization_request', answer)
  const unknown = whyUnknown(answer)
  if (unknown !== undefined) return steps.cannotTell('authorization_request', unknown)
  return statusOf(answer) === 404 ? steps.stop('authorization_request', 'authorization_endpoint_not_found') : undefined
}

function scopeOf(
  client: ClientProfile,
  { challengeScope, resource, server }: Discovered,
  steps: Footprints,
): string | undefined {
  const offered = {
    challenge: challengeScope,
    protected_resource: resource?.scopes?.join(' '),
    authorization_server: server.scopes?.join(' '),
    fixed: undefined,
    none: undefined,
  }
  const source = recorded(client.authorization?.scope, 'authorization.scope').find((each) => offered[each])
  if (source === 'authorization_server' && (server.scopes?.length ?? 0) > 1)
    steps.caveat({ kind: 'asks_for_all_scopes', count: server.scopes?.length ?? 0 })
  const scope = source && offered[source]
  if (!server.scopes?.includes('offline_access') || scope?.split(' ').includes('offline_access')) return scope
  if (
    scope !== undefined &&
    recorded(client.authorization?.offlineAccess, 'authorization.offlineAccess') === 'if_listed'
  )
    return `${scope} offline_access`
  steps.caveat({ kind: 'asks_for_no_refresh' })
  return scope
}

function resourceOf(client: ClientProfile, typed: string, metadata: ResourceMetadata | undefined): string | undefined {
  const { resource, resourceWithout, resourceAddsSlash } = client.authorization ?? {}
  const ofItself = resource?.value === 'metadata_value' ? undefined : resource
  const sent =
    metadata === undefined
      ? recorded(resourceWithout ?? ofItself, 'authorization.resourceWithout')
      : recorded(resource, 'authorization.resource')
  switch (sent) {
    case 'none':
      return undefined
    case 'typed_url':
      return typed
    case 'metadata_value':
      return metadata?.resource ?? typed
    case 'canonical_url': {
      const { origin, pathname, href } = new URL(typed)
      return pathname === '/' && resourceAddsSlash?.value !== true ? origin : href
    }
    default:
      return sent satisfies never
  }
}
