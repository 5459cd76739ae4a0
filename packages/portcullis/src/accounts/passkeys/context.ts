import type { AccountsContext } from '../context.ts'

/** What the functions of passkeys are given. */
export interface PasskeysContext extends Pick<AccountsContext, 'store' | 'now'> {
  /** The origin of the pages, to which passkeys are bound. */
  origin: string
  /** The first seals challenges; those of the others are still taken. */
  challengeKeys: readonly [Uint8Array, ...Uint8Array[]]
}
