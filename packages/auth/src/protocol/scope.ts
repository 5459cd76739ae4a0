/** A set of scope tokens (RFC 6749 §3.3); on the wire one string. */
export type Scope = ReadonlySet<string>

/** Which further scope tokens a scope token brings with it, directly: `{ 'notes:write': ['notes:read'] }`. */
export type ScopeHierarchy = Readonly<Record<string, readonly string[]>>

const scopeToken = /^[\x21\x23-\x5B\x5D-\x7E]+$/ // RFC 6749 Appendix A.4: NQCHAR

/** Whether `value` may stand as one scope token (RFC 6749 Appendix A.4). */
export function isScopeToken(value: string): boolean {
  return scopeToken.test(value)
}

/** The scope in `text`: tokens between spaces, each once, in their order. Returns `undefined` when a token has a character that RFC 6749 §3.3 forbids. */
export function parseScope(text: string): Scope | undefined {
  const tokens = text.split(' ').filter((token) => token !== '')
  return tokens.every(isScopeToken) ? new Set(tokens) : undefined
}

/** The wire form of `scope` (RFC 6749 §3.3). */
export function formatScope(scope: Iterable<string>): string {
  return [...scope].join(' ')
}

/** `scope` with every token that its tokens imply (RS-20: a broad scope covers the narrow ones). */
export function expandScope(scope: Iterable<string>, hierarchy: ScopeHierarchy): Scope {
  const expanded = new Set(scope)
  for (const token of expanded) {
    // A Set that grows while it is walked is walked to its new end.
    for (const implied of Object.hasOwn(hierarchy, token) ? (hierarchy[token] ?? []) : []) expanded.add(implied)
  }
  return expanded
}

/** Whether every token of `required` is in `granted`. */
export function covers(granted: Scope, required: Iterable<string>): boolean {
  for (const token of required) if (!granted.has(token)) return false
  return true
}

/** The tokens that stand in both. */
export function intersectScope(scope: Iterable<string>, allowed: Scope): Scope {
  return new Set([...scope].filter((token) => allowed.has(token)))
}
