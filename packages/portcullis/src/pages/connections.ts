import { type Html, html, nameWarnings, page, whoAsks } from '@portcullis/auth/authorization-server'
import { deviceCodeGrantType } from '@portcullis/auth/protocol'
import { sessionOf } from '../accounts/interaction.ts'
import { type ConnectedClient, connectionsOf, consentsWithoutConnection } from '../administration/connections.ts'
import type { ConsentSummary } from '../administration/consents.ts'
import type { GrantSummary } from '../administration/grants.ts'
import type { PagesContext } from './context.ts'
import { dateOf, momentOf } from './dates.ts'
import { hidden } from './fields.ts'
import { readForm, unreadableForm } from './form.ts'
import { oneOfSeveral } from './mcp-servers.ts'
import { redirect } from './session.ts'

const signInPath = '/account/sign-in'
const ownPath = '/account/connections'
const mostShown = 100

/** The clients that have the access of whoever is signed in: whose they are, what they did, and how to end it. */
export async function showConnections(request: Request, context: PagesContext): Promise<Response> {
  const session = await sessionOf(request, context.accounts)
  if (session === undefined) return redirect(signInPath)
  const { accounts, clients: configured, knownClients = [] } = context
  const { store, now } = accounts
  const given = { store, now, configured, knownClients }
  const connected = await connectionsOf(session.account.id, given)
  const remembered = await consentsWithoutConnection(session.account.id, connected, given)
  const isDone = new URL(request.url).searchParams.get('done') === 'ended'
  return connectionsPage({ connected, remembered, isDone }, context)
}

/** Ends one grant of whoever is signed in; of nobody else's. */
export async function acceptGrantEnd(request: Request, context: PagesContext): Promise<Response> {
  const session = await sessionOf(request, context.accounts)
  if (session === undefined) return redirect(signInPath)
  const form = await readForm(request)
  if (form === undefined) return unreadableForm(request, context)
  const grant = await context.accounts.store.get('grant', form.get('grant') ?? '')
  if (grant?.value.subject !== session.account.id) return redirect(ownPath)
  await context.endGrant(grant.id)
  return redirect(`${ownPath}?done=ended`)
}

/** Ends all that one client has of whoever is signed in, and has them asked again about it; of nobody else's. */
export async function acceptConsentEnd(request: Request, context: PagesContext): Promise<Response> {
  const session = await sessionOf(request, context.accounts)
  if (session === undefined) return redirect(signInPath)
  const form = await readForm(request)
  if (form === undefined) return unreadableForm(request, context)
  const clientId = form.get('client') ?? ''
  if (clientId === '') return redirect(ownPath)
  await context.revokeConsents({ subject: session.account.id, clientId })
  return redirect(`${ownPath}?done=ended`)
}

interface Connections {
  connected: readonly ConnectedClient[]
  remembered: readonly ConsentSummary[]
  /** Something was just ended here. */
  isDone: boolean
}

function connectionsPage({ connected, remembered, isDone }: Connections, context: PagesContext): Response {
  const { server } = context
  const shown = firstOf(connected)
  const further = countOf(connected) - countOf(shown)
  return page({
    title: 'Your connections',
    owner: server.name,
    brand: server.brand,
    formActionSources: [],
    body: html`<h1>Your connections</h1>
<p class="soft">Applications that act for you at <bdi>${server.name}</bdi>. What you end here is over within seconds; to come back, it must ask you again.</p>
${isDone ? html`<div class="note" role="status"><p>Its access is ended.</p></div>\n` : undefined}${
  connected.length === 0
    ? html`<p>None yet. When you connect one, it asks you here first.</p>\n`
    : shown.map((client) => clientSection(client, context))
}${further > 0 ? html`<p class="soft">These are the ${mostShown} that were used last. There are ${further} more.</p>\n` : undefined}${
  remembered.length === 0
    ? undefined
    : html`<section><h2>Not connected, and not asked about again</h2>\n<ul class="rows">${remembered.map((consent) => rememberedRow(consent, context))}</ul></section>\n`
}<p><a href="/account">Back to your account</a></p>`,
  })
}

/** So many connections as a page holds, those that were used last. */
function firstOf(connected: readonly ConnectedClient[]): ConnectedClient[] {
  let left = mostShown
  return connected.flatMap((client) => {
    const connections = client.connections.slice(0, left)
    left -= connections.length
    return connections.length === 0 ? [] : [{ ...client, connections }]
  })
}

function countOf(connected: readonly ConnectedClient[]): number {
  return connected.reduce((count, { connections }) => count + connections.length, 0)
}

