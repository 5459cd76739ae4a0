import { sha256 } from '#sha256'
import type { TokenRefusal } from '../../protocol/events.ts'
import { type Parameters, requireParameter } from '../../protocol/parameters.ts'
import { isCodeVerifier } from '../../protocol/pkce.ts'
import type { GrantRecord } from '../records.ts'
import type { GrantType } from './grant-type.ts'
import { redeemSecret } from './redeem-secret.ts'
import type { SecretGrant } from './secret-grant.ts'
import { TokenRefusedError } from './token-refused-error.ts'

const code: SecretGrant = {
  kind: 'code',
  secretParameter: 'code',

  async validate(grant, parameters) {
    requireSameRedirect(grant, parameters)
    const verifier = requireParameter(parameters, 'code_verifier')
    if (!isCodeVerifier(verifier)) throw refused('wrong_code_verifier', 'The code verifier is malformed')
    if ((await sha256(verifier)) !== grant.codeChallenge)
      throw refused('wrong_code_verifier', 'The code verifier does not fit the code challenge')
  },

  scope: (grant) => grant.scope,
}

/** The authorization code grant (RFC 6749 §4.1.3, RFC 7636 §4.6). */
export const authorizationCode: GrantType = {
  name: 'authorization_code',
  isOffered: () => true,
  issue: (request, context) => redeemSecret(code, request, context),
}

function requireSameRedirect(grant: GrantRecord, parameters: Parameters): void {
  const presented = parameters.get('redirect_uri')
  if (presented === undefined && grant.redirectUriOmitted) return
  if (presented !== grant.redirectUri)
    throw refused('wrong_redirect_uri', 'The redirect URI is not the one of the authorization request')
}

function refused(reason: TokenRefusal, description: string): TokenRefusedError {
  return new TokenRefusedError('invalid_grant', reason, description)
}
