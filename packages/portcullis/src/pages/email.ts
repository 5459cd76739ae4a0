import { html } from '@portcullis/auth/authorization-server'
import { confirmEmail, removeEmail } from '../accounts/change-email.ts'
import { isTestAccount } from '../accounts/dev-sign-in.ts'
import { whyNotEmailAddress } from '../accounts/email-address.ts'
import { sessionOf } from '../accounts/interaction.ts'
import { findLink, formatLink, issueLink, linkPaths } from '../accounts/links.ts'
import { isSentTooOften } from '../accounts/recovery.ts'
import type { Session } from '../accounts/sessions.ts'
import { addressMessage } from '../mail/messages.ts'
import { noticeOldAddress } from '../mail/post.ts'
import type { PagesContext } from './context.ts'
import { alert, fieldOf, hidden } from './fields.ts'
import { readForm, unreadableForm } from './form.ts'
import { requireFreshSession } from './fresh-session.ts'
import { type Problem, problemPage } from './problem.ts'
import { redirect } from './session.ts'
import { titledPage } from './titled-page.ts'

const path = '/account/email'

/** The page on which whoever is signed in sets an e-mail address, to get in again and to be told of changes. */
export async function showEmail(request: Request, context: PagesContext): Promise<Response> {
  const session = await sessionForEmail(request, context)
  return session instanceof Response ? session : emailPage(session, {}, context)
}

/** Its form. The address counts once a link that was sent to it is opened. */
export async function acceptEmail(request: Request, context: PagesContext): Promise<Response> {
  // First: it may be minutes on its way, and the session may have ended when it has come.
  const form = await readForm(request)
  if (form === undefined) return unreadableForm(request, context)
  const session = await sessionForEmail(request, context)
  if (session instanceof Response) return session
  const { accounts, post } = context
  const { id: accountId, value } = session.account
  if (post === undefined) return redirect('/account')
  const email = (form.get('email') ?? '').trim()
  const problem = whyNotEmailAddress(email)
  if (problem !== undefined) return emailPage(session, { email, problem }, context)
  if (await isSentTooOften(accounts, `confirmations for ${accountId}`))
    return emailPage(
      session,
      { email, message: 'Too many messages were sent for this account. Try again tomorrow.', status: 429 },
      context,
    )
  post.mailer.send({
    kind: 'address',
    accountId,
    async make() {
      const issued = await issueLink(accounts, { purpose: 'email', accountId, email })
      const link = formatLink(accounts.origin, 'email', issued)
      return addressMessage(email, { link, userName: value.userName, site: post.site })
    },
  })
  return titledPage(
    'Look into your mailbox',
    html`<p>A link is on its way to <b><bdi>${email}</bdi></b>. Open it in this browser within an hour: only then the address counts.</p>
<p class="soft after"><a href="/account">Your account</a></p>`,
    context,
  )
}

/** The button that takes the address away. */
export async function acceptEmailRemoval(request: Request, context: PagesContext): Promise<Response> {
  const session = await sessionForEmail(request, context)
  if (session instanceof Response) return session
  const before = await removeEmail(context.accounts, session.account.id)
  if (before !== undefined) tellChange(before, context)
  return redirect('/account?done=no-email')
}

/** The page behind the link in the message. Opening it does nothing: mail programs open links by themselves. */
export async function showEmailLink(request: Request, context: PagesContext): Promise<Response> {
  const token = new URL(request.url).searchParams.get('token') ?? ''
  const link = await findLink(context.accounts, 'email', token)
  if (link === undefined) return problemPage(request, linkGone, context)
  const session = await sessionOf(request, context.accounts)
  if (session === undefined || session.account.id !== link.value.accountId)
    return problemPage(request, notSignedIn, context)
  return titledPage(
    'Confirm your address',
    html`<p>Is <b><bdi>${link.value.email}</bdi></b> your address? The account <b><bdi>${session.account.value.userName}</bdi></b> uses it then.</p>
<form method="post" action="${linkPaths.email}">${hidden('token', token)}<button>Yes, use it</button></form>
<p class="soft after"><a href="/account">No, leave everything as it is</a></p>`,
    context,
  )
}

/** Its form. */
export async function acceptEmailLink(request: Request, context: PagesContext): Promise<Response> {
  // First: it may be minutes on its way, and the session may have ended when it has come.
  const form = await readForm(request)
  if (form === undefined) return unreadableForm(request, context)
  const session = await sessionOf(request, context.accounts)
  if (session === undefined) return problemPage(request, notSignedIn, context)
  const outcome = await confirmEmail(context.accounts, session.account.id, form.get('token') ?? '')
  if (outcome === 'link_gone') return problemPage(request, linkGone, context)
  if (outcome === 'taken') return problemPage(request, taken, context)
  tellChange(outcome, context)
  return redirect('/account?done=email')
}

function tellChange(before: Session['account'], { accounts, post, onEvent }: PagesContext): void {
  onEvent({ type: 'email_changed', accountId: before.id, userName: before.value.userName })
  if (post !== undefined) noticeOldAddress(before, accounts.now(), post)
}

/** Whoever can change the address can have a new password sent there: it wants a fresh proof. */
async function sessionForEmail(request: Request, context: PagesContext): Promise<Session | Response> {
  const session = await requireFreshSession(request, context, path)
  if (session instanceof Response) return session
  return context.post === undefined || isTestAccount(session.account.id) ? redirect('/account') : session
}

function emailPage(
  { account }: Session,
  { email, problem, message, status }: { email?: string; problem?: string; message?: string; status?: number },
  context: PagesContext,
): Response {
  const present = account.value.email
  return titledPage(
    present === undefined ? 'Set an e-mail address' : 'Change your e-mail address',
    html`<p>If you can no longer sign in, a link to set a new password goes there; and you are told when somebody changes how you sign in.</p>
${present === undefined ? undefined : html`<p>Now it is <b><bdi>${present}</bdi></b>.</p>`}
${alert(message)}
<form method="post" action="${path}">
${fieldOf({ name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'email', value: email, problem, hasFocus: true })}
<button>Send a link to confirm it</button>
</form>
${present === undefined ? undefined : html`<form method="post" action="${path}/remove"><button class="plain after">Remove the address</button></form>`}
<p class="soft after"><a href="/account">Back, and leave it as it is</a></p>`,
    context,
    { status: status ?? (problem === undefined ? 200 : 422) },
  )
}

const linkGone: Problem = {
  status: 410,
  reason: 'link_gone',
  title: 'This link does not work any more',
  description: 'It has been used, it is too old, or a newer one took its place.',
  nextStep: html`Ask for another one in <a href="${path}">your account</a>.`,
  event: { type: 'link_refused', purpose: 'email' },
}

const notSignedIn: Problem = {
  status: 403,
  reason: 'form_not_accepted',
  title: 'Sign in first',
  description: 'This link is for the account that asked for it, and nobody is signed in to that one here.',
  nextStep: html`<a href="/account/sign-in">Sign in</a> in this browser, and open the link in the message again.`,
}

const taken: Problem = {
  status: 403,
  reason: 'form_not_accepted',
  title: 'This address belongs to another account',
  description: 'An address can belong to one account here.',
  nextStep: html`Sign in to that account and remove it there, or choose <a href="${path}">another address</a>.`,
}
