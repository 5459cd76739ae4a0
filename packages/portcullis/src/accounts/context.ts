import type { Store } from '@portcullis/auth/authorization-server'
import type { ProgramKinds } from '../store/records.ts'
import type { PasswordHasher } from './password.ts'

/** What the functions of accounts are given. */
export interface AccountsContext {
  store: Store<ProgramKinds>
  passwords: PasswordHasher
  /** Seconds since the epoch. */
  now: () => number
}

/** Ends all grants of a person. */
export type EndGrants = (subject: string) => Promise<unknown>
