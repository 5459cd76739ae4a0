import type { ClientProfile } from '@portcullis/clients'
import { mostIssuers } from '../../probes/server-documents.ts'
import { recorded } from '../alternatives.ts'
import { type Footprints, hasEnded, type StopReason, type Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'
import type { HeardChallenge } from './challenge.ts'
import { accepts, findResourceMetadata, type ResourceMetadata } from './resource-metadata.ts'
import { type FoundServer, findServerMetadata } from './server-metadata.ts'
import { type Discovered, guessedServer } from './sign-in.ts'

/** What a client does with metadata of another resource: stops, as RFC 9728 §3.3 has it, or goes on as if there were none. */
export type OnMismatch = 'stops' | 'disregards'

/** From the challenge to the metadata of the authorization server, of a client of which only the profile is known. */
export async function discover(
  client: ClientProfile,
  wire: Wire,
  challenge: HeardChallenge,
  onMismatch: OnMismatch,
  steps: Footprints,
): Promise<Discovered | Walk> {
  const found = await discoverResource(client, wire, challenge.pointer, onMismatch, steps)
  if (hasEnded(found)) return found
  const server = await discoverServer(client, wire, found, steps)
  if (hasEnded(server)) return server

  const discovered = { challengeScope: challenge.scope, resource: found.resource }
  if (server.kind === 'metadata') return { ...discovered, server: server.metadata, isGuessed: false }
  const { without } = client.authorizationServer ?? {}
  if (
    server.because === 'issuer_mismatch' ||
    recorded(without, 'authorizationServer.without') !== 'endpoints_at_origin'
  )
    return steps.stop('authorization_server_metadata', server.because)
  const { origin } = new URL(wire.target)
  steps.caveat({ kind: 'guesses_endpoints', origin })
  return { ...discovered, server: guessedServer(origin), isGuessed: true }
}

interface DiscoveredResource {
  readonly resource: ResourceMetadata | undefined
  readonly issuers: readonly string[]
}

async function discoverResource(
  client: ClientProfile,
  wire: Wire,
  pointer: string | undefined,
  onMismatch: OnMismatch,
  steps: Footprints,
): Promise<DiscoveredResource | Walk> {
  const found = await findResourceMetadata(client, wire, pointer, steps)
  if (hasEnded(found)) return found
  if (found.kind === 'nothing') return goWithout(client, found.because, steps)

  steps.at('resource_comparison')
  const { metadata } = found
  if (!accepts(client, metadata.resource, wire.target)) {
    if (onMismatch === 'stops') return steps.stop('resource_comparison', 'resource_mismatch')
    steps.caveat({ kind: 'disregards_resource_metadata' })
    return goWithout(client, 'resource_mismatch', steps)
  }
  if (metadata.authorizationServers.length === 0) return goWithout(client, 'no_authorization_server', steps)
  return { resource: metadata, issuers: metadata.authorizationServers }
}

function goWithout(client: ClientProfile, because: StopReason, steps: Footprints): DiscoveredResource | Walk {
  if (recorded(client.protectedResource?.without, 'protectedResource.without') === 'goes_on')
    return { resource: undefined, issuers: [] }
  const step = because === 'resource_mismatch' ? 'resource_comparison' : 'protected_resource_metadata'
  return steps.stop(step, because)
}

async function discoverServer(
  client: ClientProfile,
  wire: Wire,
  { issuers }: DiscoveredResource,
  steps: Footprints,
): Promise<FoundServer | Walk> {
  const [first, ...others] = issuers
  if (first === undefined) {
    const issuer = issuerWithout(client, wire.target)
    return findServerMetadata(client, wire, issuer, steps, [issuer, `${issuer}/`])
  }
  if (others.length === 0) return findServerMetadata(client, wire, first, steps)

  const taken = recorded(client.protectedResource?.issuers, 'protectedResource.issuers')
  let server: FoundServer = { kind: 'nothing', because: 'authorization_server_metadata_not_found' }
  for (const issuer of taken === 'first' ? [first] : issuers.slice(0, mostIssuers)) {
    const found = await findServerMetadata(client, wire, issuer, steps)
    if (hasEnded(found)) return found
    if (taken === 'first_that_answers' && found.kind === 'metadata') return found
    if (taken === 'all' && found.kind === 'nothing') return steps.stop('authorization_server_metadata', found.because)
    if (server.kind === 'nothing') server = found
  }
  if (server.kind === 'nothing' && taken !== 'first' && issuers.length > mostIssuers)
    return steps.cannotTell('authorization_server_metadata', notAllLookedAt(issuers.length))
  return server
}

/** Why nobody can tell where a document names more authorization servers than the doctor asks. */
export function notAllLookedAt(count: number): string {
  return `${count} authorization servers are named, and only the first ${mostIssuers} were looked at`
}

function issuerWithout(client: ClientProfile, typed: string): string {
  const { origin, pathname } = new URL(typed)
  if (pathname === '/') return origin
  const taken = recorded(client.protectedResource?.issuerWithout, 'protectedResource.issuerWithout')
  return taken === 'origin' ? origin : typed
}
