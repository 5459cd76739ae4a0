import type { ClaimsHook, Interaction, Store } from '@portcullis/auth/authorization-server'
import type { Configuration } from '../config/configuration.ts'
import type { ProgramKinds } from '../store/records.ts'
import type { Account } from './accounts.ts'
import { createBrowserCookie, createSessionCookie, type OwnCookie } from './cookie.ts'
import { createIdentityChecks, type IdentityChecks, type IdentityChecksContext } from './identity-checks.ts'
import { accountsInteraction, isShut, type SessionReaderContext } from './interaction.ts'
import type { PasskeysContext } from './passkeys/context.ts'
import { createPasswordHasher, type PasswordHasher } from './password.ts'
import type { SignInContext } from './sign-in.ts'
import { createWaysIn, type WaysIn } from './ways-in.ts'

export interface AccountsOptions {
  configuration: Pick<Configuration, 'issuer' | 'dev' | 'limits' | 'lifetimes' | 'passwords'>
  store: Store<ProgramKinds>
  /** What challenges for passkeys are sealed with, the same in each process: the first is used, the others are still taken. */
  challengeKeys: PasskeysContext['challengeKeys']
  /** Default: scrypt as `createPasswordHasher` has it. */
  passwords?: PasswordHasher
  /** Where people sign in that have an account elsewhere. Default: nowhere. */
  identityProviders?: Pick<IdentityChecksContext, 'providers' | 'trusted' | 'endGrants' | 'onEvent'> | undefined
  /** The time, in seconds since the epoch. Default: the system clock. */
  now?: () => number
}

export interface Accounts {
  /** What pages and administration work with. */
  context: SignInContext &
    SessionReaderContext &
    PasskeysContext &
    WaysIn & {
      browserCookie: OwnCookie
      /** Seconds for which a proof of who somebody is counts as fresh. */
      proofLifetime: number
    }
  /** For the authorization server. */
  interaction: Interaction
  /** What access tokens say of people beside who they are; `undefined` where there is nothing to say. */
  claims: ClaimsHook | undefined
}

/** The accounts of this program over its store. */
export function createAccounts(options: AccountsOptions): Accounts {
  const { configuration, store, challengeKeys, passwords, identityProviders } = options
  const { issuer, dev, limits, lifetimes } = configuration
  const now = options.now ?? (() => Math.floor(Date.now() / 1000))
  const waysIn = createWaysIn({ store, arePasswordsOn: configuration.passwords, trusted: identityProviders?.trusted })
  const identityChecks =
    identityProviders && createIdentityChecks({ ...identityProviders, store, now, hasLocalWay: waysIn.hasLocalWay })
  const context = {
    store,
    passwords: passwords ?? createPasswordHasher(),
    now,
    limits,
    sessionLifetime: lifetimes.session,
    proofLifetime: lifetimes.proof,
    challengeKeys,
    cookie: createSessionCookie(issuer),
    browserCookie: createBrowserCookie(issuer),
    dev,
    origin: issuer,
    ...waysIn,
    isShut: (account: Account) => isShut(account, { identityChecks }),
    identityChecks,
  }
  return {
    context,
    interaction: accountsInteraction(context),
    claims: identityChecks && groupClaims(store, identityChecks),
  }
}

/** Where nobody knows whether a person still may, there is no token now, and the client asks again later. */
function groupClaims(store: Store<ProgramKinds>, checks: IdentityChecks): ClaimsHook {
  return async ({ subject }) => {
    const account = await store.get('account', subject)
    const groups = account === undefined ? [] : await checks.groupsOf(account)
    return groups.length === 0 ? undefined : { groups }
  }
}
