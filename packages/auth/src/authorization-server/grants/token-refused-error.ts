import type { TokenRefusal } from '../../protocol/events.ts'
import { OAuthError, type OAuthErrorCode } from '../../protocol/oauth-error.ts'

/** A refusal of the token endpoint, with the reason that the operator is told. */
export class TokenRefusedError extends OAuthError {
  readonly reason: TokenRefusal

  constructor(code: OAuthErrorCode, reason: TokenRefusal, description: string) {
    super(code, description)
    this.reason = reason
  }
}
