import { type Html, html, page } from '@portcullis/auth/authorization-server'
import { sessionOf } from '../accounts/interaction.ts'
import { endOtherSessions } from '../accounts/other-sessions.ts'
import { endOwnSession, type ListedSession, sessionsOf } from '../accounts/sessions-of-account.ts'
import type { PagesContext } from './context.ts'
import { dateOf, momentOf } from './dates.ts'
import { hidden } from './fields.ts'
import { readForm, unreadableForm } from './form.ts'
import { redirect } from './session.ts'

const signInPath = '/account/sign-in'
const listPath = '/account/sessions'

/** Where whoever is signed in is signed in. */
export async function showSessions(request: Request, context: PagesContext): Promise<Response> {
  const { accounts, server } = context
  const session = await sessionOf(request, accounts)
  if (session === undefined) return redirect(signInPath)
  const { sessions, isAll } = await sessionsOf(accounts, session)
  const done = doneText(new URL(request.url).searchParams.get('done'))
  return page({
    title: 'Where you are signed in',
    owner: server.name,
    brand: server.brand,
    formActionSources: [],
    body: html`<h1>Where you are signed in</h1>
${done === undefined ? undefined : html`<div class="note" role="status"><p>${done}</p></div>`}
<ul class="rows">${sessions.map(row)}</ul>
${isAll ? undefined : html`<p class="soft">There are more, which are not shown.</p>`}
${sessions.length === 1 && isAll ? undefined : html`<form method="post" action="/account/sign-out-elsewhere"><button class="plain">Sign out everywhere else</button></form>`}
<p class="soft after">Do you not know one of these? End it, and change your <a href="/account/password">password</a>.</p>
<p class="soft after"><a href="/account">Your account</a></p>`,
  })
}

/** Ends one session of whoever is signed in, and of nobody else. */
export async function acceptSessionEnd(request: Request, context: PagesContext): Promise<Response> {
  const { accounts, onEvent } = context
  const session = await sessionOf(request, accounts)
  if (session === undefined) return redirect(signInPath)
  const form = await readForm(request)
  if (form === undefined) return unreadableForm(request, context)
  const hasEnded = await endOwnSession(accounts, session, form.get('session') ?? '')
  if (!hasEnded) return redirect(listPath)
  onEvent({ type: 'session_ended', accountId: session.account.id, userName: session.account.value.userName })
  return redirect(`${listPath}?done=one`)
}

/** Ends the sessions of all other browsers. */
export async function acceptSignOutElsewhere(request: Request, { accounts, onEvent }: PagesContext): Promise<Response> {
  const session = await sessionOf(request, accounts)
  const token = session && (await endOtherSessions(accounts, session))
  if (session === undefined || token === undefined) return redirect(signInPath)
  const { id: accountId, value } = session.account
  onEvent({ type: 'signed_out_elsewhere', accountId, userName: value.userName })
  return redirect('/account?done=elsewhere', { 'set-cookie': accounts.cookie.format(token) })
}

function row({ id, browser, network, startedAt, seenAt, isThis }: ListedSession): Html {
  const name = browser ?? 'A browser'
  const about = html`<div>${name}${isThis ? html` <b>(this one)</b>` : undefined}<small>${network === undefined ? undefined : `from ${network}, `}since ${dateOf(startedAt)}</small><small>last seen ${momentOf(seenAt)}</small></div>`
  return isThis
    ? html`<li>${about}<form method="post" action="/account/sign-out"><button class="plain small">Sign out</button></form></li>`
    : html`<li>${about}<form method="post" action="/account/sessions/end">${hidden('session', id)}<button class="plain small" aria-label="End: ${name}, since ${dateOf(startedAt)}">End</button></form></li>`
}

function doneText(done: string | null): string | undefined {
  return done === 'one' ? 'That browser is signed out.' : undefined
}
