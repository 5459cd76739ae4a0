import type { Identity } from '@portcullis/auth/identity-providers'
import { admit } from '@portcullis/auth/identity-providers/admission'
import type { Account } from './accounts.ts'
import type { AccountsContext, EndGrants } from './context.ts'
import { identityIdOf, type KnownIdentity, recordOf } from './identities.ts'
import { accountByEmail, takeOverByEmail } from './identity-by-email.ts'
import { changesOfFallenRole } from './links.ts'
import { changesForNewAccount, changesForOwner } from './new-account.ts'
import type { SessionIdentity } from './sessions.ts'
import type { TrustedIdentityProvider } from './trusted-identity-provider.ts'

/** Somebody whom an identity provider has just vouched for. */
export interface Vouched {
  identity: Identity
  /** What the identity provider can be asked by later, sealed. */
  upstream?: string | undefined
}

/** Why somebody who is vouched for does not get in. */
export type IdentityRefusal =
  /** By the operator's rules; `rule` says which. */
  | 'not_admitted'
  | 'disabled'
  /** There is no account, and none is made without an invitation. */
  | 'not_invited'
  /** The invitation, or the owner link, works no more. */
  | 'link_gone'
  /** The identity opens another account already. */
  | 'linked_elsewhere'
  /** The account has as many identities as it may. */
  | 'too_many'
  /** Every name that the account could have is taken. */
  | 'no_name'

export type IdentityOutcome =
  | { kind: 'signed_in'; account: Account; identity: SessionIdentity; how: 'known' | 'created' | 'linked_by_email' }
  | { kind: 'refused'; reason: IdentityRefusal; rule?: string; account?: Account }

/** A one-time link that is answered with an identity in place of a password. */
export interface AnsweredLink {
  purpose: 'owner' | 'invitation'
  /** The id of its record, which was looked at when the browser went out. */
  id: string
}

/**
 * The account of somebody who is vouched for: the one that the identity opens, or a new one where they may have it. An identity is known by its issuer and
 * subject; by e-mail only where the operator says so. All that is written is written in one commit, on condition that nothing of it changed meanwhile.
 */
export async function enterByIdentity(
  context: AccountsContext,
  trusted: TrustedIdentityProvider,
  { vouched, link, endGrants }: { vouched: Vouched; link?: AnsweredLink | undefined; endGrants: EndGrants },
): Promise<IdentityOutcome> {
  const { identity } = vouched
  const verdict = admit(identity, trusted.admission)
  if (!verdict.isAdmitted) return { kind: 'refused', reason: 'not_admitted', rule: verdict.rule }
  const id = identityIdOf(identity)
  for (;;) {
    const known = await context.store.get('identity', id)
    const outcome =
      known === undefined
        ? await enterAnew(context, trusted, { vouched, link, id, endGrants })
        : await enterAgain(context, trusted, { vouched, link, known })
    if (outcome !== undefined) return outcome
  }
}

/** Resolves to `undefined` where something changed meanwhile. */
async function enterAgain(
  context: AccountsContext,
  trusted: TrustedIdentityProvider,
  { vouched, link, known }: { vouched: Vouched; link: AnsweredLink | undefined; known: KnownIdentity },
): Promise<IdentityOutcome | undefined> {
  const { store, now } = context
  const account = await store.get('account', known.value.accountId)
  if (account === undefined || !account.value.identities?.includes(known.id)) return refused('not_invited')
  if (account.value.disabledAt !== undefined) return { ...refused('disabled'), account }
  const value = recordOf(vouched, trusted, { accountId: account.id, before: known.value, now: now() })
  const owned = await ownerChanges(context, account, link)
  if (owned === 'link_gone' || owned === 'linked_elsewhere') return refused(owned)
  const fallen = await changesOfFallenRole(context, account, { before: known.value, after: value })
  if (!(await store.commit([{ kind: 'identity', id: known.id, version: known.version, value }, ...owned, ...fallen])))
    return undefined
  return signedIn(context, vouched, { accountId: account.id, id: known.id, how: 'known' })
}

/** Whoever answers the owner link by an identity that has an account already becomes the owner; an invitation is for somebody who has none. */
async function ownerChanges(context: AccountsContext, account: Account, link: AnsweredLink | undefined) {
  if (link === undefined) return []
  if (link.purpose === 'invitation') return 'linked_elsewhere' as const
  const record = await context.store.get('link', link.id)
  return record === undefined ? ('link_gone' as const) : await changesForOwner(context, account, record)
}

/** Resolves to `undefined` where something changed meanwhile. */
async function enterAnew(
  context: AccountsContext,
  trusted: TrustedIdentityProvider,
  {
    vouched,
    link,
    id,
    endGrants,
  }: { vouched: Vouched; link: AnsweredLink | undefined; id: string; endGrants: EndGrants },
): Promise<IdentityOutcome | undefined> {
  const byEmail = link === undefined ? await accountByEmail(context, trusted, vouched.identity) : undefined
  if (byEmail !== undefined) {
    const value = recordOf(vouched, trusted, { accountId: byEmail.id, now: context.now() })
    if (!(await takeOverByEmail(context, byEmail, { id, value, endGrants }))) return undefined
    return signedIn(context, vouched, { accountId: byEmail.id, id, how: 'linked_by_email' })
  }
  const record = link === undefined ? undefined : await context.store.get('link', link.id)
  if (link !== undefined && record === undefined) return refused('link_gone')
  if (link === undefined && trusted.newAccounts === 'invited') return refused('not_invited')
  const made = await changesForNewAccount(context, vouched.identity, { identityId: id, link: record })
  if (made === 'link_gone' || made === 'no_name') return refused(made)
  const value = recordOf(vouched, trusted, { accountId: made.accountId, now: context.now() })
  if (!(await context.store.commit([...made.changes, { kind: 'identity', id, version: 'absent', value }])))
    return undefined
  return signedIn(context, vouched, { accountId: made.accountId, id, how: 'created' })
}

/** The account as it is now; `undefined` where it is another already. */
async function signedIn(
  { store }: AccountsContext,
  { identity: { isAuthTimeProved } }: Vouched,
  { accountId, id, how }: { accountId: string; id: string; how: 'known' | 'created' | 'linked_by_email' },
): Promise<IdentityOutcome | undefined> {
  const account = await store.get('account', accountId)
  const identity = await store.get('identity', id)
  if (account === undefined || identity === undefined) return undefined
  return {
    kind: 'signed_in',
    account,
    identity: { id, epoch: identity.value.epoch, provesAuthTime: isAuthTimeProved },
    how,
  }
}

function refused(reason: IdentityRefusal): { kind: 'refused'; reason: IdentityRefusal } {
  return { kind: 'refused', reason }
}
