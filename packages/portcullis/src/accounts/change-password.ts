import type { AccountsContext, EndGrants } from './context.ts'
import { changesToEndLinks } from './links.ts'
import { endOtherSessions } from './other-sessions.ts'
import type { Session, SessionsContext } from './sessions.ts'

/**
 * Sets the password of whoever is signed in and has just proved the present one, and ends their other sessions and the links for another one: whoever knows
 * the old one may have those. `endGrants` ends what applications have of the account, where that is wanted. Resolves to what the cookie carries then; to
 * `undefined`, the password being as it was, where the session is over, as it is when the password was reset meanwhile. Throws `BusyError` when
 * passwords wait already.
 */
export async function changePassword(
  context: AccountsContext & SessionsContext,
  session: Session,
  { password, endGrants = async () => {} }: { password: string; endGrants?: EndGrants | undefined },
): Promise<string | undefined> {
  const hash = await context.passwords.hash(password)
  await endGrants(session.account.id) // first, so that where it fails all can be tried again
  const token = await endOtherSessions(context, session, {
    change: (account) => ({ ...account, password: hash }),
    authTime: context.now(),
    alongside: (account) => changesToEndLinks(context, account.id),
  })
  if (token !== undefined) await endGrants(session.account.id) // those that the other sessions consented to until now
  return token
}
