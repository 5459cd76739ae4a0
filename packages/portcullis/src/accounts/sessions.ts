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
}

export interface SessionsContext extends Pick<AccountsContext, 'store' | 'now'> {
  /** Seconds a session lives without a visit. */
  sessionLifetime: number
}

/** Seconds a session lives at most, whatever the visits. */
export const longestSession = 90 * 86_400
/** Seconds a session of dev sign-in lives at most (law 10). */
const longestDevSession = 8 * 3600

/** Begins a session, under a new id always, and ends the one the browser had. Resolves to what its cookie carries. */
export async function startSession(
  context: SessionsContext,
  { account, replaces, isDev = false }: { account: Account; replaces?: string | undefined; isDev?: boolean },
): Promise<string> {
  const { id: accountId, value } = account
  const { token, change } = newSession(
    { accountId, sessionEpoch: value.sessionEpoch, authTime: context.now(), isDev },
    context,
  )
  await context.store.commit([change])
  if (replaces !== undefined) await endSession(context, replaces)
  return token
}

/** A session under a new id: what its cookie carries, and the change that begins it, for the commit of what else it goes with. */
export function newSession(
  { isDev, ...about }: Pick<SessionRecord, 'accountId' | 'sessionEpoch' | 'authTime'> & { isDev: boolean },
  context: SessionsContext,
): { token: string; change: Change<ProgramKinds> } {
  const token = createOpaqueToken()
  const value: SessionRecord = { ...about, seenAt: context.now(), ...(isDev && { isDev }) }
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
  const { accountId, sessionEpoch, authTime, isDev = false } = entry.value
  const account = await store.get('account', accountId)
  if (account === undefined || account.value.disabledAt !== undefined) return undefined
  if (account.value.sessionEpoch !== sessionEpoch) return undefined
  await prolong(entry, context)
  return { id: entry.id, account, authTime, isDev }
}

/** Ends the session that a cookie's value names. */
export async function endSession({ store }: Pick<AccountsContext, 'store'>, token: string): Promise<void> {
  for (;;) {
    const entry = await store.get('session', idOfToken(token))
    if (entry === undefined) return
    if (await store.commit([{ kind: 'session', id: entry.id, version: entry.version, value: undefined }])) return
  }
}

/** Writes only when a tenth of its life has gone by, so that most visits write nothing. Losing the race to another visit is as good as winning it. */
async function prolong(entry: Entry<SessionRecord>, context: SessionsContext): Promise<void> {
  const { store, now, sessionLifetime } = context
  if (now() - entry.value.seenAt < sessionLifetime / 10) return
  const value = { ...entry.value, seenAt: now() }
  const { id, version } = entry
  await store.commit([
    { kind: 'session', id, version, value, expiresAt: expiryOf(value, context), index: { account: value.accountId } },
  ])
}

function expiryOf({ authTime, seenAt, isDev }: SessionRecord, { sessionLifetime }: SessionsContext): number {
  return Math.min(seenAt + sessionLifetime, authTime + (isDev ? longestDevSession : longestSession))
}
