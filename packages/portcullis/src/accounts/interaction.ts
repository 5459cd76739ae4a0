import type { Interaction } from '@portcullis/auth/authorization-server'
import type { SessionCookie } from './cookie.ts'
import { allowsDevSignIn, type DevSignInOptions } from './dev-sign-in.ts'
import { findSession, type Session, type SessionsContext } from './sessions.ts'

export interface SessionReaderContext extends SessionsContext, DevSignInOptions {
  cookie: SessionCookie
}

/** The session of the browser that sent a request; one of dev sign-in counts only where that is allowed now. */
export async function sessionOf(request: Request, context: SessionReaderContext): Promise<Session | undefined> {
  const token = context.cookie.read(request)
  const session = token === undefined ? undefined : await findSession(context, token)
  return session?.isDev && !allowsDevSignIn(request, context) ? undefined : session
}

/** Accounts of this program as what the authorization server asks its host. Consent and error pages are the default ones. */
export function accountsInteraction(context: SessionReaderContext): Interaction {
  return {
    async signedIn(request) {
      const session = await sessionOf(request, context)
      if (session === undefined) return undefined
      const { id, account, authTime } = session
      return { subject: account.id, authTime, sessionId: id, displayName: account.value.userName }
    },
    async isActive(subject) {
      const account = await context.store.get('account', subject)
      return account !== undefined && account.value.disabledAt === undefined
    },
    userClaims: {
      async profile(subject) {
        return { preferred_username: (await context.store.get('account', subject))?.value.userName }
      },
    },
    async signIn(_request, { returnTo, again, selectAccount, loginHint }) {
      const { pathname, search } = new URL(returnTo)
      const query = new URLSearchParams({
        return_to: pathname + search,
        ...(again && { again: '1' }),
        ...(selectAccount && { select: '1' }),
        ...(loginHint !== undefined && { login_hint: loginHint }),
      })
      return new Response(undefined, {
        status: 302,
        headers: {
          location: `/account/sign-in?${query}`,
          'cache-control': 'no-store',
          'referrer-policy': 'no-referrer',
        },
      })
    },
  }
}
