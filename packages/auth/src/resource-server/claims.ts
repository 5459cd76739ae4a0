import { claimAlong } from '../protocol/claim-at.ts'
import { expandScope, isScopeToken, parseScope, type Scope, type ScopeHierarchy } from '../protocol/scope.ts'
import type { ClaimPath, ResolvedIssuer } from './trusted-issuer.ts'

export type Claims = Readonly<Record<string, unknown>>

/** The client that a token was issued to, by the first claim that names one. */
export function clientIdIn(
  claims: Claims,
  { clientIdClaims }: Pick<ResolvedIssuer, 'clientIdClaims'>,
): string | undefined {
  for (const path of clientIdClaims) {
    const value = claimAt(claims, path)
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}

/** What was granted: text as RFC 8693 §4.2 has it, or the list that other issuers write. */
export function scopeIn(
  claims: Claims,
  { scopeClaims, scopePrefix }: Pick<ResolvedIssuer, 'scopeClaims' | 'scopePrefix'>,
  hierarchy: ScopeHierarchy,
): Scope {
  for (const path of scopeClaims) {
    const value = claimAt(claims, path)
    if (value === undefined || value === null) continue
    const tokens = Array.isArray(value) ? texts(value).filter(isScopeToken) : scopeOfText(value)
    return expandScope(
      Array.from(tokens, (token) => `${scopePrefix}${token}`),
      hierarchy,
    )
  }
  return new Set()
}

/** The roles that the issuer tells, of all claims that have some. Text is one role. */
export function rolesIn(claims: Claims, { roleClaims }: Pick<ResolvedIssuer, 'roleClaims'>): ReadonlySet<string> {
  return new Set(
    roleClaims.flatMap((path) => {
      const value = claimAt(claims, path)
      return texts(Array.isArray(value) ? value : [value])
    }),
  )
}

/** The groups that a token tells (RFC 9068 §2.2.3.1). Text is one group. */
export function groupsIn({ groups }: Claims): ReadonlySet<string> {
  return new Set(texts(Array.isArray(groups) ? groups : [groups]))
}

function scopeOfText(value: unknown): Iterable<string> {
  return (typeof value === 'string' ? parseScope(value) : undefined) ?? []
}

function texts(values: readonly unknown[]): readonly string[] {
  return values.filter((value): value is string => typeof value === 'string' && value !== '')
}

function claimAt(claims: Claims, path: ClaimPath): unknown {
  return claimAlong(claims, typeof path === 'string' ? [path] : path)
}
