import {
  type ProtectedResourceMetadata,
  protectedResourceMetadataUrl,
  protectedResourceWellKnown,
} from '../protocol/metadata.ts'
import type { ResolvedResourceServer } from './config.ts'

/** One URL at which the server is reached, with its metadata, made once (RFC 9728 §2). */
export interface ServedResource {
  resource: string
  host: string
  path: string
  metadataUrl: string
  metadataPath: string
  document: string
}

export function servedResources(options: ResolvedResourceServer): readonly [ServedResource, ...ServedResource[]] {
  const [first, ...others] = options.served
  return [servedResource(first, options), ...others.map((url) => servedResource(url, options))]
}

/** The resource that a request is for: the one at its host and path, else the one at its host, else the first. */
export function resourceAt(
  served: readonly [ServedResource, ...ServedResource[]],
  host: string | undefined,
  path: string,
): ServedResource {
  const atHost = served.filter((candidate) => candidate.host === host)
  return atHost.find((candidate) => candidate.path === path) ?? atHost[0] ?? served[0]
}

/**
 * The metadata document that a path asks for: the path form, and the root form while there is one resource at that host and no other server's
 * (law 2; RS-06), each with or without a slash at its end.
 */
export function documentAt(
  served: readonly [ServedResource, ...ServedResource[]],
  { host, path, sharesHost }: { host: string | undefined; path: string; sharesHost: boolean },
): string | undefined {
  const wanted = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
  const atHost = served.filter((candidate) => candidate.host === host)
  const candidates = atHost.length > 0 ? atHost : [served[0]]
  const exact = candidates.find(({ metadataPath }) => metadataPath === wanted)
  if (exact !== undefined) return exact.document
  return wanted === protectedResourceWellKnown && candidates.length === 1 && !sharesHost
    ? candidates[0]?.document
    : undefined
}

function servedResource(resource: string, options: ResolvedResourceServer): ServedResource {
  const { host, pathname } = new URL(resource)
  const metadataUrl = protectedResourceMetadataUrl(resource)
  const metadata: ProtectedResourceMetadata = {
    resource,
    authorization_servers: options.authorizationServers.map(({ issuer }) => issuer),
    ...(options.scopes.length > 0 && { scopes_supported: options.scopes }),
    bearer_methods_supported: ['header'],
    ...(options.name !== undefined && { resource_name: options.name }),
    ...(options.documentation !== undefined && { resource_documentation: options.documentation }),
  }
  return {
    resource,
    host,
    path: pathname,
    metadataUrl,
    metadataPath: new URL(metadataUrl).pathname.replace(/(.)\/$/, '$1'),
    document: JSON.stringify(metadata),
  }
}
