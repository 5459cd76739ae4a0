import { requireIdentifier, sameIdentifier } from '../protocol/resource.ts'
import { isScopeToken, type ScopeHierarchy } from '../protocol/scope.ts'

/** An MCP server that this authorization server issues tokens for. */
export interface ProtectedResource {
  /** Its canonical URI: the `aud` of its tokens and the `resource` of requests (RFC 8707 §2). */
  resource: string
  /** Further URLs at which the same server is reached; tokens may be asked for under each (law 2). Default: none. */
  alsoServedAt?: readonly string[]
  /** How pages call it. Default: its URI. */
  name?: string
  /** Every scope it knows, with a description that the person who consents reads. */
  scopes: Readonly<Record<string, string>>
  /** What is granted to a client that asks for no scope it knows. Default: the first scope. */
  defaultScopes?: readonly string[]
  /** Which scopes `scopes_supported` of the metadata names: what a client needs for basic use (RS-09). Default: `defaultScopes`. */
  advertisedScopes?: readonly string[]
  /** Which scopes bring others with them (RS-20). Default: none. */
  hierarchy?: ScopeHierarchy
  /**
   * The form of its access tokens. `jwt` (RFC 9068): it verifies them by itself. `opaque`: it introspects them (RFC 7662), and nobody who sees one can
   * read who the person is. Default: `jwt`.
   */
  accessTokenFormat?: 'jwt' | 'opaque'
}

export interface ResolvedResource extends Required<Omit<ProtectedResource, 'name'>> {
  name: string | undefined
}

/** Throws `TypeError` for one that cannot stand, and where two are reached at one URL: a token for it would be a token for both (law 2). */
export function resolveResources(resources: readonly ProtectedResource[]): readonly ResolvedResource[] {
  const resolved = Object.freeze(resources.map(resolveResource))
  const urlsOf = ({ resource, alsoServedAt }: ResolvedResource) => [resource, ...alsoServedAt]
  for (const [at, each] of resolved.entries()) {
    const others = resolved.slice(0, at).flatMap(urlsOf)
    const twice = urlsOf(each).find((url) => others.some((other) => sameIdentifier(url, other)))
    if (twice !== undefined) throw new TypeError(`two of "resources" are at "${twice}": a token is for one resource`)
  }
  return resolved
}

function resolveResource(options: ProtectedResource): ResolvedResource {
  for (const url of [options.resource, ...(options.alsoServedAt ?? [])]) {
    requireIdentifier('resource', url)
  }
  const tokens = Object.keys(options.scopes)
  const [first] = tokens
  if (first === undefined) throw new TypeError(`"scopes" of ${options.resource} must name at least one scope`)
  const defaultScopes = options.defaultScopes ?? [first]
  const advertisedScopes = options.advertisedScopes ?? defaultScopes
  const named = [...tokens, ...defaultScopes, ...advertisedScopes, ...Object.entries(options.hierarchy ?? {}).flat(2)]
  for (const token of named) {
    if (!isScopeToken(token)) throw new TypeError(`"${token}" is no scope token (RFC 6749 §3.3)`)
    if (!Object.hasOwn(options.scopes, token))
      throw new TypeError(`"${token}" is not among the scopes of ${options.resource}`)
  }
  if (tokens.includes('offline_access')) throw new TypeError('"offline_access" is not a scope of a resource (RS-10)')
  return Object.freeze({
    resource: options.resource,
    alsoServedAt: Object.freeze([...(options.alsoServedAt ?? [])]),
    name: options.name,
    scopes: Object.freeze({ ...options.scopes }),
    defaultScopes: Object.freeze([...defaultScopes]),
    advertisedScopes: Object.freeze([...advertisedScopes]),
    hierarchy: Object.freeze({ ...options.hierarchy }),
    accessTokenFormat: resolveFormat(options),
  })
}

function resolveFormat({ resource, accessTokenFormat = 'jwt' }: ProtectedResource): 'jwt' | 'opaque' {
  if (accessTokenFormat === 'jwt' || accessTokenFormat === 'opaque') return accessTokenFormat
  throw new TypeError(`"accessTokenFormat" of ${resource} must be jwt or opaque, but is "${accessTokenFormat}"`)
}
