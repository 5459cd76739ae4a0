import type { ClientProfile } from '@portcullis/clients'
import type { Exchange } from '../../evidence/exchange.ts'
import { recorded } from '../alternatives.ts'
import type { Footprints, StopReason, Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'
import { goesOn } from './going-on.ts'
import { isObject, readJson, stringIn, stringsIn } from './json-document.ts'
import { whyUnknown } from './not-asked.ts'
import { isAcceptable } from './resource-comparison.ts'
import { isSuccess } from './success.ts'
import { resourceMetadataAtPath, resourceMetadataAtRoot, resourceMetadataBehindPath } from './well-known-places.ts'

/** What clients use of protected resource metadata. */
export interface ResourceMetadata {
  readonly resource: string
  readonly authorizationServers: readonly string[]
  readonly scopes: readonly string[] | undefined
}

/** What a search has brought: the metadata, or why there is none. */
export type FoundResource =
  | { readonly kind: 'metadata'; readonly metadata: ResourceMetadata }
  | { readonly kind: 'nothing'; readonly because: StopReason }

/** Looks at the places of the profile, in its order, for a document that can be read. */
export async function findResourceMetadata(
  client: ClientProfile,
  wire: Wire,
  pointer: string | undefined,
  steps: Footprints,
): Promise<FoundResource | Walk> {
  let because: StopReason = 'resource_metadata_not_found'
  const places = client.protectedResource?.order?.value ?? textOrder
  for (const place of places) {
    const url = urlOf(place, client, wire.target, pointer)
    if (url === undefined) continue
    const answer = await wire.document(url)
    steps.at(step, answer)
    const unknown = whyUnknown(answer)
    if (unknown !== undefined) return steps.cannotTell(step, unknown)

    const metadata = readResourceMetadata(answer)
    if (metadata !== undefined) return { kind: 'metadata', metadata }
    if (isSuccess(answer)) because = 'resource_metadata_unusable'
    if (place === places.at(-1) || !looksFurther(place, client, answer)) break
  }
  return { kind: 'nothing', because }
}

/** Whether the client takes metadata of that `resource` for the URL that was typed. */
export function accepts(client: ClientProfile, resource: string, typed: string): boolean {
  if (resource === typed) return true
  const comparison = recorded(client.protectedResource?.comparison, 'protectedResource.comparison')
  return comparison === 'none' || (URL.canParse(resource) && isAcceptable(resource, typed, comparison))
}

const step = 'protected_resource_metadata'

type PlaceKind = 'pointer' | 'path' | 'suffix' | 'root'

const textOrder: readonly PlaceKind[] = ['pointer', 'path', 'root']

/** `undefined`: the client does not look there. */
function urlOf(
  place: PlaceKind,
  client: ClientProfile,
  typed: string,
  pointer: string | undefined,
): string | undefined {
  switch (place) {
    case 'pointer':
      return pointer !== undefined && follows(client, pointer, typed) ? pointer : undefined
    case 'path':
      return resourceMetadataAtPath(typed)
    case 'suffix':
      return resourceMetadataBehindPath(typed)
    case 'root': {
      if (new URL(typed).pathname === '/') return undefined
      const looks = recorded(client.protectedResource?.order, 'protectedResource.order').includes('root')
      return looks ? resourceMetadataAtRoot(typed) : undefined
    }
    default:
      return place satisfies never
  }
}

function follows(client: ClientProfile, pointer: string, typed: string): boolean {
  if (pointer === resourceMetadataAtPath(typed)) return true
  const isWithin = new URL(pointer).origin === new URL(typed).origin
  // Of whoever is known to look where the challenge points, only other origins are in question.
  if (client.challenge?.followsPointer === undefined && client.protectedResource?.order !== undefined && isWithin)
    return true
  switch (recorded(client.challenge?.followsPointer, 'challenge.followsPointer')) {
    case 'any_origin':
      return true
    case 'same_origin':
      return isWithin
    case 'never':
      return false
  }
}

function looksFurther(place: PlaceKind, client: ClientProfile, answer: Exchange): boolean {
  if (place === 'pointer') return !recorded(client.protectedResource?.pointerAlone, 'protectedResource.pointerAlone')
  return goesOn(answer, () => recorded(client.protectedResource?.goesOnAfter, 'protectedResource.goesOnAfter'))
}

function readResourceMetadata(answer: Exchange): ResourceMetadata | undefined {
  const document = isSuccess(answer) ? readJson(answer) : undefined
  if (document?.kind !== 'value' || !isObject(document.value)) return undefined
  const resource = stringIn(document.value.resource)
  if (resource === undefined) return undefined
  return {
    resource,
    authorizationServers: stringsIn(document.value.authorization_servers) ?? [],
    scopes: stringsIn(document.value.scopes_supported),
  }
}
