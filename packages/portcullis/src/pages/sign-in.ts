import { type Html, html, page } from '@portcullis/auth/authorization-server'
import { isDocumentIdentifier } from '@portcullis/auth/protocol'
import { allowsDevSignIn, testAccount, testUsers } from '../accounts/dev-sign-in.ts'
import { sessionOf } from '../accounts/interaction.ts'
import { clientIdOf, isFromClient, parseReturnAddress, resourceOf } from '../accounts/return-address.ts'
import type { TrustedIdentityProvider } from '../accounts/trusted-identity-provider.ts'
import type { PagesContext } from './context.ts'
import { alert, fieldOf, hidden } from './fields.ts'
import { readForm, unreadableForm } from './form.ts'
import { identityButtons } from './identity-buttons.ts'
import { signInAtOnce } from './identity-sign-in.ts'
import { oneOfSeveral } from './mcp-servers.ts'
import { passkeyScripts } from './passkey-form.ts'
import { passkeyOffer } from './passkey-offer.ts'
import { type Problem, problemPage } from './problem.ts'
import { redirect, signInResponse } from './session.ts'
import { attemptSignIn, refusalOf } from './sign-in-attempt.ts'

/**
 * The sign-in page; whoever is signed in already goes on at once, unless a fresh sign-in is asked for, or they are to choose who they are.
 */
export async function showSignIn(request: Request, context: PagesContext): Promise<Response> {
  const { searchParams } = new URL(request.url)
  const returnTo = parseReturnAddress(searchParams.get('return_to') ?? undefined, context.accounts.origin)
  const session = await sessionOf(request, context.accounts)
  const isAgain = searchParams.get('again') === '1'
  const isChoice = searchParams.get('select') === '1'
  if (session !== undefined && !isAgain && !isChoice) return redirect(returnTo)
  const userName = hintIn(searchParams)
  const only = onlyWay(request, context)
  // Only where a client sent the person: whoever signed out, or was refused, chooses by themselves, or they would go round in a circle.
  if (only !== undefined && (session === undefined || isAgain) && searchParams.get('stay') !== '1')
    if (isFromClient(returnTo, context.accounts.origin))
      return signInAtOnce(
        request,
        only,
        { returnTo, purpose: { kind: 'sign_in', again: isAgain }, selectAccount: isChoice, loginHint: userName },
        context,
      )
  return signInPage(
    request,
    {
      returnTo,
      isAgain,
      isChoice,
      ...(userName !== undefined && { userName }),
      ...(session !== undefined && !isAgain && { signedInAs: session.account.value.userName }),
    },
    context,
  )
}

/** The sign-in form. */
export async function acceptSignIn(request: Request, context: PagesContext, clientAddress: string): Promise<Response> {
  if (!context.accounts.arePasswordsOn) return problemPage(request, passwordsOff, context)
  const form = await readForm(request)
  if (form === undefined) return unreadableForm(request, context)
  const returnTo = parseReturnAddress(form.get('return_to'), context.accounts.origin)
  const userName = (form.get('user_name') ?? '').trim()
  const outcome = await attemptSignIn(
    { userName, password: form.get('password') ?? '', address: clientAddress },
    context,
  )
  if (outcome.kind === 'proved') return signInResponse(request, { account: outcome.account, returnTo }, context)
  const { account } = outcome
  const attempted = account && { accountId: account.id, userName: account.value.userName }
  context.onEvent({ type: 'sign_in_refused', reason: outcome.kind, clientAddress, ...attempted })
  const { status, message } = refusalOf(outcome)
  const shown = await signInPage(request, { returnTo, userName, message, status }, context)
  if (outcome.kind === 'too_many') shown.headers.set('retry-after', String(outcome.retryAfter))
  return shown
}

