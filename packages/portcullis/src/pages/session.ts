import { networkOf } from '@portcullis/auth/protocol'
import { browserInWords, neighbourhoodOf } from '../accounts/browser-words.ts'
import { type SessionOrigin, type SignedInBy, startSession } from '../accounts/sessions.ts'
import { currentRequest } from '../operations/request-context.ts'
import type { PagesContext } from './context.ts'

/** Signs the browser in, under a new session always, and sends it on to `returnTo` by way of the page that sees whether the cookie was kept. */
export async function signInResponse(
  request: Request,
  { returnTo, identityProvider, ...by }: SignedInBy & { returnTo: string; identityProvider?: string },
  context: PagesContext,
): Promise<Response> {
  const { account, isDev = false } = by
  const cookie = await continueAs(request, by, context)
  context.onEvent({
    type: 'signed_in',
    accountId: account.id,
    userName: account.value.userName,
    isDev,
    ...(identityProvider !== undefined && { identityProvider }),
  })
  return redirect(`/account/continue?${new URLSearchParams({ return_to: returnTo })}`, { 'set-cookie': cookie })
}

/** Begins a session of whoever has just proved who they are, in place of the one that the browser had. Resolves to the header that sets its cookie. */
export async function continueAs(request: Request, by: SignedInBy, { accounts }: PagesContext): Promise<string> {
  const token = await startSession(accounts, {
    ...by,
    replaces: accounts.cookie.read(request),
    from: originOfSession(request),
  })
  return accounts.cookie.format(token)
}

/** What a person is to recognise a browser by, and no more: neither its whole User-Agent nor its whole address is kept. */
function originOfSession({ headers }: Request): SessionOrigin {
  const address = currentRequest()?.clientAddress
  const network = address === undefined ? undefined : neighbourhoodOf(networkOf(address))
  return { browser: browserInWords(headers.get('user-agent')), ...(network !== undefined && { network }) }
}

/** The answer to a form that did what it should: the browser goes on by GET. */
export function redirect(location: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(undefined, {
    status: 303,
    headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', ...headers },
  })
}
