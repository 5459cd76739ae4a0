import { html, page } from '@portcullis/auth/authorization-server'
import type { Parameters } from '@portcullis/auth/protocol'
import { BusyError } from '../accounts/bounded-queue.ts'
import { changePassword } from '../accounts/change-password.ts'
import { sessionOf } from '../accounts/interaction.ts'
import { whyNotPassword } from '../accounts/password.ts'
import type { Session } from '../accounts/sessions.ts'
import type { PagesContext } from './context.ts'
import { alert, fieldOf } from './fields.ts'
import { readForm, unreadableForm } from './form.ts'
import { redirect } from './session.ts'
import { attemptSignIn, type Refusal, refusalOf } from './sign-in-attempt.ts'

/** The page on which whoever is signed in changes the password. Test users have none. */
export async function showPassword(request: Request, context: PagesContext): Promise<Response> {
  const session = await sessionOf(request, context.accounts)
  if (session === undefined) return redirect('/account/sign-in')
  return session.account.value.password === undefined ? redirect('/account') : passwordPage(session, {}, context)
}

/** Its form. A browser that is left signed in is no proof of who sits there: it asks for the present password, limited as sign-in is. */
export async function acceptPassword(
  request: Request,
  context: PagesContext,
  clientAddress: string,
): Promise<Response> {
  const { accounts, endGrants, onEvent } = context
  const session = await sessionOf(request, accounts)
  if (session === undefined) return redirect('/account/sign-in')
  const form = await readForm(request)
  if (form === undefined) return unreadableForm(request, context)
  const { id: accountId, value } = session.account
  const { userName } = value
  const problems = problemsOf(form, userName)
  if (Object.keys(problems).length > 0) return passwordPage(session, { problems }, context)
  const attempt = { userName, password: form.get('current') ?? '', address: clientAddress }
  const outcome = await attemptSignIn(attempt, context)
  if (outcome.kind !== 'proved' || outcome.account.id !== accountId) {
    const refusal = outcome.kind === 'proved' ? ({ kind: 'wrong', account: undefined } as const) : outcome
    onEvent({ type: 'password_change_refused', accountId, userName, reason: refusal.kind, clientAddress })
    return refused(session, refusal, context)
  }
  try {
    const token = await changePassword(accounts, session, {
      password: form.get('password') ?? '',
      endGrants: form.get('applications') === 'end' ? endGrants : undefined,
    })
    if (token === undefined) return redirect('/account/sign-in')
    onEvent({ type: 'password_changed', accountId, userName })
    return redirect('/account?done=password', { 'set-cookie': accounts.cookie.format(token) })
  } catch (cause) {
    if (cause instanceof BusyError) return refused(session, { kind: 'busy' }, context)
    throw cause
  }
}

type FieldProblems = Partial<Record<'current' | 'password' | 'again', string>>

function problemsOf(form: Parameters, userName: string): FieldProblems {
  const password = form.get('password') ?? ''
  const whyNot =
    whyNotPassword(password, { userName }) ??
    (password === form.get('current') ? 'must be another than the present one' : undefined)
  return {
    ...(form.get('current') === undefined && { current: 'is missing' }),
    ...(whyNot !== undefined && { password: whyNot }),
    ...(whyNot === undefined && form.get('again') !== password && { again: 'must be the same' }),
  }
}

function refused(session: Session, refusal: Refusal, context: PagesContext): Response {
  if (refusal.kind === 'wrong') return passwordPage(session, { problems: { current: 'is not right' } }, context)
  const shown = passwordPage(session, refusalOf(refusal), context)
  if (refusal.kind === 'too_many') shown.headers.set('retry-after', String(refusal.retryAfter))
  return shown
}

function passwordPage(
  { account }: Session,
  { problems, message, status }: { problems?: FieldProblems; message?: string; status?: number },
  { server }: PagesContext,
): Response {
  return page({
    title: 'Change your password',
    owner: server.name,
    brand: server.brand,
    status: status ?? (problems === undefined ? 200 : 422),
    formActionSources: [],
    body: html`<h1>Change your password</h1>
<p>All other browsers that are signed in to this account are signed out. If somebody else may know the present password, end the access of all applications, too: one may be theirs.</p>
${alert(message)}
<form method="post" action="/account/password">
${fieldOf({ name: 'user_name', label: 'User name', type: 'text', autocomplete: 'username', value: account.value.userName, isReadOnly: true })}
${fieldOf({ name: 'current', label: 'Present password', type: 'password', autocomplete: 'current-password', problem: problems?.current, hasFocus: true })}
${fieldOf({ name: 'password', label: 'New password', type: 'password', autocomplete: 'new-password', hint: 'At least 10 characters. A few words are good.', problem: problems?.password })}
${fieldOf({ name: 'again', label: 'The new password again', type: 'password', autocomplete: 'new-password', problem: problems?.again })}
<button>Change the password</button>
<button class="plain after" name="applications" value="end">Change it, and end the access of all applications</button>
</form>
<p class="soft after"><a href="/account">Back, and leave it as it is</a></p>`,
  })
}
