import { type Html, html, page } from '@portcullis/auth/authorization-server'
import type { Parameters } from '@portcullis/auth/protocol'
import { accountIdOf, createAccountByLink, type FirstWayIn } from '../accounts/account-by-link.ts'
import { BusyError } from '../accounts/bounded-queue.ts'
import { browserInWords } from '../accounts/browser-words.ts'
import { findLink, type LinkPurpose, linkPaths } from '../accounts/links.ts'
import { resetPasswordByLink } from '../accounts/new-password.ts'
import { idOfToken } from '../accounts/opaque-token.ts'
import { createChallenge } from '../accounts/passkeys/challenge.ts'
import { parseCreated } from '../accounts/passkeys/credential.ts'
import { creationOptions, relyingPartyId } from '../accounts/passkeys/relying-party.ts'
import { userHandleOf } from '../accounts/passkeys/user-handle.ts'
import { verifyCreated } from '../accounts/passkeys/verify-passkey.ts'
import { whyNotPassword } from '../accounts/password.ts'
import { whyNotUserName } from '../accounts/user-name.ts'
import { noticeOldAddress } from '../mail/post.ts'
import type { PagesContext } from './context.ts'
import { alert, fieldOf, hidden } from './fields.ts'
import { readForm, unreadableForm } from './form.ts'
import { identityButtons } from './identity-buttons.ts'
import { passkeyForm, passkeyScripts } from './passkey-form.ts'
import { problemPage, refusalOf } from './problem.ts'
import { signInResponse } from './session.ts'

/** The links whose pages make an account or set a password. */
type PagePurpose = Exclude<LinkPurpose, 'email'>

/** The page behind a link. Opening it uses nothing up: mail programs and chats open links by themselves. */
export async function showLink(purpose: PagePurpose, request: Request, context: PagesContext): Promise<Response> {
  const token = new URL(request.url).searchParams.get('token') ?? ''
  const userName = await ownerOfLink(purpose, token, context)
  return userName === undefined
    ? linkGone(purpose, request, context)
    : linkPage(purpose, request, { token, userName }, context)
}

/** The form behind a link. */
export async function acceptLink(purpose: PagePurpose, request: Request, context: PagesContext): Promise<Response> {
  const form = await readForm(request)
  if (form === undefined) return unreadableForm(request, context)
  const token = form.get('token') ?? ''
  const fixedName = await ownerOfLink(purpose, token, context)
  if (fixedName === undefined) return linkGone(purpose, request, context)
  const userName = isReset(purpose) ? fixedName : (form.get('user_name') ?? '').trim()
  if (!isReset(purpose) && form.get('credential') !== undefined)
    return acceptPasskeyOfLink(purpose, { token, userName, credential: form.get('credential') ?? '' }, request, context)
  if (!context.accounts.arePasswordsOn) return linkPage(purpose, request, { token, userName }, context)
  const problems = problemsOf(purpose, form, userName)
  if (Object.keys(problems).length > 0) return linkPage(purpose, request, { token, userName, problems }, context)
  try {
    return await useLink(purpose, { token, userName, password: form.get('password') ?? '' }, request, context)
  } catch (cause) {
    if (!(cause instanceof BusyError)) throw cause
    return linkPage(
      purpose,
      request,
      { token, userName, message: 'Much is going on right now. Try again in a moment.', status: 503 },
      context,
    )
  }
}

function isReset(purpose: PagePurpose): purpose is 'reset' | 'recovery' {
  return purpose === 'reset' || purpose === 'recovery'
}

async function useLink(
  purpose: PagePurpose,
  { token, userName, password }: { token: string; userName: string; password: string },
  request: Request,
  context: PagesContext,
): Promise<Response> {
  const { accounts, endGrants, onEvent, post } = context
  if (isReset(purpose)) {
    const reset = await resetPasswordByLink(accounts, { purpose, token, password, endGrants })
    if (reset === undefined) return linkGone(purpose, request, context)
    const { account, before } = reset
    if (post !== undefined && account.value.email === undefined) noticeOldAddress(before, accounts.now(), post)
    onEvent({ type: 'password_reset', accountId: account.id, userName: account.value.userName })
    return signInResponse(request, { account, returnTo: '/account' }, context)
  }
  return createAccount(purpose, { token, userName, password }, request, context)
}

