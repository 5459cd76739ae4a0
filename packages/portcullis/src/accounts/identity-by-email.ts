import type { Identity } from '@portcullis/auth/identity-providers'
import type { IdentityRecord } from '../store/records.ts'
import { type Account, findAccount } from './accounts.ts'
import { changesToRelease } from './change-email.ts'
import type { AccountsContext, EndGrants } from './context.ts'
import { changesToLink } from './identities.ts'
import { changesToEndLinks } from './links.ts'
import { changesToEndMade, endMadeMeanwhile, onceEach } from './made-by.ts'
import { changesToRemoveAll, passkeysOf } from './passkeys/passkeys.ts'
import type { TrustedIdentityProvider } from './trusted-identity-provider.ts'
import { whyNotUserName } from './user-name.ts'

/**
 * The account that a verified e-mail address opens where the operator says that it does: its user name is that address, it is not the owner's, it can be
 * used, and no identity opens it yet.
 */
export async function accountByEmail(
  context: AccountsContext,
  { linksByEmail }: Pick<TrustedIdentityProvider, 'linksByEmail'>,
  { email }: Pick<Identity, 'email'>,
): Promise<Account | undefined> {
  if (!linksByEmail || email?.isVerified !== true) return undefined
  // Names are compared in small letters: what is no name by itself may become somebody's, as KELVIN SIGN becomes "k".
  if (!email.address.includes('@') || whyNotUserName(email.address) !== undefined) return undefined
  const account = await findAccount(context, email.address)
  if (account === undefined || account.value.role === 'owner' || account.value.disabledAt !== undefined)
    return undefined
  return (account.value.identities ?? []).length === 0 ? account : undefined
}

/**
 * Gives it to the identity, and to nobody else: whoever chose that name may have been somebody else, who waits in it. Password, passkeys, sessions,
 * grants, links, what they made to let others in, and the address at which they would get another go. Resolves to whether it wrote.
 */
export async function takeOverByEmail(
  { store }: AccountsContext,
  account: Account,
  { id, value, endGrants }: { id: string; value: IdentityRecord; endGrants: EndGrants },
): Promise<boolean> {
  await endGrants(account.id) // first, so that where it fails all can be tried again
  const { password: _, email, ...kept } = account.value
  const emptied: Account = {
    ...account,
    value: { ...kept, sessionEpoch: kept.sessionEpoch + 1, isFromIdentityProvider: true },
  }
  const others = [
    ...changesToRemoveAll(await passkeysOf({ store }, account.id)),
    ...(await changesToEndLinks({ store }, account.id)),
    ...(await changesToEndMade({ store }, account.id)),
    ...(await changesToRelease({ store }, email)),
  ]
  if (!(await store.commit([...changesToLink(emptied, id, value), ...onceEach(others)]))) return false
  await endMadeMeanwhile({ store }, account.id)
  await endGrants(account.id) // those that its sessions consented to until now
  return true
}
