import { OAuthError } from '../../protocol/oauth-error.ts'
import { originOf } from '../../protocol/resource.ts'

/** The form is posted by our own page: the browser says so where it says anything (RFC 9700 §4.7, law 1). Throws `OAuthError` `access_denied`. */
export function requireOwnForm({ headers }: Request, issuer: string): void {
  const origin = headers.get('origin')
  const site = headers.get('sec-fetch-site')
  if ((origin !== null && origin !== originOf(issuer)) || (site !== null && site !== 'same-origin'))
    throw new OAuthError('access_denied', 'This form came from another site')
}
