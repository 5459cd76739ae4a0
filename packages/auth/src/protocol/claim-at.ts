/** The value of a claim: by its name as it stands (a URL may be one), or by a path with dots (`realm_access.roles`). */
export function claimAt(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : claimAlong(claims, name.split('.'))
}

/** The value of a claim by the names that lead to it; what every object has is none. */
export function claimAlong(claims: Readonly<Record<string, unknown>>, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined,
    claims,
  )
}
