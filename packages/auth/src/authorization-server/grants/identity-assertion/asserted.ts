import { OAuthError } from '../../../protocol/oauth-error.ts'
import { parseScope } from '../../../protocol/scope.ts'
import type { ResolvedResource } from '../../config.ts'
import { findTarget, resolveTarget, type Target } from '../target.ts'
import { TokenRefusedError } from '../token-refused-error.ts'
import type { IdentityAssertionClaims, IdentityAssertionIssuer } from './issuers.ts'

/** The claims of an assertion that was verified. */
export interface AssertionClaims extends IdentityAssertionClaims {
  jti: string
}

/**
 * The one resource that an assertion is exchanged for. Where it names none there must be one alone; the request may name one of several, and none that
 * the assertion does not. Throws `TokenRefusedError` `invalid_grant` for the assertion, `OAuthError` `invalid_target` for the request.
 */
export function targetOf(
  claims: AssertionClaims,
  issuer: IdentityAssertionIssuer,
  requested: readonly string[],
  resources: readonly ResolvedResource[],
): Target {
  const ofIssuer = issuer.resources
  const allowed =
    ofIssuer === undefined ? resources : resources.filter((each) => ofIssuer.some((name) => findTarget(name, [each])))
  const names = namedResources(claims.resource)
  if (names === undefined) {
    if (resources.length > 1 && allowed.length !== 1) throw wrong('it names no resource, and there are several here')
    return resolveTarget(requested, allowed)
  }
  const targets = names.flatMap((name) => findTarget(name, allowed) ?? [])
  const [first, ...others] = targets
  if (first === undefined) throw wrong('it is for no resource that it may be for here')
  if (requested.length === 0 && others.every(({ resource }) => resource === first.resource)) return first
  return resolveTarget(
    requested,
    allowed.filter((each) => targets.some(({ resource }) => resource === each)),
  )
}

/**
 * What an assertion allows at that resource: what it names and the resource knows, and the resource's default where it leaves that to us.
 * Throws `TokenRefusedError` `invalid_grant`, or `OAuthError` `invalid_scope` where nothing is left.
 */
export function scopeOf(
  { scope, authorization_details: details, cnf }: AssertionClaims,
  target: ResolvedResource,
): readonly string[] {
  // Both narrow what the assertion allows in ways that are not enforced here: leaving them out would give more than was allowed.
  if (details !== undefined) throw wrong('it has "authorization_details", which this server does not know')
  if (cnf !== undefined) throw wrong('it is bound to a key, and this server takes no proof of that')
  if (scope === undefined) return target.defaultScopes
  const tokens = typeof scope === 'string' ? parseScope(scope) : undefined
  if (tokens === undefined) throw wrong('its "scope" is no scope')
  const known = [...tokens].filter((token) => Object.hasOwn(target.scopes, token))
  if (known.length === 0) throw new OAuthError('invalid_scope', 'The assertion has no scope that the resource knows')
  return known
}

function namedResources(claim: unknown): readonly string[] | undefined {
  if (claim === undefined) return undefined
  const names: readonly unknown[] = Array.isArray(claim) ? claim : [claim]
  if (names.length > 0 && names.every((name) => typeof name === 'string')) return names
  throw wrong('its "resource" names none')
}

function wrong(description: string): TokenRefusedError {
  return new TokenRefusedError('invalid_grant', 'wrong_assertion', `The assertion is not taken: ${description}`)
}
