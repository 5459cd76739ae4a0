import { endSessionIf, type Session, type SessionOrigin, type SessionsContext, startOf } from './sessions.ts'

/** A browser that is signed in, as its person is shown it. */
export interface ListedSession extends SessionOrigin {
  id: string
  /** Seconds since the epoch. */
  startedAt: number
  /** To the hour, in seconds since the epoch. */
  seenAt: number
  /** Whether it is the browser that asks. */
  isThis: boolean
}

/** Sessions of an account that are looked at: whoever has an account may have made thousands. */
const mostListed = 100

type WithStore = Pick<SessionsContext, 'store'>

/** The browsers that are signed in to the account of a session, that one first, then those that were there last. `isAll` is false where there may be more. */
export async function sessionsOf(
  { store }: WithStore,
  session: Session,
): Promise<{ sessions: ListedSession[]; isAll: boolean }> {
  const { id: accountId, value } = session.account
  const found = await store.list('session', 'account', accountId, { limit: mostListed })
  const own = await store.get('session', session.id)
  const all = own === undefined || found.some(({ id }) => id === own.id) ? found : [own, ...found]
  const sessions = all
    .filter(({ value: { sessionEpoch } }) => sessionEpoch === value.sessionEpoch)
    .map(({ id, value: { browser, network, seenAt, ...times } }) => ({
      id,
      ...(browser !== undefined && { browser }),
      ...(network !== undefined && { network }),
      startedAt: startOf(times),
      seenAt,
      isThis: id === session.id,
    }))
  return {
    sessions: sessions.sort((a, b) => Number(b.isThis) - Number(a.isThis) || b.seenAt - a.seenAt),
    isAll: found.length < mostListed,
  }
}

/** Ends a session of the same account, and of no other. Resolves to whether there was one. */
export function endOwnSession(context: WithStore, { account }: Session, id: string): Promise<boolean> {
  return endSessionIf(context, id, ({ accountId }) => accountId === account.id)
}
