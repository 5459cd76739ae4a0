import { type Html, html, page } from '@portcullis/auth/authorization-server'
import type { Account } from '../accounts/accounts.ts'
import { sessionOf } from '../accounts/interaction.ts'
import { createChallenge } from '../accounts/passkeys/challenge.ts'
import { passkeysOf } from '../accounts/passkeys/passkeys.ts'
import { provePasskey } from '../accounts/passkeys/prove-passkey.ts'
import { relyingPartyId, requestOptions } from '../accounts/passkeys/relying-party.ts'
import { parseReturnAddress } from '../accounts/return-address.ts'
import type { Session } from '../accounts/sessions.ts'
import type { PagesContext } from './context.ts'
import { alert, fieldOf } from './fields.ts'
import { readForm, unreadableForm } from './form.ts'
import { isFresh } from './fresh-session.ts'
import { passkeyForm, passkeyScripts, returnField } from './passkey-form.ts'
import { toldOf } from './passkey-sign-in.ts'
import { continueAs, redirect } from './session.ts'
import { attemptSignIn, refusalOf } from './sign-in-attempt.ts'

/** Asks whoever is signed in to prove it anew, with whatever they have, before something that another could do harm with. */
export async function showConfirm(request: Request, context: PagesContext): Promise<Response> {
  const { accounts } = context
  const session = await sessionOf(request, accounts)
  const returnTo = parseReturnAddress(new URL(request.url).searchParams.get('return_to') ?? undefined, accounts.origin)
  if (session === undefined) return redirect(signInAddress(returnTo))
  return isFresh(session, accounts) ? redirect(returnTo) : confirmPage(session, { returnTo }, context)
}

/** By the password, limited as sign-in is. */
export async function acceptConfirm(request: Request, context: PagesContext, clientAddress: string): Promise<Response> {
  const given = await givenIn(request, context)
  if (given instanceof Response) return given
  const { session, form, returnTo } = given
  if (!context.accounts.arePasswordsOn) return confirmPage(session, { returnTo }, context)
  const { id: accountId, value } = session.account
  const attempt = { userName: value.userName, password: form.get('password') ?? '', address: clientAddress }
  const outcome = await attemptSignIn(attempt, context)
  if (outcome.kind === 'proved' && outcome.account.id === accountId)
    return confirmed(request, { session, account: outcome.account, returnTo }, context)
  const refusal = outcome.kind === 'proved' ? ({ kind: 'wrong', account: undefined } as const) : outcome
  context.onEvent({
    type: 'confirmation_refused',
    reason: refusal.kind,
    accountId,
    userName: value.userName,
    clientAddress,
  })
  const { status, message } = refusalOf(refusal)
  const shown = await confirmPage(
    session,
    { returnTo, message: refusal.kind === 'wrong' ? 'The password is not right.' : message, status },
    context,
  )
  if (refusal.kind === 'too_many') shown.headers.set('retry-after', String(refusal.retryAfter))
  return shown
}

/** By a passkey of this account, and of no other. */
export async function acceptPasskeyConfirm(
  request: Request,
  context: PagesContext,
  clientAddress: string,
): Promise<Response> {
  const given = await givenIn(request, context)
  if (given instanceof Response) return given
  const { session, form, returnTo } = given
  const { id: accountId, value } = session.account
  const outcome = await provePasskey(context.accounts, {
    text: form.get('credential') ?? '',
    use: { purpose: 'confirm', boundTo: session.id },
    address: clientAddress,
    ofAccount: accountId,
  })
  if (outcome.kind === 'proved') return confirmed(request, { session, account: outcome.account, returnTo }, context)
  const { reason, message, status, headers } = toldOf(outcome)
  context.onEvent({ type: 'confirmation_refused', reason, accountId, userName: value.userName, clientAddress })
  const shown = await confirmPage(session, { returnTo, message, status }, context)
  for (const [name, of] of Object.entries(headers)) shown.headers.set(name, of)
  return shown
}

async function givenIn(request: Request, context: PagesContext) {
  const session = await sessionOf(request, context.accounts)
  if (session === undefined) return redirect('/account/sign-in')
  const form = await readForm(request)
  if (form === undefined) return unreadableForm(request, context)
  return { session, form, returnTo: parseReturnAddress(form.get('return_to'), context.accounts.origin) }
}

