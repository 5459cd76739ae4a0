import type { IdentityProviders } from '@portcullis/auth/identity-providers'
import { admit } from '@portcullis/auth/identity-providers/admission'
import type { IdentityRecord } from '../store/records.ts'
import type { Account } from './accounts.ts'
import type { AccountsContext, EndGrants } from './context.ts'
import type { AccountEvent } from './events.ts'
import { identitiesOf, identityIdOf, type KnownIdentity, recordOf } from './identities.ts'
import { followsRules, type RoleByIdentity, roleByIdentity } from './identity-roles.ts'
import { changesOfFallenRole } from './links.ts'
import type { SessionIdentity } from './sessions.ts'
import type { TrustedIdentityProvider } from './trusted-identity-provider.ts'

/** Whether people still are who they were, and may come in, as their identity providers say. */
export interface IdentityChecks {
  /** Whether the account may still have tokens. An identity that ends here takes the account's grants, and the sessions that began by it, along. */
  isActive(account: Account): Promise<boolean>
  /** Whether the identity by which a session began still opens the account. Not where nobody knows. */
  isOpen(identity: Pick<SessionIdentity, 'id' | 'epoch'>): Promise<boolean>
  /** The groups of a person that are told. Throws where nobody knows whether the person may still have tokens. */
  groupsOf(account: Account): Promise<readonly string[]>
  /** The roles that a person has because identity providers say so, by the rules that there are now. None where nobody knows. */
  rolesOf(account: Account): Promise<readonly RoleByIdentity[]>
}

export interface IdentityChecksContext extends Pick<AccountsContext, 'store' | 'now'> {
  providers: Pick<IdentityProviders, 'recheck'>
  trusted: ReadonlyMap<string, TrustedIdentityProvider>
  endGrants: EndGrants
  onEvent: (event: AccountEvent) => void
  /** Whether the person can sign in without any identity. */
  hasLocalWay: (account: Account) => Promise<boolean>
  /** Milliseconds that a request waits for an identity provider. Default 3000. */
  patience?: number
}

/** `unknown`: the identity provider cannot be asked, and its word is too old. */
type State = 'open' | 'ended' | 'unknown'

/** Seconds in which nobody else asks after somebody did. */
const askedLately = 60

export function createIdentityChecks(context: IdentityChecksContext): IdentityChecks {
  const { store, now, trusted, patience = 3000 } = context
  const asking = new Map<string, Promise<void>>()

  /** Asks once, however many wait; nobody waits longer than the patience lasts, and what comes later is written all the same. */
  async function askFor(identity: KnownIdentity, by: TrustedIdentityProvider): Promise<void> {
    let ask = asking.get(identity.id)
    if (ask === undefined) {
      ask = askAndWrite(identity, by, context).finally(() => asking.delete(identity.id))
      ask.catch(() => {}) // whoever still waits is told; it may fail when nobody does
      asking.set(identity.id, ask)
    }
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patience)
    })
    await Promise.race([ask, late]).finally(() => clearTimeout(timer))
  }

  /** With the identity as it is once it was asked for. */
  async function stateOf(identity: KnownIdentity): Promise<{ identity: KnownIdentity; state: State }> {
    const by = trusted.get(identity.value.identityProvider)
    if (by === undefined || identity.value.endedAt !== undefined) return { identity, state: 'ended' }
    const { upstream, checkedAt } = identity.value
    const isOld = now() - checkedAt >= (upstream === undefined ? by.trustFor : by.recheck)
    if (!isOld && (upstream === undefined || followsRules(identity.value, by.roles))) return { identity, state: 'open' }
    if (upstream === undefined) {
      await end(identity, { reason: 'too_old', detail: 'The identity provider gives nothing to ask by later' }, context)
      return { identity, state: 'ended' }
    }
    await askFor(identity, by)
    const current = await store.get('identity', identity.id)
    if (current === undefined || current.value.endedAt !== undefined) return { identity, state: 'ended' }
    const isKnown = now() - current.value.checkedAt < by.recheck + by.recheckGrace
    return { identity: current, state: isKnown ? 'open' : 'unknown' }
  }

  async function statesOf(account: Account): Promise<{ identity: KnownIdentity; state: State }[]> {
    return Promise.all((await identitiesOf({ store }, account)).map(stateOf))
  }

  return {
    async isActive(account) {
      if ((account.value.identities ?? []).length === 0) return !account.value.isFromIdentityProvider
      const states = await statesOf(account)
      return states.some(({ state }) => state !== 'ended') || context.hasLocalWay(account)
    },
    async isOpen({ id, epoch }) {
      const identity = await store.get('identity', id)
      return identity !== undefined && identity.value.epoch === epoch && (await stateOf(identity)).state === 'open'
    },
    async groupsOf(account) {
      const states = await statesOf(account)
      if (states.some(({ state }) => state === 'unknown') && !states.some(({ state }) => state === 'open'))
        if (!(await context.hasLocalWay(account)))
          throw new Error('Its identity provider has not been reached for too long')
      const current = states.filter(({ state }) => state === 'open').flatMap(({ identity }) => identity.value.groups)
      return [...new Set(current)]
    },
    async rolesOf(account) {
      if ([...trusted.values()].every(({ roles }) => Object.keys(roles).length === 0)) return []
      const states = await statesOf(account)
      return states.flatMap(({ identity: { value }, state }) => {
        const given = state === 'open' && roleByIdentity(value, trusted.get(value.identityProvider), now())
        return given ? [given] : []
      })
    },
  }
}

