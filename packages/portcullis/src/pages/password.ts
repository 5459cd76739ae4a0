import { html, page } from '@portcullis/auth/authorization-server'
import type { Parameters } from '@portcullis/auth/protocol'
import { BusyError } from '../accounts/bounded-queue.ts'
import { changePassword } from '../accounts/change-password.ts'
import { isTestAccount } from '../accounts/dev-sign-in.ts'
import { sessionOf } from '../accounts/interaction.ts'
import { whyNotPassword } from '../accounts/password.ts'
import type { Session } from '../accounts/sessions.ts'
import type { PagesContext } from './context.ts'
import { alert, fieldOf } from './fields.ts'
import { readForm, unreadableForm } from './form.ts'
import { requireFreshSession } from './fresh-session.ts'
import { redirect } from './session.ts'
import { attemptSignIn, type Refusal, refusalOf } from './sign-in-attempt.ts'

/** The page on which whoever is signed in changes the password, or sets one. Test users have none. */
export async function showPassword(request: Request, context: PagesContext): Promise<Response> {
  const session = await sessionForPassword(request, context)
  return session instanceof Response ? session : passwordPage(session, {}, context)
}

/**
 * A browser that is left signed in is no proof of who sits there: where there is a password its form asks for it, limited as sign-in is; where there is
 * none, it is proved before the page is shown.
 */
async function sessionForPassword(request: Request, context: PagesContext): Promise<Session | Response> {
  const session = await sessionOf(request, context.accounts)
  if (session === undefined) return redirect('/account/sign-in')
  if (isTestAccount(session.account.id) || !context.accounts.arePasswordsOn) return redirect('/account')
  return hasPassword(session) ? session : requireFreshSession(request, context, '/account/password')
}

function hasPassword({ account }: Session): boolean {
  return account.value.password !== undefined
}

/** Its form. */
export async function acceptPassword(
  request: Request,
  context: PagesContext,
  clientAddress: string,
): Promise<Response> {
  const { accounts, endGrants, onEvent } = context
  const session = await sessionForPassword(request, context)
  if (session instanceof Response) return session
  const form = await readForm(request)
  if (form === undefined) return unreadableForm(request, context)
  const { id: accountId, value } = session.account
  const { userName } = value
  const problems = problemsOf(form, session)
  if (Object.keys(problems).length > 0) return passwordPage(session, { problems }, context)
  const refusal = hasPassword(session)
    ? await refusalOfPresent(session, { password: form.get('current') ?? '', address: clientAddress }, context)
    : undefined
  if (refusal !== undefined) {
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

/** Why what was typed does not prove who sits there; `undefined` where it does. */
async function refusalOfPresent(
  { account: { id, value } }: Session,
  attempt: { password: string; address: string },
  context: PagesContext,
): Promise<Refusal | undefined> {
  const outcome = await attemptSignIn({ userName: value.userName, ...attempt }, context)
  if (outcome.kind !== 'proved') return outcome
  return outcome.account.id === id ? undefined : { kind: 'wrong', account: undefined }
}

type FieldProblems = Partial<Record<'current' | 'password' | 'again', string>>

function problemsOf(form: Parameters, session: Session): FieldProblems {
  const password = form.get('password') ?? ''
  const { userName } = session.account.value
  const whyNot =
    whyNotPassword(password, { userName }) ??
    (password === form.get('current') ? 'must be another than the present one' : undefined)
  return {
    ...(hasPassword(session) && form.get('current') === undefined && { current: 'is missing' }),
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
  session: Session,
  { problems, message, status }: { problems?: FieldProblems; message?: string; status?: number },
  { server }: PagesContext,
): Response {
  const isChange = hasPassword(session)
  const title = isChange ? 'Change your password' : 'Set a password'
  return page({
    title,
    owner: server.name,
    brand: server.brand,
    status: status ?? (problems === undefined ? 200 : 422),
    formActionSources: [],
    body: html`<h1>${title}</h1>
<p>All other browsers that are signed in to this account are signed out. ${isChange ? 'If somebody else may know the present password' : 'If somebody else may have been signed in'}, end the access of all applications, too: one may be theirs.</p>
${alert(message)}
<form method="post" action="/account/password">
${fieldOf({ name: 'user_name', label: 'User name', type: 'text', autocomplete: 'username', value: session.account.value.userName, isReadOnly: true })}
${isChange ? fieldOf({ name: 'current', label: 'Present password', type: 'password', autocomplete: 'current-password', problem: problems?.current, hasFocus: true }) : undefined}
${fieldOf({ name: 'password', label: 'New password', type: 'password', autocomplete: 'new-password', hint: 'At least 10 characters. A few words are good.', problem: problems?.password })}
${fieldOf({ name: 'again', label: 'The new password again', type: 'password', autocomplete: 'new-password', problem: problems?.again })}
<button>${isChange ? 'Change' : 'Set'} the password</button>
<button class="plain after" name="applications" value="end">${isChange ? 'Change' : 'Set'} it, and end the access of all applications</button>
</form>
<p class="soft after"><a href="/account">Back, and leave it as it is</a></p>`,
  })
}
