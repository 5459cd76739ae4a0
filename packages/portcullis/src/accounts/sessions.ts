import type { Change, Entry } from '@portcullis/auth/authorization-server'
import type { ProgramKinds, SessionRecord } from '../store/records.ts'
import type { Account } from './accounts.ts'
import type { AccountsContext } from './context.ts'
import { createOpaqueToken, idOfToken } from './opaque-token.ts'

/** A browser that is signed in, and who it is. */
export interface Session {
  id: string
  account: Account
  authTime: number
  isDev: boolean
  /** The identity by which it began. */
  identity?: SessionIdentity
}

/** An identity, and how often it had ended when the session began. */
export interface SessionIdentity {
  id: string
  epoch: number
  /** Whether the identity provider said when the person proved who they are. Elsewhere `authTime` is when it answered, and proves nothing. */
  provesAuthTime: boolean
}

export interface SessionsContext extends Pick<AccountsContext, 'store' | 'now'> {
  /** Seconds a session lives without a visit. */
  sessionLifetime: number
}

/** From where a browser signed in, as far as its person is to recognise it. */
export type SessionOrigin = Pick<SessionRecord, 'browser' | 'network'>

/** Seconds a session lives at most, whatever the visits. */
export const longestSession = 90 * 86_400
/** Seconds a session of dev sign-in lives at most (law 10). */
const longestDevSession = 8 * 3600

/** Who signs in, and how. */
export interface SignedInBy {
  account: Account
  isDev?: boolean
  /** The identity by which the person came. */
  identity?: SessionIdentity
  /** When the person proved who they are, in seconds since the epoch. Default: now. */
  authTime?: number
}

/** Begins a session, under a new id always, and ends the one the browser had. Resolves to what its cookie carries. */
export async function startSession(
  context: SessionsContext,
  {
    account,
    replaces,
    isDev = false,
    from = {},
    identity,
    authTime = context.now(),
  }: SignedInBy & {
    replaces?: string | undefined
    from?: SessionOrigin
  },
): Promise<string> {
  const { id: accountId, value } = account
  const now = context.now()
  const before = replaces === undefined ? undefined : await context.store.get('session', idOfToken(replaces))
  const isSame = before?.value.accountId === accountId && before.value.sessionEpoch === value.sessionEpoch
  const { token, change } = newSession(
    {
      accountId,
      sessionEpoch: value.sessionEpoch,
      authTime,
      // At an identity provider people may have proved long before who they are.
      ...(authTime < now && { startedAt: now }),
      ...(isSame && { startedAt: startOf(before.value) }),
      ...from,
      ...(isDev && { isDev }),
      ...(identity !== undefined && {
        identityId: identity.id,
        identityEpoch: identity.epoch,
        ...(!identity.provesAuthTime && { isAuthTimeUnproved: true }),
      }),
    },
    context,
    now,
  )
  await context.store.commit([change])
  if (replaces !== undefined) await endSession(context, replaces)
  return token
}

/** When a browser signed in, however often it has proved anew since then who it is. */
export function startOf({ startedAt, authTime }: Pick<SessionRecord, 'startedAt' | 'authTime'>): number {
  return startedAt ?? authTime
}

/** A session under a new id: what its cookie carries, and the change that begins it, for the commit of what else it goes with. */
export function newSession(
  about: Omit<SessionRecord, 'seenAt'>,
  context: SessionsContext,
  now = context.now(),
): { token: string; change: Change<ProgramKinds> } {
  const token = createOpaqueToken()
  const value: SessionRecord = { ...about, seenAt: now }
  return {
    token,
    change: {
      kind: 'session',
      id: idOfToken(token),
      version: 'absent',
      value,
      expiresAt: expiryOf(value, context),
      index: { account: value.accountId },
    },
  }
}

/** The session that a cookie's value names, unless it is over; prolongs it. */
export async function findSession(context: SessionsContext, token: string): Promise<Session | undefined> {
  const { store } = context
  const entry = await store.get('session', idOfToken(token))
  if (entry === undefined) return undefined
  const {
    accountId,
    sessionEpoch,
    authTime,
    isDev = false,
    identityId,
    identityEpoch = 0,
    isAuthTimeUnproved,
  } = entry.value
  const account = await store.get('account', accountId)
  if (account === undefined || account.value.disabledAt !== undefined) return undefined
  if (account.value.sessionEpoch !== sessionEpoch) return undefined
  await prolong(entry, context)
  const identity =
    identityId === undefined
      ? undefined
      : { id: identityId, epoch: identityEpoch, provesAuthTime: isAuthTimeUnproved !== true }
  return { id: entry.id, account, authTime, isDev, ...(identity && { identity }) }
}

/** Ends the session that a cookie's value names. */
export async function endSession(context: Pick<AccountsContext, 'store'>, token: string): Promise<void> {
  await endSessionIf(context, idOfToken(token), () => true)
}

/** Ends a session, unless `mayEnd` says that it must not. Resolves to whether it did. */
export async function endSessionIf(
  { store }: Pick<AccountsContext, 'store'>,
  id: string,
  mayEnd: (session: SessionRecord) => boolean,
): Promise<boolean> {
  for (;;) {
    const entry = await store.get('session', id)
    if (entry === undefined || !mayEnd(entry.value)) return false
    if (await store.commit([{ kind: 'session', id, version: entry.version, value: undefined }])) return true
  }
}

/** Written so seldom, most visits write nothing; and a person sees to the hour when a browser was there last. */
const leastBetweenVisits = 3600

/** Losing the race to another visit is as good as winning it. */
async function prolong(entry: Entry<SessionRecord>, context: SessionsContext): Promise<void> {
  const { store, now, sessionLifetime } = context
  if (now() - entry.value.seenAt < Math.min(sessionLifetime / 10, leastBetweenVisits)) return
  const value = { ...entry.value, seenAt: now() }
  const { id, version } = entry
  await store.commit([
    { kind: 'session', id, version, value, expiresAt: expiryOf(value, context), index: { account: value.accountId } },
  ])
}

function expiryOf(
  { authTime, startedAt = authTime, seenAt, isDev }: SessionRecord,
  { sessionLifetime }: SessionsContext,
): number {
  return Math.min(seenAt + sessionLifetime, startedAt + (isDev ? longestDevSession : longestSession))
}
