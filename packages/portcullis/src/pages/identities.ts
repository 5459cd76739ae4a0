import { type Html, html, page } from '@portcullis/auth/authorization-server'
import { isTestAccount } from '../accounts/dev-sign-in.ts'
import { identitiesOf, type KnownIdentity, mostIdentities } from '../accounts/identities.ts'
import { unlinkIdentity } from '../accounts/identity-links.ts'
import type { Session } from '../accounts/sessions.ts'
import type { PagesContext } from './context.ts'
import { alert, hidden } from './fields.ts'
import { readForm, unreadableForm } from './form.ts'
import { requireFreshSession } from './fresh-session.ts'
import { identityButtons } from './identity-buttons.ts'
import { refusalOf } from './problem.ts'
import { redirect } from './session.ts'

export const identitiesPath = '/account/identities'

/** The page on which whoever is signed in sees the identities that open the account, adds one and takes one away. */
export async function showIdentities(request: Request, context: PagesContext): Promise<Response> {
  const session = await requireFreshSession(request, context, identitiesPath)
  if (session instanceof Response) return session
  if (isTestAccount(session.account.id)) return redirect('/account')
  return identitiesPage(session, { done: new URL(request.url).searchParams.get('done') === 'linked' }, context)
}

/** Takes an identity from the account of whoever is signed in, never the last way in. */
export async function acceptUnlink(request: Request, context: PagesContext): Promise<Response> {
  const { accounts, onEvent } = context
  const session = await requireFreshSession(request, context, identitiesPath)
  if (session instanceof Response) return session
  const form = await readForm(request)
  if (form === undefined) return unreadableForm(request, context)
  const identityId = form.get('identity') ?? ''
  const outcome = await unlinkIdentity(
    accounts,
    { accountId: session.account.id, identityId },
    async (without) => (await accounts.hasLocalWay(without)) || (await accounts.hasOpenIdentity(without)),
  )
  switch (outcome.kind) {
    case 'unlinked': {
      const { account, identity } = outcome
      onEvent({
        type: 'identity_unlinked',
        accountId: account.id,
        userName: account.value.userName,
        identityProvider: identity.value.identityProvider,
      })
      return redirect(identitiesPath)
    }
    case 'not_linked':
      return redirect(identitiesPath)
    case 'last_way_in': {
      const message = 'This is the only way into your account. Add another first.'
      onEvent(refusalOf(request, { status: 422, reason: 'form_not_accepted', detail: message }))
      return identitiesPage(session, { message, status: 422 }, context)
    }
    default:
      return outcome satisfies never
  }
}

async function identitiesPage(
  session: Session,
  { message, status = 200, done = false }: { message?: string; status?: number; done?: boolean },
  context: PagesContext,
): Promise<Response> {
  const identities = await identitiesOf(context.accounts, session.account)
  return page({
    title: 'Accounts elsewhere',
    owner: context.server.name,
    brand: context.server.brand,
    status,
    formActionSources: [],
    body: html`<h1>Accounts elsewhere</h1>
<p>They open your account here.</p>
${alert(message)}${done ? html`<div class="note" role="status"><p>It opens your account from now on.</p></div>` : undefined}
${identities.length === 0 ? html`<p class="soft">There is none yet.</p>` : html`<ul class="rows">${identities.map((identity) => row(identity, context))}</ul>`}
${identities.length < mostIdentities ? html`<h2>Add another</h2>${identityButtons(context, { for: 'link', select: '1', return_to: identitiesPath }, { verb: 'Add an account' })}` : undefined}
<p class="after"><a href="/account">Back to your account</a></p>`,
  })
}

function row({ id, value }: KnownIdentity, { identityProviders }: PagesContext): Html {
  const name = identityProviders?.trusted.get(value.identityProvider)?.name ?? value.identityProvider
  return html`<li><div><bdi>${name}</bdi><small><bdi>${value.label}</bdi></small>${value.endedAt === undefined ? undefined : html`<small>does not open it at the moment</small>`}</div>
<form method="post" action="${identitiesPath}">${hidden('identity', id)}<button class="plain small" aria-label="Remove ${name}, ${value.label}">Remove</button></form></li>`
}
