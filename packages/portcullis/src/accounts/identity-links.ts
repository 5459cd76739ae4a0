import { admit } from '@portcullis/auth/identity-providers/admission'
import type { Account } from './accounts.ts'
import type { AccountsContext } from './context.ts'
import {
  changesToLink,
  changesToUnlink,
  identityIdOf,
  type KnownIdentity,
  mostIdentities,
  recordOf,
} from './identities.ts'
import type { IdentityRefusal, Vouched } from './identity-sign-in.ts'
import { changesOfFallenRole } from './links.ts'
import type { TrustedIdentityProvider } from './trusted-identity-provider.ts'

export type LinkOutcome =
  | { kind: 'linked'; account: Account; identity: KnownIdentity }
  | { kind: 'refused'; reason: IdentityRefusal; rule?: string }

/** Lets the identity open the account as well. One that opens another account stays with that. */
export async function linkIdentity(
  context: AccountsContext,
  trusted: TrustedIdentityProvider,
  { accountId, vouched }: { accountId: string; vouched: Vouched },
): Promise<LinkOutcome> {
  const { store, now } = context
  const verdict = admit(vouched.identity, trusted.admission)
  if (!verdict.isAdmitted) return { kind: 'refused', reason: 'not_admitted', rule: verdict.rule }
  const id = identityIdOf(vouched.identity)
  for (;;) {
    const account = await store.get('account', accountId)
    if (account === undefined || account.value.disabledAt !== undefined) return { kind: 'refused', reason: 'disabled' }
    const known = await store.get('identity', id)
    if (known !== undefined) {
      if (known.value.accountId !== accountId) return { kind: 'refused', reason: 'linked_elsewhere' }
      return { kind: 'linked', account, identity: known }
    }
    if ((account.value.identities ?? []).length >= mostIdentities) return { kind: 'refused', reason: 'too_many' }
    const value = recordOf(vouched, trusted, { accountId, now: now() })
    if (!(await store.commit(changesToLink(account, id, value)))) continue
    const identity = await store.get('identity', id)
    if (identity !== undefined) return { kind: 'linked', account, identity }
  }
}

export type UnlinkOutcome =
  | { kind: 'unlinked'; account: Account; identity: KnownIdentity }
  | { kind: 'not_linked' }
  | { kind: 'last_way_in' }

/**
 * Takes an identity from the account: sessions that began by it are over. `hasAnotherWay`: whether the person can sign in without it, as the account is
 * then; the last way in stays.
 */
export async function unlinkIdentity(
  { store }: Pick<AccountsContext, 'store'>,
  { accountId, identityId }: { accountId: string; identityId: string },
  hasAnotherWay: (account: Account) => Promise<boolean> | boolean,
): Promise<UnlinkOutcome> {
  for (;;) {
    const account = await store.get('account', accountId)
    const identity = await store.get('identity', identityId)
    if (account === undefined || identity === undefined || !account.value.identities?.includes(identityId))
      return { kind: 'not_linked' }
    const identities = account.value.identities.filter((id) => id !== identityId)
    if (!(await hasAnotherWay({ ...account, value: { ...account.value, identities } }))) return { kind: 'last_way_in' }
    const fallen = await changesOfFallenRole({ store }, account, { before: identity.value, after: undefined })
    if (await store.commit([...changesToUnlink(account, identity), ...fallen]))
      return { kind: 'unlinked', account, identity }
  }
}
