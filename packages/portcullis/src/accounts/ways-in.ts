import type { Account } from './accounts.ts'
import type { AccountsContext } from './context.ts'
import { identitiesOf } from './identities.ts'
import { passkeysOf } from './passkeys/passkeys.ts'
import type { TrustedIdentityProvider } from './trusted-identity-provider.ts'

/** By what people can sign in, as things are configured now. */
export interface WaysIn {
  /** Whether people may sign in with a password of this server. */
  arePasswordsOn: boolean
  /** Whether a person can sign in without an identity elsewhere: not whose account came by one. */
  hasLocalWay(account: Account): Promise<boolean>
  /** Whether an identity elsewhere lets the person in. */
  hasOpenIdentity(account: Account): Promise<boolean>
  /** Whether a person can still sign in without one of their passkeys. */
  hasWayBeside(passkeyId: string, account: Account): Promise<boolean>
}

export interface WaysInContext extends Pick<AccountsContext, 'store'> {
  /** Whether people may sign in with a password of this server. */
  passwords: boolean
}

/** Whether a person can sign in at all, as far as the database says. `without`: identities that are about to end. */
export async function canSignIn(
  { store, passwords }: WaysInContext,
  account: Account,
  { without = [] }: { without?: readonly string[] } = {},
): Promise<boolean> {
  if (account.value.disabledAt !== undefined) return false
  const identities = await identitiesOf({ store }, account)
  const isOpen = identities.some(({ id, value }) => value.endedAt === undefined && !without.includes(id))
  return isOpen || createWaysIn({ store, arePasswordsOn: passwords }).hasLocalWay(account)
}

/** `trusted`: the identity providers of the configuration, by their ids. Default: none. */
export function createWaysIn({
  store,
  arePasswordsOn,
  trusted = new Map(),
}: Pick<AccountsContext, 'store'> & {
  arePasswordsOn: boolean
  trusted?: ReadonlyMap<string, TrustedIdentityProvider> | undefined
}): WaysIn {
  const hasPassword = ({ value }: Account) => arePasswordsOn && value.password !== undefined

  async function hasOpenIdentity(account: Account): Promise<boolean> {
    const identities = await identitiesOf({ store }, account)
    return identities.some(({ value }) => value.endedAt === undefined && trusted.has(value.identityProvider))
  }

  return {
    arePasswordsOn,
    async hasLocalWay(account) {
      if (account.value.isFromIdentityProvider) return false
      return hasPassword(account) || (await passkeysOf({ store }, account.id)).length > 0
    },
    hasOpenIdentity,
    async hasWayBeside(passkeyId, account) {
      if (hasPassword(account) || (await hasOpenIdentity(account))) return true
      return (await passkeysOf({ store }, account.id)).some(({ id }) => id !== passkeyId)
    },
  }
}