/** The first commit is the leave to ask: refresh tokens rotate, and of two processes that use one the second would look like a thief. */
async function askAndWrite(identity: KnownIdentity, by: TrustedIdentityProvider, context: IdentityChecksContext) {
  const { store, now, providers } = context
  const { id, value: before } = identity
  if (before.upstream === undefined || now() - before.askedAt < askedLately) return
  const leave: IdentityRecord = { ...before, askedAt: now() }
  if (!(await store.commit([{ kind: 'identity', id, version: identity.version, value: leave }]))) return
  const entry = await store.get('identity', id)
  if (entry === undefined || entry.value.askedAt !== leave.askedAt) return
  // Where nobody knows, the word is as old as it was, and what to ask by is the new one: the one before may be good for nothing any more.
  const keepToAskBy = (upstream: string) =>
    store.commit([{ kind: 'identity', id, version: entry.version, value: { ...entry.value, upstream } }])
  const told = await providers.recheck(by.id, before.upstream)
  switch (told.kind) {
    case 'active': {
      if (identityIdOf(told.identity) !== id)
        return end(entry, { reason: 'ended', detail: 'The identity provider answers for somebody else' }, context)
      const verdict = admit(told.identity, by.admission)
      if (!verdict.isAdmitted && verdict.isUncertain) {
        await keepToAskBy(told.upstream)
        return tell(verdict.rule)
      }
      if (!verdict.isAdmitted) return end(entry, { reason: 'not_admitted', detail: verdict.rule }, context)
      const { accountId, signedInAt } = before
      const value = { ...recordOf(told, by, { accountId, before, now: now() }), signedInAt }
      await write(entry, value, context)
      return
    }
    case 'ended':
      return end(entry, { reason: 'ended', detail: told.detail }, context)
    case 'unavailable':
      if (told.upstream !== undefined) await keepToAskBy(told.upstream)
      return tell(told.detail, told.cause)
    default:
      return told satisfies never
  }

  function tell(detail: string, cause?: string): void {
    const about = { identityProvider: by.id, during: 'recheck' as const, detail }
    context.onEvent({ type: 'identity_provider_unavailable', ...about, ...(cause !== undefined && { cause }) })
  }
}

/** Ends what came by an identity: the account's grants, and the sessions that began by it. Nothing where the person has just signed in by it again. */
async function end(
  { id, version, value }: KnownIdentity,
  { reason, detail }: { reason: 'ended' | 'not_admitted' | 'too_old'; detail: string },
  { store, now, endGrants, onEvent }: IdentityChecksContext,
): Promise<void> {
  const { upstream: _, role: __, ...kept } = value
  const current = await store.get('identity', id)
  if (current?.version !== version) return
  await endGrants(value.accountId) // first, so that where it fails all can be tried again
  const ended: IdentityRecord = { ...kept, groups: [], endedAt: now(), epoch: value.epoch + 1 }
  if (!(await write({ id, version, value }, ended, { store }))) return
  await endGrants(value.accountId) // those that its sessions consented to until now
  const { accountId, identityProvider } = value
  onEvent({ type: 'identity_ended', accountId, identityProvider, reason, detail })
}

/** With what goes with a role that it gives no more. Resolves to whether it wrote: not where the identity is not as it was read any more. */
async function write(
  { id, version, value: before }: KnownIdentity,
  value: IdentityRecord,
  { store }: Pick<AccountsContext, 'store'>,
): Promise<boolean> {
  for (;;) {
    const account = before.role && (await store.get('account', before.accountId))
    const fallen = account === undefined ? [] : await changesOfFallenRole({ store }, account, { before, after: value })
    if (await store.commit([{ kind: 'identity', id, version, value }, ...fallen])) return true
    if ((await store.get('identity', id))?.version !== version) return false
  }
}
