import { createCookie, type OwnCookie } from '../accounts/cookie.ts'
import type { Session } from '../accounts/sessions.ts'
import { type Administrator, administratorOf } from '../administration/administrator.ts'
import { roleNow } from '../administration/held-role.ts'
import { administratorOfToken } from '../administration/tokens.ts'
import { redirect } from '../pages/session.ts'
import type { Role } from '../store/role.ts'
import type { ConsoleContext } from './context.ts'

/** Who looks at the console. */
export interface Viewer {
  administrator: Administrator
  role: Role
  /** How the console calls them. */
  name: string
  /** Whether they proved a moment ago who they are, so that they may change something. */
  isFresh: boolean
  /** Where they go to sign out. */
  leave: { href: string }
}

/** Where whoever has only an administration token signs in: at a console with an address of its own. */
export const tokenSignInPath = '/console/sign-in'

/** Who looks; or else the way to sign in, or that their role opens nothing here. */
export async function viewerOf(request: Request, context: ConsoleContext): Promise<Viewer | Response | 'member'> {
  const { session: sessions, administration } = context
  if (sessions !== undefined) {
    const session = await sessions.of(request)
    return session === undefined
      ? redirect(`/account/sign-in?${returningTo(request)}`)
      : ofSession(session, sessions, administration)
  }
  const token = tokenCookieOf(context.origin).read(request)
  const administrator = token === undefined ? undefined : await administratorOfToken(administration, token)
  if (administrator === undefined) return redirect(`${tokenSignInPath}?${returningTo(request)}`)
  const { by, role } = administrator
  return {
    administrator,
    role,
    name: by.kind === 'token' ? by.name : 'token',
    isFresh: true, // the token itself came with the request, as it does to the API
    leave: { href: tokenSignInPath },
  }
}

async function ofSession(
  session: Session,
  sessions: NonNullable<ConsoleContext['session']>,
  administration: ConsoleContext['administration'],
): Promise<Viewer | 'member'> {
  const administrator = administratorOf(session.account, await roleNow(administration, session.account))
  if (administrator === undefined) return 'member'
  return {
    administrator,
    role: administrator.role,
    name: session.account.value.userName,
    isFresh: sessions.isFresh(session),
    leave: { href: '/account' },
  }
}

/** The query by which sign-in leads back here. */
function returningTo(request: Request): URLSearchParams {
  const { pathname, search } = new URL(request.url)
  return new URLSearchParams({ return_to: pathname + search })
}

/** The cookie with the administration token of a console that has an address of its own; it goes when the browser is closed. */
export function tokenCookieOf(origin: string): OwnCookie {
  return createCookie(origin, { suffix: '-console', sameSite: 'Strict' })
}