/** An account that is signed in to by a passkey, and has no password. */
async function acceptPasskeyOfLink(
  purpose: 'owner' | 'invitation',
  { token, userName, credential }: { token: string; userName: string; credential: string },
  request: Request,
  context: PagesContext,
): Promise<Response> {
  const whyNot = whyNotUserName(userName)
  if (whyNot !== undefined)
    return linkPage(purpose, request, { token, userName, problems: { user_name: whyNot } }, context)
  const created = parseCreated(credential)
  const made =
    created === undefined
      ? 'not_valid'
      : await verifyCreated(created, { purpose: 'create', boundTo: idOfToken(token) }, context.accounts)
  if (typeof made === 'string')
    return linkPage(purpose, request, { token, userName, message: passkeyProblems[made], status: 422 }, context)
  const name = browserInWords(request.headers.get('user-agent'))
  return createAccount(purpose, { token, userName, passkey: { ...made, name } }, request, context)
}

const passkeyProblems = {
  stale: 'The page was open too long. Try again.',
  not_valid: 'The device did not make a passkey that can be used here. Try another device, or use a password.',
}

async function createAccount(
  purpose: 'owner' | 'invitation',
  given: { token: string; userName: string } & FirstWayIn,
  request: Request,
  context: PagesContext,
): Promise<Response> {
  const { accounts, onEvent } = context
  const { token, userName } = given
  const outcome = await createAccountByLink(accounts, { purpose, ...given })
  switch (outcome.kind) {
    case 'link_gone':
      return linkGone(purpose, request, context)
    case 'name_taken':
      return linkPage(
        purpose,
        request,
        { token, userName, problems: { user_name: 'is taken; choose another' } },
        context,
      )
    case 'passkey_known':
      return linkPage(
        purpose,
        request,
        { token, userName, message: 'This passkey stands in an account here already.', status: 422 },
        context,
      )
    case 'created': {
      const { account } = outcome
      onEvent({ type: 'account_created', accountId: account.id, userName: account.value.userName, by: purpose })
      return signInResponse(request, { account, returnTo: '/account' }, context)
    }
    default:
      return outcome satisfies never
  }
}

/** The user name that a working link is for, empty where it is still to be chosen; `undefined` when the link does not work. */
async function ownerOfLink(
  purpose: PagePurpose,
  token: string,
  { accounts }: PagesContext,
): Promise<string | undefined> {
  const link = await findLink(accounts, purpose, token)
  if (link?.value.accountId === undefined) return link && ''
  const account = await accounts.store.get('account', link.value.accountId)
  return account?.value.disabledAt === undefined ? account?.value.userName : undefined
}

type FieldProblems = Partial<Record<'user_name' | 'password' | 'again', string>>

function problemsOf(purpose: PagePurpose, form: Parameters, userName: string): FieldProblems {
  const password = form.get('password') ?? ''
  const ofName = isReset(purpose) ? undefined : whyNotUserName(userName)
  const ofPassword = whyNotPassword(password, { userName })
  const isRepeated = form.get('again') === password
  return {
    ...(ofName !== undefined && { user_name: ofName }),
    ...(ofPassword !== undefined && { password: ofPassword }),
    ...(ofPassword === undefined && !isRepeated && { again: 'must be the same' }),
  }
}

interface Shown {
  token: string
  userName: string
  problems?: FieldProblems
  message?: string
  status?: number
}

