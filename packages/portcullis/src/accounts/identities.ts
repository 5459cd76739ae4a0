import { createHash } from 'node:crypto'
import type { Change, Entry } from '@portcullis/auth/authorization-server'
import type { Identity } from '@portcullis/auth/identity-providers'
import type { IdentityRecord, ProgramKinds } from '../store/records.ts'
import { type Account, changeTo } from './accounts.ts'
import type { AccountsContext } from './context.ts'
import { roleFor } from './identity-roles.ts'
import type { TrustedIdentityProvider } from './trusted-identity-provider.ts'

export type KnownIdentity = Entry<IdentityRecord>

/** Identities that one account may have: what is asked of each before a token is issued stays little. */
export const mostIdentities = 5

/** The id of what is known of somebody: by issuer and subject, and by nothing that may pass to somebody else (OpenID Connect Core §5.7). */
export function identityIdOf({ issuer, subject }: Pick<Identity, 'issuer' | 'subject'>): string {
  return createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('base64url')
}

/** All identities of an account, in the order in which they were linked. */
export async function identitiesOf(
  { store }: { store: Pick<AccountsContext['store'], 'get'> },
  { value: { identities = [] } }: Pick<Account, 'value'>,
): Promise<KnownIdentity[]> {
  const known = await Promise.all(identities.map((id) => store.get('identity', id)))
  return known.filter((identity) => identity !== undefined)
}

/** What is kept of an identity that was just vouched for. `before`: what was kept of it until now. */
export function recordOf(
  { identity, upstream }: { identity: Identity; upstream?: string | undefined },
  trusted: Pick<TrustedIdentityProvider, 'id' | 'groupsTold' | 'roles'>,
  { accountId, before, now }: { accountId: string; before?: IdentityRecord | undefined; now: number },
): IdentityRecord {
  const { issuer, subject, userName, name, email } = identity
  return {
    accountId,
    identityProvider: trusted.id,
    issuer,
    subject,
    label: (userName ?? email?.address ?? name ?? subject).slice(0, 200),
    ...(name !== undefined && { name: name.slice(0, 200) }),
    ...(email?.isVerified && { email: email.address.slice(0, 254) }),
    groups: trusted.groupsTold.filter((group) => identity.groups.includes(group)),
    linkedAt: before?.linkedAt ?? now,
    signedInAt: now,
    checkedAt: now,
    askedAt: now,
    ...(upstream !== undefined && { upstream }),
    epoch: before?.epoch ?? 0,
    ...roleFor(identity, trusted.roles, { before, now }),
  }
}

/** The changes that give an account an identity that nobody has yet; for one commit. */
export function changesToLink(account: Account, id: string, value: IdentityRecord): Change<ProgramKinds>[] {
  const identities = [...(account.value.identities ?? []), id]
  return [changeTo(account, { ...account.value, identities }), { kind: 'identity', id, version: 'absent', value }]
}

/** The changes that forget identities of an account that has none afterwards. */
export function changesToForget(identities: readonly KnownIdentity[]): Change<ProgramKinds>[] {
  return identities.map(({ id, version }) => ({ kind: 'identity', id, version, value: undefined }))
}

/** The changes that take one from it; for one commit. */
export function changesToUnlink(account: Account, { id, version }: KnownIdentity): Change<ProgramKinds>[] {
  const identities = (account.value.identities ?? []).filter((each) => each !== id)
  return [changeTo(account, { ...account.value, identities }), { kind: 'identity', id, version, value: undefined }]
}
