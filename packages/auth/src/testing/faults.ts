/** Ways in which an authorization server can fail its clients and resource servers, each with what it does. */
export const faults = {
  expired_tokens: 'Access tokens have expired when they are issued.',
  short_tokens: 'Access tokens live five seconds.',
  wrong_audience: 'Access tokens are for another resource.',
  wrong_issuer: 'Access tokens name another issuer.',
  wrong_type: 'Access tokens have the type of an ID token: JWT.',
  unknown_key: 'Access tokens are signed with a key that is not in the key set.',
  refused_refresh: 'Every refresh token is answered with invalid_grant.',
  token_down: 'The token endpoint answers 503.',
  keys_down: 'The key set answers 503.',
  metadata_down: 'The metadata answers 503.',
  metadata_missing: 'The metadata answers 404.',
  metadata_of_another: 'The metadata names another issuer.',
  old_metadata:
    'The metadata says nothing that came after RFC 8414: no PKCE, no issuer in answers, no client documents.',
  no_registration: 'Clients cannot register: the metadata does not say where, and the endpoint answers 404.',
  no_client_documents: 'The metadata does not say that clients may come with a document.',
  no_refresh_tokens: 'Token answers have no refresh token.',
  slow: 'Every answer takes three seconds.',
} as const

/** A way to fail. */
export type Fault = keyof typeof faults

/** Whether a word names a way to fail. */
export function isFault(name: string): name is Fault {
  return Object.hasOwn(faults, name)
}

/** The faults that are in a token itself. */
export const tokenFaults = [
  'expired_tokens',
  'short_tokens',
  'wrong_audience',
  'wrong_issuer',
  'wrong_type',
  'unknown_key',
] as const
