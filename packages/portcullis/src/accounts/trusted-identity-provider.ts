import type { AdmissionRules } from '@portcullis/auth/identity-providers'
import type { RoleRules } from './identity-roles.ts'

/** What the operator says of an identity provider beside how it is reached. */
export interface TrustedIdentityProvider {
  /** Its name in the configuration and in the callback URL. */
  id: string
  /** How pages call it. */
  name: string
  admission: AdmissionRules
  newAccounts: 'allowed' | 'invited'
  /** Whether a verified e-mail address opens the account whose user name it is. */
  linksByEmail: boolean
  /** Seconds after which its word is asked for again. */
  recheck: number
  /** Seconds for which people go on while it cannot be asked. */
  recheckGrace: number
  /** Seconds for which its word counts where it gives nothing to ask by. */
  trustFor: number
  groupsTold: readonly string[]
  /** Who has which role here because it says so. */
  roles: RoleRules
  /** Whom people ask who were refused. */
  contact: string | undefined
}
