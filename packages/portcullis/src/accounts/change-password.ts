import type { AccountsContext } from './context.ts'
import { endOtherSessions } from './other-sessions.ts'
import type { Session, SessionsContext } from './sessions.ts'

/**
 * Sets the password of whoever is signed in and has just proved the present one, and ends their other sessions. Resolves to what the cookie carries
 * then; to `undefined`, nothing being done, where the session is over, as it is when the password was reset meanwhile. Throws `BusyError` when
 * passwords wait already.
 */
export async function changePassword(
  context: AccountsContext & SessionsContext,
  session: Session,
  password: string,
): Promise<string | undefined> {
  const hash = await context.passwords.hash(password)
  return endOtherSessions(context, session, {
    change: (account) => ({ ...account, password: hash }),
    authTime: context.now(),
  })
}
