/** Ways in which an authorization server can fail its clients and resource servers, each with what it does. */
export const faults = {
  expired_tokens: 'Access tokens have expired when they are issued.',
  short_tokens: 'Access tokens live five seconds.',
  wrong_audience: 'Access tokens are for another resource.',
  wrong_issuer: 'Access tokens name another issuer.',
  wrong_type: 'Access tokens have the type of an ID token: JWT.',
  unknown_key: 'Access tokens are signed with a key that is not in the key set.',
  no_refresh_tokens: 'Token answers have no refresh token.',
  refused_refresh: 'Every refresh token is answered with invalid_grant.',
  token_down: 'The token endpoint answers 503.',
  keys_down: 'The key set answers 503.',
  introspection_down: 'Introspection answers 503.',
  revocations_down: 'The revocation feed answers 503.',
  slow: 'Every answer takes three seconds.',
  metadata_down: 'The metadata answers 503.',
  metadata_missing: 'The metadata answers 404.',
  metadata_of_another: 'The metadata names another issuer.',
  old_metadata:
    'The metadata says nothing that came after RFC 8414: no PKCE, no issuer in answers, no client documents.',
  no_registration: 'Clients cannot register: the metadata does not say where, and the endpoint answers 404.',
  no_client_documents: 'No client may come with a document: the metadata offers it not, and such a client is unknown.',
  no_par: 'Requests cannot be pushed (RFC 9126): the metadata offers it not, and the endpoint answers 404.',
  no_device: 'There is no grant for devices (RFC 8628): the metadata offers it not, and the endpoints answer 404.',
  no_client_credentials: 'No client gets a token for itself or exchanges one: both are unsupported_grant_type.',
  no_openid: 'There is no OpenID Connect: its discovery and userinfo answer 404, and no ID token is issued.',
} as const

/** The same, by what they are about. */
export const faultGroups = {
  'Access tokens': ['expired_tokens', 'short_tokens', 'wrong_audience', 'wrong_issuer', 'wrong_type', 'unknown_key'],
  'Answers of endpoints': [
    'no_refresh_tokens',
    'refused_refresh',
    'token_down',
    'keys_down',
    'introspection_down',
    'revocations_down',
    'slow',
  ],
  Metadata: ['metadata_down', 'metadata_missing', 'metadata_of_another', 'old_metadata'],
  'What is not offered': [
    'no_registration',
    'no_client_documents',
    'no_par',
    'no_device',
    'no_client_credentials',
    'no_openid',
  ],
} as const satisfies Readonly<Record<string, readonly Fault[]>>

/** A way to fail. */
export type Fault = keyof typeof faults

/** Whether a word names a way to fail. */
export function isFault(name: string): name is Fault {
  return Object.hasOwn(faults, name)
}

/** The faults that are in a token itself. */
export const tokenFaults: readonly Fault[] = faultGroups['Access tokens']

/** The faults that are in what somebody gets, as opposed to the way there: tokens that are had by a shortcut have them too. */
export const answerFaults: readonly Fault[] = [...tokenFaults, 'no_refresh_tokens']
