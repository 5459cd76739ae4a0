import { type Html, html } from '@portcullis/auth/authorization-server'
import { browserInWords } from '../accounts/browser-words.ts'
import { isTestAccount } from '../accounts/dev-sign-in.ts'
import { sessionOf } from '../accounts/interaction.ts'
import { createChallenge } from '../accounts/passkeys/challenge.ts'
import { parseCreated } from '../accounts/passkeys/credential.ts'
import {
  type AddOutcome,
  addPasskey,
  mostPasskeys,
  ownPasskey,
  type Passkey,
  passkeysOf,
  removePasskey,
  renamePasskey,
} from '../accounts/passkeys/passkeys.ts'
import { creationOptions, relyingPartyId } from '../accounts/passkeys/relying-party.ts'
import { userHandleOf } from '../accounts/passkeys/user-handle.ts'
import { verifyCreated } from '../accounts/passkeys/verify-passkey.ts'
import type { Session } from '../accounts/sessions.ts'
import type { PagesContext } from './context.ts'
import { dateOf } from './dates.ts'
import { alert, fieldOf, hidden } from './fields.ts'
import { readForm, unreadableForm } from './form.ts'
import { requireFreshSession } from './fresh-session.ts'
import { passkeyForm, passkeyScripts } from './passkey-form.ts'
import { redirect } from './session.ts'
import { titledPage } from './titled-page.ts'

const listPath = '/account/passkeys'
const addPath = '/account/passkeys/add'
const removePath = '/account/passkeys/remove'

/** Whether the person of a session can have passkeys here. */
export function canHavePasskeys({ account }: Session, { accounts }: Pick<PagesContext, 'accounts'>): boolean {
  return relyingPartyId(accounts.origin) !== undefined && !isTestAccount(account.id)
}

/** The passkeys of whoever is signed in. */
export async function showPasskeys(request: Request, context: PagesContext): Promise<Response> {
  const session = await sessionOf(request, context.accounts)
  if (session === undefined) return redirect('/account/sign-in')
  const passkeys = await passkeysOf(context.accounts, session.account.id)
  const done = doneText(new URL(request.url).searchParams.get('done'))
  return titledPage(
    'Your passkeys',
    html`<p>A passkey signs you in with your fingerprint, your face or the PIN of a device, and cannot be guessed or told to anybody.</p>
${done === undefined ? undefined : html`<div class="note" role="status"><p>${done}</p></div>`}
${passkeys.length === 0 ? html`<p class="soft">You have none yet.</p>` : html`<ul class="rows">${passkeys.map(row)}</ul>`}
${canHavePasskeys(session, context) && passkeys.length < mostPasskeys ? html`<p><a class="button" href="${addPath}">Add a passkey</a></p>` : undefined}
<p class="soft after"><a href="/account">Your account</a></p>`,
    context,
  )
}

/** The page that adds one. */
export async function showAddPasskey(request: Request, context: PagesContext): Promise<Response> {
  const session = await requireFreshSession(request, context, addPath)
  if (session instanceof Response) return session
  return canHavePasskeys(session, context) ? addPage(request, session, {}, context) : redirect(listPath)
}

/** Its form. */
export async function acceptAddPasskey(request: Request, context: PagesContext): Promise<Response> {
  // First: it may be minutes on its way, and the session may have ended when it has come.
  const form = await readForm(request)
  if (form === undefined) return unreadableForm(request, context)
  const session = await requireFreshSession(request, context, addPath)
  if (session instanceof Response) return session
  const { accounts, onEvent } = context
  const { id: accountId, value } = session.account
  const name = form.get('name')?.trim() ?? ''
  const whyNot = whyNotName(name)
  if (whyNot !== undefined) return addPage(request, session, { name, problem: whyNot }, context)
  const created = parseCreated(form.get('credential') ?? '')
  const made =
    created === undefined
      ? 'not_valid'
      : await verifyCreated(created, { purpose: 'add', boundTo: session.id }, accounts)
  const outcome = typeof made === 'string' ? made : await addPasskey(accounts, accountId, { made, name })
  if (outcome !== 'added') return addPage(request, session, { name, message: addProblems[outcome] }, context)
  onEvent({ type: 'passkey_added', accountId, userName: value.userName })
  return redirect(`${listPath}?done=added`)
}

