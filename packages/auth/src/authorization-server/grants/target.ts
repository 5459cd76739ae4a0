import { OAuthError } from '../../protocol/oauth-error.ts'
import { printable } from '../../protocol/parameters.ts'
import { sameIdentifier } from '../../protocol/resource.ts'
import { expandScope, intersectScope, parseScope, type ScopeHierarchy } from '../../protocol/scope.ts'
import type { ResolvedResource } from '../config.ts'
import { isOpenidScope } from '../openid/scopes.ts'

/** A resource that is asked for, under the URL by which it was named. */
export interface Target {
  resource: ResolvedResource
  /** What becomes the audience: the canonical URI, or the one of `alsoServedAt` that was named. */
  identifier: string
}

/**
 * The one resource that an authorization request is for (RFC 8707 §2.1, law 2).
 * Throws `OAuthError` `invalid_target` where it names another one or several, or none while there are several.
 */
export function resolveTarget(requested: readonly string[], resources: readonly ResolvedResource[]): Target {
  const [first, ...others] = requested
  if (first === undefined) {
    const [only, ...more] = resources
    if (only === undefined || more.length > 0)
      throw new OAuthError('invalid_target', "The parameter 'resource' must say which server the token is for")
    return { resource: only, identifier: only.resource }
  }
  const target = findTarget(first, resources)
  if (target === undefined) throw new OAuthError('invalid_target', `No resource '${printable(first)}' is known here`)
  if (others.some((other) => findTarget(other, resources)?.resource !== target.resource))
    throw new OAuthError('invalid_target', 'A token is for one resource')
  return target
}

/**
 * The one resource that a request is for, among those that its client may have. Throws `OAuthError` `invalid_target` where it names another one or
 * several, or none while there are several.
 */
export function chooseTarget(requested: readonly string[], allowed: readonly ResolvedResource[]): Target {
  if (allowed.length === 0) throw new OAuthError('invalid_target', 'The client may not have tokens for any resource')
  return resolveTarget(requested, allowed)
}

/** Whether a token request that names these resources names the grant's (RFC 8707 §2.2). Another one is `invalid_target`, nothing consumed. */
export function requireSameTarget(
  requested: readonly string[],
  granted: string,
  resources: readonly ResolvedResource[],
): void {
  const of = findTarget(granted, resources)?.resource
  const same = (name: string) =>
    sameIdentifier(name, granted) || (of !== undefined && findTarget(name, resources)?.resource === of)
  if (!requested.every(same)) throw new OAuthError('invalid_target', 'The grant is for another resource')
}

/**
 * The scope to ask consent for: what is known of what was asked, and the default where nothing is. Never refused for asking too much (RFC 6749 §3.3).
 * Throws `OAuthError` `invalid_scope` where the text is no scope at all.
 */
export function narrowScope(requested: string | undefined, resource: ResolvedResource): readonly string[] {
  const scope = parseScope(requested ?? '')
  if (scope === undefined)
    throw new OAuthError('invalid_scope', "The parameter 'scope' has a character that no scope token has")
  const known = intersectScope(scope, new Set(Object.keys(resource.scopes)))
  return known.size > 0 ? [...known] : resource.defaultScopes
}

/**
 * The scope of one access token at refresh: the grant's, narrowed by what was asked (RFC 6749 §6). What exceeds the grant is left out.
 * Throws `OAuthError` `invalid_scope` where nothing is left.
 */
export function narrowAtRefresh(requested: string | undefined, granted: readonly string[]): readonly string[] {
  if (requested === undefined) return granted
  const scope = parseScope(requested)
  if (scope === undefined)
    throw new OAuthError('invalid_scope', "The parameter 'scope' has a character that no scope token has")
  // Scopes that are of OpenID Connect, not of the resource, narrow nothing.
  const meant = [...scope].filter((token) => !isOpenidScope(token) && token !== 'offline_access')
  if (meant.length === 0) return granted
  if (!meant.some((token) => granted.includes(token)))
    throw new OAuthError('invalid_scope', 'The grant has none of the scopes asked for')
  return [...scope].filter((token) => granted.includes(token))
}

/**
 * The scope of an access token of which nobody decides but the operator: what was asked of what is allowed, all of it where nothing was asked.
 * Throws `OAuthError` `invalid_scope` where nothing is left.
 */
export function narrowToAllowed(
  requested: string | undefined,
  allowed: readonly string[],
  hierarchy: ScopeHierarchy,
): readonly string[] {
  return narrowAtRefresh(requested, requested === undefined ? allowed : [...expandScope(allowed, hierarchy)])
}

/** The resource that is called so. */
export function findTarget(name: string, resources: readonly ResolvedResource[]): Target | undefined {
  for (const resource of resources)
    for (const identifier of [resource.resource, ...resource.alsoServedAt])
      if (sameIdentifier(identifier, name)) return { resource, identifier }
  return undefined
}
