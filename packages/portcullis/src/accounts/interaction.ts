import type { Interaction } from '@portcullis/auth/authorization-server'
import type { Account } from './accounts.ts'
import type { OwnCookie } from './cookie.ts'
import { allowsDevSignIn, type DevSignInOptions } from './dev-sign-in.ts'
import { identitiesOf, type KnownIdentity } from './identities.ts'
import type { IdentityChecks } from './identity-checks.ts'
import { findSession, type Session, type SessionsContext } from './sessions.ts'

export interface SessionReaderContext extends SessionsContext, DevSignInOptions {
  cookie: OwnCookie
  /** Absent where people sign in here alone. */
  identityChecks?: IdentityChecks | undefined
}

/**
 * The session of the browser that sent a request; one of dev sign-in counts only where that is allowed now, and one that began at an identity provider
 * only while that lets the person in.
 */
export async function sessionOf(request: Request, context: SessionReaderContext): Promise<Session | undefined> {
  const token = context.cookie.read(request)
  const session = token === undefined ? undefined : await findSession(context, token)
  if (session?.isDev && !allowsDevSignIn(request, context)) return undefined
  if (session?.identity !== undefined && !(await context.identityChecks?.isOpen(session.identity))) return undefined
  if (session !== undefined && session.identity === undefined && (await isShut(session.account, context)))
    return undefined
  return session
}

/** Whether nothing of this server lets the person in, since they came by an identity, and no identity lets them in any more. */
export async function isShut(
  account: Account,
  { identityChecks }: Pick<SessionReaderContext, 'identityChecks'>,
): Promise<boolean> {
  return account.value.isFromIdentityProvider === true && !(await identityChecks?.isActive(account))
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
      if (account === undefined || account.value.disabledAt !== undefined) return false
      return context.identityChecks === undefined
        ? !account.value.isFromIdentityProvider
        : context.identityChecks.isActive(account)
    },
    userClaims: {
      async profile(subject) {
        const account = await context.store.get('account', subject)
        const name = account && (await toldBy(account, context)).find((identity) => identity.value.name)?.value.name
        return { preferred_username: account?.value.userName, ...(name !== undefined && { name }) }
      },
      ...(context.identityChecks !== undefined && {
        async email(subject: string) {
          const account = await context.store.get('account', subject)
          const email =
            account && (await toldBy(account, context)).find((identity) => identity.value.email)?.value.email
          return email === undefined ? {} : { email, email_verified: true }
        },
      }),
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

/** The identities of a person that still open the account. */
async function toldBy(account: Account, { store }: Pick<SessionsContext, 'store'>): Promise<KnownIdentity[]> {
  return (await identitiesOf({ store }, account)).filter(({ value }) => value.endedAt === undefined)
}