/** The button of a test user (law 10). */
export async function acceptDevSignIn(request: Request, context: PagesContext): Promise<Response> {
  if (!allowsDevSignIn(request, context.accounts))
    return problemPage(request, noTestUsers(context.accounts.origin), context)
  const form = await readForm(request)
  const name = testUsers.find((each) => each === form?.get('user'))
  if (form === undefined || name === undefined) return unreadableForm(request, context)
  const account = await testAccount(context.accounts, name)
  const returnTo = parseReturnAddress(form.get('return_to'), context.accounts.origin)
  return signInResponse(request, { account, returnTo, isDev: true }, context)
}

/**
 * Goes on to where the person wanted to go. It is a page, not a redirect: Chromium holds all redirects after the sign-in form against that form's
 * policy, and an authorization request may lead anywhere. And here it is seen whether the browser kept the cookie.
 */
export async function showContinue(request: Request, context: PagesContext): Promise<Response> {
  const session = await sessionOf(request, context.accounts)
  if (session === undefined) return problemPage(request, signInNotKept(context.accounts.origin), context)
  const returnTo = parseReturnAddress(
    new URL(request.url).searchParams.get('return_to') ?? undefined,
    context.accounts.origin,
  )
  return page({
    title: 'Signed in',
    owner: context.server.name,
    brand: context.server.brand,
    continueTo: returnTo,
    body: html`<h1>You are signed in</h1><p>Going on as <b><bdi>${session.account.value.userName}</bdi></b> …</p><p><a class="button" href="${returnTo}">Continue</a></p>`,
  })
}

const passwordsOff: Problem = {
  status: 403,
  reason: 'passwords_off',
  title: 'Passwords are not for here',
  description: 'People sign in to this server with an account elsewhere.',
  nextStep: html`<a href="/account/sign-in">Sign in</a> with one of those that the page offers.`,
}

function noTestUsers(origin: string): Problem {
  return {
    status: 403,
    reason: 'dev_sign_in_not_allowed',
    title: 'Test users are not for here',
    description:
      'One-click sign-in works only under --dev, and only in a browser on the same machine, without anything in between.',
    nextStep: html`Open ${origin} on the machine that Portcullis runs on, or <a href="/account/sign-in">sign in with a password</a>.`,
  }
}

function signInNotKept(origin: string): Problem {
  return {
    status: 403,
    reason: 'cookie_not_kept',
    title: 'Your browser did not keep the sign-in',
    description: 'You have proved who you are, but the cookie that stands for it did not come back.',
    nextStep: html`Allow cookies for ${origin}, make sure that you use exactly this address, and <a href="${origin}/account/sign-in">sign in again</a>.`,
  }
}

/** The name that the client knows the person by (`login_hint`): no more than what stands in the field to begin with. */
function hintIn(query: URLSearchParams): string | undefined {
  const hint = query.get('login_hint') ?? ''
  return hint === '' || hint.length > 256 ? undefined : hint
}

/** The identity provider at which people sign in, where there is no other way. */
function onlyWay(request: Request, { accounts, identityProviders }: PagesContext): TrustedIdentityProvider | undefined {
  const [only, ...more] = identityProviders?.trusted.values() ?? []
  return accounts.arePasswordsOn || more.length > 0 || allowsDevSignIn(request, accounts) ? undefined : only
}

interface Shown {
  returnTo: string
  /** They prove anew who they are. */
  isAgain?: boolean
  /** They choose who they are. */
  isChoice?: boolean
  userName?: string
  /** Who may go on as they are. */
  signedInAs?: string
  message?: string
  status?: number
}

