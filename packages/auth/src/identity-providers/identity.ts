/** Who an identity provider says somebody is, verified. */
export interface Identity {
  /** The identity provider, by its id in the configuration. */
  identityProvider: string
  /** The issuer, exact; `https://github.com` for GitHub. Together with `subject` it names the person, and nothing else does. */
  issuer: string
  /** Stable and never reassigned within the issuer (OpenID Connect Core §2). */
  subject: string
  /** When the person proved who they are; seconds since the epoch. */
  authTime: number
  /** Whether the identity provider said so itself (`auth_time`). Where it says nothing, `authTime` is when it answered, and step-up must not trust it. */
  isAuthTimeProved: boolean
  /** How the person calls themselves there; not unique in time. */
  userName?: string
  name?: string
  /** `isVerified`: whether the identity provider vouches for the address; each preset has its own reading. */
  email?: { address: string; isVerified: boolean }
  /** The domain that the identity provider itself vouches for the person with (Google's `hd`); no other claim counts as one. */
  hostedDomain?: string
  groups: readonly string[]
  /** Why `groups` may lack some, as a sentence for the operator; absent where they are whole. */
  groupsIncomplete?: string
  /** What rules may look at: all claims, save those of the protocol. No token is among them. */
  claims: Readonly<Record<string, unknown>>
}
