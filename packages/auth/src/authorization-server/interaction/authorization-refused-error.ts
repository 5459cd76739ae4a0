import { OAuthError, type OAuthErrorCode } from '../../protocol/oauth-error.ts'
import type { AuthorizationRefusal } from '../../protocol/refusals.ts'

/** A refusal of the authorization endpoint, with the reason that the operator is told. */
export class AuthorizationRefusedError extends OAuthError {
  readonly reason: AuthorizationRefusal
  /** Where the person sees it although the client is proved: the form is not ours, so neither is what it asks; or only they can do something. */
  readonly shown: 'page' | 'page with a way back' | 'redirect'

  constructor(
    code: OAuthErrorCode,
    reason: AuthorizationRefusal,
    description: string,
    { shown = 'redirect' }: { shown?: AuthorizationRefusedError['shown'] } = {},
  ) {
    super(code, description)
    this.reason = reason
    this.shown = shown
  }
}

/** The reason behind an error: its own, or what its code says. */
export function authorizationRefusalOf(error: OAuthError): AuthorizationRefusal {
  if (error instanceof AuthorizationRefusedError) return error.reason
  const reasons: Partial<Record<OAuthErrorCode, AuthorizationRefusal>> = {
    invalid_client: 'unknown_client',
    temporarily_unavailable: 'client_unavailable',
    invalid_redirect_uri: 'unregistered_redirect_uri',
    unsupported_response_type: 'unsupported_response_type',
    invalid_target: 'wrong_resource',
    invalid_scope: 'wrong_scope',
    unauthorized_client: 'unauthorized_client',
    login_required: 'login_required',
    interaction_required: 'consent_required',
    consent_required: 'consent_required',
    access_denied: 'signed_out',
    server_error: 'failure',
  }
  return reasons[error.code] ?? 'malformed_request'
}