/** The form that gives a passkey another name. */
export async function acceptPasskeyName(request: Request, context: PagesContext): Promise<Response> {
  const session = await sessionOf(request, context.accounts)
  if (session === undefined) return redirect('/account/sign-in')
  const form = await readForm(request)
  if (form === undefined) return unreadableForm(request, context)
  const id = form.get('passkey') ?? ''
  const name = form.get('name')?.trim() ?? ''
  const passkey = await ownPasskey(context.accounts, session.account.id, id)
  if (passkey === undefined) return redirect(listPath)
  const problem = whyNotName(name)
  if (problem !== undefined) return namePage(passkey, { name, problem }, context)
  await renamePasskey(context.accounts, session.account.id, { id, name })
  return redirect(`${listPath}?done=named`)
}

/** The page that gives a passkey another name. */
export async function showPasskeyName(request: Request, context: PagesContext): Promise<Response> {
  const session = await sessionOf(request, context.accounts)
  if (session === undefined) return redirect('/account/sign-in')
  const passkey = await ownPasskey(context.accounts, session.account.id, passkeyIn(request))
  return passkey === undefined ? redirect(listPath) : namePage(passkey, { name: passkey.value.name }, context)
}

/** The page that removes one. */
export async function showRemovePasskey(request: Request, context: PagesContext): Promise<Response> {
  const id = passkeyIn(request)
  const session = await requireFreshSession(request, context, removeAddress(id))
  if (session instanceof Response) return session
  const passkey = await ownPasskey(context.accounts, session.account.id, id)
  if (passkey === undefined) return redirect(listPath)
  const isLast = !(await context.accounts.hasWayBeside(id, session.account))
  return removePage(passkey, { isLast }, context)
}

/** Its form. */
export async function acceptRemovePasskey(request: Request, context: PagesContext): Promise<Response> {
  const { accounts, onEvent } = context
  const form = await readForm(request)
  if (form === undefined) return unreadableForm(request, context)
  const id = form.get('passkey') ?? ''
  const session = await requireFreshSession(request, context, removeAddress(id))
  if (session instanceof Response) return session
  const outcome = await removePasskey(accounts, session, id)
  if (outcome === 'over') return redirect('/account/sign-in')
  if (outcome === 'unknown') return redirect(listPath)
  const passkey = outcome === 'last' ? await ownPasskey(accounts, session.account.id, id) : undefined
  if (outcome === 'last')
    return passkey === undefined ? redirect(listPath) : removePage(passkey, { isLast: true }, context)
  onEvent({ type: 'passkey_removed', accountId: session.account.id, userName: session.account.value.userName })
  return redirect(`${listPath}?done=removed`, { 'set-cookie': accounts.cookie.format(outcome.token) })
}

const addProblems: Readonly<Record<Exclude<AddOutcome, 'added'> | 'not_valid', string>> = {
  known: 'This passkey stands in an account here already.',
  stale: 'The page was open too long. Try again.',
  too_many: `An account can have ${mostPasskeys} passkeys. Remove one first.`,
  not_possible: 'This account can have no passkey.',
  not_valid: 'The device did not make a passkey that can be used here. Try another device or password manager.',
}

