import type { Parameters } from '../../protocol/parameters.ts'
import type { GrantRecord } from '../records.ts'
import type { SecretKind } from './secret.ts'

/** What a grant type that presents a secret of a grant adds to the phases of `redeemSecret`, so that none can skip a check. */
export interface SecretGrant {
  kind: SecretKind
  /** The parameter that carries the code or refresh token. */
  secretParameter: string
  /** Checks what this grant type is bound to beside client and resource. Throws `TokenRefusedError` or `OAuthError`; consumes nothing. */
  validate(grant: GrantRecord, parameters: Parameters): Promise<void>
  /** The scope of the access token. Throws `OAuthError` `invalid_scope`. */
  scope(grant: GrantRecord, parameters: Parameters): readonly string[]
}
