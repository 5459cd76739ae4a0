import { type Html, html, page } from '@portcullis/auth/authorization-server'
import { sessionOf } from '../accounts/interaction.ts'
import { countOtherSessions } from '../accounts/other-sessions.ts'
import { passkeysOf } from '../accounts/passkeys/passkeys.ts'
import { endSession, type Session } from '../accounts/sessions.ts'
import { type ConnectedClient, connectionsOf } from '../administration/connections.ts'
import { currentRole } from '../administration/held-role.ts'
import { mayAdministrate } from '../administration/rights.ts'
import type { Role } from '../store/role.ts'
import type { PagesContext } from './context.ts'
import { addressFacts } from './mcp-servers.ts'
import { redirect } from './session.ts'
import { signInRows } from './sign-in-rows.ts'

const signInPath = '/account/sign-in'
const mostNamed = 3

/** The page of whoever is signed in: who it is, how to connect a client, and the way to those that have access. */
export async function showHome(request: Request, context: PagesContext): Promise<Response> {
  const session = await sessionOf(request, context.accounts)
  if (session === undefined) return redirect(signInPath)
  const { store } = context.accounts
  return homePage(
    {
      session,
      role: (await currentRole(context.accounts, session.account)).role,
      connected: await connectionsOf(session.account.id, { store, configured: context.clients }),
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

interface Home {
  session: Session
  role: Role
  connected: readonly ConnectedClient[]
  /** How many other browsers are signed in. */
  otherSessions: { count: number; isAll: boolean }
  passkeyCount: number
  /** What was just done here. */
  done: string | undefined
}

function homePage(
  { session, role, connected, otherSessions, passkeyCount, done }: Home,
  context: PagesContext,
): Response {
  const { userName } = session.account.value
  const { server, consoleAddress } = context
  return page({
    title: 'Your account',
    owner: server.name,
    brand: server.brand,
    formActionSources: [],
    body: html`<h1>Hello, <bdi>${userName}</bdi></h1>
<p class="soft">You are signed in${role === 'owner' ? ' as an owner' : role === 'member' ? undefined : ` as an ${role}`}.${consoleAddress !== undefined && mayAdministrate(role) ? html` <a href="${consoleAddress}">Open the console</a>` : undefined}</p>
${done === undefined ? undefined : html`<div class="note" role="status"><p>${done}</p></div>`}
${addressFacts(server)}
<h2>Applications with access</h2>
<ul class="rows"><li><div>${namesOf(connected)}</div><form action="/account/connections"><button class="plain small">See and end</button></form></li></ul>
<h2>Your account</h2>
<ul class="rows">
${signInRows(session, passkeyCount, context)}
<li><div>Other browsers<small>${othersText(otherSessions)}</small><small><a href="/account/sessions">Where you are signed in</a></small></div>${hasNoOthers(otherSessions) ? undefined : html`<form method="post" action="/account/sign-out-elsewhere"><button class="plain small">Sign out everywhere else</button></form>`}</li>
</ul>
<form method="post" action="/account/sign-out"><button class="plain">Sign out</button></form>`,
  })
}

function namesOf(connected: readonly ConnectedClient[]): Html | string {
  if (connected.length === 0)
    return html`<span class="soft">None yet. When you connect one, it asks you here first.</span>`
  const names = [...new Set(connected.map(({ clientName = 'an application without a name' }) => clientName))]
  const further = names.length - mostNamed
  return html`${names.slice(0, mostNamed).map((name, nth) => html`${nth === 0 ? '' : ', '}<bdi>${name}</bdi>`)}${
    further > 0 ? ` and ${further} more` : undefined
  }`
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
  if (done === 'email') return 'Your e-mail address is confirmed.'
  if (done === 'no-email') return 'Your e-mail address is removed.'
  return done === 'elsewhere' ? 'All other browsers are signed out.' : undefined
}
