import { html, page } from '@portcullis/auth/authorization-server'
import { isTestAccount } from '../accounts/dev-sign-in.ts'
import { formatPurpose, type IdentityPurpose } from '../accounts/identity-purpose.ts'
import { findLink, linkPaths } from '../accounts/links.ts'
import { parseReturnAddress } from '../accounts/return-address.ts'
import type { TrustedIdentityProvider } from '../accounts/trusted-identity-provider.ts'
import type { PagesContext } from './context.ts'
import { readForm, unreadableForm } from './form.ts'
import { requireFreshSession } from './fresh-session.ts'
import { identitiesPath } from './identities.ts'
import { identityProviderUnavailable } from './identity-refusals.ts'
import { redirect } from './session.ts'

/** How somebody is sent to an identity provider. */
export interface SendOptions {
  returnTo: string
  purpose: IdentityPurpose
  selectAccount?: boolean
  loginHint?: string | undefined
}

/**
 * The button of an identity provider. It answers with a page that goes on there, not with a redirect: Chromium holds all redirects after a form against
 * that form's policy, and nobody knows where an identity provider leads.
 */
export async function acceptSignInWith(request: Request, context: PagesContext): Promise<Response> {
  const form = await readForm(request)
  const trusted = context.identityProviders?.trusted.get(form?.get('with') ?? '')
  if (form === undefined || trusted === undefined) return unreadableForm(request, context)
  const returnTo = parseReturnAddress(form.get('return_to'), context.accounts.origin)
  const purpose = await purposeOf(request, form, context)
  if (purpose instanceof Response) return purpose
  const began = await send(
    request,
    trusted,
    { returnTo, purpose, selectAccount: form.get('select') === '1', loginHint: form.get('login_hint') },
    context,
  )
  if (began instanceof Response) return began
  const shown = page({
    title: `Going on to ${trusted.name}`,
    owner: context.server.name,
    brand: context.server.brand,
    continueTo: began.location,
    body: html`<h1>Going on to <bdi>${trusted.name}</bdi> …</h1><p><a class="button" href="${began.location}">Continue</a></p>`,
  })
  return withCookies(shown, began.setCookies)
}

/** Sends a browser on at once that a client has sent here, where there is nothing to choose. */
export async function signInAtOnce(
  request: Request,
  trusted: TrustedIdentityProvider,
  options: SendOptions,
  context: PagesContext,
): Promise<Response> {
  const began = await send(request, trusted, options, context)
  return began instanceof Response ? began : withCookies(redirect(began.location), began.setCookies)
}

/** Each cookie in a header of its own (RFC 6265 §3). */
export function withCookies(response: Response, setCookies: readonly string[]): Response {
  for (const cookie of setCookies) response.headers.append('set-cookie', cookie)
  return response
}

async function purposeOf(
  request: Request,
  form: { get(name: string): string | undefined },
  context: PagesContext,
): Promise<IdentityPurpose | Response> {
  const { accounts } = context
  const link = form.get('for')
  if (link === 'owner' || link === 'invitation') {
    const record = await findLink(accounts, link, form.get('token') ?? '')
    return record === undefined ? redirect(`${linkPaths[link]}?token=`) : { kind: link, linkId: record.id }
  }
  if (link !== 'link') return { kind: 'sign_in', again: form.get('again') === '1' }
  // Whoever finds a browser signed in must not make the account their own for good.
  const session = await requireFreshSession(request, context, identitiesPath)
  if (session instanceof Response) return session
  if (isTestAccount(session.account.id)) return redirect('/account')
  return { kind: 'link', sessionId: session.id, accountId: session.account.id }
}

async function send(
  request: Request,
  trusted: TrustedIdentityProvider,
  { returnTo, purpose, selectAccount = false, loginHint }: SendOptions,
  context: PagesContext,
): Promise<{ location: string; setCookies: readonly string[] } | Response> {
  const began = await context.identityProviders?.providers.begin(trusted.id, {
    request,
    returnTo,
    purpose: formatPurpose(purpose),
    ...(purpose.kind === 'sign_in' && purpose.again && { again: true }),
    ...(selectAccount && { selectAccount: true }),
    ...(loginHint !== undefined && { loginHint }),
  })
  switch (began?.kind) {
    case 'redirect':
      return began
    case 'unavailable':
      return identityProviderUnavailable(request, trusted, { ...began, returnTo, purpose }, context)
    case 'unknown':
    case undefined:
      return unreadableForm(request, context)
    default:
      return began satisfies never
  }
}
