import type { Account } from '../accounts/accounts.ts'
import { startSession } from '../accounts/sessions.ts'
import type { PagesContext } from './context.ts'

/** Signs the browser in, under a new session always, and sends it on to `returnTo` by way of the page that sees whether the cookie was kept. */
export async function signInResponse(
  request: Request,
  { account, returnTo, isDev = false }: { account: Account; returnTo: string; isDev?: boolean },
  { accounts, onEvent }: PagesContext,
): Promise<Response> {
  const token = await startSession(accounts, { account, replaces: accounts.cookie.read(request), isDev })
  onEvent({ type: 'signed_in', accountId: account.id, userName: account.value.userName, isDev })
  return redirect(`/account/continue?${new URLSearchParams({ return_to: returnTo })}`, {
    'set-cookie': accounts.cookie.format(token),
  })
}

/** The answer to a form that did what it should: the browser goes on by GET. */
export function redirect(location: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(undefined, {
    status: 303,
    headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', ...headers },
  })
}