/** The page itself, with what is to be said on it. */
export async function signInPage(
  request: Request,
  { returnTo, isAgain, isChoice, userName, signedInAs, message, status = 200 }: Shown,
  context: PagesContext,
): Promise<Response> {
  const elsewhere = identityButtons(context, {
    return_to: returnTo,
    again: isAgain ? '1' : undefined,
    select: isChoice || signedInAs !== undefined ? '1' : undefined,
    login_hint: userName,
  })
  const heading = elsewhere === undefined ? undefined : 'Or with a passkey'
  const passkeys = passkeyOffer(request, { returnTo, heading }, context)
  const shown = page({
    title: 'Sign in',
    owner: context.server.name,
    brand: context.server.brand,
    status,
    formActionSources: [],
    ...(passkeys !== undefined && { scripts: passkeyScripts }),
    body: html`<h1>Sign in</h1>
${await purpose(returnTo, context)}${alert(message)}
${signedInAs === undefined ? undefined : html`<p><a class="button" href="${returnTo}">Continue as <bdi>${signedInAs}</bdi></a></p><h2>Or as somebody else</h2>`}
${allowsDevSignIn(request, context.accounts) ? devButtons(returnTo) : undefined}
${elsewhere}${passkeys?.form}
${context.accounts.arePasswordsOn ? passwordForm({ returnTo, userName, isFirst: elsewhere === undefined && passkeys === undefined, hasPasskeys: passkeys !== undefined, hasFocus: elsewhere === undefined, hasMail: context.post !== undefined }) : undefined}`,
  })
  for (const [name, value] of Object.entries(passkeys?.headers ?? {})) shown.headers.set(name, value)
  return shown
}

function passwordForm({
  returnTo,
  userName,
  isFirst,
  hasPasskeys,
  hasFocus,
  hasMail,
}: {
  returnTo: string
  userName: string | undefined
  isFirst: boolean
  hasPasskeys: boolean
  hasFocus: boolean
  hasMail: boolean
}): Html {
  return html`${isFirst ? undefined : html`<h2>Or with your password</h2>`}<form method="post" action="/account/sign-in">${hidden('return_to', returnTo)}
${fieldOf({ name: 'user_name', label: 'User name', type: 'text', autocomplete: hasPasskeys ? 'username webauthn' : 'username', value: userName, hasFocus: hasFocus && userName === undefined })}
${fieldOf({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', hasFocus: hasFocus && userName !== undefined })}
<button>Sign in</button>
</form>
<p class="soft after">${hasMail ? html`<a href="/account/forgot">Forgot your password?</a> No account? Ask whoever runs this server for an invitation.` : 'No account, or password forgotten? Ask whoever runs this server for a link.'}</p>`
}

/** What the person signs in for, where an application sent them. */
async function purpose(returnTo: string, { accounts, server }: PagesContext): Promise<Html> {
  if (new URL(returnTo, accounts.origin).pathname === '/device')
    return html`<p class="soft">to connect a device with <b><bdi>${server.name}</bdi></b>. Sign in first; you decide on the next page.</p>`
  const clientId = clientIdOf(returnTo, accounts.origin)
  const { name: wanted } = oneOfSeveral(server, resourceOf(returnTo, accounts.origin)) ?? server
  if (clientId !== undefined && isDocumentIdentifier(clientId) && URL.canParse(clientId))
    return asking(html`An application from <b><bdi>${new URL(clientId).host}</bdi></b>`, wanted)
  const client = clientId === undefined ? undefined : await accounts.store.get('client', clientId)
  if (client === undefined) return html`<p class="soft">to <bdi>${wanted}</bdi></p>`
  const name = client.value.clientName
  return asking(
    name === undefined ? 'An application' : html`An application that calls itself <b><bdi>${name}</bdi></b>`,
    wanted,
  )
}

function asking(who: Html | string, server: string): Html {
  return html`<p class="soft">${who} wants to use <b><bdi>${server}</bdi></b> for you. Sign in first; you decide on the next page.</p>`
}

function devButtons(returnTo: string): Html {
  return html`<section class="note warn"><p><b>Development: test users without a password</b></p>
<div class="choice">${testUsers.map(
    (name) =>
      html`<form method="post" action="/account/dev-sign-in">${hidden('return_to', returnTo)}<button class="plain" name="user" value="${name}">Continue as ${name}</button></form>`,
  )}</div></section>`
}
