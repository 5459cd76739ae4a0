import type { Change } from '@portcullis/auth/authorization-server'
import type { AccountRecord, ProgramKinds } from '../store/records.ts'
import { type Account, changeTo } from './accounts.ts'
import { newSession, type Session, type SessionsContext } from './sessions.ts'

/** Sessions of an account that are looked at for the page: whoever has an account may have made thousands. */
const mostCounted = 100

/** How many other browsers are signed in to the account of a session; `isAll` is false where there may be more. */
export async function countOtherSessions(
  { store }: Pick<SessionsContext, 'store'>,
  session: Session,
): Promise<{ count: number; isAll: boolean }> {
  const { id: accountId, value } = session.account
  const sessions = await store.list('session', 'account', accountId, { limit: mostCounted })
  const others = sessions.filter(
    ({ id, value: { sessionEpoch } }) => id !== session.id && sessionEpoch === value.sessionEpoch,
  )
  return { count: others.length, isAll: sessions.length < mostCounted }
}

/**
 * Ends all other sessions of an account, and moves the one of this browser to a new id, which nobody has who may have had the one before; with what
 * `change` makes of the account, all in one commit. Resolves to what the cookie carries then, or to `undefined`, nothing being done, where the session
 * is over. `authTime`: when the person last proved who they are. Default: as before. `alongside`: what else is written in that commit, for the account as it
 * is then; where it gives nothing, nothing is done.
 */
export async function endOtherSessions(
  context: SessionsContext,
  session: Session,
  {
    change = (account) => account,
    authTime = session.authTime,
    alongside = async () => [],
  }: {
    change?: (account: AccountRecord) => AccountRecord
    authTime?: number
    alongside?: (account: Account) => Promise<readonly Change<ProgramKinds>[] | undefined>
  } = {},
): Promise<string | undefined> {
  const { store } = context
  for (;;) {
    const account = await store.get('account', session.account.id)
    const current = await store.get('session', session.id)
    if (account === undefined || current === undefined) return undefined
    const { sessionEpoch, disabledAt } = account.value
    if (sessionEpoch !== current.value.sessionEpoch || disabledAt !== undefined) return undefined
    const value = { ...change(account.value), sessionEpoch: sessionEpoch + 1 }
    const more = await alongside(account)
    if (more === undefined) return undefined
    const next = newSession({ ...current.value, sessionEpoch: value.sessionEpoch, authTime }, context)
    const { id, version } = current
    const changes: Change<ProgramKinds>[] = [
      changeTo(account, value),
      ...more,
      next.change,
      { kind: 'session', id, version, value: undefined },
    ]
    if (await store.commit(changes)) return next.token
  }
}