function clientSection(client: ConnectedClient, context: PagesContext): Html {
  const { clientId, clientName, host, identity, since, usedAt, connections } = client
  const name = clientName ?? 'An application without a name'
  const about = {
    clientId,
    identity,
    ...(clientName !== undefined && { name: clientName }),
    ...(host !== undefined && { host }),
  }
  // Of one connection all is said below it, and to end it is to end all.
  const isOne = connections.length === 1
  return html`<section class="client"><h2>${whoAsks(about)}</h2>
${nameWarnings(about, 'end its access')}${isOne ? undefined : html`<p class="soft">Connected since ${dateOf(since)}, last used ${momentOf(usedAt)}.</p>\n`}<ul class="rows">${connections.map((grant) => connectionRow(grant, name, context))}</ul>
${isOne ? undefined : html`<form method="post" action="/account/consents/end">${hidden('client', clientId)}<button class="plain small" aria-label="End all access of ${name}">End all access</button></form>`}</section>\n`
}

/** Which server a grant is for is said where there are several, and where it is none of them. */
function connectionRow(grant: GrantSummary, name: string, context: PagesContext): Html {
  const { id, resource, issuedAt, usedAt } = grant
  const { server } = context
  const isOfTheOne = server.mcpServers.length === 1 && server.mcpServers[0].publicUrl === resource
  return html`<li><div>${placeOf(grant)}${isOfTheOne ? undefined : html`<small>for ${nameOf(resource, context)}</small>`}${abilitiesOf(grant, context)}<small>since ${dateOf(issuedAt)}${usedAt === issuedAt ? undefined : `, last used ${momentOf(usedAt)}`}</small>${toolsOf(grant)}</div>
<form method="post" action="/account/grants/end">${hidden('grant', id)}<button class="plain small" aria-label="End the access of ${name} since ${dateOf(issuedAt)}">End</button></form></li>`
}

function nameOf(resource: string, { server }: Pick<PagesContext, 'server'>): Html | string {
  const one = oneOfSeveral(server, resource)
  return one === undefined ? resource : html`<bdi>${one.name}</bdi>`
}

/** Where the client is, as far as that is known by how it came. */
function placeOf({ grantType, destination }: GrantSummary): Html | string {
  if (grantType === deviceCodeGrantType) return 'On a device without a browser'
  if (destination === undefined) return 'Without a browser'
  if (/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(destination)) return 'A program on a computer of yours'
  if (/^[a-z][a-z0-9+.-]*:\//i.test(destination)) return html`An app of yours that opens <code>${destination}</code>`
  return html`At <b>${destination}</b>`
}

/** What it may do, in the words in which the person allowed it. */
function abilitiesOf(
  { resource, scope }: Pick<GrantSummary, 'resource' | 'scope'>,
  { wordsOfScope }: Pick<PagesContext, 'wordsOfScope'>,
): Html {
  const words = scope.map((token) => wordsOfScope?.(resource, token) ?? html`<code>${token}</code>`)
  return html`<small>may: ${words.map((each, nth) => html`${nth === 0 ? undefined : '; '}${each}`)}</small>`
}

function toolsOf({ tools, furtherCalls = 0, unreadRequests = 0 }: GrantSummary): Html | undefined {
  const untold = [
    furtherCalls > 0 && `others, ${times(furtherCalls)}`,
    unreadRequests > 0 && `perhaps more, in what was not read: ${times(unreadRequests)}`,
  ].filter((text) => text !== false)
  if (tools.length + untold.length === 0) return undefined
  const title = tools.length === 1 ? 'One tool called' : `${tools.length} tools called`
  return html`<details><summary>${tools.length === 0 ? 'Tools called' : title}</summary><ul>${tools.map(
    ({ name, count, calledAt }) =>
      html`<li><code>${name}</code> <small>${times(count)}, last ${momentOf(calledAt)}</small></li>`,
  )}${untold.map((text) => html`<li><small>${text}</small></li>`)}</ul></details>`
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}

function rememberedRow(consent: ConsentSummary, context: PagesContext): Html {
  const { clientId, clientName, destination, expiresAt } = consent
  const name = clientName ?? 'An application without a name'
  return html`<li><div><bdi>${name}</bdi><small>at ${destination}</small>${context.server.mcpServers.length === 1 ? undefined : html`<small>for ${nameOf(consent.resource, context)}</small>`}${abilitiesOf(consent, context)}<small>until ${dateOf(expiresAt)}</small></div>
<form method="post" action="/account/consents/end">${hidden('client', clientId)}<button class="plain small" aria-label="Ask again about ${name}">Ask again</button></form></li>`
}
