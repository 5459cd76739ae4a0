const statusOf = {
  // RFC 6749 §4.1.2.1 and §5.2
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  invalid_scope: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  unsupported_response_type: 400,
  access_denied: 403,
  server_error: 500,
  temporarily_unavailable: 503,
  // RFC 6750 §3.1
  invalid_token: 401,
  insufficient_scope: 403,
  // RFC 7009 §2.2.1
  unsupported_token_type: 400,
  // RFC 7591 §3.2.2
  invalid_redirect_uri: 400,
  invalid_client_metadata: 400,
  // RFC 8707 §2
  invalid_target: 400,
  // RFC 8628 §3.5
  authorization_pending: 400,
  slow_down: 400,
  expired_token: 400,
  // RFC 9101 §10.2
  invalid_request_uri: 400,
  // OpenID Connect Core §3.1.2.6
  login_required: 400,
  interaction_required: 400,
  consent_required: 400,
  request_not_supported: 400,
  request_uri_not_supported: 400,
  registration_not_supported: 400,
} as const

/** An error code that a specification names. */
export type OAuthErrorCode = keyof typeof statusOf

/**
 * A refusal the client is meant to read. Any other thrown value is a bug of ours or a failing dependency.
 * `message` is public and sent as `error_description`; `cause` is private and never sent.
 */
export class OAuthError<Code extends OAuthErrorCode = OAuthErrorCode> extends Error {
  override readonly name = 'OAuthError'
  readonly code: Code
  readonly status: number

  constructor(code: Code, description: string, options?: { cause?: unknown }) {
    super(description, options)
    this.code = code
    this.status = statusOf[code]
  }
}
