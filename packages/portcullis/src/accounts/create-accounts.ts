import type { Interaction, Store } from '@portcullis/auth/authorization-server'
import type { Configuration } from '../config/configuration.ts'
import type { ProgramKinds } from '../store/records.ts'
import { createBrowserCookie, createSessionCookie, type SessionCookie } from './cookie.ts'
import { accountsInteraction, type SessionReaderContext } from './interaction.ts'
import type { PasskeysContext } from './passkeys/context.ts'
import { createPasswordHasher, type PasswordHasher } from './password.ts'
import type { SignInContext } from './sign-in.ts'

export interface AccountsOptions {
  configuration: Pick<Configuration, 'issuer' | 'dev' | 'limits' | 'lifetimes'>
  store: Store<ProgramKinds>
  /** What challenges for passkeys are sealed with, the same in each process: the first is used, the others are still taken. */
  challengeKeys: PasskeysContext['challengeKeys']
  /** Default: scrypt as `createPasswordHasher` has it. */
  passwords?: PasswordHasher
  /** The time, in seconds since the epoch. Default: the system clock. */
  now?: () => number
}

export interface Accounts {
  /** What pages and administration work with. */
  context: SignInContext &
    SessionReaderContext &
    PasskeysContext & {
      browserCookie: SessionCookie
      /** Seconds for which a proof of who somebody is counts as fresh. */
      proofLifetime: number
    }
  /** For the authorization server. */
  interaction: Interaction
}

/** The accounts of this program over its store. */
export function createAccounts({ configuration, store, challengeKeys, passwords, now }: AccountsOptions): Accounts {
  const { issuer, dev, limits, lifetimes } = configuration
  const context = {
    store,
    passwords: passwords ?? createPasswordHasher(),
    now: now ?? (() => Math.floor(Date.now() / 1000)),
    limits,
    sessionLifetime: lifetimes.session,
    proofLifetime: lifetimes.proof,
    challengeKeys,
    cookie: createSessionCookie(issuer),
    browserCookie: createBrowserCookie(issuer),
    dev,
    origin: issuer,
  }
  return { context, interaction: accountsInteraction(context) }
}
