import type { Html } from '@portcullis/auth/authorization-server'
import { createOpaqueToken } from '../accounts/opaque-token.ts'
import { createChallenge } from '../accounts/passkeys/challenge.ts'
import { relyingPartyId, requestOptions } from '../accounts/passkeys/relying-party.ts'
import type { PagesContext } from './context.ts'
import { passkeyForm, returnField } from './passkey-form.ts'

/** What the sign-in page offers beside a password: a form, and the headers that tell this browser from others. */
export interface PasskeyOffer {
  form: Html
  headers: Readonly<Record<string, string>>
}

/** `undefined` where browsers have no passkeys. The same for everybody: it asks for no account, and tells of none. */
export function passkeyOffer(
  request: Request,
  { returnTo, heading }: { returnTo: string; heading: string | undefined },
  { accounts }: Pick<PagesContext, 'accounts'>,
): PasskeyOffer | undefined {
  if (relyingPartyId(accounts.origin) === undefined) return undefined
  const known = browserOf(request, { accounts })
  const browser = known ?? createOpaqueToken()
  const challenge = createChallenge({ purpose: 'sign in', boundTo: browser }, accounts)
  const form = passkeyForm({
    action: '/account/sign-in/passkey',
    ceremony: 'get',
    options: requestOptions({ challenge, origin: accounts.origin }),
    button: 'Sign in with a passkey',
    heading,
    fields: returnField(returnTo),
    hasAutofill: true,
    otherwise: accounts.arePasswordsOn ? 'Sign in with your password.' : 'Sign in another way.',
  })
  return {
    form,
    headers: known === undefined ? { 'set-cookie': accounts.browserCookie.format(browser) } : {},
  }
}

/** Which browser it is, where a sign-in page has told it. */
export function browserOf(request: Request, { accounts }: Pick<PagesContext, 'accounts'>): string | undefined {
  const value = accounts.browserCookie.read(request)
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined
}
