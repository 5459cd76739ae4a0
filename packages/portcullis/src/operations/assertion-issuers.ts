import type {
  AssertedSubject,
  DocumentFetch,
  IdentityAssertionClaims,
  IdentityAssertionIssuer,
} from '@portcullis/auth/authorization-server'
import { findAccount } from '../accounts/accounts.ts'
import type { AccountsContext } from '../accounts/context.ts'
import { whyNotUserName } from '../accounts/user-name.ts'
import type { Configuration } from '../config/configuration.ts'
import { configuredKeys } from './configured-secrets.ts'

/** An identity provider of the configuration, with its keys where they are in a file. */
export interface LoadedIssuer extends Omit<IdentityAssertionIssuer, 'subject' | 'fetch'> {
  settings: Trusted
}

type Trusted = Configuration['identityAssertionIssuers'][string]

/** Throws `OperatorError` where a file of keys cannot be had. */
export function loadAssertionIssuers({
  identityAssertionIssuers,
}: Pick<Configuration, 'identityAssertionIssuers'>): LoadedIssuer[] {
  return Object.entries(identityAssertionIssuers).map(([issuer, settings]) => ({
    issuer,
    settings,
    clients: settings.clients,
    ...(settings.resources !== undefined && { resources: settings.resources }),
    ...(settings.keysUrl !== undefined && { jwksUri: settings.keysUrl }),
    ...(settings.keysFile !== undefined && {
      jwks: configuredKeys(`the identity provider ${issuer}`, settings.keysFile),
    }),
  }))
}

/** Who its people are here: users of this program, whose accounts must be there. */
export function trustIssuers(
  issuers: readonly LoadedIssuer[],
  { fetch, accounts }: { fetch: DocumentFetch; accounts: Pick<AccountsContext, 'store'> },
): IdentityAssertionIssuer[] {
  return issuers.map(({ settings, ...issuer }) => ({
    ...issuer,
    ...(issuer.jwksUri !== undefined && { fetch }),
    subject: (claims) => personOf(claims, settings, accounts),
  }))
}

async function personOf(
  claims: IdentityAssertionClaims,
  { people, userNameClaim, tenant }: Trusted,
  accounts: Pick<AccountsContext, 'store'>,
): Promise<AssertedSubject | undefined> {
  if (claims.tenant !== tenant) return undefined
  const userName = Object.hasOwn(people, claims.sub) ? people[claims.sub] : claimed(claims, userNameClaim)
  if (userName === undefined) return undefined
  const account = await findAccount(accounts, userName)
  return account && { subject: account.id, displayName: account.value.userName }
}

/** An address that its identity provider has not verified is one that anybody may have typed. */
function claimed(claims: IdentityAssertionClaims, name: string | undefined): string | undefined {
  const value = name === undefined || !Object.hasOwn(claims, name) ? undefined : claims[name]
  // Names are compared in small letters and without spaces around: what is no name by itself may become somebody's, as KELVIN SIGN becomes "k".
  if (typeof value !== 'string' || whyNotUserName(value) !== undefined) return undefined
  return name === 'email' && !isVerified(claims) ? undefined : value
}

/** Some identity providers say it as text. */
function isVerified({ email_verified: verified = true }: IdentityAssertionClaims): boolean {
  return verified === true || verified === 'true'
}
