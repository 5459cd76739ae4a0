import { type Html, html, page } from '@portcullis/auth/authorization-server'
import { sessionOf } from '../accounts/interaction.ts'
import { countOtherSessions } from '../accounts/other-sessions.ts'
import { passkeysOf } from '../accounts/passkeys/passkeys.ts'
import { endSession, type Session } from '../accounts/sessions.ts'
import { type ConsentSummary, consentsOf } from '../administration/consents.ts'
import { type GrantSummary, grantsOfSubject } from '../administration/grants.ts'
import type { PagesContext } from './context.ts'
import { dateOf } from './dates.ts'
import { hidden } from './fields.ts'
import { readForm, unreadableForm } from './form.ts'
import { redirect } from './session.ts'
import { signInRows } from './sign-in-rows.ts'

const signInPath = '/account/sign-in'
const mostShown = 100

/** The page of whoever is signed in: who it is, how to connect a client, and which have access. */
export async function showHome(request: Request, context: PagesContext): Promise<Response> {
  const session = await sessionOf(request, context.accounts)
  if (session === undefined) return redirect(signInPath)
  const { store, now } = context.accounts
  const grants = await grantsOfSubject(store, session.account.id, context.clients)
  return homePage(
    {
      session,
      grants: grants.sort((a, b) => b.usedAt - a.usedAt),
      consents: await consentsOf(session.account.id, { store, now, configured: context.clients }),
      otherSessions: await countOtherSessions({ store }, session),
      passkeyCount: (await passkeysOf({ store }, session.account.id)).length,
      done: doneText(new URL(request.url).searchParams.get('done')),
    },
    context,
  )
}

/** Ends this browser's session. */
export async function acceptSignOut(request: Request, context: PagesContext): Promise<Response> {
  const { accounts, onEvent } = context
  const session = await sessionOf(request, accounts)
  const token = accounts.cookie.read(request)
  if (token !== undefined) await endSession(accounts, token)
  if (session !== undefined)
    onEvent({ type: 'signed_out', accountId: session.account.id, userName: session.account.value.userName })
  return redirect(signInPath, { 'set-cookie': accounts.cookie.formatRemoval() })
}

/** Ends one grant of whoever is signed in; of nobody else's. */
export async function acceptGrantEnd(request: Request, context: PagesContext): Promise<Response> {
  const session = await sessionOf(request, context.accounts)
  if (session === undefined) return redirect(signInPath)
  const form = await readForm(request)
  if (form === undefined) return unreadableForm(request, context)
  const grant = await context.accounts.store.get('grant', form.get('grant') ?? '')
  if (grant?.value.subject === session.account.id) await context.endGrant(grant.id)
  return redirect('/account')
}

/** Has whoever is signed in asked again about a client; about nobody else's. */
export async function acceptConsentEnd(request: Request, context: PagesContext): Promise<Response> {
  const session = await sessionOf(request, context.accounts)
  if (session === undefined) return redirect(signInPath)
  const form = await readForm(request)
  if (form === undefined) return unreadableForm(request, context)
  const clientId = form.get('client') ?? ''
  if (clientId !== '') await context.revokeConsents({ subject: session.account.id, clientId })
  return redirect('/account')
}

interface Home {
  session: Session
  grants: readonly GrantSummary[]
  consents: readonly ConsentSummary[]
  /** How many other browsers are signed in. */
  otherSessions: { count: number; isAll: boolean }
  passkeyCount: number
  /** What was just done here. */
  done: string | undefined
}

function homePage(
  { session, grants, consents, otherSessions, passkeyCount, done }: Home,
  context: PagesContext,
): Response {
  const { server } = context
  const { userName, role } = session.account.value
  return page({
    title: 'Your account',
    owner: server.name,
    brand: server.brand,
    formActionSources: [],
    body: html`<h1>Hello, <bdi>${userName}</bdi></h1>
<p class="soft">You are signed in${role === 'owner' ? ' as the owner' : undefined}.</p>
${done === undefined ? undefined : html`<div class="note" role="status"><p>${done}</p></div>`}
<dl class="facts"><div><dt>Add this URL to your MCP client</dt><dd><span class="at">${server.publicUrl}</span></dd></div></dl>
<h2>Applications with access</h2>
${grants.length === 0 ? html`<p class="soft">None yet. When you connect one, it asks you here first.</p>` : html`<ul class="rows">${grants.slice(0, mostShown).map((grant) => row(grant, server.publicUrl))}</ul>`}
${grants.length > mostShown ? html`<p class="soft">These are the ${mostShown} that were used last. There are ${grants.length - mostShown} more.</p>` : undefined}
${consents.length === 0 ? undefined : html`<h2>You are not asked again about</h2>\n<ul class="rows">${consents.map(consentRow)}</ul>\n`}<h2>Your account</h2>
<ul class="rows">
${signInRows(session, passkeyCount, context)}
<li><div>Other browsers<small>${othersText(otherSessions)}</small><small><a href="/account/sessions">Where you are signed in</a></small></div>${hasNoOthers(otherSessions) ? undefined : html`<form method="post" action="/account/sign-out-elsewhere"><button class="plain small">Sign out everywhere else</button></form>`}</li>
</ul>
<form method="post" action="/account/sign-out"><button class="plain">Sign out</button></form>`,
  })
}

function hasNoOthers({ count, isAll }: Home['otherSessions']): boolean {
  return count === 0 && isAll
}

function othersText({ count, isAll }: Home['otherSessions']): string {
  if (!isAll) return 'many are signed in'
  if (count === 0) return 'none is signed in'
  return count === 1 ? 'one is signed in' : `${count} are signed in`
}

function doneText(done: string | null): string | undefined {
  if (done === 'password') return 'Your password is changed, and all other browsers are signed out.'
  return done === 'elsewhere' ? 'All other browsers are signed out.' : undefined
}

/** Which server a grant is for is said where it is not the one that the page is of. */
function row({ id, clientName, resource, scope, issuedAt, usedAt }: GrantSummary, publicUrl: string): Html {
  const name = clientName ?? 'An application without a name'
  return html`<li><div><bdi>${name}</bdi>${resource === publicUrl ? undefined : html`<small>for ${resource}</small>`}<small>${scope.join(', ')}</small><small>since ${dateOf(issuedAt)}${usedAt === issuedAt ? undefined : `, last used ${dateOf(usedAt)}`}</small></div>
<form method="post" action="/account/grants/end">${hidden('grant', id)}<button class="plain small" aria-label="End the access of ${name}">End</button></form></li>`
}

function consentRow({ clientId, clientName, destination, scope, expiresAt }: ConsentSummary): Html {
  const name = clientName ?? 'An application without a name'
  return html`<li><div><bdi>${name}</bdi><small>at ${destination}</small><small>${scope.join(', ')}</small><small>until ${dateOf(expiresAt)}</small></div>
<form method="post" action="/account/consents/end">${hidden('client', clientId)}<button class="plain small" aria-label="End the access of ${name}, and ask again">Ask again</button></form></li>`
}