function linkPage(
  purpose: PagePurpose,
  request: Request,
  { token, userName, problems, message, status = problems === undefined ? 200 : 422 }: Shown,
  context: PagesContext,
): Response {
  const { server, onEvent, accounts } = context
  const { title, text, button } = wording(purpose, server.name)
  const hasPasskeys = !isReset(purpose) && relyingPartyId(accounts.origin) !== undefined
  const isPasswordWrong = (problems?.password ?? problems?.again) !== undefined
  const elsewhere = isReset(purpose) ? undefined : identityButtons(context, { for: purpose, token })
  const detail =
    message ??
    Object.entries(problems ?? {})
      .map((problem) => problem.join(' '))
      .join('; ')
  if (status >= 400)
    onEvent(refusalOf(request, { status, reason: 'form_not_accepted', detail: `The form was not accepted: ${detail}` }))
  return page({
    title,
    owner: server.name,
    brand: server.brand,
    status,
    formActionSources: [],
    ...(hasPasskeys && { scripts: passkeyScripts }),
    body: html`<h1>${title}</h1>
<p>${text}</p>
${alert(message)}
${elsewhere === undefined ? undefined : html`${elsewhere}${hasPasskeys || accounts.arePasswordsOn ? html`<h2>Or with an account of this server alone</h2>` : undefined}`}
${hasPasskeys ? newPasskeyForm(purpose, { token, userName, problem: problems?.user_name }, { accounts, server }) : undefined}
${accounts.arePasswordsOn ? passwordForm() : isReset(purpose) ? html`<p>Passwords are not for here any more: <a href="/account/sign-in">sign in</a> another way.</p>` : undefined}`,
  })

  function passwordForm(): Html {
    const hasFocus = !isReset(purpose) && !hasPasskeys && elsewhere === undefined
    return html`${hasPasskeys ? html`<details class="after" open${isPasswordWrong ? undefined : html` data-otherwise`}><summary>Use a password instead</summary>\n<div class="after">` : undefined}<form method="post" action="${linkPaths[purpose]}">${hidden('token', token)}
${fieldOf({ name: 'user_name', label: 'User name', type: 'text', autocomplete: 'username', value: userName, problem: problems?.user_name, isReadOnly: isReset(purpose), hasFocus })}
${fieldOf({ name: 'password', label: isReset(purpose) ? 'New password' : 'Password', type: 'password', autocomplete: 'new-password', hint: 'At least 10 characters. A few words are good.', problem: problems?.password, hasFocus: isReset(purpose) })}
${fieldOf({ name: 'again', label: 'The same password again', type: 'password', autocomplete: 'new-password', problem: problems?.again })}
<button${hasPasskeys ? html` class="plain"` : undefined}>${button}</button>
</form>${hasPasskeys ? html`</div></details>` : undefined}`
  }
}

/** The same form for a passkey. Its account is known before it is made, since the authenticator keeps it. */
function newPasskeyForm(
  purpose: PagePurpose,
  { token, userName, problem }: { token: string; userName: string; problem: string | undefined },
  { accounts, server }: Pick<PagesContext, 'accounts' | 'server'>,
): Html {
  const id = idOfToken(token)
  return passkeyForm({
    action: linkPaths[purpose],
    ceremony: 'create',
    options: creationOptions(
      { userHandle: userHandleOf(accountIdOf({ id })), userName },
      {
        challenge: createChallenge({ purpose: 'create', boundTo: id }, accounts),
        origin: accounts.origin,
        serverName: server.name,
        present: [],
      },
    ),
    button: 'Make the account with a passkey',
    fields: html`${hidden('token', token)}
${fieldOf({ name: 'user_name', id: 'passkey_user_name', label: 'User name', type: 'text', autocomplete: 'username', value: userName, problem, hint: 'A passkey signs you in with your fingerprint, your face or the PIN of a device.', hasFocus: true })}`,
    otherwise: 'Use a password.',
  })
}

function wording(purpose: PagePurpose, server: string): { title: string; text: string; button: string } {
  switch (purpose) {
    case 'owner':
      return {
        title: 'Welcome',
        text: `Make the first account. It is the owner of ${server}.`,
        button: 'Make the account',
      }
    case 'invitation':
      return { title: 'You are invited', text: `Make an account to use ${server}.`, button: 'Make the account' }
    case 'reset':
    case 'recovery':
      return {
        title: 'Set a new password',
        text: `All browsers that are signed in to this account are signed out, its passkeys are removed${purpose === 'reset' ? ', as is its e-mail address' : ''}, and no application has access to it any more: connect yours again afterwards.`,
        button: 'Set the password',
      }
    default:
      return purpose satisfies never
  }
}

function linkGone(purpose: PagePurpose, request: Request, context: PagesContext): Response {
  const signIn = html`<a href="/account/sign-in">sign in</a>`
  const nextStep =
    purpose === 'owner'
      ? html`If you have made the account, ${signIn}. If not, run <code>portcullis owner-link</code> for a new link.`
      : html`If you have used it yourself, ${signIn}. If not, ask whoever runs this server for a new link.`
  return problemPage(
    request,
    {
      status: 410,
      reason: 'link_gone',
      title: 'This link does not work any more',
      description: 'It has been used, it is too old, it was taken back, or a newer one took its place.',
      nextStep,
      event: { type: 'link_refused', purpose },
    },
    context,
  )
}