/** Under a new session, as after each sign-in; then on by GET. */
async function confirmed(
  request: Request,
  { session, account, returnTo }: { session: Session; account: Account; returnTo: string },
  context: PagesContext,
): Promise<Response> {
  const cookie = await continueAs(request, { account, isDev: session.isDev }, context)
  context.onEvent({ type: 'confirmed', accountId: account.id, userName: account.value.userName })
  return redirect(returnTo, { 'set-cookie': cookie })
}

interface Shown {
  returnTo: string
  message?: string
  status?: number
}

async function confirmPage(
  session: Session,
  { returnTo, message, status = 200 }: Shown,
  context: PagesContext,
): Promise<Response> {
  const { server } = context
  const { account } = session
  const passkeyPart = await byPasskey(session, returnTo, context)
  const hasPassword = context.accounts.arePasswordsOn && account.value.password !== undefined
  if (passkeyPart === undefined && !hasPassword && session.identity?.provesAuthTime === false)
    return notProvable(returnTo, context)
  // Who has neither proves it where they signed in: an identity provider, for instance.
  if (passkeyPart === undefined && !hasPassword) return redirect(`${signInAddress(returnTo)}&again=1`)
  return page({
    title: 'Confirm that it is you',
    owner: server.name,
    brand: server.brand,
    status,
    formActionSources: [],
    ...(passkeyPart !== undefined && { scripts: passkeyScripts }),
    body: html`<h1>Confirm that it is you</h1>
<p>You are signed in as <b><bdi>${account.value.userName}</bdi></b>. What you are about to do changes who can sign in, so prove once more that it is you.</p>
${alert(message)}
${passkeyPart}${hasPassword ? byPassword(account, returnTo, { isSecond: passkeyPart !== undefined, hasFocus: passkeyPart === undefined }) : undefined}
<p class="soft after"><a href="/account">Back, and leave everything as it is</a></p>`,
  })
}

/** Going there and back would prove nothing, and lead here again. */
function notProvable(returnTo: string, { server }: PagesContext): Response {
  return page({
    title: 'This cannot be confirmed',
    owner: server.name,
    brand: server.brand,
    status: 403,
    body: html`<h1>This cannot be confirmed</h1>
<p>What you are about to do changes who can sign in, and where you signed in does not say when you proved who you are.</p>
<div class="note"><p><b>What to do now</b></p><p><a href="${signInAddress(returnTo)}&amp;again=1">Sign in another way</a>, where you have one, or ask whoever runs this server.</p></div>
<p class="soft after"><a href="/account">Back, and leave everything as it is</a></p>`,
  })
}

async function byPasskey(
  { id, account }: Session,
  returnTo: string,
  { accounts }: PagesContext,
): Promise<Html | undefined> {
  if (relyingPartyId(accounts.origin) === undefined) return undefined
  const passkeys = await passkeysOf(accounts, account.id)
  if (passkeys.length === 0) return undefined
  const challenge = createChallenge({ purpose: 'confirm', boundTo: id }, accounts)
  return passkeyForm({
    action: '/account/confirm/passkey',
    ceremony: 'get',
    options: requestOptions({ challenge, origin: accounts.origin, present: passkeys.map(({ value }) => value) }),
    button: 'Confirm with a passkey',
    fields: returnField(returnTo),
    otherwise:
      account.value.password === undefined || !accounts.arePasswordsOn
        ? 'Open this page where it does.'
        : 'Confirm with your password.',
  })
}

function byPassword(
  { value }: Account,
  returnTo: string,
  { isSecond, hasFocus }: { isSecond: boolean; hasFocus: boolean },
): Html {
  return html`${isSecond ? html`<h2>Or with your password</h2>\n` : undefined}<form method="post" action="/account/confirm">${returnField(returnTo)}
${fieldOf({ name: 'user_name', label: 'User name', type: 'text', autocomplete: 'username', value: value.userName, isReadOnly: true })}
${fieldOf({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', hasFocus })}
<button${isSecond ? html` class="plain"` : undefined}>Confirm</button>
</form>`
}

function signInAddress(returnTo: string): string {
  return `/account/sign-in?${new URLSearchParams({ return_to: returnTo })}`
}
