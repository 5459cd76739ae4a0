/**
 * Claims whose meaning is fixed for access tokens, and that no hook of a host may set: those of JWT access tokens (RFC 7519 §4.1, RFC 9068 §2.2), of
 * their binding and delegation (RFC 7800, RFC 8693 §4), of introspection answers (RFC 7662 §2.2), those by which verifiers tell other kinds of token
 * apart, and our own.
 */
const reserved: ReadonlySet<string> = new Set([
  ...['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'sid'],
  ...['client_id', 'azp', 'cid', 'scope', 'scp', 'auth_time', 'acr', 'amr', 'authorization_details'],
  ...['cnf', 'act', 'may_act'],
  ...['active', 'token_type', 'username'],
  ...['typ', 'nonce', 'at_hash', 'c_hash', 's_hash', 'events', 'sub_id'],
  ...['grant_id', 'exchanged_under', 'preferred_username'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'toJSON'],
])

/** Whether a claim is one that only the issuer itself sets. */
export function isReservedClaim(name: string): boolean {
  return reserved.has(name)
}
