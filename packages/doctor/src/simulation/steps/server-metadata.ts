import type { AuthorizationServerHandling, ClientProfile } from '@portcullis/clients'
import type { Exchange } from '../../evidence/exchange.ts'
import { recorded } from '../alternatives.ts'
import type { Footprints, StopReason, Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'
import { goesOn } from './going-on.ts'
import { isObject, type JsonObject, readJson, stringIn, stringsIn } from './json-document.ts'
import { whyUnknown } from './not-asked.ts'
import { isSuccess } from './success.ts'
import { authorizationServerAtRoot, authorizationServerPlaces } from './well-known-places.ts'

/** What clients use of authorization server metadata. */
export interface ServerMetadata {
  readonly issuer: string | undefined
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly registrationEndpoint: string | undefined
  readonly scopes: readonly string[] | undefined
  readonly challengeMethods: readonly string[] | undefined
  readonly authenticationMethods: readonly string[] | undefined
  readonly takesClientDocuments: boolean
}

/** What a search has brought: the metadata, or why there is none. */
export type FoundServer =
  | { readonly kind: 'metadata'; readonly metadata: ServerMetadata }
  | { readonly kind: 'nothing'; readonly because: StopReason }

/**
 * Looks at the places of the profile, in its order, for a document with the endpoints that are needed. `names`: what the document may call
 * its issuer. Default: as it was called in the protected-resource metadata.
 */
export async function findServerMetadata(
  client: ClientProfile,
  wire: Wire,
  issuer: string,
  steps: Footprints,
  names: readonly string[] = [issuer],
): Promise<FoundServer | Walk> {
  if (!URL.canParse(issuer)) return { kind: 'nothing', because: 'no_authorization_server' }
  let because: StopReason = 'authorization_server_metadata_not_found'
  for (const place of placesOf(client, issuer, wire.target)) {
    if (!place.isFirst && !looksAt(place.kind, client)) continue
    const answer = await wire.document(place.url)
    steps.at(step, answer)
    const unknown = whyUnknown(answer)
    if (unknown !== undefined) return steps.cannotTell(step, unknown)

    const metadata = readServerMetadata(answer)
    const isAnothers = place.kind === 'oauth_at_mcp_host' && !isNamed(metadata, names)
    if (metadata !== undefined && !isAnothers) return checked(metadata, names, client)
    if (isSuccess(answer) && !isAnothers) because = 'authorization_server_metadata_unusable'
    const after = () => recorded(client.authorizationServer?.goesOnAfter, 'authorizationServer.goesOnAfter')
    if (!isAnothers && !goesOn(answer, after)) break
  }
  return { kind: 'nothing', because }
}

const step = 'authorization_server_metadata'

type PlaceKind = NonNullable<AuthorizationServerHandling['order']>['value'][number]

interface Place {
  readonly url: string
  readonly kind: PlaceKind
  readonly isFirst: boolean
}

/** Each once: for an issuer without a path several are one. */
function placesOf(client: ClientProfile, issuer: string, target: string): readonly Place[] {
  const order = client.authorizationServer?.order?.value ?? textOrder
  const urls = new Map<string, PlaceKind>()
  for (const kind of order) for (const url of urlsOf(kind, issuer, target)) if (!urls.has(url)) urls.set(url, kind)
  return [...urls].map(([url, kind], index) => ({ url, kind, isFirst: index === 0 }))
}

const textOrder = ['oauth_inserted', 'openid_inserted', 'openid_appended'] as const

function urlsOf(kind: PlaceKind, issuer: string, target: string): readonly string[] {
  const [oauth, openid, appended] = authorizationServerPlaces(issuer)
  switch (kind) {
    case 'oauth_inserted':
      return oauth ? [oauth.url] : []
    case 'openid_inserted':
      return openid ? [openid.url] : []
    case 'openid_appended':
      return appended ? [appended.url] : []
    case 'oauth_at_root':
      return [authorizationServerAtRoot(issuer)]
    case 'openid_at_root':
      return [`${new URL(issuer).origin}/.well-known/openid-configuration`]
    case 'oauth_at_mcp_host': {
      const atPath = authorizationServerPlaces(target)[0]?.url
      return [...(atPath === undefined ? [] : [atPath]), authorizationServerAtRoot(target)]
    }
    default:
      return kind satisfies never
  }
}

function looksAt(kind: PlaceKind, client: ClientProfile): boolean {
  return recorded(client.authorizationServer?.order, 'authorizationServer.order').includes(kind)
}

function checked(metadata: ServerMetadata, names: readonly string[], client: ClientProfile): FoundServer {
  const isOther =
    !isNamed(metadata, names) &&
    recorded(client.authorizationServer?.comparesIssuer, 'authorizationServer.comparesIssuer')
  return isOther ? { kind: 'nothing', because: 'issuer_mismatch' } : { kind: 'metadata', metadata }
}

function isNamed(metadata: ServerMetadata | undefined, names: readonly string[]): boolean {
  return metadata?.issuer !== undefined && names.includes(metadata.issuer)
}

function readServerMetadata(answer: Exchange): ServerMetadata | undefined {
  const document = isSuccess(answer) ? readJson(answer) : undefined
  if (document?.kind !== 'value' || !isObject(document.value)) return undefined
  const authorizationEndpoint = urlIn(document.value, 'authorization_endpoint')
  const tokenEndpoint = urlIn(document.value, 'token_endpoint')
  if (authorizationEndpoint === undefined || tokenEndpoint === undefined) return undefined
  return {
    issuer: stringIn(document.value.issuer),
    authorizationEndpoint,
    tokenEndpoint,
    registrationEndpoint: urlIn(document.value, 'registration_endpoint'),
    scopes: stringsIn(document.value.scopes_supported),
    challengeMethods: stringsIn(document.value.code_challenge_methods_supported),
    authenticationMethods: stringsIn(document.value.token_endpoint_auth_methods_supported),
    takesClientDocuments: document.value.client_id_metadata_document_supported === true,
  }
}

function urlIn(document: JsonObject, name: string): string | undefined {
  const value = stringIn(document[name])
  return value !== undefined && URL.canParse(value) ? value : undefined
}
