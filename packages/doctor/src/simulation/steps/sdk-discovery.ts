import { type Exchange, statusOf } from '../../evidence/exchange.ts'
import type { Redirects } from '../redirects.ts'
import { type Footprints, hasEnded, type Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'
import { whyUnknown } from './not-asked.ts'
import {
  readSdkResourceMetadata,
  readSdkServerMetadata,
  type SdkResourceMetadata,
  type SdkServerMetadata,
} from './sdk-metadata.ts'
import {
  type AuthorizationServerPlace,
  authorizationServerPlaces,
  resourceMetadataAtPath,
  resourceMetadataAtRoot,
} from './well-known-places.ts'

/** In what the versions of the official SDK differ while they look for metadata. */
export interface SdkDiscoveryRules {
  readonly redirects: Redirects
  /** Whether the next place is tried after this status, which is no 2xx. */
  goesOnAfter(status: number): boolean
  /** What a request without an answer is: a place with nothing, or the end; then with these words. */
  readonly withoutAnswer: { readonly kind: 'goes_on' } | { readonly kind: 'throws'; readonly words?: string }
  readonly comparesIssuer: boolean
}

/** `discoverOAuthServerInfo` of the official SDK. */
export interface SdkDiscovery {
  readonly resource: SdkResourceMetadata | undefined
  /** The issuer as the document has it, or the origin of the MCP URL with a slash. */
  readonly authorizationServer: string
  readonly metadata: SdkServerMetadata | undefined
}

export async function discover(
  wire: Wire,
  pointer: string | undefined,
  rules: SdkDiscoveryRules,
  steps: Footprints,
): Promise<SdkDiscovery | Walk> {
  const resource = await findResourceMetadata(wire, pointer, rules, steps)
  if (hasEnded(resource)) return resource
  const authorizationServer = resource?.authorizationServers[0] ?? `${new URL(wire.target).origin}/`
  const metadata = await findServerMetadata(wire, authorizationServer, rules, steps)
  if (hasEnded(metadata)) return metadata
  return { resource, authorizationServer, metadata }
}

/** `discoverOAuthProtectedResourceMetadata`, of whose errors all but those of the network are swallowed. */
async function findResourceMetadata(
  wire: Wire,
  pointer: string | undefined,
  rules: SdkDiscoveryRules,
  steps: Footprints,
): Promise<SdkResourceMetadata | Walk | undefined> {
  const step = 'protected_resource_metadata'
  let answer = await wire.document(pointer ?? resourceMetadataAtPath(wire.target), rules)
  steps.at(step, answer)
  if (pointer === undefined && goesToRoot(answer, new URL(wire.target).pathname, rules)) {
    answer = await wire.document(resourceMetadataAtRoot(wire.target), rules)
    steps.at(step, answer)
  }

  const unknown = whyUnknown(answer)
  if (unknown !== undefined) return steps.cannotTell(step, unknown)
  if (answer.outcome.kind === 'failure')
    return rules.withoutAnswer.kind === 'throws'
      ? steps.stop(step, 'unreachable', rules.withoutAnswer.words)
      : undefined
  if (!isSuccess(answer)) return undefined
  const reading = readSdkResourceMetadata(answer)
  if (reading.kind === 'cut_off') return steps.cannotTell(step, cutOff(answer))
  return reading.kind === 'metadata' ? reading.metadata : undefined
}

function goesToRoot(answer: Exchange, pathname: string, rules: SdkDiscoveryRules): boolean {
  const status = statusOf(answer)
  if (status === undefined) return rules.withoutAnswer.kind === 'goes_on'
  return pathname !== '/' && !isSuccess(answer) && rules.goesOnAfter(status)
}

/** `discoverAuthorizationServerMetadata`: nothing where no place has anything. */
export async function findServerMetadata(
  wire: Wire,
  issuer: string,
  rules: SdkDiscoveryRules,
  steps: Footprints,
): Promise<SdkServerMetadata | Walk | undefined> {
  for (const place of authorizationServerPlaces(issuer)) {
    const answer = await wire.document(place.url, rules)
    steps.at(step, answer)
    const found = metadataIn(answer, place, issuer, rules, steps)
    if (found !== undefined) return found
  }
  return undefined
}

const step = 'authorization_server_metadata'

function metadataIn(
  answer: Exchange,
  place: AuthorizationServerPlace,
  issuer: string,
  rules: SdkDiscoveryRules,
  steps: Footprints,
): SdkServerMetadata | Walk | undefined {
  const unknown = whyUnknown(answer)
  if (unknown !== undefined) return steps.cannotTell(step, unknown)
  const status = statusOf(answer)
  if (status === undefined)
    return rules.withoutAnswer.kind === 'throws'
      ? steps.stop(step, 'unreachable', rules.withoutAnswer.words)
      : undefined
  if (!isSuccess(answer)) {
    if (rules.goesOnAfter(status)) return undefined
    const kind = place.kind === 'oauth' ? 'OAuth' : 'OpenID provider'
    return steps.stop(
      step,
      'authorization_server_metadata_unusable',
      `HTTP ${status} trying to load ${kind} metadata from ${place.url}`,
    )
  }

  const reading = readSdkServerMetadata(answer, place.kind)
  if (reading.kind === 'cut_off') return steps.cannotTell(step, cutOff(answer))
  if (reading.kind === 'unusable') return steps.stop(step, 'authorization_server_metadata_unusable', reading.message)
  const received = reading.metadata.issuer
  if (rules.comparesIssuer && received !== issuer && received !== issuer.replace(/\/$/, ''))
    return steps.stop(
      step,
      'issuer_mismatch',
      `Issuer mismatch in authorization server metadata (RFC 8414 §3.3): expected ${JSON.stringify(issuer)}, received ${JSON.stringify(received)}`,
    )
  return reading.metadata
}

function isSuccess(answer: Exchange): boolean {
  const status = statusOf(answer)
  return status !== undefined && status >= 200 && status < 300
}

function cutOff({ request }: Exchange): string {
  return `Of ${request.url} only the beginning was read`
}
