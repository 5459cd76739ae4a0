import { sessionOf } from '../accounts/interaction.ts'
import type { Session } from '../accounts/sessions.ts'
import type { PagesContext } from './context.ts'
import { redirect } from './session.ts'

/**
 * The session of whoever is signed in and has proved a moment ago who they are (`lifetimes.proof`); for everybody else the way to prove it, which
 * leads back to the page `returnTo` by GET. What a form would have done is never done by itself afterwards: its page is shown again.
 */
export async function requireFreshSession(
  request: Request,
  { accounts }: Pick<PagesContext, 'accounts'>,
  returnTo: string,
): Promise<Session | Response> {
  const session = await sessionOf(request, accounts)
  const query = new URLSearchParams({ return_to: returnTo })
  if (session === undefined) return redirect(`/account/sign-in?${query}`)
  return isFresh(session, accounts) ? session : redirect(`/account/confirm?${query}`)
}

/** Whether its person proved a moment ago who they are. */
export function isFresh(
  { authTime, identity }: Pick<Session, 'authTime' | 'identity'>,
  { now, proofLifetime }: Pick<PagesContext['accounts'], 'now' | 'proofLifetime'>,
): boolean {
  // Elsewhere it is when an identity provider answered, which it may have done without a question.
  return identity?.provesAuthTime !== false && now() - authTime < proofLifetime
}