async function addPage(
  request: Request,
  session: Session,
  { name, problem, message }: { name?: string; problem?: string; message?: string },
  context: PagesContext,
): Promise<Response> {
  const { accounts, server } = context
  const { id: accountId, value } = session.account
  const options = creationOptions(
    { userHandle: userHandleOf(accountId), userName: value.userName },
    {
      challenge: createChallenge({ purpose: 'add', boundTo: session.id }, accounts),
      origin: accounts.origin,
      serverName: server.name,
      present: (await passkeysOf(accounts, accountId)).map((passkey) => passkey.value),
    },
  )
  const form = passkeyForm({
    action: addPath,
    ceremony: 'create',
    options,
    button: 'Add a passkey',
    fields: nameField(name ?? browserInWords(request.headers.get('user-agent')), problem),
    otherwise: 'Open this page in another browser.',
  })
  return titledPage(
    'Add a passkey',
    html`<p>Your browser asks where to keep it: on this device, in your password manager, on your telephone or on a security key.</p>
${alert(message)}
${form}
<p class="soft after"><a href="${listPath}">Back to your passkeys</a></p>`,
    context,
    { status: problem === undefined && message === undefined ? 200 : 422, scripts: passkeyScripts },
  )
}

function namePage({ id }: Passkey, { name, problem }: { name: string; problem?: string }, context: PagesContext) {
  return titledPage(
    'Name a passkey',
    html`<form method="post" action="/account/passkeys/name">${hidden('passkey', id)}
${nameField(name, problem)}
<button>Save the name</button>
</form>
<p class="soft after"><a href="${listPath}">Back to your passkeys</a></p>`,
    context,
    { status: problem === undefined ? 200 : 422 },
  )
}

function removePage({ id, value }: Passkey, { isLast }: { isLast: boolean }, context: PagesContext): Response {
  const body = isLast
    ? html`<p><b><bdi>${value.name}</bdi></b> is the only way in to your account. Add another passkey first${context.accounts.arePasswordsOn ? ', or set a password' : undefined}.</p>
<p><a class="button" href="${addPath}">Add a passkey</a></p>
${context.accounts.arePasswordsOn ? html`<p><a href="/account/password">Set a password</a></p>` : undefined}`
    : html`<p><b><bdi>${value.name}</bdi></b> will not sign you in any more, and all other browsers are signed out. Delete it on your device or in your password manager, too.</p>
<form method="post" action="${removePath}">${hidden('passkey', id)}<button>Remove it</button></form>`
  return titledPage(
    'Remove a passkey',
    html`${body}
<p class="soft after"><a href="${listPath}">Back to your passkeys</a></p>`,
    context,
  )
}

function row({ id, value }: Passkey): Html {
  const { name, createdAt, usedAt, isBackedUp } = value
  return html`<li><div><bdi>${name}</bdi><small>since ${dateOf(createdAt)}, ${usedAt === undefined ? 'not used yet' : `last used ${dateOf(usedAt)}`}</small><small>${isBackedUp ? 'on your devices, by your password manager' : 'on one device'}</small><small><a href="/account/passkeys/name?passkey=${id}" aria-label="Name ${name}">Name</a></small></div>
<form action="${removePath}">${hidden('passkey', id)}<button class="plain small" aria-label="Remove ${name}">Remove</button></form></li>`
}

function nameField(name: string, problem: string | undefined): Html {
  return fieldOf({
    name: 'name',
    label: 'Name',
    type: 'text',
    autocomplete: 'off',
    value: name,
    hint: 'So that you know later which one it is.',
    problem,
  })
}

function whyNotName(name: string): string | undefined {
  if (name.length === 0 || name.length > 60) return 'must have 1 to 60 characters'
  return /[\p{Cc}\p{Cf}]/u.test(name) ? 'must be text without control characters' : undefined
}

function passkeyIn(request: Request): string {
  return new URL(request.url).searchParams.get('passkey') ?? ''
}

function removeAddress(id: string): string {
  return `${removePath}?${new URLSearchParams({ passkey: id })}`
}

function doneText(done: string | null): string | undefined {
  switch (done) {
    case 'added':
      return 'The passkey is added. Next time you can sign in with it.'
    case 'named':
      return 'The name is saved.'
    case 'removed':
      return 'The passkey is removed, and all other browsers are signed out.'
    default:
      return undefined
  }
}
