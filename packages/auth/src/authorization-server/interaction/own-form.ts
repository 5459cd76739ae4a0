import type { AuthorizationRefusal } from '../../protocol/refusals.ts'
import { originOf } from '../../protocol/resource.ts'
import { AuthorizationRefusedError } from './authorization-refused-error.ts'

/**
 * The form is posted by our own page: the browser says so where it says anything (RFC 9700 §4.7, law 1). Throws `AuthorizationRefusedError`
 * `access_denied`.
 */
export function requireOwnForm({ headers }: Request, issuer: string): void {
  const origin = headers.get('origin')
  const site = headers.get('sec-fetch-site')
  if ((origin !== null && origin !== originOf(issuer)) || (site !== null && site !== 'same-origin'))
    throw notOurForm('foreign_form', 'This form came from another site')
}

/** Shown to the person alone, although the client is proved: the form is not ours, so neither is what it asks. */
export function notOurForm(reason: AuthorizationRefusal, description: string): AuthorizationRefusedError {
  return new AuthorizationRefusedError('access_denied', reason, description, { shown: 'page' })
}
